"""How far templates and scripts are followed. What a bound cuts off is unknown."""

from __future__ import annotations

# -- sizes

MAX_TEMPLATE = 2 * 1024 * 1024
"""Bytes of YAML or JSON. CloudFormation itself takes templates of 1 MB."""
MAX_CONFIGURATION = 2 * 1024 * 1024
"""Bytes of HOCON. Nobody writes that much; each byte is looked at once, so the time is linear."""
MAX_SOURCE = 128 * 1024
"""Bytes of a script or of Terraform's language: tree-sitter's error recovery takes quadratic time."""
MAX_VARIABLES = 256 * 1024
"""Bytes. YAML or JSON that sets variables and declares nothing is not larger; lock files and schemas are."""

MAX_TREE_DEPTH = 12
"""The maximum nesting of values in the declaration of a rule, a schedule, a mapping."""

MAX_TREE_STEPS = 50_000
"""Values in the declarations of what one document connects; aliases of aliases would make more of them."""

# -- texts

MAX_PATTERN = 2048
"""Characters. No name, URL or ARN is longer; texts that keep doubling stop here."""
MAX_SHORTHAND = 4_096
"""Characters of attributes in the CLI's shorthand. Ten of them have a few hundred."""
MAX_VARIABLE_DEPTH = 8
"""The maximum nesting of `${...}`."""

# -- YAML, JSON and CloudFormation

MAX_YAML_DEPTH = 100
"""The maximum nesting that is read. LibYAML itself stops at 1,000."""
MAX_FUNCTION_DEPTH = 40
"""The maximum nesting of CloudFormation's functions and references."""
MAX_VALUE_STEPS = 2_000
"""Nodes that are evaluated for one value; aliases of aliases would make more of them than any machine can."""
MAX_TEMPLATE_STEPS = 200_000
"""Nodes that are evaluated for all values of a template, which takes a second or two."""

# -- Terraform

MAX_EXPRESSION_DEPTH = 40
"""The maximum nesting of expressions and references."""
MAX_MODULE_DEPTH = 6
"""The maximum nesting of modules that call each other."""
MAX_MODULE_CALLS = 500
"""Calls of modules that are evaluated in a project."""
MAX_TERRAFORM_STEPS = 400_000
"""Nodes that are evaluated in a project; local values that are made of each other twice would make more of them."""

# -- scripts

MAX_SCRIPT_STEPS = 50_000
"""Nodes of a script that are evaluated; the rest is skipped, and may change what was declared before."""
MAX_SCRIPT_DEPTH = 60
"""The maximum nesting of nodes."""
MAX_SCRIPT_CALLS = 10
"""The maximum nesting of calls of the script's own functions."""
MAX_ITEMS = 1_000
"""Items of an array; one that keeps doubling is unknown from there on."""
MAX_SUBSTITUTIONS = 20
"""The maximum nesting of `$(...)`; what stands deeper is not evaluated. Each level takes frames of Python's stack."""
MAX_WORDS = 50
"""Words that a loop iterates over; with more, its variable is unknown."""
