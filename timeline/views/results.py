"""The timeline as a component: the same list, with the same paging, on every page that shows entries."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from timeline import contact, paging
from timeline.entry import Entry
from timeline.filters import TimelineFilter
from timeline.models import Event
from timeline.models.events import EventQuerySet
from timeline.position import BUCKET, before_day, day_of, day_of_bucket, first_of, is_year_only, last_of


@dataclass
class Shown:
    """A thread ready to be shown: the entries on the spine, and what hangs from the one that is its head.

    `gap` is the silence that begins behind it; `is_gapped` says that it stands inside one, `ends_gap` that a
    silence ends at it.
    """

    entries: list[Entry]
    hanging: list[Entry]
    gap: contact.Silence | None = None
    is_gapped: bool = False
    ends_gap: bool = False


@dataclass
class Spell:
    """A month of the timeline, or a year for what is known to its year alone."""

    key: str
    words: str
    count: int
    has_heading: bool
    threads: list[Shown] = field(default_factory=list)


def results(
    asked: TimelineFilter, path: str, *, continues: bool = False, locked: tuple[str, ...] = ()
) -> dict[str, object]:
    """What `_entries.html` needs for one page of a view; a constant number of queries.

    `path` is the address of the page that the list stands on; `locked` names the parameters that this page itself
    stands for (a leader's page is that leader's), which its own links leave out. `continues` says that the
    entries are put behind others already shown.
    """
    page = paging.page(asked.select(), order=asked.order, after=asked.after, before=asked.before, size=paging.PAGE)
    counts = _counts(asked, page.threads)
    shown_before = _key(asked.after) if continues and asked.after is not None else None
    entries = {event.pk: Entry(event, asked.query) for thread in page.threads for event in thread.members}
    _add_context(list(entries.values()))
    shown = [_shown(thread, entries) for thread in page.threads]
    _add_gaps(asked, page, shown)
    spells: list[Spell] = []
    for thread, one in zip(page.threads, shown, strict=True):
        key = _key(thread.number)
        if not spells or spells[-1].key != key:
            spells.append(Spell(key, _words(key), counts.get(key, 0), key != shown_before))
        spells[-1].threads.append(one)
    return {
        "spells": spells,
        "starts": asked.after is None and page.before is None,
        "next": _next(asked, page.after, path, locked),
        "back": f"{path}{_own(asked.but(before=page.before), locked)}" if page.before is not None else "",
        "other_order": f"{path}{_own(asked.but(order='oldest' if asked.order == 'newest' else 'newest'), locked)}",
        "first_page": f"{path}{_own(asked.but(), locked)}",
        "asked": asked,
    }


def _own(asked: TimelineFilter, locked: tuple[str, ...]) -> str:
    """The query string without what the page itself stands for."""
    return asked.without_parameters(locked)


def _shown(thread: paging.Thread, entries: dict[int, Entry]) -> Shown:
    hanging = [entries[event.pk] for event in thread.hanging] if thread.head else []
    return Shown([entries[event.pk] for event in thread.entries], hanging)


def _next(asked: TimelineFilter, after: int | None, path: str, locked: tuple[str, ...]) -> dict[str, str] | None:
    """Where the next entries are: a page of their own, and the part that a script puts here."""
    if after is None:
        return None
    following = asked.but(after=after)
    part = f"{reverse('entries')}{following.address}"
    return {"page": f"{path}{_own(following, locked)}", "part": part}


# Months ----------------------------------------------------------------------------------------------------


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


# Context ---------------------------------------------------------------------------------------------------


def _add_context(entries: list[Entry]) -> None:
    """The how-manieth contact of its pair each entry is; one query."""
    pairs = {entry.event.pk: contact.pair_of(entry.event) for entry in entries}
    histories = contact.histories(pair for pair in pairs.values() if pair)
    for entry in entries:
        if (pair := pairs[entry.event.pk]) and (standing := contact.standing(entry.event.pk, histories[pair])):
            entry.context = contact.short_words(standing)


def _add_gaps(asked: TimelineFilter, page: paging.Page, shown: list[Shown]) -> None:
    """Mark the silences between the contacts of this view; two queries, for its neighbours on other pages."""
    if not page.threads:
        return
    falling = asked.order == "newest"
    contacts = asked.select().contacts()
    newer, older = _beyond(contacts, page.threads, falling=falling)
    before, behind = (newer, older) if falling else (older, newer)
    known = [_contact(thread) for thread in page.threads]
    stops = [(place, one) for place, one in enumerate([before, *known, behind], start=-1) if one]
    reach: contact.Meeting | None = None
    last = None
    for place, one in reversed(stops) if falling else stops:
        if reach and last is not None and (silence := contact.silence(reach, one)):
            _mark(shown, min(last, place), max(last, place), silence)
        reach, last = contact.further(reach, one), place


def _mark(shown: list[Shown], begin: int, end: int, silence: contact.Silence) -> None:
    if begin >= 0:
        shown[begin].gap = silence
    for place in range(max(begin + 1, 0), min(end, len(shown))):
        shown[place].is_gapped = True
    if end < len(shown):
        shown[end].ends_gap = True


def _contact(thread: paging.Thread) -> contact.Meeting | None:
    """The thread's head as a contact, if it is one; only contacts count in a silence."""
    return _as_meeting(thread.head) if thread.head and thread.head.is_contact else None


def _as_meeting(event: Event) -> contact.Meeting:
    return contact.Meeting(event.pk, event.kind, event.earliest, event.latest, event.position)


def _beyond(
    contacts: EventQuerySet, threads: list[paging.Thread], *, falling: bool
) -> tuple[contact.Meeting | None, contact.Meeting | None]:
    """The contacts of this view next to the page: the one newer and the one older than all on it."""
    newest, oldest = (threads[0], threads[-1]) if falling else (threads[-1], threads[0])
    newer = contacts.filter(position__gt=last_of(newest.number)).oldest_first().first()
    older = contacts.filter(position__lt=first_of(oldest.number)).newest_first().first()
    return (_as_meeting(newer) if newer else None), (_as_meeting(older) if older else None)
