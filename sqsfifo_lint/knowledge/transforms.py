"""Callables, methods and attributes whose result is as stable as what goes in.

A key may end in `.*`: any attribute below that name. An exact key wins over a wildcard, and the longest wildcard wins.
An instance is spelled `package.Class()`, calling it `package.Class().__call__`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqsfifo_lint.knowledge.model import Transform

_ANY = Transform()
_STR = Transform("str")
_TEXT = Transform("str", verbatim=True)
_BYTES = Transform("bytes")
_TEXT_BYTES = Transform("bytes", verbatim=True)
_INT = Transform("int")
_FLOAT = Transform("float")
_BOOL = Transform("bool")
_UUID = Transform("uuid")
_DATETIME = Transform("datetime")
_DATE = Transform("date")
# A hash object is not text: passed as an ID it is rejected, so it has its own kind.
_HASH = Transform("hash")
_DECIMAL = Transform("decimal")
_TIMEDELTA = Transform("timedelta")


_BUILTINS: dict[str, Transform] = {
    "builtins.str": _TEXT,
    "builtins.format": _TEXT,
    **dict.fromkeys(
        (
            "builtins.ascii",
            "builtins.bin",
            "builtins.chr",
            "builtins.hex",
            "builtins.oct",
            "builtins.repr",
        ),
        _STR,
    ),
    **dict.fromkeys(("builtins.int", "builtins.ord"), _INT),
    "builtins.float": _FLOAT,
    "builtins.bool": _BOOL,
    **dict.fromkeys(("builtins.bytes", "builtins.bytearray", "builtins.memoryview"), _BYTES),
    **dict.fromkeys(
        (
            "builtins.abs",
            "builtins.complex",
            "builtins.divmod",
            "builtins.max",
            "builtins.min",
            "builtins.pow",
            "builtins.round",
            "builtins.sum",
        ),
        _ANY,
    ),
    # Methods accessed through the class: `str.lower(x)`, `map(str.strip, xs)`.
    **dict.fromkeys(("builtins.str.format", "builtins.str.format_map", "builtins.str.join"), _TEXT),
    "builtins.str.encode": _TEXT_BYTES,
    "builtins.str.*": _ANY,
    "builtins.bytes.decode": _TEXT,
    "builtins.bytes.fromhex": _BYTES,
    "builtins.bytes.hex": _STR,
    "builtins.bytes.*": _ANY,
    "builtins.int.from_bytes": _INT,
    "builtins.int.to_bytes": _BYTES,
    "builtins.float.fromhex": _FLOAT,
    "builtins.float.hex": _STR,
}

_HASHES: dict[str, Transform] = {
    **dict.fromkeys(
        (
            "hashlib.blake2b",
            "hashlib.blake2s",
            "hashlib.file_digest",
            "hashlib.md5",
            "hashlib.new",
            "hashlib.sha1",
            "hashlib.sha224",
            "hashlib.sha256",
            "hashlib.sha384",
            "hashlib.sha3_224",
            "hashlib.sha3_256",
            "hashlib.sha3_384",
            "hashlib.sha3_512",
            "hashlib.sha512",
            "hashlib.shake_128",
            "hashlib.shake_256",
            "hashlib.*",
            "hmac.HMAC",
            "hmac.new",
            "blake3.blake3",
            "xxhash.xxh128",
            "xxhash.xxh32",
            "xxhash.xxh3_128",
            "xxhash.xxh3_64",
            "xxhash.xxh64",
        ),
        _HASH,
    ),
    **dict.fromkeys(("hashlib.pbkdf2_hmac", "hashlib.scrypt", "hmac.digest"), _BYTES),
    **dict.fromkeys(
        (
            "binascii.crc32",
            "binascii.crc_hqx",
            "crc32c.crc32c",
            "fnvhash.*",
            "google_crc32c.value",
            "mmh3.hash",
            "mmh3.hash128",
            "murmurhash.hash",
            "xxhash.xxh128_intdigest",
            "xxhash.xxh32_intdigest",
            "xxhash.xxh3_128_intdigest",
            "xxhash.xxh3_64_intdigest",
            "xxhash.xxh64_intdigest",
            "zlib.adler32",
            "zlib.crc32",
        ),
        _INT,
    ),
    **dict.fromkeys(
        (
            "xxhash.xxh128_hexdigest",
            "xxhash.xxh32_hexdigest",
            "xxhash.xxh3_128_hexdigest",
            "xxhash.xxh3_64_hexdigest",
            "xxhash.xxh64_hexdigest",
        ),
        _STR,
    ),
    **dict.fromkeys(
        (
            "mmh3.hash_bytes",
            "xxhash.xxh128_digest",
            "xxhash.xxh32_digest",
            "xxhash.xxh3_128_digest",
            "xxhash.xxh3_64_digest",
            "xxhash.xxh64_digest",
        ),
        _BYTES,
    ),
    **dict.fromkeys(("cityhash.*", "farmhash.*", "mmh3.*", "murmurhash.*", "siphash.*", "siphashc.*"), _ANY),
    # The salt is an argument here, so the result is as stable as the salt.
    "bcrypt.hashpw": _BYTES,
}

_ENCODINGS: dict[str, Transform] = {
    **dict.fromkeys(
        (
            "base58.b58decode",
            "base58.b58encode",
            "base64.*",
            "binascii.a2b_base64",
            "binascii.a2b_hex",
            "binascii.b2a_base64",
            "binascii.b2a_hex",
            "binascii.hexlify",
            "binascii.unhexlify",
            "struct.pack",
            "urllib.parse.unquote_to_bytes",
            "zlib.compress",
            "zlib.decompress",
        ),
        _BYTES,
    ),
    "urllib.parse.quote_from_bytes": _STR,
    **dict.fromkeys(
        (
            "base62.encode",
            "base62.encodebytes",
            "hashids.Hashids().encode",
            "hashids.Hashids().encode_hex",
            "sqids.Sqids().encode",
            "urllib.parse.quote",
            "urllib.parse.quote_plus",
            "urllib.parse.unquote",
            "urllib.parse.unquote_plus",
            "urllib.parse.urlencode",
            "urllib.parse.urljoin",
        ),
        _STR,
    ),
    **dict.fromkeys(
        (
            "codecs.decode",
            "codecs.encode",
            "hashids.Hashids().decode",
            "sqids.Sqids().decode",
            "struct.unpack",
            "struct.unpack_from",
            "urllib.parse.parse_qs",
            "urllib.parse.parse_qsl",
            "urllib.parse.urlparse",
            "urllib.parse.urlsplit",
            "urllib.parse.*",
        ),
        _ANY,
    ),
    # Serialisers.
    **dict.fromkeys(
        (
            "bson.json_util.dumps",
            "json.dumps",
            "json.JSONEncoder().encode",
            "jsonpickle.encode",
            "rapidjson.dumps",
            "simplejson.dumps",
            "ujson.dumps",
            "yaml.dump",
            "yaml.safe_dump",
        ),
        _STR,
    ),
    **dict.fromkeys(
        (
            "bson.encode",
            "cbor2.dumps",
            "cloudpickle.dumps",
            "jcs.canonicalize",
            "marshal.dumps",
            "msgpack.dumps",
            "msgpack.packb",
            "msgspec.json.encode",
            "msgspec.msgpack.encode",
            "orjson.dumps",
            "pickle.dumps",
            "rfc8785.dumps",
        ),
        _BYTES,
    ),
    **dict.fromkeys(
        (
            "attr.asdict",
            "attr.astuple",
            "attrs.asdict",
            "attrs.astuple",
            "dataclasses.asdict",
            "dataclasses.astuple",
            "json.loads",
            "msgpack.loads",
            "msgpack.unpackb",
            "msgspec.json.decode",
            "msgspec.structs.asdict",
            "orjson.loads",
            "pickle.loads",
            "rapidjson.loads",
            "simplejson.loads",
            "tomllib.loads",
            "ujson.loads",
            "yaml.full_load",
            "yaml.load",
            "yaml.safe_load",
        ),
        _ANY,
    ),
}

_IDENTIFIERS: dict[str, Transform] = {
    **dict.fromkeys(
        (
            "uuid.UUID",
            "uuid.uuid3",
            "uuid.uuid5",
            "uuid.uuid8",
            "uuid6.UUID",
            "uuid6.uuid1_to_uuid6",
            "uuid_utils.UUID",
            "uuid_utils.uuid3",
            "uuid_utils.uuid5",
            "uuid_utils.uuid8",
            "uuid_utils.compat.UUID",
            "uuid_utils.compat.uuid3",
            "uuid_utils.compat.uuid5",
            "uuid_utils.compat.uuid8",
            "shortuuid.ShortUUID().decode",
            "shortuuid.decode",
        ),
        _UUID,
    ),
    **dict.fromkeys(
        (
            "shortuuid.ShortUUID().encode",
            "shortuuid.ShortUUID().uuid",
            "shortuuid.encode",
            "shortuuid.uuid",
        ),
        _STR,
    ),
    **dict.fromkeys(
        (
            "bson.ObjectId",
            "bson.ObjectId.from_datetime",
            "bson.objectid.ObjectId",
            "bson.objectid.ObjectId.from_datetime",
            "cyksuid.ksuid.from_bytes",
            "cyksuid.ksuid.parse",
            "cyksuid.v2.from_bytes",
            "cyksuid.v2.parse",
            "epyxid.xid_from_str",
            "ksuid.Ksuid",
            "ksuid.Ksuid.from_base62",
            "ksuid.Ksuid.from_bytes",
            "ksuid.KsuidMs",
            "ksuid.KsuidMs.from_base62",
            "ksuid.KsuidMs.from_bytes",
            "pksuid.PKSUID.parse",
            "pksuid.PKSUID.parse_bytes",
            "tsidpy.TSID",
            "tsidpy.TSID.from_bytes",
            "tsidpy.TSID.from_string",
            "typeid.TypeID",
            "typeid.TypeID.from_string",
            "typeid.TypeID.from_uuid",
            "ulid.ULID",
            "ulid.ULID.from_bytes",
            "ulid.ULID.from_hex",
            "ulid.ULID.from_int",
            "ulid.ULID.from_str",
            "ulid.ULID.from_uuid",
            "ulid.ULID.parse",
            "ulid.create",
            "ulid.from_bytes",
            "ulid.from_int",
            "ulid.from_str",
            "ulid.from_uuid",
            "ulid.parse",
            "xid.Xid",
        ),
        _ANY,
    ),
}

_TIMES: dict[str, Transform] = {
    **dict.fromkeys(
        (
            "arrow.Arrow",
            "arrow.Arrow.fromdatetime",
            "arrow.Arrow.fromtimestamp",
            "arrow.Arrow.strptime",
            "arrow.Arrow.utcfromtimestamp",
            "arrow.get",
            "ciso8601.parse_datetime",
            "dateutil.parser.isoparse",
            "dateutil.parser.parse",
            "datetime.datetime",
            "datetime.datetime.combine",
            "datetime.datetime.fromisocalendar",
            "datetime.datetime.fromisoformat",
            "datetime.datetime.fromordinal",
            "datetime.datetime.fromtimestamp",
            "datetime.datetime.strptime",
            "datetime.datetime.utcfromtimestamp",
            "django.utils.dateparse.parse_datetime",
            "django.utils.timezone.localtime",
            "django.utils.timezone.make_aware",
            "django.utils.timezone.make_naive",
            "email.utils.localtime",
            "email.utils.parsedate_to_datetime",
            "numpy.datetime64",
            "pandas.Timestamp",
            "pandas.to_datetime",
            "pendulum.DateTime",
            "pendulum.datetime",
            "pendulum.from_format",
            "pendulum.from_timestamp",
            "pendulum.instance",
            "pendulum.parse",
            "whenever.Instant.from_timestamp",
            "whenever.Instant.from_utc",
        ),
        _DATETIME,
    ),
    **dict.fromkeys(
        (
            "datetime.date",
            "datetime.date.fromisocalendar",
            "datetime.date.fromisoformat",
            "datetime.date.fromordinal",
            "datetime.date.fromtimestamp",
            "django.utils.dateparse.parse_date",
            "django.utils.timezone.localdate",
            "pendulum.Date",
            "pendulum.date",
            "whenever.Date",
        ),
        _DATE,
    ),
    **dict.fromkeys(
        (
            "django.utils.http.http_date",
            "email.utils.format_datetime",
            "email.utils.formatdate",
            "time.asctime",
            "time.ctime",
            "time.strftime",
            "werkzeug.http.http_date",
        ),
        _STR,
    ),
    "datetime.timedelta": _TIMEDELTA,
    "time.mktime": _FLOAT,
    "calendar.timegm": _INT,
    **dict.fromkeys(
        (
            "datetime.time",
            "datetime.timezone",
            "dateutil.relativedelta.relativedelta",
            "dateutil.tz.gettz",
            "pendulum.duration",
            "pendulum.timezone",
            "pytz.timezone",
            "time.gmtime",
            "time.localtime",
            "time.strptime",
            "time.struct_time",
            "zoneinfo.ZoneInfo",
        ),
        _ANY,
    ),
}

_NUMBERS: dict[str, Transform] = {
    **dict.fromkeys(("math.ceil", "math.comb", "math.floor", "math.gcd", "math.isqrt", "math.trunc"), _INT),
    **dict.fromkeys(("math.fmod", "math.fsum", "math.*", "numpy.ceil", "numpy.floor", "numpy.trunc"), _FLOAT),
    **dict.fromkeys(
        (
            "math.prod",
            "numpy.float64",
            "numpy.int32",
            "numpy.int64",
            "operator.add",
            "operator.concat",
            "operator.floordiv",
            "operator.mod",
            "operator.mul",
            "operator.sub",
            "operator.truediv",
            "operator.xor",
        ),
        _ANY,
    ),
    **dict.fromkeys(("decimal.Decimal", "fractions.Fraction"), _DECIMAL),
    "operator.index": _INT,
}

_TEXTS: dict[str, Transform] = {
    **dict.fromkeys(
        (
            "django.utils.encoding.force_str",
            "django.utils.encoding.smart_str",
            "string.Template().safe_substitute",
            "string.Template().substitute",
        ),
        _TEXT,
    ),
    **dict.fromkeys(("django.utils.encoding.force_bytes", "django.utils.encoding.smart_bytes"), _TEXT_BYTES),
    **dict.fromkeys(
        (
            "django.utils.html.escape",
            "django.utils.text.get_valid_filename",
            "django.utils.text.slugify",
            "ftfy.fix_text",
            "html.escape",
            "html.unescape",
            "humps.*",
            "inflection.*",
            "markupsafe.escape",
            "os.path.basename",
            "os.path.dirname",
            "os.path.join",
            "os.path.normcase",
            "os.path.normpath",
            "re.Pattern().sub",
            "re.compile().sub",
            "re.escape",
            "re.sub",
            "shlex.join",
            "shlex.quote",
            "slugify.slugify",
            "socket.gethostbyname",
            "string.capwords",
            "stringcase.*",
            "text_unidecode.unidecode",
            "textwrap.dedent",
            "textwrap.fill",
            "textwrap.indent",
            "textwrap.shorten",
            "unicodedata.normalize",
            "unidecode.unidecode",
            "werkzeug.utils.secure_filename",
        ),
        _STR,
    ),
    **dict.fromkeys(
        (
            "ipaddress.ip_address",
            "ipaddress.ip_network",
            "os.path.split",
            "os.path.splitext",
            "pathlib.PurePath",
            "pathlib.PurePosixPath",
            "re.Pattern().findall",
            "re.Pattern().fullmatch",
            "re.Pattern().match",
            "re.Pattern().search",
            "re.Pattern().split",
            "re.compile",
            "re.compile().findall",
            "re.compile().fullmatch",
            "re.compile().match",
            "re.compile().search",
            "re.compile().split",
            "re.findall",
            "re.fullmatch",
            "re.match",
            "re.search",
            "re.split",
            "re.subn",
            "shlex.split",
            "string.Template",
            "textwrap.wrap",
            "copy.copy",
            "copy.deepcopy",
        ),
        _ANY,
    ),
}

TRANSFORMS: Mapping[str, Transform] = MappingProxyType(
    {**_BUILTINS, **_HASHES, **_ENCODINGS, **_IDENTIFIERS, **_TIMES, **_NUMBERS, **_TEXTS}
)

HEX_DIGITS: Mapping[str, int] = MappingProxyType(
    {
        "hashlib.blake2b": 128,
        "hashlib.blake2s": 64,
        "hashlib.md5": 32,
        "hashlib.sha1": 40,
        "hashlib.sha224": 56,
        "hashlib.sha256": 64,
        "hashlib.sha384": 96,
        "hashlib.sha3_224": 56,
        "hashlib.sha3_256": 64,
        "hashlib.sha3_384": 96,
        "hashlib.sha3_512": 128,
        "hashlib.sha512": 128,
    }
)
"""Hash -> length of its `hexdigest()`; `digest_size` makes a blake2 shorter."""

ORDERED: frozenset[str] = frozenset(
    {
        "builtins.repr",
        "builtins.str",
        *(name for name in _ENCODINGS if name.endswith((".dump", ".dumps", ".encode", ".packb"))),
    }
)
"""Transforms whose result depends on the order of their input, unlike `max()` and `sum()`."""

WITH_SPACES = frozenset(
    {
        *("builtins.ascii", "builtins.format", "builtins.repr", "builtins.str", "pprint.pformat"),
        *("bson.json_util.dumps", "json.dumps", "json.JSONEncoder().encode", "simplejson.dumps"),
    }
)
"""What writes the text of a dict or list with a space after each comma and colon, unless it is told otherwise (Python's
library reference, `json.dumps`: the default `separators`)."""

_JSON = ("json", "orjson", "rapidjson", "simplejson", "ujson")
JSON_WRITERS = frozenset(f"{library}.dumps" for library in _JSON)
JSON_READERS = frozenset(f"{library}.loads" for library in _JSON)
"""What reads such a text makes of it what it was made of."""

TOLD_OTHERWISE = frozenset({"separators", "indent", "cls"})
"""Keywords by which it may be."""

RETURNED_ARGUMENT: Mapping[str, int] = MappingProxyType(
    {
        "copy.copy": 0,
        "copy.deepcopy": 0,
        "sys.intern": 0,
        "typing.assert_type": 0,
        "typing.cast": 1,
        "typing.reveal_type": 0,
        "typing_extensions.assert_type": 0,
        "typing_extensions.cast": 1,
        "typing_extensions.reveal_type": 0,
    }
)
"""Callables that return one argument (by position) and ignore the others: `cast(str, x)` is not made of `str`."""

# Methods that text and bytes share; each returns the type that it was called on.
_TEXT_METHODS = (
    "__add__",
    "__mod__",
    "__mul__",
    "capitalize",
    "casefold",
    "center",
    "expandtabs",
    "ljust",
    "lower",
    "lstrip",
    "removeprefix",
    "removesuffix",
    "replace",
    "rjust",
    "rstrip",
    "strip",
    "swapcase",
    "title",
    "translate",
    "upper",
    "zfill",
)

METHODS: Mapping[str, Transform] = MappingProxyType(
    {
        **dict.fromkeys(_TEXT_METHODS, _STR),
        **{f"str.{name}": _STR for name in _TEXT_METHODS},
        **{f"bytes.{name}": _BYTES for name in _TEXT_METHODS if name != "casefold"},
        # Text, a date, a time and an arrow all have one.
        "replace": _ANY,
        "datetime.replace": _DATETIME,
        "date.replace": _DATE,
        **dict.fromkeys(("__str__", "decode", "format", "format_map", "join"), _TEXT),
        "bytes.join": _TEXT_BYTES,
        "encode": _TEXT_BYTES,
        # arrow and pendulum: the argument is a pattern, not text.
        "datetime.format": _STR,
        "date.format": _STR,
        **dict.fromkeys(("__format__", "__repr__", "hex", "hexdigest"), _STR),
        **dict.fromkeys(("digest", "to_bytes"), _BYTES),
        **dict.fromkeys(("__int__", "__index__", "intdigest"), _INT),
        **dict.fromkeys(("rpartition", "rsplit", "partition", "split", "splitlines"), _ANY),
        "__float__": _FLOAT,
        "hash.copy": _HASH,
        # Regular expression matches.
        **dict.fromkeys(("group", "groupdict", "groups"), _ANY),
        # Dates and times.
        **dict.fromkeys(("ctime", "isoformat", "strftime"), _STR),
        **dict.fromkeys(("timestamp", "total_seconds"), _FLOAT),
        **dict.fromkeys(("isoweekday", "toordinal", "weekday"), _INT),
        **dict.fromkeys(("isocalendar", "time", "timetuple", "timetz", "utctimetuple"), _ANY),
        "astimezone": _DATETIME,
        "date": _DATE,
        **dict.fromkeys(
            (
                # Arithmetic by method, as pendulum, arrow and whenever offer it.
                "datetime.add",
                "datetime.subtract",
                "datetime.shift",
                "datetime.ceil",
                "datetime.end_of",
                "datetime.floor",
                "datetime.normalize",
                "datetime.round",
                "datetime.start_of",
                "datetime.truncate",
                "datetime.at",
                "datetime.in_timezone",
                "datetime.in_tz",
                "datetime.naive",
                "datetime.set",
                "datetime.to",
                "datetime.to_pydatetime",
                "datetime.to_system_tz",
                "datetime.to_tz",
                "datetime.tz_convert",
                "datetime.tz_localize",
                "datetime.py_datetime",
                "datetime.datetime",
            ),
            _DATETIME,
        ),
        **dict.fromkeys(
            (
                "datetime.for_json",
                "datetime.format_common_iso",
                "datetime.format_iso",
                "datetime.iso8601",
                "datetime.rfc2822",
                "datetime.rfc3339",
                "datetime.to_atom_string",
                "datetime.to_cookie_string",
                "datetime.to_date_string",
                "datetime.to_datetime_string",
                "datetime.to_day_datetime_string",
                "datetime.to_formatted_date_string",
                "datetime.to_iso8601_string",
                "datetime.to_rfc3339_string",
                "datetime.to_rss_string",
                "datetime.to_time_string",
                "datetime.to_w3c_string",
                "date.to_date_string",
                "date.format_common_iso",
                "date.format_iso",
            ),
            _STR,
        ),
        **dict.fromkeys(("datetime.timestamp_millis", "datetime.timestamp_nanos"), _INT),
        "datetime.span": _ANY,
        "date.py_date": _DATE,
        # Models: the fields are parts like any other.
        "model_dump_json": _STR,
        "model_dump": _ANY,
        # Numbers.
        **dict.fromkeys(("as_integer_ratio", "quantize", "to_integral_value"), _ANY),
    }
)
"""Method name -> what it makes of its receiver and arguments; `kind.method` if the kind of the receiver matters."""

ABSORBING_METHODS: Mapping[str, frozenset[str]] = MappingProxyType({"hash": frozenset({"update"})})
"""Kind of the receiver -> methods that return nothing and add their arguments to the receiver."""

ATTRIBUTES: Mapping[str, Transform] = MappingProxyType(
    {
        # UUID
        **dict.fromkeys(("hex", "urn"), _STR),
        **dict.fromkeys(("bytes", "bytes_le"), _BYTES),
        **dict.fromkeys(
            ("clock_seq", "int", "node", "time", "time_hi_version", "time_low", "time_mid"),
            _INT,
        ),
        "fields": _ANY,
        # Dates, times and `time.struct_time`
        **dict.fromkeys(
            (
                "day",
                "hour",
                "int_timestamp",
                "microsecond",
                "millisecond",
                "minute",
                "month",
                "nanosecond",
                "second",
                "tm_hour",
                "tm_mday",
                "tm_min",
                "tm_mon",
                "tm_sec",
                "tm_wday",
                "tm_yday",
                "tm_year",
                "year",
                "datetime.day_of_week",
                "datetime.day_of_year",
                "datetime.value",
                "datetime.week",
                "datetime.week_of_year",
            ),
            _INT,
        ),
        # `timestamp` was a property in arrow before 1.0 and is one in ULID packages.
        **dict.fromkeys(("epoch", "float_timestamp", "timestamp"), _FLOAT),
        **dict.fromkeys(("datetime.datetime", "datetime.naive"), _DATETIME),
    }
)
"""Attribute name -> what it makes of its receiver; `kind.attribute` if the kind of the receiver matters."""
