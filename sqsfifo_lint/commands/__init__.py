"""The commands about what runs in production, each in a module that is imported when it is called."""
