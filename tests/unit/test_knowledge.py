"""The knowledge tables: names that exist, answers that fit together."""

from __future__ import annotations

import ast
import importlib
import inspect
import random
import re
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from sqsfifo_lint import knowledge
from sqsfifo_lint.knowledge import decorators, fields, retries, sources, transforms
from sqsfifo_lint.knowledge.clocks import FUNCTION_RESOLUTION, METHOD_RESOLUTION
from sqsfifo_lint.knowledge.lookup import (
    attribute_of,
    config_attribute_of,
    matching_key,
    method_of,
    source_of,
    transform_of,
)
from sqsfifo_lint.knowledge.model import DAY, MICROSECOND, NANOSECOND, SECOND, Source, When
from sqsfifo_lint.knowledge.sources import (
    AWS_CONFIG_METHODS,
    CLOCK_WORDS,
    CONFIG_ATTRIBUTES,
    IMPORT_TIME_CONFIG,
    NOT_SOURCES,
    OVERRIDING_ARGUMENT,
    SETTINGS_BASES,
    SOURCES,
)
from sqsfifo_lint.knowledge.transforms import ATTRIBUTES, METHODS, RETURNED_ARGUMENT, TRANSFORMS
from sqsfifo_lint.model import Material

# Not in every supported Python, or not on every system.
NEWER_OR_ELSEWHERE = {
    "datetime.datetime.utcfromtimestamp",
    "datetime.datetime.utcnow",
    "os.environb.*",
    "os.environb.get",
    "os.getenvb",
    "os.getrandom",
    "os.uname",
    "os.uname().*",
    "time.clock_gettime",
    "time.clock_gettime_ns",
    "typing.override",
    "uuid.uuid6",
    "uuid.uuid7",
    "uuid.uuid8",
    "warnings.deprecated",
}

ALL_NAMES = sorted(
    {
        *SOURCES,
        *NOT_SOURCES,
        *CONFIG_ATTRIBUTES,
        *CLOCK_WORDS,
        *IMPORT_TIME_CONFIG,
        *OVERRIDING_ARGUMENT,
        *SETTINGS_BASES,
        *TRANSFORMS,
        *RETURNED_ARGUMENT,
        *FUNCTION_RESOLUTION,
        *decorators.CACHED_PROPERTIES,
        *decorators.CACHING_DECORATORS,
        *decorators.NEVER_CALLING,
        *decorators.PROPERTIES,
        *decorators.SINGLETONS,
        *fields.DATACLASS_DECORATORS,
        *fields.FIELD_FUNCTIONS,
        *fields.MODEL_BASES,
        *retries.RETRY_DECORATORS,
        *retries.RETRY_ITERATORS,
    }
)
STANDARD_NAMES = [name for name in ALL_NAMES if name.split(".")[0] in sys.stdlib_module_names | {"builtins"}]


def resolve(name: str) -> object:
    """The object that a table key names; of what a function returns, only that the function is callable is checked."""
    found: object = None
    path = name.removesuffix(".*").split(".")
    for index, part in enumerate(path):
        attribute = part.removesuffix("()")
        if found is None:
            found = importlib.import_module(attribute)
        elif isinstance(found, ModuleType) and not hasattr(found, attribute):
            found = importlib.import_module(f"{found.__name__}.{attribute}")
        else:
            found = getattr(found, attribute)
        if part.endswith("()"):
            assert callable(found), ".".join(path[: index + 1])
            if not inspect.isclass(found):
                return found
    return found


@pytest.mark.parametrize("name", STANDARD_NAMES)
def test_standard_library_names_exist(name: str) -> None:
    try:
        resolve(name)
    except (AttributeError, ImportError):
        assert name in NEWER_OR_ELSEWHERE, f"{name} does not exist"


def test_the_existence_check_can_fail() -> None:
    assert len(STANDARD_NAMES) > 200
    for name in ("time.now", "random.Random().rand", "uuid.no.such", "email.utils.today"):
        with pytest.raises((AttributeError, ImportError)):
            resolve(name)


@pytest.mark.parametrize("name", ALL_NAMES)
def test_names_are_well_formed(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z_]\w*(?:\(\))?(?:\.[A-Za-z_]\w*(?:\(\))?)*(?:\.\*)?", name)
    assert "." in name


@pytest.mark.parametrize(
    "module", [sources, transforms, decorators, fields, retries], ids=lambda module: module.__name__
)
def test_no_name_is_entered_twice(module: ModuleType) -> None:
    """Of two entries in one table, the later would win silently."""
    names: Counter[str] = Counter()
    for statement in ast.parse(inspect.getsource(module)).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Dict):
            target = statement.targets[0]
        elif isinstance(statement, ast.AnnAssign):
            target = statement.target
        else:
            continue
        table = target.id.strip("_") if isinstance(target, ast.Name) else ""
        group = "SOURCES" if table in {"CLOCKS", "UNIQUE", "PROCESS", "CONFIG"} else table
        if table in {"BUILTINS", "HASHES", "ENCODINGS", "IDENTIFIERS", "TIMES", "NUMBERS", "TEXTS"}:
            group = "TRANSFORMS"
        assert statement.value is not None
        for key in _keys(statement.value):
            names[f"{group}: {key}"] += 1
    assert len(names) > 20
    assert [name for name, count in names.items() if count > 1] == []


def _keys(value: ast.expr) -> list[str]:
    """Names that a table lists, as keys, as members of a set or in the first argument of `dict.fromkeys`."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return [value.value]
    if isinstance(value, (ast.Tuple, ast.Set)):
        return [key for element in value.elts for key in _keys(element)]
    if isinstance(value, ast.BinOp):
        return _keys(value.right)
    if isinstance(value, ast.Call) and value.args:
        return _keys(value.args[0])
    if isinstance(value, ast.Dict):
        pairs = zip(value.keys, value.values, strict=True)
        return [name for key, entry in pairs for name in _keys(entry if key is None else key)]
    return []


def test_a_name_in_both_tables_depends_on_its_arguments() -> None:
    both = SOURCES.keys() & TRANSFORMS.keys()
    assert "bson.ObjectId" in both
    unconditional = {name for name in both if SOURCES[name].when is When.ALWAYS}
    assert unconditional <= OVERRIDING_ARGUMENT.keys()


def test_a_conditional_source_is_also_a_transform() -> None:
    """What it is if its condition fails has to be known, or the result has no kind."""
    conditional = {name for name, source in SOURCES.items() if source.when is not When.ALWAYS}
    # `getfqdn(name)` asks the network: not made of its argument.
    assert (conditional | OVERRIDING_ARGUMENT.keys()) - TRANSFORMS.keys() == {"socket.getfqdn"}
    assert CLOCK_WORDS.keys() <= TRANSFORMS.keys()


def test_kinds_and_resolutions_are_from_the_known_sets() -> None:
    kinds = {"str", "int", "float", "bytes", "uuid", "datetime", "date", "any"}
    for name, source in SOURCES.items():
        assert source.kind in kinds, name
        assert (source.resolution is not None) == (source.material is Material.CLOCK), name
    for table in (TRANSFORMS, METHODS, ATTRIBUTES):
        for name, transform in table.items():
            assert transform.kind in kinds | {"bool", "decimal", "hash", "timedelta"}, name
            assert not transform.verbatim or transform.kind in {"str", "bytes", "any"}, name


@pytest.mark.parametrize(
    ("name", "material", "kind", "resolution"),
    [
        ("time.time", Material.CLOCK, "float", MICROSECOND),
        ("time.time_ns", Material.CLOCK, "int", NANOSECOND),
        ("datetime.datetime.now", Material.CLOCK, "datetime", MICROSECOND),
        ("datetime.date.today", Material.CLOCK, "date", DAY),
        ("time.strftime", Material.CLOCK, "str", SECOND),
        ("django.utils.timezone.now", Material.CLOCK, "datetime", MICROSECOND),
        ("time.monotonic", Material.INDEX, "float", None),
        ("asyncio.get_running_loop().time", Material.INDEX, "float", None),
        ("uuid.uuid4", Material.UNIQUE, "uuid", None),
        ("secrets.token_hex", Material.UNIQUE, "str", None),
        ("secrets.token_bytes", Material.UNIQUE, "bytes", None),
        ("os.urandom", Material.UNIQUE, "bytes", None),
        ("random.random", Material.UNIQUE, "float", None),
        ("random.randint", Material.UNIQUE, "int", None),
        ("random.choice", Material.UNIQUE, "any", None),
        ("snowflake.SnowflakeGenerator().__next__", Material.UNIQUE, "int", None),
        ("builtins.hash", Material.PROCESS, "int", None),
        ("builtins.id", Material.PROCESS, "int", None),
        ("socket.gethostname", Material.PROCESS, "str", None),
        ("os.getenv", Material.CONFIG, "str", None),
        ("os.environ.get", Material.CONFIG, "str", None),
    ],
)
def test_source_of(name: str, material: Material, kind: str, resolution: int | None) -> None:
    source = source_of(name)
    assert source is not None
    assert (source.material, source.kind, source.resolution) == (material, kind, resolution)


@pytest.mark.parametrize(
    "name",
    [
        "secrets.token_something_new",
        "random.binomialvariate",
        "random.SystemRandom().sample",
        "secrets.SystemRandom().choices",
        "numpy.random.rand",
        "numpy.random.default_rng().integers",
        "faker.Faker().uuid4",
        "faker.Faker().unique.random_int",
        "ulid.new",
        "ulid.new().str",
        "ulid.monotonic.generate",
    ],
)
def test_a_wildcard_covers_names_at_any_depth(name: str) -> None:
    assert source_of(name) == Source(Material.UNIQUE)


@pytest.mark.parametrize(
    "name",
    [
        "random",
        "random.seed",
        "random.Random",
        "random.SystemRandom",
        "random.shuffle",
        "secrets.compare_digest",
        "numpy.random",
        "numpy.random.default_rng",
        "faker.Faker",
        "randomised.thing",
        "my.random.choice",
        "ulid.ULID.from_str",
        "ulid.parse",
        "ulid.create",
        "shortuuid.encode",
        "time.sleep",
        "uuid.UUID",
        "",
        ".",
        "..",
    ],
)
def test_not_a_source(name: str) -> None:
    assert source_of(name) is None


def test_every_name_below_a_wildcard_that_is_no_source_is_needed() -> None:
    for name in NOT_SOURCES:
        assert matching_key(SOURCES, name) is not None, name
        assert name not in SOURCES


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("bson.ObjectId", When.NO_ARGUMENTS),
        ("shortuuid.uuid", When.NO_NAME),
        ("uuid.uuid8", When.FEWER_THAN_THREE),
        ("arrow.get", When.NO_POSITIONAL),
        ("time.localtime", When.NO_ARGUMENTS),
        ("uuid.uuid4", When.ALWAYS),
    ],
)
def test_conditions(name: str, when: When) -> None:
    assert SOURCES[name].when is when


def test_an_exact_name_wins_and_so_does_the_longest_wildcard() -> None:
    table: dict[str, object] = {"a.*": 1, "a.b.*": 2, "a.b.c": 3}
    assert matching_key(table, "a.b.c") == "a.b.c"
    assert matching_key(table, "a.b.d.e") == "a.b.*"
    assert matching_key(table, "a.x.c") == "a.*"
    assert matching_key(table, "a.b") == "a.*"
    assert matching_key(table, "a") is None
    assert matching_key(table, "ab.c") is None


@pytest.mark.parametrize(
    ("name", "kind", "verbatim"),
    [
        ("builtins.str", "str", True),
        ("builtins.repr", "str", False),
        ("builtins.int", "int", False),
        ("builtins.str.lower", "any", False),
        ("hashlib.sha256", "hash", False),
        ("hashlib.a_new_one", "hash", False),
        ("hashlib.scrypt", "bytes", False),
        ("zlib.crc32", "int", False),
        ("base64.b64encode", "bytes", False),
        ("json.dumps", "str", False),
        ("uuid.uuid5", "uuid", False),
        ("mmh3.hash64", "any", False),
        ("mmh3.hash", "int", False),
        ("datetime.datetime.fromtimestamp", "datetime", False),
        ("time.strftime", "str", False),
    ],
)
def test_transform_of(name: str, kind: str, verbatim: bool) -> None:
    transform = transform_of(name)
    assert transform is not None
    assert (transform.kind, transform.verbatim) == (kind, verbatim)


@pytest.mark.parametrize("name", ["uuid.uuid4", "hashlib", "builtins.hash", "builtins.sorted", "gzip.compress", ""])
def test_not_a_transform(name: str) -> None:
    assert transform_of(name) is None


@pytest.mark.parametrize(
    "builtin",
    [
        *("dict", "enumerate", "filter", "getattr", "hash", "id", "isinstance", "iter", "len", "list", "map"),
        *("next", "open", "range", "reversed", "set", "sorted", "tuple", "vars", "zip"),
    ],
)
def test_builtins_that_the_evaluator_treats_itself_are_no_transforms(builtin: str) -> None:
    assert transform_of(f"builtins.{builtin}") is None


@pytest.mark.parametrize(
    ("kind", "name", "result"),
    [
        ("str", "replace", "str"),
        ("bytes", "replace", "bytes"),
        ("datetime", "replace", "datetime"),
        ("any", "replace", "any"),
        ("str", "format", "str"),
        ("datetime", "isoformat", "str"),
        ("datetime", "date", "date"),
        ("hash", "hexdigest", "str"),
        ("hash", "digest", "bytes"),
        ("bytes", "lower", "bytes"),
    ],
)
def test_method_of(kind: str, name: str, result: str) -> None:
    transform = method_of(kind, name)
    assert transform is not None
    assert transform.kind == result


def test_a_format_pattern_of_a_date_does_not_stand_in_the_result() -> None:
    text, date = method_of("str", "format"), method_of("datetime", "format")
    assert text is not None
    assert text.verbatim
    assert date is not None
    assert not date.verbatim


def test_methods_that_are_no_function_of_the_receiver_are_unknown() -> None:
    for name in ("__hash__", "read", "get", "pop", "now", "execute"):
        assert method_of("any", name) is None


def test_text_methods_exist() -> None:
    for kind, owner in (("str", str), ("bytes", bytes)):
        for key in METHODS:
            if key.startswith(f"{kind}."):
                assert hasattr(owner, key.removeprefix(f"{kind}.")), key


def test_attribute_of() -> None:
    for kind, name, result in (
        ("uuid", "hex", "str"),
        ("uuid", "int", "int"),
        ("uuid", "bytes", "bytes"),
        ("datetime", "year", "int"),
        ("datetime", "int_timestamp", "int"),
    ):
        transform = attribute_of(kind, name)
        assert transform is not None
        assert transform.kind == result
    assert attribute_of("any", "id") is None
    assert attribute_of("any", "value") is None


def test_coarsening_functions_and_methods_keep_their_origins() -> None:
    assert FUNCTION_RESOLUTION.keys() <= TRANSFORMS.keys()
    for name in METHOD_RESOLUTION:
        assert method_of("datetime", name) or attribute_of("datetime", name), name


def test_configuration_attributes() -> None:
    for name in ("os.environ.QUEUE", "django.conf.settings.SQS.GROUP", "dynaconf.Dynaconf().group"):
        source = config_attribute_of(name)
        assert source is not None, name
        assert source.material is Material.CONFIG
    for name in ("os.environ", "django.conf", "os.path.join"):
        assert config_attribute_of(name) is None


def test_process_environment_and_aws_methods() -> None:
    assert {"HOSTNAME", "POD_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"} == sources.PROCESS_ENVIRONMENT
    assert "get_parameter" in AWS_CONFIG_METHODS["ssm"]


def test_decorator_tables_do_not_contradict_each_other() -> None:
    assert not decorators.CACHED_PROPERTIES & decorators.PROPERTIES
    assert not decorators.CACHING_DECORATORS & retries.RETRY_DECORATORS.keys()


def test_a_decorator_that_retries_says_when() -> None:
    for name, retry in retries.RETRY_DECORATORS.items():
        assert retry.always is not bool(retry.keywords or retry.method), name


def test_fields() -> None:
    field, attr, old = (fields.FIELD_FUNCTIONS[n] for n in ("dataclasses.field", "attrs.field", "attr.ib"))
    assert (field.default, field.factory, field.positional) == ("default", "default_factory", False)
    assert (attr.default, attr.factory, attr.positional) == ("default", "factory", False)
    assert (old.default, old.factory, old.positional) == ("default", "factory", True)
    assert fields.FIELD_FUNCTIONS["pydantic.Field"].positional


CODE = {"added", "connecting", "lookup", "meanings", "resolutions", "senders", "shapes"}
"""The modules of `knowledge` that are code, as their docstrings say; the others are tables."""


def test_tables_are_no_code() -> None:
    for path in sorted(Path(knowledge.__path__[0]).glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
        assert bool(functions) is (path.stem in CODE), path.name


def test_every_table_is_read() -> None:
    """By code other than tests: a name that occurs only once in the package is not used."""
    package = Path(knowledge.__path__[0]).parent
    words = Counter(word for path in package.rglob("*.py") for word in re.findall(r"\w+", path.read_text("utf-8")))
    tables = {
        node.id
        for path in (package / "knowledge").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id.isupper()
    }
    assert len(tables) > 50
    assert not {name for name in tables if words[name] < 2}


def test_the_random_functions_of_the_standard_library_are_covered() -> None:
    for function in random.__all__:
        assert source_of(f"random.{function}") is not None or f"random.{function}" in NOT_SOURCES
