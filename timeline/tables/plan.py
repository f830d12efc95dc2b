"""What a sheet would do to the record: every row created, changed, unchanged or faulty, before anything is written."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from timeline.batches import in_batches
from timeline.differences import Difference
from timeline.record import Writer

from .cells import CellError
from .columns import Column, Known, Row
from .sheet import Fault, Line, Sheet, TableError, plain, written

_AT_A_TIME = 500  # rows of an export


@dataclass
class Planned:
    """One row: what stands so far (None: it is new), what is to stand, and the database's row of it.

    In `after`, what a cell should have said that could not be read stands empty: its key is among `unread`. Where only
    some parts of a list could not, the others stand there, and its key is among `partly`, too.
    """

    line: Line
    before: Row | None
    after: Row
    held: Any = None
    unread: set[str] = field(default_factory=set)
    partly: set[str] = field(default_factory=set)

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_changed(self) -> bool:
        return self.before is not None and (bool(self.unread) or self.before != self.after)


@dataclass
class Plan:
    """A whole sheet; its faulty rows are not among `rows`. `faults` stand in the order of the sheet."""

    rows: list[Planned]
    faults: list[Fault] = field(default_factory=list)
    faulty: list[Planned] = field(default_factory=list)

    @property
    def created(self) -> list[Planned]:
        return [row for row in self.rows if row.is_new]

    @property
    def changed(self) -> list[Planned]:
        return [row for row in self.rows if row.is_changed]

    @property
    def unchanged(self) -> int:
        return sum(not row.is_new and not row.is_changed for row in self.rows)

    @property
    def writes(self) -> bool:
        """Whether there is something to write, and nothing that keeps it from being written."""
        return not self.faults and any(row.is_new or row.is_changed for row in self.rows)

    @cached_property
    def digest(self) -> str:
        """A short text that is another where anything else would be written, or something else stood before it."""
        digest = hashlib.sha256()
        for row in self.rows:
            if row.is_new or row.is_changed:
                digest.update(json.dumps([row.before, row.after], sort_keys=True).encode())
        return digest.hexdigest()


class Table(ABC):
    """A noun as a table."""

    columns: ClassVar[tuple[Column, ...]]
    model: ClassVar[Any]

    @property
    def names(self) -> list[str]:
        """The columns' names, in their order."""
        return [column.name for column in self.columns]

    # Out -------------------------------------------------------------------------------------------------------

    def pages(self, keys: Iterable[int]) -> Iterator[bytes]:
        """The rows with these keys, in that order, as a CSV file in pieces; a constant number of queries a piece."""
        yield written([self.names], first=True)
        for batch in in_batches(keys, _AT_A_TIME):
            yield written([column.write(row) for column in self.columns] for row in self.rows(batch))

    @abstractmethod
    def rows(self, keys: Sequence[int]) -> list[Row]:
        """The rows with these keys, in that order; those that are gone are left out."""

    # In --------------------------------------------------------------------------------------------------------

    @abstractmethod
    def held(self, lines: Sequence[Line]) -> list[tuple[Row, Any] | None]:
        """For each line what the record holds of it, with the database's row; None: it is new."""

    @abstractmethod
    def blank(self) -> Row:
        """A row in which nothing stands yet."""

    def know(self, known: Known, sheet: Sheet) -> None:
        """Look up together what cells name; nothing, where they name no other rows by anything but their slugs."""
        return None

    @abstractmethod
    def complete(self, rows: Sequence[Planned]) -> None:
        """Give slugs to new rows, and fill in what follows from the rest."""

    @abstractmethod
    def faults(self, rows: Sequence[Planned]) -> Iterator[Fault]:
        """What is wrong with these rows, as far as it does not depend on a cell that could not be read."""

    @abstractmethod
    def write(self, planned: Plan, writer: Writer, reason: str = "") -> None:
        """Write what is new or changed; TableError where that may not stand, and then the block has to fall.

        `reason` is kept with the versions of what readers see: why that was changed.
        """

    # In words --------------------------------------------------------------------------------------------------

    @abstractmethod
    def differences(self, rows: Sequence[Planned]) -> list[list[Difference]]:
        """What changes in each of these rows, field by field, in an editor's words; a constant number of queries."""

    def missing(self, rows: Sequence[Planned]) -> list[list[str]]:
        """What each of these rows still needs before readers may see it, in sentences, as far as it can be known."""
        return [[] for _row in rows]


def plan(table: Table, sheet: Sheet, refusal: Callable[[Planned], str] = lambda _row: "") -> Plan:
    """What the sheet would do. `refusal` says of a row that is new or changed why it may not be; “”: it may."""
    known = Known.of_the_record()
    table.know(known, sheet)
    faults = [*sheet.faults]
    rows: list[Planned] = []
    first: dict[Any, int] = {}
    used = [column for column in table.columns if column.name in sheet.columns]
    for line, held in zip(sheet.lines, table.held(sheet.lines), strict=True):
        before, instance = held or (None, None)
        row = Planned(line, before, dict(before) if before else table.blank(), instance)
        own = instance.pk if instance else line.cells.get("slug")
        if own and first.setdefault(own, line.number) != line.number:
            expected = _("Row %d is of the same: expected each once.") % first[own]
            faults.append(Fault(line.number, "slug", line.cells.get("slug", ""), expected))
        faults += _read(row, used, known, table.blank)
        rows.append(row)
    table.complete(rows)
    moving = [row for row in rows if row.is_new or row.is_changed]
    faults += table.faults(moving)
    faults += [Fault(row.line.number, "", "", why) for row in moving if (why := refusal(row))]
    faulty = {fault.row for fault in faults}
    places = {name: place for place, name in enumerate(table.names)}
    # What is about no column, or about a part that no cell holds, comes last.
    faults.sort(key=lambda fault: (fault.row, places.get(fault.column, len(places))))
    sound = [row for row in rows if row.line.number not in faulty]
    return Plan(sound, faults, [row for row in rows if row.line.number in faulty])


def _read(row: Planned, used: Iterable[Column], known: Known, blank: Callable[[], Row]) -> Iterator[Fault]:
    """Put what the cells say into the row; a cell that says what an export would say is no change."""
    for column in used:
        cell = row.line.cells[column.name]
        if row.before is not None and (column.key == "id" or cell == plain(column.write(row.before))):
            continue
        try:
            row.after[column.key] = column.read(cell, row.after, known)
        except CellError as error:
            row.unread.add(column.key)
            if error.rest is not None:
                row.partly.add(column.key)
            row.after[column.key] = blank()[column.key] if error.rest is None else error.rest
            for message in error.messages:
                yield Fault(row.line.number, column.name, cell, message)


def refused(faults: Iterable[Fault]) -> None:
    """Raise TableError where there are any."""
    if found := list(faults):
        raise TableError(found)
