"""Many articles in one run: a folder or single files, with a manifest that says of each when it was published.

A manifest is CSV with a head, or JSON Lines with an object a line, in UTF-8; its columns are `file`, `published`,
`url`, `publisher`, `title` and `home`, of which the first two are needed. Files are named from the folder, or from
where the manifest stands.
"""

import csv
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import articles, matching
from .article import SUFFIXES, ArticleError
from .articles import Given, Told
from .dossier import Fault, IngestError
from .proposals import Stored, store

COLUMNS = ("file", "published", "url", "publisher", "title", "home")
_NEEDED = ("file", "published")
_LONGEST_LINE = 64 * 1024  # characters of a manifest
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Row:
    """One article to be read, and what was said of it."""

    path: Path
    given: Given


@dataclass
class Result:
    """What became of the articles of one run."""

    new: int = 0
    amended: int = 0
    read_anew: int = 0
    unchanged: int = 0
    proposals: int = 0
    known: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, stored: Stored, known: int) -> None:
        if stored.is_new:
            self.new += 1
        elif stored.is_amended:
            self.amended += 1
        elif stored.is_unchanged:
            self.unchanged += 1
        else:
            self.read_anew += 1
        self.proposals += len(stored.added)
        self.known += known

    def as_dict(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in ("new", "amended", "read_anew", "unchanged", "proposals")}
        return {**counts, "known": self.known, "faults": [fault.as_dict() for fault in self.faults]}

    def __str__(self) -> str:
        read = f"{self.new} new, {self.amended} amended, {self.read_anew} read anew, {self.unchanged} unchanged"
        number = f"{self.proposals} new proposal{'' if self.proposals == 1 else 's'}"
        known = f", {self.known} of them about known events" if self.known else ""
        return f"Articles: {read}, {len(self.faults)} failed. {number}{known}."


# The manifest ------------------------------------------------------------------------------------------------


def rows(paths: list[Path], manifest: Path) -> list[Row | Fault]:
    """The articles that a manifest names, in its order, each with what is wrong with its line instead.

    `paths` is a folder, or some of the manifest's files; empty: all of them. An article of the folder that the
    manifest does not name is a fault, too. Raises ArticleError where the manifest itself can't be read.
    """
    folder = paths[0] if len(paths) == 1 and paths[0].is_dir() else None
    base = folder or manifest.parent
    wanted = None if folder or not paths else {path.resolve() for path in paths}
    found: list[Row | Fault] = []
    named = set()
    for number, line in _lines(manifest):
        row = _row(line, base, f"{manifest} line {number}")
        if isinstance(row, Row):
            named.add(row.path.resolve())
            if wanted is not None and row.path.resolve() not in wanted:
                continue
        found.append(row)
    beside = wanted if wanted is not None else _articles(base) if folder else set()
    left = sorted(beside - named - {manifest.resolve()})
    return [*found, *(Fault(str(path), "", "", "The manifest does not name this article.") for path in left)]


def _articles(folder: Path) -> set[Path]:
    return {path.resolve() for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()}


def _row(line: dict[str, Any] | str, base: Path, place: str) -> Row | Fault:
    if isinstance(line, str):
        return Fault(place, "", "", line)
    values = {}
    for name, value in line.items():
        if name not in COLUMNS:
            return Fault(place, "", "", f"“{str(name)[:40]}” is no column: expected {', '.join(COLUMNS)}.")
        if value is not None and not isinstance(value, str):
            return Fault(place, "", "", f"Expected text under “{name}”.")
        values[name] = (value or "").strip()
    if missing := [name for name in _NEEDED if not values.get(name)]:
        return Fault(place, "", "", f"Expected {' and '.join(missing)}.")
    name = values.pop("file")
    if "\x00" in name:
        return Fault(place, "", "", "Expected the name of a file.")
    return Row(base / name, Given(**values))


def _lines(manifest: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """The manifest's lines by number, each as an object, or as a sentence about what is wrong with it."""
    is_json = manifest.suffix.lower() in (".jsonl", ".ndjson", ".json")
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            yield from _objects(file) if is_json else _table(file, manifest)
    except OSError as error:
        raise _fault(manifest, f"The manifest can't be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise _fault(manifest, f"Expected a manifest in UTF-8 (byte {error.start} is none).") from error
    except csv.Error as error:
        raise _fault(manifest, f"Expected a manifest in CSV ({error}).") from error


def _objects(file: Any) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line) if len(line) <= _LONGEST_LINE else None
        except (ValueError, RecursionError):
            found = None
        yield number, found if isinstance(found, dict) else "Expected a JSON object in one line."


def _table(file: Any, manifest: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    table = csv.DictReader(file, restkey="", strict=True)
    head = [name.strip().lower() for name in table.fieldnames or ()]
    if wrong := [name for name in head if name not in COLUMNS] or [name for name in _NEEDED if name not in head]:
        expected = f"expected {', '.join(COLUMNS)} in its first line"
        raise _fault(manifest, f"The manifest's columns can't be read (“{wrong[0][:40]}”): {expected}.")
    table.fieldnames = head
    for line in table:
        yield table.line_num, "There are more values than columns." if "" in line else line


def _fault(path: Path, expected: str) -> ArticleError:
    return ArticleError([Fault(str(path), "", "", expected)])


# The run -----------------------------------------------------------------------------------------------------


def run(
    found: list[Row | Fault],
    told: Callable[[Told], object] | None = None,
    progress: Callable[[], object] = lambda: None,
) -> Result:
    """Read and store these articles one by one, each in a transaction of its own; what became of them.

    A bad article is a fault of the result, and the next one follows. With `told`, nothing is stored: it is called
    with what each article tells of. `progress` is called once an article.
    """
    result = Result()
    leaders = articles.known_leaders()
    for row in found:
        if isinstance(row, Fault):
            result.faults.append(row)
        else:
            _one(row, leaders, result, told)
        progress()
    return result


def _one(row: Row, leaders: list[dict[str, Any]], result: Result, told: Callable[[Told], object] | None) -> None:
    try:
        read = _read(row, leaders)
    except IngestError as error:
        result.faults += error.faults
        return
    if told:
        told(read)
        return
    stored = store(read)
    result.add(stored, matching.about_known(stored.added, stored.article.published))


def _read(row: Row, leaders: list[dict[str, Any]]) -> Told:
    try:
        return articles.tell(row.path, row.given, leaders)
    except IngestError:
        raise
    except Exception as error:
        # One text that the reader stumbles over shall not hold up a thousand others; the log has the details.
        _log.exception("%s could not be read", row.path)
        raise _fault(row.path, f"The reader broke off ({type(error).__name__}): please report it.") from error
