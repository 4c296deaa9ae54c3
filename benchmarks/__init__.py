"""What a run costs, measured side by side: see README.md. Each module is run with `python -m benchmarks.NAME`."""
