"""What the entries are about: every topic, and the page of one."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import edtf, search
from timeline.models import Participation, Role, State, Tagging, Topic
from timeline.models.events import ParticipationQuerySet
from timeline.position import BUCKET, day_of_bucket
from timeline.views.own_timeline import own_timeline
from timeline.views.shelf import counted, kind_words, public_before

MANY = 12  # from so many topics on, they can be searched
LONGEST_WORDS = 100
MOST_LEADERS = 10
LANE = 22  # pixels: the height of the month with the most entries
WIDEST = 2.4  # per cent of the lane: a month is a stroke, never a block

Month = tuple[int, int]  # year and month; 0 where the month is unknown


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """Every topic with published entries, the most frequent first; `q` leaves those whose names hold its words."""
    words = " ".join(request.GET.get("q", "").split())[:LONGEST_WORDS]
    if "q" in request.GET and not words:
        return redirect("topics")
    every = _rows()
    asked = _plain(words).split()
    rows = [row for row in every if all(word in _plain(row.name) for word in asked)]
    _add_leaders(rows)
    _draw(rows, every)
    months = sorted(month for row in every for month in row.months)
    return render(
        request,
        "timeline/topics.html",
        {
            "rows": rows,
            "total": len(every),
            "words": words,
            "is_long": len(every) >= MANY or words,
            "first": month_words(months[0]) if months else "",
            "last": month_words(months[-1]) if months else "",
        },
    )


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """All entries on one topic. A topic that no reader has ever seen an entry on is 404."""
    found = Topic.objects.filter(slug=slug).first()
    if found is None or not public_before().filter(taggings__topic=found).exists():
        raise Http404
    own: dict[str, Any] = own_timeline(request, reverse("topic", args=[slug]), topics=(found.slug,))
    entries = own["totals"].all
    leaders = _leaders(found, entries) if entries else []
    return render(
        request,
        "timeline/topic.html",
        {
            "topic": found,
            "span": _span(found),
            "leaders": leaders[:MOST_LEADERS],
            "more_leaders": max(len(leaders) - MOST_LEADERS, 0),
            "countries": _countries(found),
            **counted(own["totals"]),
            **own,
        },
    )


# Every topic -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """One month (or year) of a topic's lane: percentages across, pixels up."""

    x: str
    width: str
    y: str
    height: str


@dataclass
class Row:
    """One topic in the list: entries by month, its most frequent leaders as (slug, name), its lane."""

    pk: int
    slug: str
    name: str
    months: Counter[Month] = field(default_factory=Counter)
    leaders: list[tuple[str, str]] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.months.total()

    @property
    def span(self) -> str:
        return span_words(min(self.months), max(self.months))


def _rows() -> list[Row]:
    """Every topic with published entries, those with the most first; one query."""
    taggings = Tagging.objects.filter(event__state=State.PUBLISHED).order_by()
    days = taggings.values_list("topic", "topic__slug", "topic__name", F("event__position") / BUCKET)
    rows: dict[int, Row] = {}
    for pk, slug, name, bucket, count in days.annotate(Count("pk")):
        rows.setdefault(pk, Row(pk, slug, name)).months[_month(bucket)] += count
    return sorted(rows.values(), key=lambda row: (-row.count, row.name))


def _add_leaders(rows: list[Row]) -> None:
    """The three leaders who take part in most entries of each topic; one query."""
    taking_part = Tagging.objects.filter(
        topic__in=[row.pk for row in rows],
        event__state=State.PUBLISHED,
        event__participations__leader__isnull=False,
    ).order_by()
    people = taking_part.values_list(
        "topic", "event__participations__leader__slug", "event__participations__leader__name"
    )
    found: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for pk, slug, name, count in people.annotate(Count("event", distinct=True)):
        found[pk].append((-count, name, slug))
    for row in rows:
        row.leaders = [(slug, name) for _count, name, slug in sorted(found[row.pk])[:3]]


def _draw(rows: list[Row], every: list[Row]) -> None:
    """Each topic's entries over time, all on the scale of `every`; a long time by the year."""
    known = [month for row in every for month in row.months if month[1]]
    if not known:
        return
    by_year = max(known)[0] - min(known)[0] > 15
    cells = {row.pk: _cells(row.months, by_year=by_year) for row in every}
    first = min(cell for one in cells.values() for cell in one)
    number = max(cell for one in cells.values() for cell in one) - first + 1
    most = max(count for one in cells.values() for count in one.values())
    for row in rows:
        for cell, count in sorted(cells[row.pk].items()):
            height = max(round(LANE * count / most), 2)
            width = min(86 / number, WIDEST)
            x = 100 * (cell - first + 0.5) / number - width / 2
            row.bars.append(Bar(f"{x:.2f}%", f"{width:.2f}%", str(LANE + 4 - height), str(height)))


def _cells(months: Counter[Month], *, by_year: bool) -> Counter[int]:
    """Entries by the number of their month or year; those of an unknown month have no place among months."""
    cells: Counter[int] = Counter()
    for (year, month), count in months.items():
        if by_year or month:
            cells[year if by_year else year * 12 + month - 1] += count
    return cells


def _plain(text: str) -> str:
    """The text for comparing: folded, with a space for whatever is neither letter nor digit."""
    return " ".join(re.split(r"[\W_]+", search.fold(text))).strip()


# Months --------------------------------------------------------------------------------------------------------


def _month(bucket: int) -> Month:
    day, is_year_only = day_of_bucket(bucket)
    return day.year, 0 if is_year_only else day.month


def month_words(month: Month) -> str:
    """“November 2025”, or “2025” where the month is unknown."""
    year, number = month
    return edtf.words(f"{year:04}-{number:02}" if number else f"{year:04}", unknown=False)


def span_words(first: Month, last: Month) -> str:
    """“November 2025 to May 2026”, or one month."""
    if first == last:
        return month_words(first)
    return _("%(first)s to %(last)s") % {"first": month_words(first), "last": month_words(last)}


# One topic -----------------------------------------------------------------------------------------------------


@dataclass
class Voice:
    """One leader on a topic: the country they mostly spoke for, entries by kind, share of all in per cent."""

    slug: str
    name: str
    country: str = ""
    country_name: str = ""
    by_kind: Counter[str] = field(default_factory=Counter)
    share: int = 0

    @property
    def count(self) -> int:
        return self.by_kind.total()

    @property
    def kinds(self) -> str:
        return kind_words(self.by_kind)


def _span(found: Topic) -> str:
    """The first and the last month of its entries; one query."""
    buckets = Tagging.objects.filter(topic=found, event__state=State.PUBLISHED).order_by()
    months = [_month(bucket) for (bucket,) in buckets.values_list(F("event__position") / BUCKET).distinct()]
    return span_words(min(months), max(months)) if months else ""


def _leaders(found: Topic, entries: int) -> list[Voice]:
    """Who takes part in its `entries`, the most frequent first; those who are only addressed don't. One query."""
    people = _taking_part(found).exclude(role=Role.ADDRESSEE).filter(leader__isnull=False)
    rows = people.values_list("leader__slug", "leader__name", "country", "country__name", "event__kind")
    voices: dict[str, Voice] = {}
    countries: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for slug, name, code, country, kind, count in rows.annotate(Count("event", distinct=True)):
        voices.setdefault(slug, Voice(slug, name)).by_kind[kind] += count
        countries[slug][code, country] += count
    ordered = sorted(voices.values(), key=lambda one: (-one.count, one.name))
    for one in ordered:
        one.country, one.country_name = countries[one.slug].most_common(1)[0][0]
        one.share = round(100 * one.count / entries)
    return ordered


def _countries(found: Topic) -> list[tuple[str, str, int]]:
    """(code, name, entries) of each country that takes part, the most frequent first; one query."""
    rows = _taking_part(found).values_list("country", "country__name").annotate(Count("event", distinct=True))
    return sorted(rows, key=lambda row: (-row[2], row[1]))


def _taking_part(found: Topic) -> ParticipationQuerySet:
    return Participation.objects.filter(event__state=State.PUBLISHED, event__taggings__topic=found).order_by()
