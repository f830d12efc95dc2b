"""What the tables of leaders and of sources share: their rows are checked by the dossiers' schema."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from timeline import differences
from timeline.batches import in_batches
from timeline.differences import Difference
from timeline.ingest import dossier
from timeline.record import Writer, slugs
from timeline.record.nouns import NOUNS, fill

from .columns import Row
from .plan import Plan, Planned, Table
from .sheet import Fault, Line

_POINTER = re.compile(r"/\w+/(?P<row>\d+)(?:/(?P<key>\w+))?")
_EXAMPLES = re.compile(r'as in "[^"]*"(?:(?:,| or) "[^"]*")*')  # of a dossier
_AT_A_TIME = 100  # rows: one that is faulty has its whole piece looked at in words, which is slow


class NounTable(Table):
    """A noun that has a permanent slug, and rows in the dossiers' schema."""

    noun: ClassVar[str]  # in a dossier
    required: ClassVar[tuple[str, ...]]
    slug_from: ClassVar[tuple[str, ...]]

    def held_rows(self, batch: Sequence[Any], by: str = "slug") -> list[Any]:
        """The database's rows with these slugs, or other texts; with all that `as_row` reads."""
        found: list[Any] = list(self.model.objects.filter(**{f"{by}__in": batch}))
        return found

    def as_row(self, held: Any) -> Row:
        """A database's row as a dossier has it."""
        raise NotImplementedError

    def blank(self) -> Row:
        return {"id": "", **dict.fromkeys(NOUNS[self.model].plain)}

    def rows(self, keys: Sequence[int]) -> list[Row]:
        found = {held.pk: self.as_row(held) for held in self.held_rows(keys, "pk")}
        return [found[key] for key in keys if key in found]

    def held(self, lines: Sequence[Line]) -> list[tuple[Row, Any] | None]:
        given = dict.fromkeys(line.cells.get("slug", "") for line in lines)
        found = {held.slug: held for batch in in_batches(given) for held in self.held_rows(batch)}
        held = [found.get(line.cells.get("slug", "")) for line in lines]
        return [(self.as_row(one), one) if one else None for one in held]

    def complete(self, rows: Sequence[Planned]) -> None:
        nameless = [row for row in rows if not row.after["id"]]
        named = slugs.free_all(
            (slugs.slug(*(row.after[name] or "" for name in self.slug_from)) or self.noun for row in nameless),
            self.model,
            (row.after["id"] for row in rows if row.after["id"]),
        )
        for row, slug in zip(nameless, named, strict=True):
            row.after["id"] = slug

    def faults(self, rows: Sequence[Planned]) -> Iterator[Fault]:
        """By the dossiers' schema; what was there before and stays is not looked at."""
        for batch in in_batches(rows, _AT_A_TIME):
            whole = {"dossier": "table", "title": "Table", "events": [], self.noun: [self._given(row) for row in batch]}
            for fault in dossier.faults(whole, ""):
                if match := _POINTER.match(fault.pointer):
                    yield from self._placed(batch[int(match["row"])], match["key"] or "", fault)

    def _placed(self, row: Planned, key: str, fault: dossier.Fault) -> Iterator[Fault]:
        if row.before and key and row.before[key] == row.after[key]:
            return
        if key in row.unread - row.partly:
            return
        column = next((one for one in self.columns if one.key == key), None)
        name = column.name if column else ""
        expected = fault.expected.replace(", or null", "")  # in a cell: nothing
        if column and isinstance(row.after[key], str):
            expected = _EXAMPLES.sub(lambda _found: f"as in {column.example}", expected)
        if name and fault.value and row.line.cells.get(name, "") not in fault.value:
            expected = f"{fault.value}: {expected}"
        yield Fault(row.line.number, name, row.line.cells.get(name, ""), expected)

    def write(self, planned: Plan, writer: Writer, reason: str = "") -> None:
        new = []
        for row in [*planned.created, *planned.changed]:
            row.held = row.held or self.model(slug=row.after["id"])
            fill(row.held, row.after)
            if row.is_new:
                new.append(row.held)
            else:
                row.held.save()
        self.model.objects.bulk_create(new)

    def differences(self, rows: Sequence[Planned]) -> list[list[Difference]]:
        return [
            [
                Difference(
                    column.key,
                    differences.noun_label(self.model, column.key),
                    [differences.line(column.write(row.before or {}), column.write(row.after))],
                )
                for column in self.columns
                if row.before and row.before[column.key] != row.after[column.key]
            ]
            for row in rows
        ]

    def _given(self, row: Planned) -> Row:
        """The row with its required keys, as "" where nothing stands, and with the others where something does."""
        return {
            key: "" if value is None else value
            for key, value in row.after.items()
            if value is not None or key in self.required
        }
