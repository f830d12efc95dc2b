"""The timeline and its next entries."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import paging, phrases, strip
from timeline.entry import Entry
from timeline.facets import by_outcome, facets
from timeline.filters import TimelineFilter
from timeline.models import DataVersion
from timeline.position import BUCKET, before_day, day_of, day_of_bucket, is_year_only


@require_safe
def timeline(request: HttpRequest) -> HttpResponse:
    """All entries that match, newest first: filters, strip, results. Every view is an address."""
    asked = TimelineFilter.from_query(request.GET)
    if asked.has_blanks and not asked.ignored:
        return redirect(reverse("timeline") + asked.address.removeprefix("."))
    outcomes = by_outcome(asked)
    count = sum(outcomes.values())
    data_version = DataVersion.objects.first()
    return render(
        request,
        "timeline/timeline.html",
        {
            "asked": asked,
            "title": phrases.title(asked, count),
            "count": phrases.count_words(asked, count),
            "conditions": phrases.conditions(asked),
            "outcomes": phrases.outcomes(outcomes),
            "chips": phrases.chips(asked),
            "facets": facets(asked),
            "other_order": asked.but(order="oldest" if asked.order == "newest" else "newest").address,
            "first_page": asked.but().address,
            "strip": strip.strip(asked),
            "changed_at": data_version.at if data_version else None,
            "ways_out": _ways_out(asked) if not count else [],
            **_results(asked),
        },
    )


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Only the next entries of a view, for “Load earlier entries”."""
    asked = TimelineFilter.from_query(request.GET)
    return render(request, "timeline/_entries.html", {"asked": asked, **_results(asked, continues=True)})


@dataclass(frozen=True)
class _Spell:
    """A month of the timeline, or a year for what is known to its year alone."""

    key: str
    words: str
    count: int
    has_heading: bool
    threads: list["_Shown"]


@dataclass(frozen=True)
class _Shown:
    """A thread ready to be shown: entries on the spine, and what hangs from the first."""

    entries: list[Entry]
    hanging: list[Entry]


def _results(asked: TimelineFilter, *, continues: bool = False) -> dict[str, object]:
    page = paging.page(asked.select(), order=asked.order, after=asked.after, before=asked.before)
    counts = _counts(asked, page.threads)
    shown_before = _key(asked.after) if continues and asked.after is not None else None
    spells: list[_Spell] = []
    for thread in page.threads:
        key = _key(thread.number)
        if not spells or spells[-1].key != key:
            spells.append(_Spell(key, _words(key), counts.get(key, 0), key != shown_before, []))
        hanging = [Entry(event) for event in thread.hanging] if thread.head else []
        spells[-1].threads.append(_Shown([Entry(event) for event in thread.entries], hanging))
    return {
        "spells": spells,
        "starts": asked.after is None and page.before is None,
        "next": _next(asked, page.after),
        "back": asked.but(before=page.before).address if page.before is not None else "",
    }


def _next(asked: TimelineFilter, after: int | None) -> dict[str, str] | None:
    """Where the next entries are: a page of their own, and the part that a script puts here."""
    if after is None:
        return None
    following = asked.but(after=after)
    return {"page": following.address, "part": f"{reverse('entries')}{following.address}"}


def _key(thread: int) -> str:
    return _key_of(day_of(thread), is_year_only(thread))


def _key_of(day: date, is_year: bool) -> str:
    return f"{day.year:04}" if is_year else f"{day.year:04}-{day.month:02}"


def _words(key: str) -> str:
    year, _dash, month = key.partition("-")
    if not month:
        return _("%s, month unknown") % int(year)
    return f"{MONTHS[int(month)]} {int(year)}"


def _counts(asked: TimelineFilter, threads: list[paging.Thread]) -> dict[str, int]:
    """Matching entries of each month on the page, as its heading says; one query."""
    if not threads:
        return {}
    days = [thread.day for thread in threads]
    first, last = min(days).replace(day=1), max(days)
    end = date(last.year + last.month // 12, last.month % 12 + 1, 1) if last.year < 9999 else date.max
    within = asked.select().filter(position__gte=before_day(first), position__lt=before_day(end))
    buckets = within.order_by().values_list(F("position") / BUCKET).annotate(Count("pk"))
    counts: Counter[str] = Counter()
    for bucket, count in buckets:
        counts[_key_of(*day_of_bucket(bucket))] += count
    return counts


def _ways_out(asked: TimelineFilter) -> list[dict[str, object]]:
    """What dropping each filter in use would give; the last one drops them all."""
    chips = phrases.chips(asked)
    ways = [(chip.without, _("Without %(name)s “%(value)s”") % {"name": chip.label, "value": chip.words}) for chip in chips]
    if len(chips) > 1:
        ways.append((TimelineFilter(order=asked.order), _("Clear all and start again")))
    return [
        {
            "address": without.address,
            "words": words,
            "count": phrases.count_words(without, count),
            "dead": not count,
        }
        for without, words in ways
        for count in [without.select().count()]
    ]
