"""One module for each format that logs come in."""
