"""Dossiers: JSON files written by people, read and checked whole before anything is written.

Every fault is told with its file, the place as a JSON Pointer (RFC 6901), the value that stands there and what
was expected.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError
from jsonschema_rs import Draft202012Validator as FastValidator

from timeline import edtf
from timeline.time_zones import is_time_zone

SCHEMA = Path(__file__).parent / "schema.json"
BUNDLED = Path(__file__).parent.parent / "dossiers"
LARGEST = 64 * 1024 * 1024  # bytes
# What a dossier's rows are known by.
KEYS = {"countries": "code", "sources": "id", "leaders": "id", "topics": "id", "events": "id"}
_A_KEY = {"code": "a code", "id": "an id"}
_MORE = "put more of them into JSON Lines (.jsonl), an event a line."
_UNTAKEN = re.compile("[\x00\ud800-\udfff]")
# Escapes and letters that Python and the fast validator may see differently as blanks, and halves of characters.
DOUBTFUL = re.compile(r"\\u00[01]|\\u0085|\\u[dD][89a-fA-F]|\x85")


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place of one file."""

    file: str
    pointer: str
    value: str
    expected: str

    def __str__(self) -> str:
        where = f"{self.file} {self.pointer}".rstrip()
        found = f"{self.value}: " if self.value else ""
        return f"{where}: {found}{self.expected}"

    def as_dict(self) -> dict[str, str]:
        return {"file": self.file, "pointer": self.pointer, "value": self.value, "expected": self.expected}


class IngestError(Exception):
    """Nothing was written; `faults` says why. `exit_status` is what a command ends with."""

    exit_status = 1

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class DossierError(IngestError):
    """A file is no dossier that may be written."""


@dataclass(frozen=True)
class Dossier:
    """A dossier that holds to the schema. `file` is for messages; the rest is as it stands in the file."""

    file: str
    content: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.content["dossier"])

    def rows(self, noun: str) -> list[dict[str, Any]]:
        """The dossier's sources, leaders, topics or events."""
        rows: list[dict[str, Any]] = self.content.get(noun, [])
        return rows


def bundled() -> list[Path]:
    """The dossiers that come with Readout."""
    return sorted(BUNDLED.glob("*.json"))


def read(path: Path) -> Dossier:
    """The dossier in a file; raises DossierError with all its faults."""
    name = str(path)
    try:
        if path.stat().st_size > LARGEST:
            message = f"The file is larger than {LARGEST // 2**20} MB: {_MORE}"
            raise DossierError([Fault(name, "", "", message)])
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DossierError([Fault(name, "", "", f"The file can't be read: {error.strerror or error}.")]) from error
    except UnicodeDecodeError as error:
        raise DossierError([Fault(name, "", "", f"Expected UTF-8 text (byte {error.start} is none).")]) from error
    return parse(text, name)


def parse(text: str, name: str) -> Dossier:
    """The dossier that `text` holds; raises DossierError with all its faults."""
    try:
        content = load(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise DossierError([Fault(name, "", "", f"Expected JSON ({where}: {error.msg}).")]) from error
    except (RecursionError, ValueError) as error:
        raise DossierError([Fault(name, "", "", f"Expected JSON ({error}).")]) from error
    if found := faults(content, name):
        raise DossierError(found)
    return Dossier(name, content)


def load(text: str) -> Any:
    """The value that a JSON text stands for; raises ValueError (or RecursionError), also where a key stands twice."""
    return json.loads(text, object_pairs_hook=_no_twins, parse_constant=_no_constant)


def faults(content: Any, name: str) -> list[Fault]:
    """All that keeps this content from being a dossier; empty where it is one."""
    try:
        return list(dict.fromkeys(_faults(content, name)))
    except RecursionError:
        return [Fault(name, "", "", "Expected JSON that is less deeply nested.")]


class _Twin(ValueError):
    pass


class _Constant(ValueError):
    pass


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twin = next(key for key in keys if keys.count(key) > 1)
        raise _Twin(f"the key “{twin}” stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise _Constant(f"{name} is no JSON value")


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    strict: type[Draft202012Validator] = validators.extend(  # type: ignore[no-untyped-call]
        Draft202012Validator, {"pattern": _matches}
    )
    return strict(schema)


def _matches(validator: Any, pattern: str, value: Any, schema: Any) -> Iterator[ValidationError]:
    """Python's $ also stands before a newline at the text's end; JSON Schema's doesn't. Ours are whole patterns."""
    if isinstance(value, str) and not re.fullmatch(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


@cache
def _fast() -> FastValidator:
    return FastValidator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _fits(content: Any) -> bool:
    """A fast look, without words for what is wrong: whether this holds to the schema; in doubt, no."""
    try:
        return not DOUBTFUL.search(json.dumps(content)) and _fast().is_valid(content)
    except (ValueError, RecursionError):  # numbers and letters that JSON has no form for
        return False


def _faults(content: Any, name: str) -> Iterator[Fault]:
    found = [] if _fits(content) else _validator().iter_errors(content)
    for error in sorted(found, key=lambda error: [str(step) for step in error.absolute_path]):
        yield Fault(name, pointer(error.absolute_path), shown(error.instance), _expected(error))
    yield from _letters(content, name, ())
    if isinstance(content, dict):
        yield from _twins(content, name)
        yield from misdated(content, name)
        yield from _unknown_zones(content, name)


def _letters(value: Any, name: str, path: tuple[str | int, ...]) -> Iterator[Fault]:
    """Texts that no database takes: with a NUL, or with half a character (a lone surrogate)."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _letters(one, name, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _letters(one, name, (*path, place))
    elif isinstance(value, str) and _UNTAKEN.search(value):
        yield Fault(name, pointer(path), shown(value), "Expected text without a NUL or half a character.")


def _twins(content: dict[str, Any], name: str) -> Iterator[Fault]:
    for noun, key in KEYS.items():
        seen: set[str] = set()
        for place, row in _objects(content, noun):
            value = row.get(key)
            if isinstance(value, str) and value in seen:
                expected = f"Expected {_A_KEY[key]} that no other of the {noun} has."
                yield Fault(name, f"/{noun}/{place}/{key}", shown(value), expected)
            if isinstance(value, str):
                seen.add(value)


def misdated(content: dict[str, Any], name: str) -> Iterator[Fault]:
    """EDTF dates outside events; those inside are checked with the event's other rules."""
    rows: list[tuple[tuple[str | int, ...], dict[str, Any]]] = [
        ((noun, at), row) for noun in ("sources", "leaders") for at, row in _objects(content, noun)
    ]
    for at, former in _objects(content, "former"):
        rows += [(("former", at, "row"), row) for row in [former.get("row")] if isinstance(row, dict)]
    places = [((*path, "published"), row.get("published")) for path, row in rows]
    for path, row in rows:
        for number, post in _objects(row, "posts"):
            places += [((*path, "posts", number, key), post.get(key)) for key in ("since", "until")]
            since, until = post.get("since"), post.get("until")
            if isinstance(since, str) and isinstance(until, str) and _backwards(since, until):
                where = pointer((*path, "posts", number, "until"))
                yield Fault(name, where, shown(until), f"Expected a day after {since}, when the post begins.")
    for path, value in places:
        if isinstance(value, str):
            try:
                edtf.parse(value)
            except edtf.EdtfError as error:
                yield Fault(name, pointer(path), shown(value), str(error))


def _unknown_zones(content: dict[str, Any], name: str) -> Iterator[Fault]:
    """Countries' time zones that this machine doesn't know; events' are checked with their other rules."""
    rows: list[tuple[tuple[str | int, ...], Any]] = [
        *((("countries", at), row) for at, row in _objects(content, "countries")),
        *((("former", at, "row"), former.get("row")) for at, former in _objects(content, "former")),
    ]
    for path, row in rows:
        zone = row.get("time_zone") if isinstance(row, dict) else None
        if isinstance(zone, str) and zone and not is_time_zone(zone):
            expected = "Expected an IANA time zone, as in Asia/Tokyo, or nothing."
            yield Fault(name, pointer((*path, "time_zone")), shown(zone), expected)


def _backwards(since: str, until: str) -> bool:
    try:
        return edtf.parse(until).latest < edtf.parse(since).earliest
    except edtf.EdtfError:
        return False


def _objects(holder: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = holder.get(key)
    for place, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            yield place, row


# In words ------------------------------------------------------------------------------------------------


def pointer(path: Iterable[str | int]) -> str:
    """A place as a JSON Pointer: ("events", 3, "date") is /events/3/date."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def shown(value: Any) -> str:
    """A value as JSON, cut to a length that fits a line."""
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= 80 else f"{text[:79]}…"


_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "boolean": "true or false",
    "null": "null",
}


def _expected(error: ValidationError) -> str:
    """What should have stood there, as a sentence."""
    schema: dict[str, Any] = dict(error.schema) if isinstance(error.schema, Mapping) else {}
    found: Any = error.instance
    asked: Any = error.validator_value
    match error.validator:
        case "required":
            missing = [key for key in asked if key not in found]
            return f"Expected the key{'s' if len(missing) > 1 else ''} {', '.join(missing)}."
        case "additionalProperties":
            known = schema.get("properties", {})
            extra = [key for key in found if key not in known]
            return f"Unknown key{'s' if len(extra) > 1 else ''} {', '.join(extra)}; expected only {', '.join(known)}."
        case "enum":
            return f"Expected one of {', '.join('null' if one is None else str(one) for one in asked)}."
        case "uniqueItems":
            return "Expected no value twice."
        case "maxLength":
            return f"Expected at most {error.validator_value} characters."
        case "maxItems" if list(error.absolute_path) == ["events"]:
            return f"Expected at most {asked:,} events in a dossier: {_MORE}"
        case "maxItems":
            return f"Expected at most {asked} of them."
        case "minimum" | "maximum":
            return f"Expected {schema.get('description') or 'a number in range'}."
        case "type" if "description" not in schema:
            return f"Expected {_TYPES.get(str(asked), str(asked))}."
    return f"Expected {_described(error)}."


def _described(error: ValidationError) -> str:
    schema = error.schema
    if isinstance(schema, dict) and "description" in schema:
        return str(schema["description"])
    for option in error.context or []:
        if isinstance(option.schema, dict) and "description" in option.schema:
            return f"{option.schema['description']}, or null"
    return "another value"
