"""Acme's functions that send, and those that make IDs. Data only: nothing of acme_bus and acme_ids is imported."""

from types import MappingProxyType

from sqsfifo_lint.knowledge.model import HOUR, Source
from sqsfifo_lint.model import Material

SENDERS = MappingProxyType(
    {"acme_bus.Bus.publish": {"queue": ["queue", 0], "body": ["body", 1], "group": ["key", 2], "dedup": "dedup_key"}}
)
"""As `senders` in the configuration: by qualified name, the parameter that fills each slot."""

SOURCES = MappingProxyType(
    {
        "acme_ids.new_id": "unique",
        "acme_ids.tenant": "config",
        "acme_ids.this_hour": Source(Material.CLOCK, "str", HOUR),
    }
)
"""As `sources` in the configuration. A `Source` says more than a word: the type, and how often a clock moves."""
