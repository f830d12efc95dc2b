"""The timeline's query string, read in one place and written back in one form.

    q  kind  occurrence  country  leader  topic  source  match  since  until  order  after  before

`kind`, `occurrence`, `country`, `leader`, `topic` and `source` may repeat: any of them; with `match=all` all of the
countries and all of the leaders named. A value that makes no sense is left out and told in `ignored`; an unknown
parameter is passed over. Only what differs from the default is written back, in the order above.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from timeline import edtf, paging, search
from timeline.models import Citation, Country, Event, Kind, Leader, Occurrence, Participation, Source, Tagging, Topic
from timeline.models.events import EventQuerySet

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

    # In ----------------------------------------------------------------------------------------------------

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        """Read an address's query string; at most one query for each of country, leader and topic."""
        read = _Reader(query)
        names: dict[str, str] = {}
        values: dict[str, Any] = {
            "q": read.words(),
            "kinds": read.choices("kind", Kind.values),
            "occurrences": read.choices("occurrence", Occurrence.values),
            "countries": read.known("country", _CODE, Country.objects.all(), "code", names),
            "leaders": read.known("leader", _SLUG, Leader.objects.all(), "slug", names),
            "topics": read.known("topic", _SLUG, Topic.objects.all(), "slug", names),
            "sources": read.known("source", _SLUG, Source.objects.all(), "slug", names, label="title"),
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
            **values, names=names, ignored=tuple(read.ignored), mistyped=read.mistyped, has_blanks=read.has_blanks
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

    def select(self) -> EventQuerySet:
        """The published events that match, in no order and from no page."""
        selected = Event.objects.published()
        if self.query:
            selected = selected.filter(pk__in=search.matching(self.query).values("pk"))
        if self.kinds:
            selected = selected.filter(kind__in=self.kinds)
        if self.occurrences:
            selected = selected.filter(occurrence__in=self.occurrences)
        for condition in self._people():
            selected = selected.filter(pk__in=condition.values("event_id"))
        if self.topics:
            selected = selected.filter(pk__in=Tagging.objects.filter(topic__slug__in=self.topics).values("event_id"))
        if self.sources:
            cited = Citation.objects.filter(source__slug__in=self.sources)
            selected = selected.filter(pk__in=cited.values("event_id"))
        if self.since:
            selected = selected.filter(latest__gte=edtf.parse(self.since).earliest)
        if self.until:
            selected = selected.filter(earliest__lte=edtf.parse(self.until).latest)
        return selected

    def _people(self) -> Iterator[QuerySet[Any]]:
        rows = Participation.objects.all()
        for lookup, chosen in (("country__in", self.countries), ("leader__slug__in", self.leaders)):
            named = rows.filter(**{lookup: chosen})
            if chosen and self.match == "all":
                # Counted in one go: a condition for each of many names would cost a join for each of them.
                counted = named.values("event_id").annotate(named=Count(lookup.removesuffix("__in"), distinct=True))
                yield counted.filter(named=len(chosen))
            elif chosen:
                yield named


class _Reader:
    """Reads one QueryDict and collects what it had to ignore."""

    def __init__(self, query: QueryDict) -> None:
        self.query = query
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

    def known(
        self,
        name: str,
        form: re.Pattern[str],
        rows: QuerySet[Any],
        key: str,
        names: dict[str, str],
        label: str = "name",
    ) -> tuple[str, ...]:
        """Values that stand for rows; their names go into `names` under “country:JP”."""
        values = self.values(name)
        sound = [value for value in values if form.match(value) and len(value) <= 120]
        if sound:
            found = dict(rows.filter(**{f"{key}__in": sound}).order_by().values_list(key, label))
            names.update({f"{name}:{value}": words for value, words in found.items()})
        for value in values:
            if f"{name}:{value}" not in names:
                self.ignore(name, value, _("Readout knows none of this name."))
        return tuple(sorted(value for value in values if f"{name}:{value}" in names))

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
