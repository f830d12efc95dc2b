"""The timeline's query string, read in one place and written back in one form.

    q  kind  occurrence  country  leader  topic  source  match  since  until  order  after  before

`kind`, `occurrence`, `country`, `leader`, `topic` and `source` may repeat: any of them; with `match=all` all of the
countries and all of the leaders named. A value that makes no sense is left out and told in `ignored`; an unknown
parameter is passed over. Only what differs from the default is written back, in the order above.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from pyroaring import BitMap

from timeline import edtf, index, paging, search
from timeline.index import NOUNS, Index
from timeline.models import Kind, Occurrence

LONGEST_WORDS = 200
MOST_VALUES = 40
_SLUG = re.compile(r"[-A-Za-z0-9_]+\Z")
_CODE = re.compile(r"[A-Z]{2,8}\Z")

# The facets, by the name of their parameter.
FACETS = {
    "kind": "kinds",
    "occurrence": "occurrences",
    "country": "countries",
    "leader": "leaders",
    "topic": "topics",
    "source": "sources",
}


class Ignored(NamedTuple):
    """A value in the address that made no sense, and why, as a sentence."""

    name: str
    value: str
    reason: str


@dataclass(frozen=True)
class TimelineFilter:
    """What a reader asks of the timeline. Two that ask the same are equal and write the same query string."""

    q: str = ""
    kinds: tuple[str, ...] = ()
    occurrences: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    match: str = "any"
    since: str = ""
    until: str = ""
    order: str = "newest"
    after: int | None = None
    before: int | None = None
    ignored: tuple[Ignored, ...] = field(default=(), compare=False)
    mistyped: dict[str, str] = field(default_factory=dict, compare=False, hash=False)  # dates that make no sense
    has_blanks: bool = field(default=False, compare=False)
    names: dict[str, str] = field(default_factory=dict, compare=False, hash=False)
    held: Index | None = field(default=None, compare=False, repr=False)  # of the moment at which it was read

    # In ----------------------------------------------------------------------------------------------------

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        """Read an address's query string; one query, which says what the record's index is."""
        held = index.current()
        read = _Reader(query, held)
        values: dict[str, Any] = {
            "q": read.words(),
            "kinds": read.choices("kind", Kind.values),
            "occurrences": read.choices("occurrence", Occurrence.values),
            "countries": read.known("country", _CODE),
            "leaders": read.known("leader", _SLUG),
            "topics": read.known("topic", _SLUG),
            "sources": read.known("source", _SLUG),
            "match": read.one_of("match", ("any", "all")),
            **read.dates(),
            "order": read.one_of("order", ("newest", "oldest")),
            "after": read.cursor("after"),
            "before": read.cursor("before"),
        }
        if values["after"] is not None and values["before"] is not None:
            written = paging.write_cursor(values["before"])
            values["before"] = None
            read.ignore("before", written, _("“after” stands in the address too, and one page is shown."))
        return cls(
            **values,
            names=read.names,
            ignored=tuple(read.ignored),
            mistyped=read.mistyped,
            has_blanks=read.has_blanks,
            held=held,
        )

    # Out ---------------------------------------------------------------------------------------------------

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters that differ from the default, in their one order."""
        pairs = [("q", self.q)] if self.q else []
        for name, attribute in FACETS.items():
            pairs += [(name, value) for value in getattr(self, attribute)]
        pairs += [("match", self.match)] if self.match != "any" else []
        pairs += [(name, value) for name in ("since", "until") if (value := getattr(self, name))]
        pairs += [("order", self.order)] if self.order != "newest" else []
        for name in ("after", "before"):
            if (thread := getattr(self, name)) is not None:
                pairs.append((name, paging.write_cursor(thread)))
        return pairs

    @property
    def address(self) -> str:
        """The canonical query string with its question mark; “.” where it is empty, which is a link to here."""
        return f"?{urlencode(pairs)}" if (pairs := self.parameters()) else "."

    def without_parameters(self, names: tuple[str, ...]) -> str:
        """The query string with its question mark, or nothing, without some of its parameters."""
        pairs = [pair for pair in self.parameters() if pair[0] not in names]
        return f"?{urlencode(pairs)}" if pairs else ""

    def but(self, **changes: Any) -> Self:
        """The same filter with these changes, from its first page."""
        return replace(self, **{"after": None, "before": None, **changes})

    def toggled(self, name: str, value: str) -> Self:
        """The same filter with one facet value added, or taken away."""
        attribute = FACETS[name]
        chosen = getattr(self, attribute)
        # In the order of an address that was read, so that one choice has one address.
        order = {"kind": Kind.values, "occurrence": Occurrence.values}.get(name)
        changed = sorted({*chosen} ^ {value}, key=order.index if order else None)
        return self.but(**{attribute: tuple(changed)})

    @property
    def is_empty(self) -> bool:
        """Whether it asks for everything, in whatever order."""
        return not any(getattr(self, name) for name in ("q", "since", "until", *FACETS.values()))

    # What it selects -----------------------------------------------------------------------------------------

    @cached_property
    def query(self) -> search.Query:
        return search.parse(self.q)

    @cached_property
    def index(self) -> Index:
        """The index that it was read with, or for a filter made by hand the one that holds now; a query at most."""
        return self.held or index.current()

    def ids(self, without: str = "") -> BitMap:
        """The published events that match, whatever page is asked for; `without`: as if that facet had no value."""
        found = self.index.published
        for name, matching in self._parts.items():
            if name != without:
                found = found & matching
        return found

    @cached_property
    def _parts(self) -> dict[str, BitMap]:
        """What each part of the filter leaves, by its parameter's name."""
        parts: dict[str, BitMap] = {}
        if self.query:
            parts["q"] = search.ids(self.query, self.index)
        for name, attribute in FACETS.items():
            if chosen := getattr(self, attribute):
                parts[name] = self._facet(name, chosen)
        if self.since:
            parts["since"] = self.index.since(edtf.parse(self.since).earliest)
        if self.until:
            parts["until"] = self.index.until(edtf.parse(self.until).latest)
        return parts

    def _facet(self, name: str, chosen: tuple[str, ...]) -> BitMap:
        keys = [self.index.key(name, value) if name in NOUNS else value for value in chosen]
        known = [key for key in keys if key is not None]
        if self.match == "all" and name in ("country", "leader"):
            return self.index.all_of(name, known) if len(known) == len(keys) else BitMap()
        return self.index.any_of(name, known)


class _Reader:
    """Reads one QueryDict and collects what it had to ignore."""

    def __init__(self, query: QueryDict, held: Index) -> None:
        self.query = query
        self.index = held
        self.names: dict[str, str] = {}
        self.ignored: list[Ignored] = []
        self.mistyped: dict[str, str] = {}
        self.has_blanks = False

    def ignore(self, name: str, value: str, reason: str) -> None:
        self.ignored.append(Ignored(name, _cut(value), reason))

    def values(self, name: str) -> list[str]:
        """The parameter's values without blanks and repeats, in the order of the address."""
        given = [value.strip() for value in self.query.getlist(name)]
        self.has_blanks = self.has_blanks or "" in given
        values = [value for value in dict.fromkeys(given) if value]
        if len(values) > MOST_VALUES:
            self.ignore(name, values[MOST_VALUES], _("At most %d values are read.") % MOST_VALUES)
        return values[:MOST_VALUES]

    def one(self, name: str) -> str:
        values = self.values(name)
        for extra in values[:-1]:
            self.ignore(name, extra, _("Only the last one counts."))
        return values[-1] if values else ""

    def words(self) -> str:
        words = " ".join("".join(char if char.isprintable() else " " for char in self.one("q")).split())
        if len(words) > LONGEST_WORDS:
            self.ignore("q", words, _("At most %d characters are searched for.") % LONGEST_WORDS)
            return ""
        if words and not search.parse(words):
            self.ignore("q", words, _("There is no letter or digit in it to search for."))
            return ""
        return words

    def choices(self, name: str, known: list[str]) -> tuple[str, ...]:
        chosen = []
        for value in self.values(name):
            if value in known:
                chosen.append(value)
            else:
                self.ignore(name, value, _("Expected %s.") % _(" or ").join(known))
        return tuple(sorted(chosen, key=known.index))

    def one_of(self, name: str, known: tuple[str, ...]) -> str:
        value = self.one(name)
        if value and value not in known:
            self.ignore(name, value, _("Expected %s.") % _(" or ").join(known))
        return value if value in known else known[0]

    def known(self, name: str, form: re.Pattern[str]) -> tuple[str, ...]:
        """Values that stand for rows; their names go into `names` under “country:JP”."""
        found = []
        for value in self.values(name):
            key = self.index.key(name, value) if form.match(value) and len(value) <= 120 else None
            if key is None:
                self.ignore(name, value, _("Readout knows none of this name."))
            else:
                self.names[f"{name}:{value}"] = self.index.name(name, key)[1]
                found.append(value)
        return tuple(sorted(found))

    def dates(self) -> dict[str, str]:
        read = {name: self._date(name) for name in ("since", "until")}
        since, until = read["since"], read["until"]
        if since and until and edtf.parse(until).latest < edtf.parse(since).earliest:
            self.ignore("until", until, _("It lies before the first date."))
            read["until"] = ""
        return read

    def _date(self, name: str) -> str:
        value = self.one(name)
        try:
            return edtf.parse(value).text if value else ""
        except edtf.EdtfError as error:
            self.ignore(name, value, str(error))
            self.mistyped[name] = value[:64]
            return ""

    def cursor(self, name: str) -> int | None:
        value = self.one(name)
        thread = paging.read_cursor(value) if value else None
        if value and thread is None:
            self.ignore(name, value, _("It is no place in the timeline."))
        return thread


def _cut(value: str) -> str:
    shown = "".join(char if char.isprintable() else "�" for char in value)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"
