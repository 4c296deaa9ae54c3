"""What an evaluator has to know of AWS; it plugs into `flow` by hooks."""
