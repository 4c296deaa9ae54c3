"""Where things are, and which way imports go: the table that `test_layout.py` enforces and CONTRIBUTING.md shows.

Rooms are listed from the bottom up; each says which others it may import. Shelves inside a room are listed from the
bottom up too, and a module imports only what comes before it: on a lower shelf, or earlier on its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Room(NamedTuple):
    """A file or folder of the package."""

    name: str
    answers: str
    """The question that it answers."""
    imports: frozenset[str] = frozenset()
    """The rooms that it may import, besides `EVERYWHERE`."""


class Shelf(NamedTuple):
    """Modules of a room that answer one question, in import order."""

    modules: tuple[str, ...]
    answers: str


EVERYWHERE = frozenset({"__init__", "met", "model", "records", "report", "steps", "unreadable", "useless"})
"""What every room may import: the version, and the words."""

_TREES = frozenset({"knowledge", "source"})
_VALUES = _TREES | {"flow", "aws"}
_ANALYSIS = _VALUES | {"handling", "sends", "consumers", "queues"}
_JUDGING = frozenset({"knowledge", "plugins", "parts", "verdicts", "faults", "remedies"})

_PRINTING = frozenset({"terminal"})

ROOMS = (
    Room("__init__", "Which version is it?"),
    Room("records", "How are records made cheaply, and why?"),
    Room("met", "How is it noted that a bound of the analysis was met?"),
    Room("steps", "How does a run tell how far it is?"),
    Room("model", "What are the words: send, slot, part, material, lifetime, finding?"),
    Room("unreadable", "What is SQF001?"),
    Room("remedies", "What is done to source code to mend a finding, in words?"),
    Room("useless", "What is SQF002?"),
    Room("report", "What came out of a run, and what is the exit status?"),
    Room("terminal", "How is text from checked files made safe to print?"),
    Room("options", "Which options do several commands have?"),
    Room("meant", "What did whoever asked mean by what does not exist?"),
    Room("told", "What is told beside the report?", frozenset({"meant", "terminal"})),
    Room("shapes", "What may a configured value look like?", frozenset({"meant"})),
    Room("keys", "Which keys does the configuration have? One table.", frozenset({"meant", "shapes"})),
    Room("config", "What is configured, and how is it read?", frozenset({"keys", "meant", "shapes"})),
    Room("knowledge", "What does `uuid.uuid4` yield, which calls send? Tables, one row per fact, and their lookup."),
    Room("plugins", "What do other packages add?", frozenset({"config", "keys", "knowledge", "shapes"})),
    Room("source", "What does the source say, and which file does an import mean?", frozenset({"knowledge"})),
    Room("fingerprints", "By what is a finding known again after edits?", frozenset({"source"})),
    Room("fixes", "Which edits mend a finding?", frozenset({"source", "remedies"})),
    Room("baseline", "Which findings has a team accepted for now?", frozenset({"config", "fingerprints", "meant"})),
    Room("flow", "What is a value made of, and where was it made? It knows Python, and nothing about AWS.", _TREES),
    Room("aws", "What does the evaluator have to know about AWS? It answers the hooks of `flow`.", _TREES | {"flow"}),
    Room("handling", "What becomes of a send's answer, and of its exception?", _VALUES),
    Room("sends", "What fills a slot of a send, and how long does a value live?", _VALUES | {"handling"}),
    Room("consumers", "What is done with messages that are received?", _VALUES | {"handling", "sends"}),
    Room(
        "queues", "What do templates and scripts declare, and which queue does a send go to?", frozenset({"knowledge"})
    ),
    Room("parts", "What is a part of a value like: how old, made again, by whom?", frozenset({"knowledge"})),
    Room("verdicts", "What do the values of a slot amount to?", frozenset({"knowledge", "parts", "queues"})),
    Room("faults", "Which IDs are refused?", frozenset({"knowledge", "parts", "verdicts"})),
    Room("cache", "What have earlier runs found, and does it still hold?"),
    Room("rules", "What is wrong with a send or a declaration, and what is the message?", _JUDGING),
    Room(
        "run",
        "How do paths and configuration become a report?",
        _ANALYSIS | {"rules", "verdicts", "config", "keys", "plugins", "baseline", "meant", "fixes", "cache"},
    ),
    Room(
        "reporters",
        "How is a report printed?",
        frozenset({"knowledge", "fingerprints", "plugins", "run", "rules", "terminal"}),
    ),
    Room(
        "server",
        "What does an editor get?",
        frozenset({"config", "queues", "reporters", "rules", "run", "source", "terminal"}),
    ),
    Room("evidence", "What do messages and logs show: is it parallel? It knows nothing of source code.", _PRINTING),
    Room(
        "commands",
        "What do commands beside `check` do, what does `--watch`, and how is production joined with the code?",
        _ANALYSIS
        | {"cache", "evidence", "run", "reporters", "server", "config", "keys", "options", "terminal", "told"}
        | {"baseline", "fingerprints"},
    ),
    Room("completing", "What may a word of the command line become?", frozenset({"rules"})),
    Room(
        "cli",
        "What does the command do?",
        frozenset({"cache", "commands", "completing", "run", "reporters", "rules", "config", "meant", "options"})
        | {"terminal", "told"},
    ),
    Room("flake8_plugin", "What does flake8 get?", frozenset({"cache", "run", "config", "queues", "terminal"})),
    Room("__main__", "What does `python -m sqsfifo_lint` do?", frozenset({"cli"})),
)

CLOSED = frozenset({"sends"})
"""Rooms from which others import only what the room itself exports. From `flow` they may import its types, too."""

SHELVES: Mapping[str, tuple[Shelf, ...]] = {
    "source": (
        Shelf(("decoding",), "What do the bytes of a file say?"),
        Shelf(("walk",), "What is below a node: blocks, statements, targets, parameters?"),
        Shelf(("stack",), "What is done where a tree is deeper than Python's stack?"),
        Shelf(("strain",), "Which text is too much for LibCST's parser?"),
        Shelf(("fast_cst", "deferred"), "How is LibCST patched, for how long, and for what gain?"),
        Shelf(("python_tree", "names", "writes"), "Which names does a statement bind, which attributes does code set?"),
        Shelf(("words",), "Where does a word stand in source text?"),
        Shelf(("tests", "expectations"), "Which files are tests, and where does one expect a failure?"),
        Shelf(("chunks", "files", "project"), "What are the statements of a file, and the files of a project?"),
    ),
    "fixes": (
        Shelf(("tree", "places", "text"), "Where is an expression, and what is made of it?"),
        Shelf(("proposals", "imports"), "What does a change amount to?"),
        Shelf(("stable_hash", "as_text", "delay", "failed", "body"), "How is each change made?"),
    ),
    "flow": (
        Shelf(("bounds", "context", "values"), "How far does evaluation go? Where does code run? What is a value?"),
        Shelf(("arguments", "annotations", "state"), "What is passed, and what holds at one point of a path?"),
        Shelf(
            ("hooks", "memory", "missing", "notes", "printed", "machine"),
            "What dispatches? What does a plugin add, what is kept, what is noted?",
        ),
        Shelf(("text", "conditions", "containers", "operators"), "What becomes of scalars, dicts and lists?"),
        Shelf(("call", "functions", "callbacks"), "What is a call, and what does a function of the project do?"),
        Shelf(
            ("modules", "classes", "memo", "class_attributes", "reassigned", "settings", "questions"),
            "What does a name, class or attribute refer to?",
        ),
        Shelf(
            (
                "targets",
                "fields",
                "provided",
                "constructed",
                "earlier",
                "left_behind",
                "registered",
                "stocked",
                "dispatched",
                "applications",
            ),
            "What is assigned, and what does a construction make?",
        ),
        Shelf(
            tuple(
                f"library.{name}"
                for name in (
                    "asyncio",
                    "contextlib",
                    "contextvars",
                    "dataclasses",
                    "dicts",
                    "functools",
                    "lists",
                    "dependency_injector",
                    "namespaces",
                    "operators",
                    "fastapi",
                )
            ),
            "What do Python's libraries do? One file per library.",
        ),
        Shelf(("attributes", "hashing", "transforms", "sources"), "What is read from a value, and made of it?"),
        Shelf(
            ("library.text", "library.builtins", "library.collections", "library.itertools", "library.json"),
            "More libraries, which build on that.",
        ),
        Shelf(
            ("comprehensions", "loops", "patterns", "expressions", "statements"), "What does each kind of syntax do?"
        ),
        Shelf(("methods", "outside", "calls"), "What does calling each kind of value do?"),
        Shelf(
            ("starts", "mentions", "search", "assembly"),
            "Where does evaluation start, and whose callers are evaluated instead?",
        ),
    ),
    "aws": (
        Shelf(("names", "naming", "values"), "What names a queue or an ID, and which values does AWS add?"),
        Shelf(
            (
                "configured",
                "declaring",
                "connecting",
                "feeding",
                "named",
                "routes",
                "frameworks",
                "signatures",
                "taskiq",
                "clients",
                "deliveries",
            ),
            "What makes a client, declares a queue, sends, receives?",
        ),
        Shelf(("infrastructure", "plugin"), "What does the code declare, and what do the hooks answer?"),
    ),
    "handling": (
        Shelf(("order",), "In which order may statements run?"),
        Shelf(("surroundings", "uses", "effects"), "What is around a node, who uses a result, what does code do?"),
        Shelf(
            ("following", "answers", "outcome", "errors"), "Where does a send's answer end, and where its exception?"
        ),
        Shelf(("starting",), "What does a loop start and not wait for?"),
    ),
    "sends": (
        Shelf(
            ("delays", "evidence", "overrides", "slots", "tasks"),
            "What shows that a call sends, and what fills a slot?",
        ),
        Shelf(("paths", "retries", "traces"), "How is a send reached, and what did a value pass through?"),
        Shelf(
            ("identity", "rounds", "conditions", "shared", "stored"),
            "Which datum is it, and is it the same for several messages?",
        ),
        Shelf(
            ("holders", "lifetimes", "batches", "queues"),
            "Whose is a value, and how long does it live? How many messages, and to which queue?",
        ),
        Shelf(("likely",), "What is likely, where nothing is proven?"),
        Shelf(("at_once",), "Are messages of one group sent at the same time?"),
        Shelf(("messages", "find"), "What do all paths together say about a send?"),
    ),
    "consumers": (
        Shelf(("found",), "What was met of the messages of one receive?"),
        Shelf(("handlers", "callees", "loops", "parallel", "deletes"), "What does the code do with them?"),
        Shelf(("find",), "What do all paths together say about a consumer?"),
    ),
    "cache": (
        Shelf(("identity", "ruled_out", "tool"), "Is a file, and is this tool, as it was?"),
        Shelf(("plain", "store", "results"), "How are results written and kept?"),
    ),
    "run": (
        Shelf(("gitignore", "settings"), "What do the patterns of a .gitignore mean? Which configuration has a file?"),
        Shelf(
            ("memory", "names", "ignores", "relevance", "workers", "heavy"),
            "What are files called, which are ignored, which may send, how is work shared?",
        ),
        Shelf(
            ("remembered", "reading", "discover", "task", "reached"), "Which files are there, and which were asked for?"
        ),
        Shelf(("rewriting",), "How are files changed?"),
        Shelf(
            ("suppress", "useless", "adding"), "Which comments silence a finding, which do not, and where could one?"
        ),
        Shelf(("fixing",), "What is left once findings are fixed?"),
        Shelf(("changed",), "What does git say has changed?"),
        Shelf(
            ("survey", "recall", "texts", "silence", "broken", "mistakes"),
            "What is there beside the sources, what still holds, what is silenced, and what looks like a mistake?",
        ),
        Shelf(("configured", "parts", "share", "analysis"), "Which part of an analysis does one process do?"),
        Shelf(("units", "kept"), "Which part need not be done again, for this run or the next?"),
        Shelf(("rulings", "shown", "checking"), "What do rules say of a send, and what did all parts find?"),
        Shelf(("engine",), "What happens, in order?"),
    ),
    "server": (
        Shelf(("streams",), "How is nothing but the protocol written to the client?"),
        Shelf(("positions",), "What is a place in an editor's terms?"),
        Shelf(("session", "schedule"), "What is asked of the engine, and when?"),
        Shelf(("diagnostics", "words", "actions"), "What is told of a finding, and of a send?"),
        Shelf(("state", "features", "run"), "What does an editor say, and what is it answered?"),
    ),
    "commands": (
        Shelf(("output", "progress"), "How do commands print errors, colours, and how far they are?"),
        Shelf(("senders", "joined"), "What do the sends of a project make their IDs of, and what else is known?"),
        Shelf(("config_file", "in_effect"), "How is something added to the configuration, and which is in effect?"),
        Shelf(("log_output",), "How are reports printed and written to files?"),
        Shelf(
            ("baseline", "cache", "completion", "config", "logs", "messages", "queue", "server"),
            "What do the commands do?",
        ),
        Shelf(("compared", "watch"), "What has changed from one check to the next?"),
    ),
    "evidence": (
        Shelf(("model",), "What are the words: message, event, span, verdict?"),
        Shelf(("sources",), "How are files opened, decompressed and decoded?"),
        Shelf(("times", "presets", "extract"), "What does a log message say, and when was that?"),
        Shelf(
            tuple(
                f"formats.{name}"
                for name in (
                    "container",
                    "lines",
                    "plain",
                    "s3_export",
                    "prefixed",
                    "tail",
                    "events_json",
                    "events_text",
                    "insights_csv",
                )
            ),
            "How do messages come out of what they lie in? One file per format.",
        ),
        Shelf(("containers",), "What does a file look like?"),
        Shelf(("spans", "matching"), "Which start and end belong together, and how are millions of them kept?"),
        Shelf(("copies",), "Which logs are copies of others?"),
        Shelf(("reading",), "What do log files amount to?"),
        Shelf(
            ("portable", "athena", "insights", "queries", "results"),
            "With which queries do AWS's engines do the same, and what do they return?",
        ),
        Shelf(("sections",), "What is a report made of?"),
        Shelf(
            ("wording", "moments", "figures", "samples", "windows", "sweep", "measure", "verdict"),
            "How many worked at once, how did work pass on, and what follows?",
        ),
        Shelf(("timeline", "timeline_svg"), "Who worked when, as a picture?"),
        Shelf(("timeline_text",), "Who worked when, in a terminal?"),
        Shelf(
            ("log_report", "log_words", "log_text", "log_json", "log_html"), "What do logs show, and how is it printed?"
        ),
        Shelf(("ids", "json_items", "messages"), "What kind of value is an ID? How are messages read?"),
        Shelf(("id_columns", "tally"), "What are all IDs of a queue together, and how often is each used?"),
        Shelf(("group_verdict", "groups", "reading_messages"), "What follows from the messages of a queue?"),
        Shelf(("message_words", "message_text", "message_json", "message_html"), "How is that printed?"),
        Shelf(("agreement",), "Do messages and logs agree?"),
        Shelf(("shapes", "origins", "blame"), "What do sends make their IDs of, and which send can have made an ID?"),
        Shelf(
            ("queue_facts", "queue_live", "queue_consequences", "queue_printed"),
            "What does AWS say of a queue, and what follows?",
        ),
    ),
}
"""Rooms whose modules have an order, too."""


def contributing() -> str:
    """The part of CONTRIBUTING.md that says where things are."""
    return "\n".join([*_rooms(), "", *_shelves()])


def _rooms() -> Iterator[str]:
    yield "| from the bottom up | answers |"
    yield "|---|---|"
    for room in ROOMS:
        yield f"| `{room.name}{'/' if room.name in FOLDERS else '.py'}` | {room.answers} |"


def _shelves() -> Iterator[str]:
    yield "| inside, from the bottom up | answers |"
    yield "|---|---|"
    for name, shelves in SHELVES.items():
        for shelf in shelves:
            yield f"| `{name}/`: {', '.join(f'`{module}`' for module in shelf.modules)} | {shelf.answers} |"


FOLDERS = frozenset(
    {
        "knowledge",
        "source",
        "fixes",
        "flow",
        "aws",
        "handling",
        "sends",
        "consumers",
        "queues",
        "cache",
        "rules",
        "run",
        "reporters",
        "server",
        "evidence",
        "commands",
    }
)
