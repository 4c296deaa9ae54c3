"""Fields of classes whose constructor is generated: tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class FieldFunction:
    """A function that declares a field of such a class."""

    default: str
    """Keyword of a default that is made once, at import, and that all objects share."""
    factory: str
    """Keyword of a callable that makes each object's own default."""
    positional: bool = False
    """The first positional argument is the default; other functions take keywords only."""


_STANDARD = FieldFunction("default", "default_factory")
_PYDANTIC = FieldFunction("default", "default_factory", positional=True)
_ATTR = FieldFunction("default", "factory", positional=True)
_ATTRS = FieldFunction("default", "factory")

FIELD_FUNCTIONS: Mapping[str, FieldFunction] = MappingProxyType(
    {
        "attr.attrib": _ATTR,
        "attr.field": _ATTRS,
        "attr.ib": _ATTR,
        "attrs.field": _ATTRS,
        "dataclasses.field": _STANDARD,
        "msgspec.field": _STANDARD,
        "pydantic.Field": _PYDANTIC,
        "pydantic.dataclasses.Field": _PYDANTIC,
        "pydantic.fields.Field": _PYDANTIC,
        "pydantic.v1.Field": _PYDANTIC,
        "pydantic_settings.Field": _PYDANTIC,
        "sqlmodel.Field": _PYDANTIC,
    }
)
"""By qualified name."""

DATACLASS_DECORATORS: frozenset[str] = frozenset(
    {
        "attr.attributes",
        "attr.attrs",
        "attr.dataclass",
        "attr.define",
        "attr.frozen",
        "attr.mutable",
        "attr.s",
        "attrs.define",
        "attrs.frozen",
        "attrs.mutable",
        "dataclasses.dataclass",
        "pydantic.dataclasses.dataclass",
        "pydantic.v1.dataclasses.dataclass",
    }
)
"""Generate a constructor from the annotated (or attr-assigned) fields of the class."""

MODEL_BASES: frozenset[str] = frozenset(
    {
        "msgspec.Struct",
        "pydantic.BaseModel",
        "pydantic.generics.GenericModel",
        "pydantic.main.BaseModel",
        "pydantic.v1.BaseModel",
        "sqlmodel.SQLModel",
        "typing.NamedTuple",
    }
)
"""Base classes that do the same for their subclasses."""
