"""A spreadsheet's file as rows of text, and back.

Read are UTF-8, with or without a mark at its beginning, and UTF-16; commas, semicolons or tabs between the cells; names
of columns in any case. Written is what all spreadsheets open: UTF-8 with a mark, commas, quotation marks doubled
(RFC 4180). A cell that a spreadsheet would run gets an apostrophe in front, which reading takes off again.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO

from django.utils.translation import gettext as _

from timeline.formats.table import BOM, defused

LARGEST = 5 * 1024 * 1024  # bytes
MOST_ROWS = 10_000
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DELIMITERS = (",", ";", "\t")
_SHOWN = 80  # characters of a value in a message


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell; `row` counts as a spreadsheet does, the heading is 1. 0 or "": the whole."""

    row: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        where = [_("Row %d") % self.row] if self.row else []
        where += [self.column] if self.column else []
        found = [self.short_value] if self.value else []
        return ": ".join([", ".join(where), *found, self.expected] if where else [*found, self.expected])

    @property
    def short_value(self) -> str:
        """The value, cut to a length that fits a line."""
        return self.value if len(self.value) <= _SHOWN else f"{self.value[: _SHOWN - 1]}…"


class TableError(Exception):
    """The file can't be read as a table, or was not written; `faults` says why."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class Line:
    """One row below the heading: its number in the spreadsheet, and its cells' texts by the column's name."""

    number: int
    cells: dict[str, str]


@dataclass
class Sheet:
    """What a file holds. `faults` are those of its rows' shape; such rows are not among the lines."""

    columns: list[str]
    lines: list[Line]
    faults: list[Fault] = field(default_factory=list)


# Reading -------------------------------------------------------------------------------------------------------


def read(data: bytes, known: Sequence[str]) -> Sheet:
    """The rows of a file whose columns are all among those `known`; raises TableError where it is no such table."""
    if len(data) > LARGEST:
        raise _error(_("The file is larger than %d MB: part it.") % (LARGEST // 2**20))
    text = _decoded(data)
    if "\x00" in text:
        raise _error(_("Expected a table of text; this file holds bytes that are none (NUL)."))
    text, delimiter = _delimiter(text, known)
    rows = _rows(text, delimiter)
    columns: list[str] = []
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = _columns(cells, number, known)
            continue
        while len(cells) > len(columns) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(columns):
            expected = _("Expected %(wanted)d cells, as in the heading; this row has %(found)d.")
            faults.append(Fault(number, "", "", expected % {"wanted": len(columns), "found": len(cells)}))
            continue
        if len(lines) == MOST_ROWS:
            raise _error(_("Expected at most %(most)s rows: part the file.") % {"most": f"{MOST_ROWS:,}"})
        lines.append(Line(number, {name: plain(cell) for name, cell in zip(columns, cells, strict=True)}))
    if not columns:
        raise _error(_("The file is empty: expected a first row with the names of the columns."))
    if not lines and not faults:
        raise _error(_("The file has a heading and no rows."))
    return Sheet(columns, lines, faults)


def plain(cell: str) -> str:
    """A cell's text as it was meant: one sort of line end, no blanks at its ends, no shield."""
    return unshielded(cell).replace("\r\n", "\n").replace("\r", "\n").strip()


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    if encoding == "utf-8" and len(data) > 1 and 0 in data[:2]:
        encoding = "utf-16-be" if data[0] == 0 else "utf-16-le"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        message = _(
            "The file is neither UTF-8 nor UTF-16 (byte %d is neither): save it as “CSV UTF-8” or “Unicode text”."
        )
        raise _error(message % error.start) from error


def _delimiter(text: str, known: Sequence[str]) -> tuple[str, str]:
    """The text without Excel's own line that names the delimiter, and the delimiter that makes most sense of it."""
    start = text.lstrip("\r\n")
    first, _end, rest = start.partition("\n")
    if first[:4].lower() == "sep=" and (named := first[4:].rstrip("\r").strip('"')) in _DELIMITERS:
        return "\n" + rest, named  # an empty row in its place keeps the others' numbers
    heading = start.split("\n", 1)[0]

    def sense(delimiter: str) -> int:
        return sum(_name(cell) in known for cell in heading.split(delimiter))

    return text, max(_DELIMITERS, key=sense)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = _("Here the file can't be read on: is a quotation mark missing or one too many? (%s)")
            raise TableError([Fault(number, "", "", message % error)]) from error
        yield number, cells


def _columns(cells: list[str], number: int, known: Sequence[str]) -> list[str]:
    names = [_name(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    faults = []
    unknown = [cell.strip() or "“”" for name, cell in zip(names, cells, strict=False) if name not in known]
    if unknown:
        expected = _("The table has no such column; expected only %s.") % ", ".join(known)
        faults.append(Fault(number, "", ", ".join(unknown), expected))
    for name in dict.fromkeys(name for name in names if name in known and names.count(name) > 1):
        faults.append(Fault(number, name, "", _("This column stands there twice.")))
    if faults:
        raise TableError(faults)
    return names


def _name(cell: str) -> str:
    """A column's name as we write it: “Part of day” is part_of_day."""
    return "_".join(cell.strip().strip('"').casefold().replace("-", " ").replace("_", " ").split())


def _error(message: str) -> TableError:
    return TableError([Fault(0, "", "", message)])


# Writing -------------------------------------------------------------------------------------------------------


def written(rows: Iterable[Iterable[str]], *, first: bool = False) -> bytes:
    """Rows as they stand in a file; `first` with the mark by which spreadsheets know UTF-8."""
    text = StringIO()
    csv.writer(text).writerows([shielded(cell) for cell in row] for row in rows)
    return (BOM if first else b"") + text.getvalue().encode("utf-8", "backslashreplace")


def shielded(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run, or what would look so shielded."""
    return f"'{cell}" if _runs(cell) else cell


def unshielded(cell: str) -> str:
    """The cell that `shielded` was given."""
    return cell[1:] if cell.startswith("'") and _runs(cell) else cell


def _runs(cell: str) -> bool:
    bare = cell.lstrip("'")
    return bool(defused(bare) != bare)
