"""Where web applications keep what lives as long as they do: tables."""

from __future__ import annotations

from collections.abc import Mapping

APPLICATIONS: Mapping[str, str] = {
    "aiohttp.web.Application()": "",
    "aiohttp.web_app.Application()": "",
    "fastapi.FastAPI()": ".state",
    "fastapi.applications.FastAPI()": ".state",
    "litestar.Litestar()": ".state",
    "sanic.Sanic()": ".ctx",
    "starlette.applications.Starlette()": ".state",
}
"""An application, and its attribute whose attributes hold what is kept; without one, the application's items do.

https://www.starlette.dev/applications/#storing-state-on-the-app-instance
https://docs.aiohttp.org/en/stable/web_advanced.html#application-s-config
https://sanic.dev/en/guide/basics/app.html#application-context
https://docs.litestar.dev/2/usage/applications.html#application-state
"""

APPLICATION = "app"
"""The attribute of a request that is the application, and what a function calls it that is given it."""

STARTING = frozenset(
    {
        *("on_event", "on_startup", "listener", "before_server_start", "after_server_start", "main_process_start"),
        *("before_serving", "asynccontextmanager", "contextmanager"),
    }
)
"""Decorators of functions that run once, when an application starts."""

STARTED_BY = frozenset({"on_startup", "lifespan", "cleanup_ctx", "add_event_handler", "register_listener"})
"""Attributes and arguments of applications that get such functions."""
