"""What ran in production: messages and logs are read, and say whether it is really parallel.

This room stands apart. It knows nothing about source code, and `check` loads none of it.
"""
