"""Decorators and containers that decide how often a value is made: tables."""

from __future__ import annotations

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
"""The first result is returned again for the same arguments."""

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
"""Read like an attribute, made each time it is read."""

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
"""What a container makes with these lives as long as the process."""

NEVER_CALLING: frozenset[str] = frozenset(
    {
        *("builtins.callable", "builtins.dir", "builtins.hasattr", "builtins.issubclass", "builtins.print"),
        *("functools.update_wrapper", "functools.wraps"),
        *("asyncio.iscoroutinefunction", "inspect.getdoc", "inspect.getsource", "inspect.isasyncgenfunction"),
        *("inspect.iscoroutinefunction", "inspect.isfunction", "inspect.isgeneratorfunction", "inspect.signature"),
        *("typing.get_type_hints",),
    }
)
"""Callables that take a function and do not call it."""

DEPENDENCIES: frozenset[str] = frozenset(
    {
        "fast_depends.Depends",
        "fastapi.Depends",
        "fastapi.Security",
        "fastapi.param_functions.Depends",
        "fastapi.param_functions.Security",
        "faststream.Depends",
        "taskiq.TaskiqDepends",
        "taskiq_dependencies.Depends",
    }
)
"""Defaults and annotations of a parameter that name a function: for each call, what that returns is passed.

https://fastapi.tiangolo.com/tutorial/dependencies/
"""

DEPENDENCY = "sqsfifo_lint.dependency"
"""Our own name for what such a default is."""
