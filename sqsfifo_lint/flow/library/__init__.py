"""Models of what Python programs call and nobody reads the code of: one file a library.

Each has `MODELS`, by qualified names; `()` in a name stands for "an instance of". Those of built-in types, and of
classes that get methods with their fields, have `METHODS`, by the names of methods.
"""
