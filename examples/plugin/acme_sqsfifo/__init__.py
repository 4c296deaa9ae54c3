"""What Acme's own libraries mean to sqsfifo-lint."""
