"""What the entries are about: every topic, and the page of one."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from pyroaring import BitMap

from timeline import edtf, index, search
from timeline.index import Index
from timeline.index.bitmaps import ADDRESSED, COUNTRY, KIND, LEADER, SPELL, SPOKE, TOPIC, Key
from timeline.models import Kind, Topic
from timeline.pattern import each
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
    held = index.current()
    every = _rows(held)
    asked = _plain(words).split()
    rows = [row for row in every if all(word in _plain(row.name) for word in asked)]
    _add_leaders(held, rows)
    _draw(held, rows, every)
    ends = _ends(held, held.any_of(TOPIC, (row.pk for row in every)))
    return render(
        request,
        "timeline/topics.html",
        {
            "rows": rows,
            "total": len(every),
            "words": words,
            "is_long": len(every) >= MANY or words,
            "first": month_words(ends[0]) if ends else "",
            "last": month_words(ends[1]) if ends else "",
        },
    )


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """All entries on one topic. A topic that no reader has ever seen an entry on is 404."""
    found = Topic.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    held = index.current()
    ids = held.of(TOPIC, found.pk)
    if not ids and not public_before().filter(taggings__topic=found).exists():
        raise Http404
    own: dict[str, Any] = own_timeline(request, reverse("topic", args=[slug]), topics=(found.slug,))
    leaders, more = _leaders(held, ids)
    return render(
        request,
        "timeline/topic.html",
        {
            "topic": found,
            "span": _span(held, ids),
            "leaders": leaders,
            "more_leaders": more,
            "countries": _countries(held, ids),
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
    """One topic in the list: entries, its first and last month, its most frequent leaders as (slug, name), its lane."""

    pk: Key
    slug: str
    name: str
    count: int
    span: str
    leaders: list[tuple[str, str]] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    @property
    def drawn(self) -> SafeString:
        """The lane's months as SVG."""
        return each("timeline/_topic_bar.html", "bar", self.bars)


def _rows(held: Index) -> list[Row]:
    """Every topic with published entries, those with the most first."""
    rows = [Row(pk, *held.name(TOPIC, pk), len(ids), _span(held, ids)) for pk, ids in held.families[TOPIC].items()]
    return sorted(rows, key=lambda row: (-row.count, row.name))


def _add_leaders(held: Index, rows: list[Row]) -> None:
    """The three leaders who take part in most entries of each topic."""
    for row in rows:
        most = held.top(LEADER, held.of(TOPIC, row.pk), 3)
        named = sorted((-count, name, slug) for count, key in most for slug, name in [held.name(LEADER, key)])
        row.leaders = [(slug, name) for _count, name, slug in named[:3]]


def _draw(held: Index, rows: list[Row], every: list[Row]) -> None:
    """Each topic's entries over time, all on the scale of `every`; a long time by the year."""
    tagged = held.any_of(TOPIC, (row.pk for row in every))
    known = [spell for spell in held.spells if _month(spell)[1] and held.of(SPELL, spell).intersect(tagged)]
    if not known:
        return
    by_year = _month(known[-1])[0] - _month(known[0])[0] > 15
    # Those of an unknown month have no place among months.
    slots = held.years if by_year else [(spell >> 1, held.of(SPELL, spell)) for spell in held.spells if spell & 1]
    slots = [(number, ids & tagged) for number, ids in slots]
    counts = {
        row.pk: {
            number: count for number, ids in slots if (count := ids.intersection_cardinality(held.of(TOPIC, row.pk)))
        }
        for row in every
    }
    used = [number for number, ids in slots if ids]
    first, number = used[0], used[-1] - used[0] + 1
    most = max(count for one in counts.values() for count in one.values())
    for row in rows:
        for cell, count in counts[row.pk].items():
            height = max(round(LANE * count / most), 2)
            width = min(86 / number, WIDEST)
            x = 100 * (cell - first + 0.5) / number - width / 2
            row.bars.append(Bar(f"{x:.2f}%", f"{width:.2f}%", str(LANE + 4 - height), str(height)))


def _plain(text: str) -> str:
    """The text for comparing: folded, with a space for whatever is neither letter nor digit."""
    return " ".join(re.split(r"[\W_]+", search.fold(text))).strip()


# Months --------------------------------------------------------------------------------------------------------


def _month(spell: int) -> Month:
    """The month of a spell as the index counts them."""
    month, is_known = divmod(spell, 2)
    return month // 12, month % 12 + 1 if is_known else 0


def _ends(held: Index, ids: BitMap) -> tuple[Month, Month] | None:
    """The first and the last month of some entries."""
    first = next((spell for spell in held.spells if held.of(SPELL, spell).intersect(ids)), None)
    last = next((spell for spell in reversed(held.spells) if held.of(SPELL, spell).intersect(ids)), None)
    return None if first is None or last is None else (_month(first), _month(last))


def _span(held: Index, ids: BitMap) -> str:
    """“November 2025 to May 2026”; nothing where there is no entry."""
    ends = _ends(held, ids)
    return span_words(*ends) if ends else ""


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


def _leaders(held: Index, ids: BitMap) -> tuple[list[Voice], int]:
    """Who takes part in most of these entries, and how many do besides; those who are only addressed don't."""
    counts: dict[Key, int] = {}
    for key, number in held.counts(LEADER, ids).items():
        if taking_part := number - ids.intersection_cardinality(held.of(ADDRESSED, key)):
            counts[key] = taking_part
    most = sorted(counts, key=lambda key: (-counts[key], held.name(LEADER, key)[1]))[:MOST_LEADERS]
    return [_voice(held, key, ids) for key in most], len(counts) - len(most)


def _voice(held: Index, key: Key, ids: BitMap) -> Voice:
    leader = int(str(key))
    own = (ids & held.of(LEADER, leader)) - held.of(ADDRESSED, leader)
    by_kind = Counter({kind: own.intersection_cardinality(held.of(KIND, kind)) for kind in Kind.values})
    code = max(held.spoke_for[leader], key=lambda code: own.intersection_cardinality(held.of(SPOKE, (leader, code))))
    country = held.name(COUNTRY, code)[1]
    return Voice(*held.name(LEADER, key), code, country, by_kind, share=round(100 * len(own) / len(ids)))


def _countries(held: Index, ids: BitMap) -> list[tuple[str, str, int]]:
    """(code, name, entries) of each country that takes part, the most frequent first."""
    rows = [(*held.name(COUNTRY, key), count) for key, count in held.counts(COUNTRY, ids).items()]
    return sorted(rows, key=lambda row: (-row[2], row[1]))
