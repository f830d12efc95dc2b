"""What a column is: its name, what stands in it, and how a row's value gets into its cells and out of them.

A row is a plain dict in the dossier's schema (`ingest/schema.json`): an event's record, a leader, a source.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from timeline.models import Country

from . import cells

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Row = dict[str, Any]


@dataclass
class Known:
    """What cells may name otherwise than a dossier does: countries by their names, sources by their addresses."""

    countries: dict[str, str] = field(default_factory=dict)  # codes by folded code and name
    addresses: dict[str, str] = field(default_factory=dict)  # slugs by address

    @classmethod
    def of_the_record(cls) -> "Known":
        """With all countries; one query."""
        rows = list(Country.objects.values_list("code", "name"))
        return cls({cells.folded(name): code for code, name in rows} | {code.casefold(): code for code, _name in rows})

    def country(self, text: str) -> str | None:
        """The code of a country by its code or name; None for “”. Raises CellError for what is no country."""
        if not text:
            return None
        if found := self.countries.get(cells.folded(text)):
            return found
        raise cells.CellError(
            _("“%s” is no country that Readout knows: expected an ISO 3166-1 code as in JP, or its name.") % text
        )


@dataclass(frozen=True)
class Column:
    """A column. `read` gives the value that a cell means in a row that has what stands left of it; or CellError."""

    name: str
    words: "_StrPromise"
    example: str
    write: Callable[[Row], str]
    read: Callable[[str, Row, Known], Any]
    key: str  # under which the row has it


def text(name: str, words: "_StrPromise", example: str, *, key: str = "", is_line: bool = True) -> Column:
    """A column of text; None where nothing stands. A line has no line ends."""
    key = key or name

    def read(cell: str, _row: Row, _known: Known) -> str | None:
        return (" ".join(cell.split("\n")) if is_line else cell) or None

    return Column(name, words, example, lambda row: row[key] or "", read, key)


def date(name: str, words: "_StrPromise", example: str) -> Column:
    """A column of dates, as people type them; None where nothing stands."""

    def read(cell: str, _row: Row, _known: Known) -> str | None:
        return cells.date(cell) or None

    return Column(name, words, example, lambda row: row[name] or "", read, name)


def choice(
    name: str, words: "_StrPromise", example: str, choices: Callable[[Row], Sequence[tuple[Any, Any]]]
) -> Column:
    """A column with one of some values; which ones, the row may say."""

    def read(cell: str, row: Row, _known: Known) -> str | None:
        return cells.choice(cell, choices(row)) or None

    return Column(name, words, example, lambda row: row[name] or "", read, name)


def country(name: str, words: "_StrPromise", example: str) -> Column:
    """A column of countries, by code or name."""
    return Column(
        name, words, example, lambda row: row[name] or "", lambda cell, _row, known: known.country(cell), name
    )
