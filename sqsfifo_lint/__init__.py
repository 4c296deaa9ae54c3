"""Finds the mistakes in SQS FIFO sends that lose messages or stall workers."""

__version__ = "0.1.0"
