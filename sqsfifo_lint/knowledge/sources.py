"""Where values come from: clocks, unique values, values that differ between processes, configuration.

A key may end in `.*`: any attribute below that name. An exact key wins over a wildcard, and the longest wildcard wins.
An instance is spelled `package.Class()`, calling it `package.Class().__call__`, `next()` of it
`package.Class().__next__`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqsfifo_lint.knowledge.model import DAY, MICROSECOND, NANOSECOND, SECOND, Source, When
from sqsfifo_lint.model import Material, Trait

_NOW = Source(Material.CLOCK, "datetime", MICROSECOND)
# `str()` of the standard library's type puts a space between date and time; that of other packages' types may not.
_STANDARD_NOW = Source(Material.CLOCK, "datetime", MICROSECOND, trait=Trait.SPACED)
_NOW_UNLESS_GIVEN = Source(Material.CLOCK, "datetime", MICROSECOND, When.NO_ARGUMENTS)
_NANOSECOND_NOW = Source(Material.CLOCK, "datetime", NANOSECOND)
_MIDNIGHT = Source(Material.CLOCK, "datetime", DAY)
_TODAY = Source(Material.CLOCK, "date", DAY)
_DATE_TEXT = Source(Material.CLOCK, "str", SECOND)
_DATE_TEXT_UNLESS_GIVEN = Source(Material.CLOCK, "str", SECOND, When.NO_ARGUMENTS, Trait.SPACED)
_STRUCT_UNLESS_GIVEN = Source(Material.CLOCK, "any", SECOND, When.NO_ARGUMENTS)

# Clocks that start with the process or the machine count from zero again, so their values repeat, as a counter's do.
_RELATIVE_FLOAT = Source(Material.INDEX, "float", trait=Trait.UPTIME)
_RELATIVE_INT = Source(Material.INDEX, "int", trait=Trait.UPTIME)

_CLOCKS: dict[str, Source] = {
    "time.time": Source(Material.CLOCK, "float", MICROSECOND),
    "time.time_ns": Source(Material.CLOCK, "int", NANOSECOND),
    "time.clock_gettime": Source(Material.CLOCK, "float", MICROSECOND),
    "time.clock_gettime_ns": Source(Material.CLOCK, "int", NANOSECOND),
    **dict.fromkeys(("time.gmtime", "time.localtime"), _STRUCT_UNLESS_GIVEN),
    **dict.fromkeys(("time.asctime", "time.ctime"), _DATE_TEXT_UNLESS_GIVEN),
    "time.strftime": _DATE_TEXT,
    **dict.fromkeys(
        (
            "datetime.datetime.now",
            "datetime.datetime.today",
            "datetime.datetime.utcnow",
            "django.utils.timezone.now",
            "oslo_utils.timeutils.utcnow",
        ),
        _STANDARD_NOW,
    ),
    "datetime.date.today": _TODAY,
    "email.utils.formatdate": Source(Material.CLOCK, "str", SECOND, When.NO_POSITIONAL, Trait.SPACED),
    "email.utils.localtime": _NOW_UNLESS_GIVEN,
    # Third party: kind `datetime` for everything that has its methods.
    **dict.fromkeys(
        (
            "airflow.sdk.timezone.utcnow",
            "airflow.utils.timezone.utcnow",
            "arrow.Arrow.now",
            "arrow.Arrow.utcnow",
            "arrow.ArrowFactory().now",
            "arrow.ArrowFactory().utcnow",
            "arrow.arrow.Arrow.now",
            "arrow.arrow.Arrow.utcnow",
            "arrow.now",
            "arrow.utcnow",
            "astropy.time.Time.now",
            "delorean.now",
            "delorean.utcnow",
            "jdatetime.datetime.now",
            "maya.now",
            "pandas.Timestamp.now",
            "pandas.Timestamp.today",
            "pandas.Timestamp.utcnow",
            "pendulum.DateTime.now",
            "pendulum.DateTime.today",
            "pendulum.DateTime.utcnow",
            "pendulum.now",
            "udatetime.now",
            "udatetime.utcnow",
        ),
        _NOW,
    ),
    **dict.fromkeys(
        ("udatetime.now_to_string", "udatetime.utcnow_to_string"),
        Source(Material.CLOCK, "str", MICROSECOND),
    ),
    **dict.fromkeys(
        (
            "whenever.Instant.now",
            "whenever.OffsetDateTime.now",
            "whenever.ZonedDateTime.now",
            "whenever.ZonedDateTime.now_in_system_tz",
        ),
        _NANOSECOND_NOW,
    ),
    **dict.fromkeys(
        (
            "dateutil.utils.today",
            "pendulum.today",
            "pendulum.tomorrow",
            "pendulum.yesterday",
        ),
        _MIDNIGHT,
    ),
    **dict.fromkeys(
        (
            "jdatetime.date.today",
            "pendulum.Date.today",
            "whenever.Date.today",
            "whenever.Date.today_in_system_tz",
        ),
        _TODAY,
    ),
    # `arrow.get(tzinfo=...)` is still the current time.
    "arrow.get": Source(Material.CLOCK, "datetime", MICROSECOND, When.NO_POSITIONAL),
    "django.utils.timezone.localdate": Source(Material.CLOCK, "date", DAY, When.NO_POSITIONAL),
    "django.utils.timezone.localtime": Source(Material.CLOCK, "datetime", MICROSECOND, When.NO_POSITIONAL),
    "werkzeug.http.http_date": _DATE_TEXT_UNLESS_GIVEN,
    **dict.fromkeys(
        (
            "anyio.current_time",
            "asyncio.AbstractEventLoop().time",
            "asyncio.get_event_loop().time",
            "asyncio.get_running_loop().time",
            "asyncio.new_event_loop().time",
            "time.monotonic",
            "time.perf_counter",
            "time.process_time",
            "time.thread_time",
            "trio.current_time",
        ),
        _RELATIVE_FLOAT,
    ),
    **dict.fromkeys(
        ("time.monotonic_ns", "time.perf_counter_ns", "time.process_time_ns", "time.thread_time_ns"),
        _RELATIVE_INT,
    ),
    "os.times": Source(Material.INDEX),
}

_UNIQUE_ANY = Source(Material.UNIQUE)
_UNIQUE_UUID = Source(Material.UNIQUE, "uuid")
_UNIQUE_STR = Source(Material.UNIQUE, "str")
_UNIQUE_BYTES = Source(Material.UNIQUE, "bytes")
_UNIQUE_INT = Source(Material.UNIQUE, "int")
_UNIQUE_FLOAT = Source(Material.UNIQUE, "float")
_UNIQUE_UUID8 = Source(Material.UNIQUE, "uuid", when=When.FEWER_THAN_THREE)
_UNIQUE_UNLESS_GIVEN = Source(Material.UNIQUE, when=When.NO_ARGUMENTS)
_UNIQUE_UNLESS_NAMED = Source(Material.UNIQUE, "str", when=When.NO_NAME)

_UNIQUE: dict[str, Source] = {
    **dict.fromkeys(
        (
            "uuid.uuid1",
            "uuid.uuid4",
            "uuid.uuid6",
            "uuid.uuid7",
            "uuid6.uuid6",
            "uuid6.uuid7",
            "uuid6.uuid8",
            "uuid_backport.uuid6",
            "uuid_backport.uuid7",
            "uuid_backport.uuid8",
            "uuid_extensions.uuid7",
            "uuid_utils.compat.uuid1",
            "uuid_utils.compat.uuid4",
            "uuid_utils.compat.uuid6",
            "uuid_utils.compat.uuid7",
            "uuid_utils.uuid1",
            "uuid_utils.uuid4",
            "uuid_utils.uuid6",
            "uuid_utils.uuid7",
            "ulid2.generate_ulid_as_uuid",
        ),
        _UNIQUE_UUID,
    ),
    **dict.fromkeys(("uuid.uuid8", "uuid_utils.compat.uuid8", "uuid_utils.uuid8"), _UNIQUE_UUID8),
    # Random text
    **dict.fromkeys(
        (
            "secrets.token_hex",
            "secrets.token_urlsafe",
            "email.utils.make_msgid",
            "tempfile.mkdtemp",
            "tempfile.mktemp",
            "argon2.PasswordHasher().hash",
            "celery.utils.uuid",
            "celery.uuid",
            "cuid.CuidGenerator().cuid",
            "cuid.CuidGenerator().slug",
            "cuid.cuid",
            "cuid.slug",
            "cuid2.Cuid().generate",
            "cuid2.create_id",
            "cuid2.cuid_wrapper().__call__",
            "django.contrib.auth.hashers.make_password",
            "django.core.management.utils.get_random_secret_key",
            "django.utils.crypto.get_random_string",
            "fastnanoid.generate",
            "kombu.utils.uuid.uuid",
            "localstack.utils.common.long_uid",
            "localstack.utils.common.short_uid",
            "localstack.utils.strings.long_uid",
            "localstack.utils.strings.short_uid",
            "kombu.uuid",
            "nanoid.generate",
            "nanoid.non_secure_generate",
            "oslo_utils.uuidutils.generate_uuid",
            "passlib.context.CryptContext().hash",
            "pynanoid.generate",
            "shortuuid.ShortUUID().random",
            "shortuuid.random",
            "ulid2.generate_ulid_as_base32",
            "ulid_transform.ulid_at_time",
            "ulid_transform.ulid_hex",
            "ulid_transform.ulid_now",
            "uuid_extensions.uuid7str",
            "werkzeug.security.gen_salt",
            "werkzeug.security.generate_password_hash",
        ),
        _UNIQUE_STR,
    ),
    **dict.fromkeys(("shortuuid.ShortUUID().uuid", "shortuuid.uuid"), _UNIQUE_UNLESS_NAMED),
    # Random bytes
    **dict.fromkeys(
        (
            "os.getrandom",
            "os.urandom",
            "random.Random().randbytes",
            "random.SystemRandom().randbytes",
            "random.randbytes",
            "secrets.SystemRandom().randbytes",
            "secrets.token_bytes",
            "Crypto.Random.get_random_bytes",
            "bcrypt.gensalt",
            "cryptography.fernet.Fernet().encrypt",
            "cryptography.fernet.Fernet.generate_key",
            "nacl.utils.random",
            "ulid2.generate_binary_ulid",
            "ulid_transform.ulid_now_bytes",
        ),
        _UNIQUE_BYTES,
    ),
    # Random numbers
    **dict.fromkeys(
        (
            "random.Random().getrandbits",
            "random.Random().randint",
            "random.Random().randrange",
            "random.SystemRandom().getrandbits",
            "random.SystemRandom().randint",
            "random.SystemRandom().randrange",
            "random.getrandbits",
            "random.randint",
            "random.randrange",
            "secrets.SystemRandom().getrandbits",
            "secrets.SystemRandom().randint",
            "secrets.SystemRandom().randrange",
            "secrets.randbelow",
            "secrets.randbits",
            "snowflake.SnowflakeGenerator().__next__",
            "sonyflake.SonyFlake().next_id",
            "sonyflake.Sonyflake().next_id",
        ),
        _UNIQUE_INT,
    ),
    **dict.fromkeys(
        (
            "random.Random().random",
            "random.Random().uniform",
            "random.SystemRandom().random",
            "random.SystemRandom().uniform",
            "random.betavariate",
            "random.expovariate",
            "random.gammavariate",
            "random.gauss",
            "random.lognormvariate",
            "random.normalvariate",
            "random.paretovariate",
            "random.random",
            "random.triangular",
            "random.uniform",
            "random.vonmisesvariate",
            "random.weibullvariate",
            "secrets.SystemRandom().random",
            "secrets.SystemRandom().uniform",
        ),
        _UNIQUE_FLOAT,
    ),
    # Random, with a type that depends on the arguments or is the package's own
    **dict.fromkeys(
        (
            "random.Random().choice",
            "random.SystemRandom().choice",
            "random.choice",
            "random.choices",
            "random.sample",
            "secrets.SystemRandom().choice",
            "secrets.choice",
            "tempfile.NamedTemporaryFile",
            "tempfile.NamedTemporaryFile().*",
            "tempfile.TemporaryDirectory",
            "tempfile.TemporaryDirectory().*",
            "tempfile.mkstemp",
            "cyksuid.ksuid.ksuid",
            "cyksuid.v2.ksuid",
            "epyxid.XID",
            "epyxid.xid_create",
            "faker.Faker().*",
            "ksuid.Ksuid",
            "ksuid.KsuidMs",
            "ksuid.ksuid",
            "numpy.random.*",
            "passlib.hash.*",
            "pksuid.PKSUID",
            "random.*",
            "secrets.*",
            "tsidpy.TSID.create",
            "tsidpy.TSIDGenerator().create",
            "typeid.TypeID",
            # Several packages share this import name, and all of them make identifiers.
            "ulid.*",
            "ulid.ULID.from_datetime",
            "ulid.ULID.from_timestamp",
            "ulid.from_randomness",
            "ulid.from_timestamp",
            "ulid.new",
        ),
        _UNIQUE_ANY,
    ),
    **dict.fromkeys(
        ("bson.ObjectId", "bson.objectid.ObjectId", "ulid.ULID", "xid.Xid"),
        _UNIQUE_UNLESS_GIVEN,
    ),
}

_HOST_ANY = Source(Material.PROCESS, trait=Trait.HOST)
_HOST_STR = Source(Material.PROCESS, "str", trait=Trait.HOST)
_PROCESS_INT = Source(Material.PROCESS, "int", trait=Trait.PROCESS)
_ADDRESS = Source(Material.PROCESS, "int", trait=Trait.ADDRESS)
_THREAD_INT = Source(Material.PROCESS, "int", trait=Trait.THREAD)

_PROCESS: dict[str, Source] = {
    # What `hash()` gives depends on the type of its argument: see `flow/process.py`.
    "builtins.hash": Source(Material.PROCESS, "int", trait=Trait.SALT),
    **dict.fromkeys(("builtins.id", "builtins.object.__hash__"), _ADDRESS),
    # Numbers that the operating system assigns: they mean nothing outside this process.
    **dict.fromkeys(("os.getpid", "os.getppid"), _PROCESS_INT),
    **dict.fromkeys(("threading.get_ident", "threading.get_native_id"), _THREAD_INT),
    # The host, the user, and names that a program may have given to its threads and tasks: a message may well be about
    # exactly that.
    "uuid.getnode": Source(Material.PROCESS, "int", trait=Trait.HOST),
    **dict.fromkeys(
        (
            "asyncio.current_task().get_name",
            "getpass.getuser",
            "os.getlogin",
            "platform.node",
            "platform.platform",
            "socket.gethostname",
        ),
        _HOST_STR,
    ),
    "socket.getfqdn": Source(Material.PROCESS, "str", when=When.NO_ARGUMENTS, trait=Trait.HOST),
    **dict.fromkeys(
        (
            "asyncio.current_task",
            "multiprocessing.current_process",
            "multiprocessing.current_process().*",
            "os.uname",
            "os.uname().*",
            "platform.uname",
            "platform.uname().*",
            "threading.current_thread",
            "threading.current_thread().*",
            "threading.main_thread",
            "threading.main_thread().*",
        ),
        _HOST_ANY,
    ),
    # Counters start again with the process.
    "itertools.count().__next__": Source(Material.INDEX, "int"),
}

_CONFIG_ANY = Source(Material.CONFIG)
_CONFIG_STR = Source(Material.CONFIG, "str")

_CONFIG: dict[str, Source] = {
    **dict.fromkeys(
        (
            "os.environ.get",
            "os.environ.pop",
            "os.environ.setdefault",
            "os.getenv",
            "configparser.ConfigParser().get",
            "configparser.RawConfigParser().get",
            "dotenv.get_key",
            "importlib.metadata.version",
            "importlib_metadata.version",
        ),
        _CONFIG_STR,
    ),
    **dict.fromkeys(("os.environb.get", "os.getenvb"), Source(Material.CONFIG, "bytes")),
    **dict.fromkeys(
        ("configparser.ConfigParser().getint", "configparser.RawConfigParser().getint"), Source(Material.CONFIG, "int")
    ),
    **dict.fromkeys(
        (
            "airflow.configuration.conf.get",
            "airflow.models.Variable.get",
            "airflow.models.variable.Variable.get",
            "airflow.sdk.Variable.get",
            "aws_lambda_powertools.utilities.parameters.get_app_config",
            "aws_lambda_powertools.utilities.parameters.get_parameter",
            "aws_lambda_powertools.utilities.parameters.get_parameters",
            "aws_lambda_powertools.utilities.parameters.get_parameters_by_name",
            "aws_lambda_powertools.utilities.parameters.get_secret",
            "consul.Consul().kv.get",
            "decouple.AutoConfig().__call__",
            "decouple.Config().__call__",
            "decouple.config",
            "dotenv.dotenv_values",
            "environ.Env().__call__",
            "environ.FileAwareEnv().__call__",
            "environs.Env().__call__",
            "environs.env",
            "etcd3.Etcd3Client().get",
            "etcd3.client().get",
            "omegaconf.OmegaConf.load",
            "starlette.config.Config().__call__",
            "toml.load",
            "tomli.load",
            "tomllib.load",
            "typer.Argument",
            "typer.Option",
        ),
        _CONFIG_ANY,
    ),
}

SOURCES: Mapping[str, Source] = MappingProxyType({**_CLOCKS, **_UNIQUE, **_PROCESS, **_CONFIG})

NOT_SOURCES: frozenset[str] = frozenset(
    {
        # Constructors: the object is the same each time, but what its methods return is not.
        "numpy.random.Generator",
        "numpy.random.MT19937",
        "numpy.random.PCG64",
        "numpy.random.Philox",
        "numpy.random.RandomState",
        "numpy.random.SeedSequence",
        "numpy.random.default_rng",
        "random.Random",
        "random.SystemRandom",
        "secrets.SystemRandom",
        # State and shuffling: nothing random is returned.
        "numpy.random.get_state",
        "numpy.random.seed",
        "numpy.random.set_state",
        "numpy.random.shuffle",
        "random.Random().seed",
        "random.Random().setstate",
        "random.Random().shuffle",
        "random.SystemRandom().seed",
        "random.SystemRandom().shuffle",
        "random.getstate",
        "random.seed",
        "random.setstate",
        "random.shuffle",
        "secrets.SystemRandom().shuffle",
        "faker.Faker().add_provider",
        "faker.Faker().seed_instance",
        # Answers about a value that was passed in.
        "secrets.compare_digest",
        "secrets.DEFAULT_ENTROPY",
    }
)
"""Names covered by a wildcard of `SOURCES` that yield nothing new."""

OVERRIDING_ARGUMENT: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "time.strftime": (1, "t"),
        "email.utils.formatdate": (0, "timeval"),
        "django.utils.timezone.localdate": (0, "value"),
        "django.utils.timezone.localtime": (0, "value"),
        "ksuid.Ksuid": (1, "payload"),
        "ksuid.KsuidMs": (1, "payload"),
        "typeid.TypeID": (1, "suffix"),
    }
)
"""Source -> position and keyword of the argument that takes the source's place: with it, the call is a transform."""

CLOCK_WORDS: Mapping[str, Mapping[str, Source]] = MappingProxyType(
    {
        "numpy.datetime64": {"now": Source(Material.CLOCK, "datetime", SECOND), "today": _MIDNIGHT},
        "pandas.Timestamp": {"now": _NOW, "today": _NOW},
        "pandas.to_datetime": {"now": _NOW, "today": _NOW},
    }
)
"""Transforms that read the clock if their first argument is one of these words."""

CONFIG_ATTRIBUTES: Mapping[str, Source] = MappingProxyType(
    {
        **dict.fromkeys(("os.environ.*", "starlette.config.environ.*"), _CONFIG_STR),
        "os.environb.*": Source(Material.CONFIG, "bytes"),
        **dict.fromkeys(
            (
                "airflow.configuration.conf.*",
                "celery.Celery().conf.*",
                "celery.app.conf.*",
                "celery.current_app.conf.*",
                "configparser.ConfigParser().*",
                "configparser.RawConfigParser().*",
                "decouple.AutoConfig().*",
                "decouple.Config().*",
                "django.conf.settings.*",
                "dotenv.dotenv_values().*",
                "dynaconf.Dynaconf().*",
                "dynaconf.LazySettings().*",
                "dynaconf.settings.*",
                "environ.Env().*",
                "environ.FileAwareEnv().*",
                "environs.Env().*",
                "environs.env.*",
                "flask.Flask().config.*",
                "flask.current_app.config.*",
                "omegaconf.OmegaConf.load().*",
                "quart.Quart().config.*",
                "quart.current_app.config.*",
                "starlette.config.Config().*",
            ),
            _CONFIG_ANY,
        ),
    }
)
"""Objects whose attributes, items and method results are configuration."""

PROCESS_ENVIRONMENT: frozenset[str] = frozenset({"AWS_LAMBDA_LOG_STREAM_NAME", "HOSTNAME", "POD_NAME"})
"""Environment variables that name the process or host: unlike other configuration they differ within a deployment."""

IMPORT_TIME_CONFIG: frozenset[str] = frozenset(
    {"json.load", "toml.loads", "tomllib.loads", "yaml.full_load", "yaml.load", "yaml.safe_load"}
)
"""Parsers that read configuration if a module calls them at its top level; in a function they may read a message."""

AWS_CONFIG_METHODS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "appconfig": frozenset({"get_configuration"}),
        "appconfigdata": frozenset({"get_latest_configuration"}),
        "secretsmanager": frozenset({"get_secret_value"}),
        "ssm": frozenset({"get_parameter", "get_parameters", "get_parameters_by_path"}),
    }
)
"""AWS service -> methods of its boto3 client that read configuration."""

SETTINGS_BASES: frozenset[str] = frozenset(
    {
        "pydantic.BaseSettings",
        "pydantic.env_settings.BaseSettings",
        "pydantic.v1.BaseSettings",
        "pydantic_settings.BaseSettings",
        "pydantic_settings.main.BaseSettings",
    }
)
"""Classes whose subclasses' attributes are read from the environment."""

DRAWN_AT_ONCE = (".choices", ".sample")
"""How the names end of what draws several elements of a population in one call."""

POPULATIONS: Mapping[str, int] = MappingProxyType(
    {
        "string.ascii_letters": 52,
        "string.ascii_lowercase": 26,
        "string.ascii_uppercase": 26,
        "string.digits": 10,
        "string.hexdigits": 22,
        "string.octdigits": 8,
        "string.punctuation": 32,
    }
)
"""How many characters the library's constants have from which codes are drawn."""
