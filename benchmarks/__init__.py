"""What a run costs, compared with other tools: see README.md. Run a module with `python -m benchmarks.NAME`."""
