"""The evaluator: abstract interpretation of LibCST trees, demand-driven and bounded."""
