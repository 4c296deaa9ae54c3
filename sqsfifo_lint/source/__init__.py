"""Text to trees: the files of a project, their statements, and what LibCST makes of them."""
