"""What the builtins and the standard library do, one file a library."""
