"""The public log: what was corrected and what was withdrawn, the newest first, by cursor and never by offset."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.models import Correction, Country, Event, Former, Leader, Source, State, Topic, Version

PAGE = 50
_CURSOR = re.compile(r"(\d{4}-\d{2}-\d{2})\.([cnw])([1-9]\d{0,17})\Z", re.ASCII)
# What entries name: the model, the column by which it is known, and its page.
_NOUNS: Mapping[str, tuple[type[models.Model], str, str]] = {
    "country": (Country, "code", "country"),
    "leader": (Leader, "slug", "leader"),
    "source": (Source, "slug", "source"),
    "topic": (Topic, "slug", "topic"),
}
_SORTS = {"country": _("Country"), "leader": _("Leader"), "source": _("Source"), "topic": _("Topic")}


@dataclass(frozen=True, order=True)
class Place:
    """Where a line stands: by day, the newest on top; on one day withdrawals (“w”), then corrections of names (“n”),
    then those of entries (“c”); then by id.
    """

    day: date
    what: str
    pk: int

    @property
    def cursor(self) -> str:
        return f"{self.day.isoformat()}.{self.what}{self.pk}"


@dataclass(frozen=True)
class Chosen:
    """Which lines are asked for: only those of one sort (a value of WHAT), only those of one kind of event."""

    what: str = ""
    kind: str = ""

    @property
    def address(self) -> str:
        """As a query string with its question mark; nothing for all lines."""
        pairs = [(name, value) for name, value in (("what", self.what), ("kind", self.kind)) if value]
        return f"?{urlencode(pairs)}" if pairs else ""


WHAT = ("correction", "withdrawal")
ALL = Chosen()


@dataclass(frozen=True)
class Named:
    """What entries name and what was called wrongly: a leader, country, topic or source. Without a page: it is gone."""

    sort: str
    name: str
    address: str


@dataclass(frozen=True)
class Line:
    """A correction or a withdrawal. `text` is the correction's or the reason; empty where its claim is gone.

    It is of an event, or of something that events name.
    """

    place: Place
    event: Event | None
    text: str
    named: Named | None = None

    @property
    def is_withdrawal(self) -> bool:
        return self.place.what == "w"


@dataclass(frozen=True)
class Page:
    """Some lines, the newest first; `after` is the cursor of those behind them."""

    lines: list[Line]
    after: str = ""


def read_cursor(text: str) -> Place | None:
    """The place in an address, or None where it is none."""
    match = _CURSOR.match(text)
    if not match:
        return None
    try:
        return Place(date.fromisoformat(match[1]), match[2], int(match[3]))
    except ValueError:
        return None


def page(after: Place | None = None, *, chosen: Chosen = ALL, size: int = PAGE) -> Page:
    """The lines behind a place; three queries, and one for each sort of name among them."""
    corrections, names, withdrawals = _of(chosen)
    if after:
        corrections = corrections.filter(_behind(after, "c", "date"))
        names = names.filter(_behind(after, "n", "until__date"))
        withdrawals = withdrawals.filter(_behind(after, "w", "withdrawn_at__date"))
    lines = [_correction(row) for row in corrections.order_by("-date", "-pk")[: size + 1]]
    lines += _of_names(names.order_by("-until__date", "-pk")[: size + 1])
    for event in withdrawals.order_by("-withdrawn_at__date", "-pk")[: size + 1]:
        assert event.withdrawn_at is not None
        day = timezone.localtime(event.withdrawn_at).date()
        lines.append(Line(Place(day, "w", event.pk), event, event.withdrawn_reason))
    lines.sort(key=lambda line: line.place, reverse=True)
    shown = lines[:size]
    return Page(shown, shown[-1].place.cursor if len(lines) > size else "")


def counts(chosen: Chosen = ALL) -> tuple[int, int]:
    """How many corrections and withdrawals there are; three queries."""
    corrections, names, withdrawals = _of(chosen)
    return corrections.count() + names.count(), withdrawals.count()


def _of(chosen: Chosen) -> "tuple[QuerySet[Correction], QuerySet[Former], QuerySet[Event]]":
    corrections, names, withdrawals = _corrections(), Former.objects.exclude(correction=""), _withdrawals()
    if chosen.kind:
        corrections, withdrawals = corrections.filter(event__kind=chosen.kind), withdrawals.filter(kind=chosen.kind)
    return (
        corrections.none() if chosen.what == "withdrawal" else corrections,
        names.none() if chosen.what == "withdrawal" or chosen.kind else names,
        withdrawals.none() if chosen.what == "correction" else withdrawals,
    )


def _of_names(rows: Iterable[Former]) -> list[Line]:
    """Corrections of what entries name, each under the name of today."""
    rows = list(rows)
    today: dict[tuple[str, str], str] = {}
    for noun in {row.noun for row in rows}:
        model, column, _page = _NOUNS[noun]
        held: Any = model._default_manager.filter(**{f"{column}__in": [row.key for row in rows if row.noun == noun]})
        today.update({(noun, getattr(one, column)): str(one) for one in held})
    lines = []
    for row in rows:
        name = today.get((row.noun, row.key), "")
        address = reverse(_NOUNS[row.noun][2], args=[row.key]) if name else ""
        named = Named(str(_SORTS[row.noun]), name or row.row.get("name") or row.row.get("title") or row.key, address)
        lines.append(Line(Place(timezone.localtime(row.until).date(), "n", row.pk), None, row.correction, named))
    return lines


def _correction(row: Correction) -> Line:
    # What a withdrawn entry claimed goes, and a correction repeats what it claimed.
    text = row.text if row.event.state == State.PUBLISHED else ""
    return Line(Place(row.date, "c", row.pk), row.event, text)


def _corrections() -> "QuerySet[Correction]":
    return Correction.objects.exclude(event__state=State.DRAFT).select_related("event")


def _withdrawals() -> "QuerySet[Event]":
    published_once = Exists(Version.objects.public().filter(event=OuterRef("pk")))
    # What was merged is told by the correction of the entry that it went into.
    return Event.objects.filter(published_once, state=State.WITHDRAWN, merged_into=None)


def _behind(after: Place, what: str, day: str) -> Q:
    """The rows of one sort that stand behind a place; `day` is the column that holds theirs."""
    behind = Q(**{f"{day}__lt": after.day})
    if what < after.what:
        return behind | Q(**{day: after.day})
    if what == after.what:
        return behind | Q(**{day: after.day, "pk__lt": after.pk})
    return behind
