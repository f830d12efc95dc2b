"""JSON Lines into the record: files of any length, read a thousand lines at a time.

Each line is one JSON object: an event in the dossier's event schema, or one row that events further down use,
under its noun: `{"source": {...}}`, `{"topic": {...}}`, `{"leader": {...}}`. Links lead to events above, to
those of the same thousand, or to known ones.

Each thousand is all or nothing, and writes in its own transaction how far the file is in (`Import`). So the same
file, read again after whatever stopped it, goes on behind the last thousand that is in.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import astuple, dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.db import transaction
from jsonschema_rs import Draft202012Validator

from timeline.models import Import

from . import dossier
from .dossier import Dossier, Fault, IngestError, shown
from .store import Counts, store, take_stock

AT_A_TIME = 1000  # lines
LONGEST = 16 * 1024 * 1024  # bytes of one line, and of all the lines of one thousand but the last
NOUNS = {"event": "events", "source": "sources", "topic": "topics", "leader": "leaders"}

Row = dict[str, Any]
# Told how many bytes of the file are behind us.
Progress = Callable[[int], object]


@dataclass(frozen=True)
class LineFault(Fault):
    """What is wrong at one place of one line; lines count from 1."""

    line: int = 0

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line:,} {self.pointer}".rstrip()
        found = f"{self.value}: " if self.value else ""
        return f"{where}: {found}{self.expected}"

    def as_dict(self) -> dict[str, Any]:
        return {**super().as_dict(), "line": self.line}


class LinesError(IngestError):
    """A thousand lines were not written, nor was anything behind them; the first `kept` lines are in."""

    def __init__(self, faults: Iterable[Fault], kept: int = 0) -> None:
        super().__init__(faults)
        self.kept = kept

    @property
    def outcome(self) -> str:
        """What stands now and where the next run goes on, as a sentence."""
        if not self.kept:
            return "Nothing was written."
        return f"Lines 1 to {self.kept:,} are in; the same command goes on from line {self.kept + 1:,}."


@dataclass
class Result:
    """What became of a file: counts of this run, how many lines it went on behind, how many are in now."""

    counts: Counts
    behind: int
    lines: int

    @property
    def words(self) -> str:
        """What the run went on behind, as a sentence."""
        if self.behind == self.lines:
            return f"All {self.lines:,} lines are in already; --again looks at them anew."
        return f"Went on behind line {self.behind:,}."

    def as_dict(self) -> dict[str, int]:
        return {**self.counts.as_dict(), "went_on_behind": self.behind, "lines": self.lines}


@dataclass
class _Place:
    """A place in the file: lines and bytes before it, and the hash of these bytes."""

    lines: int = 0
    offset: int = 0
    hash: Any = field(default_factory=hashlib.sha256)

    def pass_by(self, raw: bytes) -> None:
        self.lines += 1
        self.offset += len(raw)
        self.hash.update(raw)


def read(
    path: Path, *, again: bool = False, dry_run: bool = False, progress: Progress = lambda _behind: None
) -> Result:
    """Write what a file holds and isn't in yet; with `again`, look at all of it anew.

    With `dry_run` everything is done and then undone. Raises LinesError with every fault of the thousand that
    could not be written; the thousands before it are in.
    """
    try:
        if not path.is_file():
            raise LinesError([Fault(str(path), "", "", "The file can't be read: no such file.")])
        with path.open("rb") as file, closing(_Known()) as known:
            if not dry_run:
                return _read(file, path, known, again, progress)
            with transaction.atomic():
                result = _read(file, path, known, again, progress)
                transaction.set_rollback(True)
                return result
    except OSError as error:
        message = f"The file can't be read: {error.strerror or error}."
        raise LinesError([Fault(str(path), "", "", message)]) from error


def _read(file: IO[bytes], path: Path, known: "_Known", again: bool, progress: Progress) -> Result:
    place = _Place() if again else _stopped(file, path)
    counts, behind = Counts(), place.lines
    if place.offset:
        progress(place.offset)
        if place.offset == path.stat().st_size:
            return Result(counts, behind, place.lines)
        file.seek(0)
        known.recall(file, place.offset)
    file.seek(place.offset)
    try:
        for number, piece in enumerate(_pieces(file, path, place, known), 1):
            counts = together(counts, _write(piece, path))
            progress(place.offset)
            # A planner that believes the tables to be small walks them in loops: it is told as they grow.
            if number in (1, 10, 100, 1000):
                take_stock()
    except LinesError:
        if counts.created + counts.updated:
            take_stock()
        raise
    if counts.created + counts.updated:
        take_stock()
    return Result(counts, behind, place.lines)


def _stopped(file: IO[bytes], path: Path) -> _Place:
    """Where the last run over this very file stopped; its begin where there was none, or the file has changed."""
    last = Import.objects.filter(file=path.name).first()
    place = _Place()
    if last is None or last.offset > path.stat().st_size:
        return place
    left = last.offset
    while left and (read := file.read(min(left, 2**20))):
        place.hash.update(read)
        left -= len(read)
    if place.hash.hexdigest() != last.digest:
        return _Place()
    return _Place(last.lines, last.offset, place.hash)


# A thousand lines --------------------------------------------------------------------------------------------


@dataclass
class _Piece:
    """The rows of one thousand lines, with the line of each, and the place in the file behind them."""

    kept: int
    rows: dict[str, list[Row]] = field(default_factory=lambda: {noun: [] for noun in NOUNS.values()})
    lines: dict[str, list[int]] = field(default_factory=lambda: {noun: [] for noun in NOUNS.values()})
    faults: list[LineFault] = field(default_factory=list)
    repeated: int = 0  # events that an earlier line has said
    after: tuple[int, int, str] = (0, 0, "")

    def add(self, noun: str, row: Row, line: int) -> None:
        self.rows[NOUNS[noun]].append(row)
        self.lines[NOUNS[noun]].append(line)

    def line_of(self, fault: Fault) -> int:
        """The line that a fault in these rows, taken as a dossier, belongs to."""
        _, noun, place, *_ = fault.pointer.split("/")
        return self.lines[noun][int(place)]


def _at_line(fault: Fault, line: int) -> LineFault:
    """A dossier's fault at its line: /events/3/date is /date there, /sources/0/url is /source/url."""
    _, noun, _, *rest = fault.pointer.split("/")
    within = "/".join(["", *rest] if noun == "events" else ["", noun.removesuffix("s"), *rest])
    return LineFault(fault.file, within, fault.value, fault.expected, line)


def _pieces(file: IO[bytes], path: Path, place: _Place, known: "_Known") -> Iterator[_Piece]:
    """The file from here on, a thousand lines at a time; raises LinesError behind the first that has faults."""
    piece, size = _Piece(place.lines), 0
    while raw := file.readline(LONGEST + 1):
        place.pass_by(raw)
        size += len(raw)
        if len(raw) > LONGEST:
            message = f"Expected a line of at most {LONGEST // 2**20} MB."
            raise LinesError([*piece.faults, LineFault(str(path), "", "", message, place.lines)], piece.kept)
        _take(raw, str(path), place.lines, known, piece)
        if place.lines - piece.kept == AT_A_TIME or size > LONGEST:
            yield _closed(piece, place)
            piece, size = _Piece(place.lines), 0
    if place.lines > piece.kept:
        yield _closed(piece, place)


def _closed(piece: _Piece, place: _Place) -> _Piece:
    if piece.faults:
        raise LinesError(piece.faults, piece.kept)
    piece.after = (place.lines, place.offset, place.hash.hexdigest())
    return piece


def _take(raw: bytes, file: str, line: int, known: "_Known", piece: _Piece) -> None:
    """Read one line into its piece: a row, or what is wrong with it."""

    def fault(expected: str, value: Any = None, where: str = "") -> None:
        piece.faults.append(LineFault(file, where, "" if value is None else shown(value), expected, line))

    try:
        text = raw.decode("utf-8-sig" if line == 1 else "utf-8")
    except UnicodeDecodeError as error:
        return fault(f"Expected UTF-8 text (byte {error.start} of the line is none).")
    if not text.strip():
        return None
    try:
        content = dossier.load(text)
    except json.JSONDecodeError as error:
        return fault(f"Expected one JSON object (column {error.colno}: {error.msg}).")
    except (RecursionError, ValueError) as error:
        return fault(f"Expected one JSON object ({error}).")
    if not isinstance(content, dict):
        return fault("Expected one JSON object, an event or a source, topic or leader.", content)
    noun, row = _split(content)
    if found := _faults(noun, row, file, text):
        piece.faults += [_at_line(one, line) for one in found]
        return None
    before = known.before(noun, row["id"], line, raw)
    if before is None:
        piece.add(noun, row, line)
    elif before.says_the_same:
        piece.repeated += noun == "event"
    else:
        where = "/id" if noun == "event" else f"/{noun}/id"
        return fault(f"Line {before.line:,} has another {noun} of this id.", row["id"], where)
    return None


def _split(content: Row) -> tuple[str, Any]:
    """What a line holds: an event, or another noun's row under its name."""
    if len(content) == 1:
        (noun,) = content
        if noun in NOUNS and noun != "event":
            return noun, content[noun]
    return "event", content


# The schema --------------------------------------------------------------------------------------------------


def _faults(noun: str, row: Any, file: str, text: str) -> list[Fault]:
    """What is wrong with a row by the schema: a fast look first, the words of the slow one where it says no."""
    if (
        not dossier.DOUBTFUL.search(text)
        and is_valid(noun, row)
        and not any(dossier.misdated({NOUNS[noun]: [row]}, file))
    ):
        return []
    return dossier.faults({"dossier": "lines", "title": "Lines", "events": [], NOUNS[noun]: [row]}, file)


def is_valid(noun: str, row: Any) -> bool:
    """Whether a row holds to its part of the schema; in doubt, no."""
    try:
        return _validator(noun).is_valid(row)
    except (ValueError, RecursionError):  # numbers and letters that JSON has no form for
        return False


@cache
def _validator(noun: str) -> Draft202012Validator:
    schema = json.loads(dossier.SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator({"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": f"#/$defs/{noun}"})


# What came before ----------------------------------------------------------------------------------------------


class _Earlier(NamedTuple):
    line: int
    says_the_same: bool


class _Known:
    """The ids of the lines so far, in a private database that spills to disk: memory stays the same at any length."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=OFF")
        self._connection.execute("CREATE TABLE known (id TEXT PRIMARY KEY, line INTEGER, hash BLOB) WITHOUT ROWID")
        self._connection.execute("BEGIN")

    def close(self) -> None:
        self._connection.close()

    def before(self, noun: str, slug: str, line: int, raw: bytes) -> _Earlier | None:
        """The earlier line with this id; None: there was none, and this one is known now."""
        key, content = f"{noun} {slug}", hashlib.blake2b(raw.strip(), digest_size=16).digest()
        if self._connection.execute("INSERT OR IGNORE INTO known VALUES (?, ?, ?)", (key, line, content)).rowcount:
            return None
        earlier, other = self._connection.execute("SELECT line, hash FROM known WHERE id = ?", (key,)).fetchone()
        return _Earlier(earlier, other == content)

    def recall(self, file: IO[bytes], offset: int) -> None:
        """Take in the lines before `offset` bytes, which were read in an earlier run."""
        line = 0
        while file.tell() < offset:
            raw = file.readline()
            line += 1
            text = raw.decode("utf-8-sig" if line == 1 else "utf-8")
            if text.strip():
                noun, row = _split(json.loads(text))
                self.before(noun, row["id"], line, raw)


# Writing -------------------------------------------------------------------------------------------------------


def _write(piece: _Piece, path: Path) -> Counts:
    """Write a piece, and in the same transaction that it is in."""
    lines, offset, digest = piece.after
    content = {"dossier": "lines", "title": path.name, **piece.rows}
    try:
        with transaction.atomic():
            counts = store([Dossier(str(path), content)], analyze=False)
            Import.objects.update_or_create(
                file=path.name, defaults={"digest": digest, "offset": offset, "lines": lines}
            )
    except dossier.DossierError as error:
        raise LinesError([_at_line(fault, piece.line_of(fault)) for fault in error.faults], piece.kept) from error
    counts.unchanged += piece.repeated
    return counts


def together(one: Counts, other: Counts) -> Counts:
    """What became of the events of two runs."""
    return Counts(*(a + b for a, b in zip(astuple(one), astuple(other), strict=True)))
