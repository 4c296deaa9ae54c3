"""The language server, driven by a real client over standard input and output."""
