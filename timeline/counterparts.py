"""Who had contact with whom: the counterparts of a leader and of a country, each with a lane.

Only contact counts. What did not take place, or not yet, stands on the lane as an outline and is said in words.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.contrib.humanize.templatetags.humanize import apnumber
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pyroaring import BitMap

from timeline import contact, edtf, index, lanes
from timeline.contact import Meeting
from timeline.index import Index
from timeline.index.bitmaps import COUNTRY, KIND, LEADER, OCCURRENCE
from timeline.lanes import Axis, Hollow, Lane
from timeline.models import Country, Event, Kind, Leader, Occurrence, Post
from timeline.roster import post_words, standing_post

SHOWN, MOST = 12, 100
_SHORTEST = 28  # days that an axis spans at the least

Key = tuple[str, str]  # ("leader", id as text), or ("country", code) where no leader was named


@dataclass
class Counterpart:
    """One row: with whom, how often, on what line, when last."""

    name: str
    post: str
    country: Country
    href: str
    contacts: list[Meeting]
    hollow: list[Hollow]
    lane: Lane | None = None
    last: "LastContact | None" = None

    @property
    def hollow_words(self) -> str:
        return outlined_words(self.hollow)


def outlined_words(hollow: Iterable[Hollow]) -> str:
    """“one meeting did not take place, two calls planned”."""
    counts = Counter((one.kind, one.occurrence) for one in hollow)
    parts = []
    for (kind, occurrence), number in counts.items():
        words = (
            ngettext("%s call", "%s calls", number)
            if kind == Kind.CALL
            else ngettext("%s meeting", "%s meetings", number)
        )
        parts.append(f"{words % apnumber(number)} {Occurrence(occurrence).label}")
    return ", ".join(parts)


@dataclass(frozen=True)
class LastContact:
    """“Tue 25 Nov 2025”, “call, 2 days ago”."""

    machine: str
    words: str
    ago: str


@dataclass
class Counterparts:
    """The rows with the axis that their lanes share; `rest` is folded away, `left_out` is only counted."""

    first: list[Counterpart]
    rest: list[Counterpart]
    left_out: int
    start_words: str
    end_words: str
    has_strokes: bool = False
    has_hollow: bool = False


@dataclass
class Gathered:
    """All contacts with each counterpart, the oldest first, and what did not take place with them."""

    contacts: dict[Key, list[Meeting]] = field(default_factory=lambda: defaultdict(list))
    hollow: dict[Key, list[Hollow]] = field(default_factory=lambda: defaultdict(list))
    countries: dict[Key, str] = field(default_factory=dict)  # the code that each spoke for last

    @property
    def keys(self) -> list[Key]:
        """The most frequent first, then those met last."""
        return sorted(
            {*self.contacts, *self.hollow},
            key=lambda key: (-len(self.contacts.get(key, ())), -_newest(self.contacts.get(key, ())), key),
        )

    @property
    def last(self) -> Meeting | None:
        """The last contact of all."""
        return max((some[-1] for some in self.contacts.values()), key=lambda one: one.position, default=None)


def _newest(contacts: Sequence[Meeting]) -> int:
    return contacts[-1].position if contacts else 0


# Reading -------------------------------------------------------------------------------------------------


def of_leader(leader: Leader) -> Gathered:
    """With whom a leader had contact: other leaders, or a country whose delegation had no named leader."""
    held = index.current()
    gathered = Gathered()
    own = held.of(LEADER, leader.pk)
    with_others = own & (held.met | held.hollow)
    for other, ids in held.families[LEADER].items():
        if isinstance(other, int) and other != leader.pk and ids.intersect(with_others):
            contacts, hollow = (held.between_leaders(leader.pk, other, one) for one in (held.met, held.hollow))
            _add(gathered, held, ("leader", str(other)), contacts, hollow, partial(held.country_of, other))
    for code in held.spoke_for.get(0, ()):
        contacts, hollow = (held.with_delegation(leader.pk, code, one) for one in (held.met, held.hollow))
        _add(gathered, held, ("country", code), contacts, hollow, partial(_itself, code))
    return gathered


def of_country(code: str) -> Gathered:
    """With which countries a country had contact."""
    held = index.current()
    gathered = Gathered()
    for other in held.families[COUNTRY]:
        if isinstance(other, str) and other != code:
            contacts, hollow = (held.between_countries(code, other, one) for one in (held.met, held.hollow))
            _add(gathered, held, ("country", other), contacts, hollow, partial(_itself, other))
    return gathered


def _itself(code: str, _event: int) -> str:
    """A country speaks for itself in whatever event."""
    return code


def _add(
    gathered: Gathered, held: Index, key: Key, contacts: BitMap, hollow: BitMap, country_of: Callable[[int], str]
) -> None:
    """`country_of` says whom the counterpart spoke for in an event."""
    if contacts:
        gathered.contacts[key] = [contact.of_id(held, one) for one in held.in_order(contacts)]
    if hollow:
        gathered.hollow[key] = outlined(held, hollow)
    if contacts:
        gathered.countries[key] = country_of(gathered.contacts[key][-1].event_id)
    elif hollow:
        gathered.countries[key] = country_of(gathered.hollow[key][0].event_id)


def outlined(held: Index, ids: BitMap) -> list[Hollow]:
    """What did not take place, or not yet, in order."""
    kinds, occurrences = (list(held.families[name].items()) for name in (KIND, OCCURRENCE))
    return [
        Hollow(
            one,
            next(str(kind) for kind, bitmap in kinds if one in bitmap),
            next(str(occurrence) for occurrence, bitmap in occurrences if one in bitmap),
            date.fromordinal(held.earliest[one]),
            date.fromordinal(held.latest[one]),
        )
        for one in held.in_order(ids)
    ]


# Shown ---------------------------------------------------------------------------------------------------


def shown(gathered: Gathered, today: date, *, slug: str = "", code: str = "", post: Post | None = None) -> Counterparts:
    """The rows of a leader's table (`slug`) or a country's (`code`); `post` is the leader's own; four queries."""
    keys = gathered.keys
    rows = _named(gathered, keys[:MOST], today, slug=slug, code=code)
    lists: list[Sequence[Meeting | Hollow]] = [*gathered.contacts.values(), *gathered.hollow.values()]
    axis, took_office = axis_of(lists, post, today)
    dates = dates_of(row.contacts[-1].event_id for row in rows if row.contacts)
    for row in rows:
        row.lane = lanes.draw(axis, row.contacts, row.hollow)
        if row.contacts:
            row.last = last_contact(row.contacts[-1], dates[row.contacts[-1].event_id], today)
    with_year = axis.first.year != axis.last.year
    start = lanes.short_day(axis.first, year=with_year)
    drawn = [row.lane for row in rows if row.lane]
    return Counterparts(
        rows[:SHOWN],
        rows[SHOWN:],
        left_out=max(len(keys) - MOST, 0),
        start_words=_("%(date)s, took office") % {"date": start} if took_office else start,
        end_words=lanes.short_day(axis.last, year=with_year),
        has_strokes=any(lane.form != "marks" for lane in drawn),
        has_hollow=any(row.hollow for row in rows),
    )


def _named(gathered: Gathered, keys: list[Key], today: date, *, slug: str, code: str) -> list[Counterpart]:
    posts = Prefetch("posts", Post.objects.select_related("country"))
    ids = [int(value) for what, value in keys if what == "leader"]
    leaders = {str(one.pk): one for one in Leader.objects.filter(pk__in=ids).prefetch_related(posts)}
    countries = Country.objects.in_bulk(sorted({gathered.countries[key] for key in keys}))
    rows = []
    for key in keys:
        what, value = key
        country = countries[gathered.countries[key]]
        row = Counterpart("", "", country, "", gathered.contacts.get(key, []), gathered.hollow.get(key, []))
        if what == "leader":
            leader = leaders[value]
            row.name, row.href = leader.name, between_address(slug, leader.slug)
            row.post = post_words(standing_post(leader.posts.all(), today, country.code), today)
        elif code:
            row.name, row.href = country.name, between_address(code, country.code)
        else:
            row.name, row.post = country.name, _("a delegation without a named leader")
            row.href = reverse("country", args=[country.code])
        rows.append(row)
    return rows


def between_address(one: str, other: str) -> str:
    """The canonical address of a pair's page."""
    return reverse("between", args=sorted((one, other)))


def axis_of(lists: Iterable[Sequence[Meeting | Hollow]], post: Post | None, today: date) -> tuple[Axis, bool]:
    """From the first record (or from taking office shortly before it) to today; and whether it is from office.

    Where nothing is recorded for longer than the record itself spans, and the post has ended, it ends with the
    last record.
    """
    known = lanes.first_and_last(lists) or (today, today)
    first, last = min(known[0], today), min(known[1], today)
    is_over = post is not None and post.until_latest < today
    end = last if is_over and today - last > last - first else today
    took_office = (
        post is not None and post.since != "" and 0 <= (first - post.since_earliest).days <= (end - first).days // 2
    )
    if post is not None and took_office:
        first = post.since_earliest
    if (end - first).days < _SHORTEST:
        took_office = took_office and (end - first).days + 1 >= _SHORTEST // 2
        first = first if took_office else lanes.moved(end, 1 - _SHORTEST)
    return Axis(first, end), took_office


def dates_of(event_ids: Iterable[int]) -> dict[int, str]:
    """The dates of some events as the record has them, by id; one query."""
    return dict(Event.objects.filter(pk__in=set(event_ids)).values_list("pk", "date"))


def last_contact(meeting: Meeting, written: str, today: date) -> LastContact:
    """A contact's date in the margin, and how long ago it was where that can be told."""
    when = edtf.parse(written)
    exact = when.is_day and not when.start.qualifier
    kind = _("call") if meeting.kind == Kind.CALL else _("meeting")
    return LastContact(
        machine=meeting.earliest.isoformat() if when.is_day else "",
        words=lanes.short_day(when.earliest, weekday=True) if exact else capfirst(edtf.words(when, unknown=False)),
        ago=_("%(kind)s, %(ago)s") % {"kind": kind, "ago": ago_words(meeting, today)} if meeting.is_exact else kind,
    )


def ago_words(meeting: Meeting, today: date) -> str:
    """“2 days ago”, “today”."""
    days = max((today - meeting.latest).days, 0)
    return ngettext("%d day ago", "%d days ago", days) % days if days else _("today")
