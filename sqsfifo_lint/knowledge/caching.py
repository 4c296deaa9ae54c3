"""Decorators, fields and bases that decide how often a value is made anew."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CACHING_DECORATORS: frozenset[str] = frozenset(
    {
        "functools.cache",
        "functools.lru_cache",
        "aiocache.cached",
        "aiocache.cached_stampede",
        "async_lru.alru_cache",
        "beaker.cache.cache_region",
        "cachetools.cached",
        "cachetools.cachedmethod",
        "cachetools.func.fifo_cache",
        "cachetools.func.lfu_cache",
        "cachetools.func.lru_cache",
        "cachetools.func.rr_cache",
        "cachetools.func.ttl_cache",
        "cytoolz.memoize",
        "diskcache.Cache().memoize",
        "diskcache.FanoutCache().memoize",
        "django.views.decorators.cache.cache_page",
        "dogpile.cache.make_region().cache_on_arguments",
        "dogpile.cache.region.CacheRegion().cache_on_arguments",
        "dogpile.cache.region.make_region().cache_on_arguments",
        "flask_caching.Cache().cached",
        "flask_caching.Cache().memoize",
        "joblib.Memory().cache",
        "methodtools.lru_cache",
        "streamlit.cache_data",
        "streamlit.cache_resource",
        "toolz.functoolz.memoize",
        "toolz.memoize",
    }
)
"""The first result is given again, for the same arguments."""

CACHED_PROPERTIES: frozenset[str] = frozenset(
    {
        "functools.cached_property",
        "backports.cached_property.cached_property",
        "boltons.cacheutils.cachedproperty",
        "cached_property.cached_property",
        "django.utils.functional.cached_property",
        "propcache.api.cached_property",
        "propcache.cached_property",
        "werkzeug.utils.cached_property",
    }
)
"""Read like an attribute, made once per object."""

PROPERTIES: frozenset[str] = frozenset({"abc.abstractproperty", "builtins.property", "enum.property"})
"""Read like an attribute, made at every reading."""

SINGLETONS: frozenset[str] = frozenset(
    {
        "dependency_injector.providers.Configuration",
        "dependency_injector.providers.Object",
        "dependency_injector.providers.Resource",
        "dependency_injector.providers.Singleton",
        "dependency_injector.providers.ThreadSafeSingleton",
        "injector.singleton",
        "lagom.Singleton",
        "that_depends.providers.Singleton",
    }
)
"""What a container makes through these lives as long as the process."""

RETRY_DECORATORS: frozenset[str] = frozenset(
    {
        "backoff.on_exception",
        "backoff.on_predicate",
        "dramatiq.actor",
        "opnieuw.retry",
        "opnieuw.retry_async",
        "retry.api.retry",
        "retry.retry",
        "retry_async.retry",
        "retrying.retry",
        "riprova.retry",
        "stamina.retry",
        "tenacity.AsyncRetrying().wraps",
        "tenacity.Retrying().wraps",
        "tenacity.retry",
    }
)
"""The body runs again after a failure: what it makes is new at every attempt."""

RETRY_KEYWORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("celery.Celery().task", "celery.app.task", "celery.shared_task"),
            frozenset({"acks_late", "autoretry_for"}),
        ),
        **dict.fromkeys(("huey.Huey().task", "huey.RedisHuey().task"), frozenset({"retries"})),
        **dict.fromkeys(("prefect.flow", "prefect.task"), frozenset({"retries"})),
        **dict.fromkeys(("airflow.decorators.task", "airflow.sdk.task"), frozenset({"retries"})),
        "procrastinate.App().task": frozenset({"retry"}),
    }
)
"""Decorators that run the body again only when one of these keywords is given."""

RETRY_CALLS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("celery.Celery().task", "celery.app.task", "celery.shared_task"), "retry")
)
"""Decorators that run the body again when it calls this method (`self.retry()` in a Celery task)."""

RETRY_ITERATORS: frozenset[str] = frozenset({"stamina.retry_context", "tenacity.AsyncRetrying", "tenacity.Retrying"})
"""`for attempt in ...`: the loop body is one attempt."""

NEVER_CALLING: frozenset[str] = frozenset(
    {
        *("builtins.callable", "builtins.dir", "builtins.hasattr", "builtins.issubclass", "builtins.print"),
        *("functools.update_wrapper", "functools.wraps"),
        *("asyncio.iscoroutinefunction", "inspect.getdoc", "inspect.getsource", "inspect.isasyncgenfunction"),
        *("inspect.iscoroutinefunction", "inspect.isfunction", "inspect.isgeneratorfunction", "inspect.signature"),
        *("typing.get_type_hints",),
    }
)
"""What is handed a function and does not call it."""

TRANSPARENT_DECORATORS: frozenset[str] = RETRY_DECORATORS | {
    "abc.abstractmethod",
    "atexit.register",
    "functools.wraps",
    "typing.final",
    "typing.no_type_check",
    "typing.override",
    "typing_extensions.deprecated",
    "typing_extensions.final",
    "typing_extensions.override",
    "warnings.deprecated",
    "airflow.decorators.task",
    "airflow.sdk.task",
    "aws_lambda_powertools.Logger().inject_lambda_context",
    "aws_lambda_powertools.Metrics().log_metrics",
    "aws_lambda_powertools.Tracer().capture_lambda_handler",
    "aws_lambda_powertools.Tracer().capture_method",
    "aws_lambda_powertools.logging.Logger().inject_lambda_context",
    "aws_lambda_powertools.metrics.Metrics().log_metrics",
    "aws_lambda_powertools.tracing.Tracer().capture_lambda_handler",
    "aws_lambda_powertools.tracing.Tracer().capture_method",
    "asgiref.sync.async_to_sync",
    "asgiref.sync.sync_to_async",
    "aws_xray_sdk.core.xray_recorder.capture",
    "aws_xray_sdk.core.xray_recorder.capture_async",
    "beartype.beartype",
    "celery.Celery().task",
    "celery.app.task",
    "celery.shared_task",
    "ddtrace.tracer.wrap",
    "django.db.transaction.atomic",
    "huey.Huey().task",
    "huey.RedisHuey().task",
    "injector.inject",
    "moto.mock_aws",
    "moto.mock_sns",
    "moto.mock_sqs",
    "opentelemetry.trace.get_tracer().start_as_current_span",
    "prefect.flow",
    "prefect.task",
    "procrastinate.App().task",
    "pydantic.validate_arguments",
    "pydantic.validate_call",
    "sentry_sdk.monitor",
    "sentry_sdk.trace",
    "typeguard.typechecked",
}
"""A call of the decorated function has the value of the plain one."""

FIELDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "dataclasses.field",
                "msgspec.field",
                "pydantic.Field",
                "pydantic.dataclasses.Field",
                "pydantic.fields.Field",
                "pydantic.v1.Field",
                "pydantic_settings.Field",
                "sqlmodel.Field",
            ),
            ("default", "default_factory"),
        ),
        **dict.fromkeys(
            ("attr.attrib", "attr.field", "attr.ib", "attrs.field"),
            ("default", "factory"),
        ),
    }
)
"""Field function -> keyword of a default made once at import, keyword of a factory called for each object."""

FREEZING_FIELDS: Mapping[str, str] = MappingProxyType({name: default for name, (default, _) in FIELDS.items()})
"""Field function -> keyword of a default that all objects share."""

FACTORY_FIELDS: Mapping[str, str] = MappingProxyType({name: factory for name, (_, factory) in FIELDS.items()})
"""Field function -> keyword of a callable that makes each object's own default."""

POSITIONAL_DEFAULT_FIELDS: frozenset[str] = frozenset(
    {
        "attr.attrib",
        "attr.ib",
        "pydantic.Field",
        "pydantic.dataclasses.Field",
        "pydantic.fields.Field",
        "pydantic.v1.Field",
        "pydantic_settings.Field",
        "sqlmodel.Field",
    }
)
"""Field functions whose first positional argument is the default; the others take keywords only."""

FACTORY_WRAPPERS: frozenset[str] = frozenset({"attr.Factory", "attrs.Factory"})
"""Given as a default, these make their argument a factory."""

COLUMNS: frozenset[str] = frozenset(
    {
        "django.db.models.BigIntegerField",
        "django.db.models.CharField",
        "django.db.models.DateField",
        "django.db.models.DateTimeField",
        "django.db.models.IntegerField",
        "django.db.models.SlugField",
        "django.db.models.TextField",
        "django.db.models.UUIDField",
        "sqlalchemy.Column",
        "sqlalchemy.orm.mapped_column",
        "sqlalchemy.schema.Column",
    }
)
"""Columns: a `default` that is a callable is a factory (`default=uuid4`), any other is shared (`default=uuid4()`)."""

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
"""Make a constructor of the annotated (or attr-assigned) fields of the class."""

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
