"""What runs functions at the same time, by qualified name."""

from __future__ import annotations

import re

PARALLEL = re.compile(
    r"concurrent\.futures\.(thread\.|process\.)?\w+PoolExecutor\(\)\.(submit|map)"
    r"|multiprocessing\.(pool\.|dummy\.|get_context\(\)\.)?(Thread)?Pool\(\)"
    r"\.(map|imap|imap_unordered|map_async|apply_async|starmap|starmap_async)"
    r"|threading\.Thread|multiprocessing\.Process"
    r"|asyncio\.(get_event_loop|get_running_loop|new_event_loop)\(\)\.run_in_executor"
    r"|gevent\.(spawn|pool\.Pool\(\)\.(spawn|map|imap|imap_unordered|map_async|apply_async))"
    r"|anyio\.create_task_group\(\)\.start_soon|trio\.open_nursery\(\)\.start_soon"
)
"""What is handed functions, and what to call them with."""

ONE_BY_ONE = frozenset({"submit", "apply_async", "Thread", "Process", "run_in_executor", "spawn", "start_soon"})
"""Those that run a function once; the others do for each of several."""

POOLS = ("PoolExecutor", "ThreadPool", ".Pool")
"""How the names of pools end."""
WORKERS = ("max_workers", "processes")
"""Keywords for how many workers a pool has: also the first argument."""

GATHERING = frozenset({"asyncio.gather", "asyncio.wait", "asyncio.as_completed"})
"""What waits for several coroutines that run at the same time."""
