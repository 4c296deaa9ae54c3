"""From paths and configuration to a report."""
