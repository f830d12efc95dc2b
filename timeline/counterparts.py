"""Who had contact with whom: the counterparts of a leader and of a country, each with a lane.

Only contact counts. What did not take place, or not yet, stands on the lane as an outline and is said in words.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.humanize.templatetags.humanize import apnumber
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline import edtf, lanes
from timeline.contact import Meeting
from timeline.lanes import Axis, Hollow, Lane
from timeline.models import Contact, Country, Event, Format, Kind, Leader, Occurrence, Participation, Post, Role
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
    """With whom a leader had contact: other leaders, or a country whose delegation had no named leader; two queries."""
    gathered = Gathered()
    rows = _rows(Q(leader_a=leader) | Q(leader_b=leader))
    for meeting, (leader_a, leader_b, country_a, country_b) in rows:
        other = (leader_b, country_b) if leader_a == leader.pk else (leader_a, country_a)
        gathered.countries[_key(*other)] = other[1]
        _add(gathered.contacts[_key(*other)], meeting)
    _add_hollow(gathered, Q(leader=leader), lambda one: one[0] == leader.pk, _key)
    return gathered


def of_country(code: str) -> Gathered:
    """With which countries a country had contact; two queries."""
    gathered = Gathered()
    for meeting, (_a, _b, country_a, country_b) in _rows(Q(country_a=code) | Q(country_b=code)):
        other = country_b if country_a == code else country_a
        gathered.countries["country", other] = other
        _add(gathered.contacts["country", other], meeting)
    _add_hollow(gathered, Q(country=code), lambda one: one[1] == code, lambda _leader, country: ("country", country))
    return gathered


def _key(leader: int | None, country: str) -> Key:
    return ("leader", str(leader)) if leader else ("country", country)


_Ends = tuple[int | None, int | None, str, str]


def _rows(condition: Q) -> Iterable[tuple[Meeting, _Ends]]:
    rows = Contact.objects.filter(condition).order_by("position", "event_id")
    fields = ("event_id", "kind", "earliest", "latest", "position")
    ends = ("leader_a_id", "leader_b_id", "country_a_id", "country_b_id")
    for row in rows.values_list(*fields, *ends):
        yield Meeting(*row[:5]), row[5:]


def _add(contacts: list[Meeting], meeting: Meeting) -> None:
    """Each event once, though several of one side were there."""
    if not contacts or contacts[-1].event_id != meeting.event_id:
        contacts.append(meeting)


_Side = tuple[int | None, str]  # leader's id, country's code


def _add_hollow(
    gathered: Gathered, mine: Q, is_mine: Callable[[_Side], bool], key_of: Callable[[int | None, str], Key]
) -> None:
    """What did not take place, or not yet, between two sides; one query."""
    sides: dict[Hollow, list[_Side]] = defaultdict(list)
    for event, leader, country in hollow_rows(mine):
        sides[event].append((leader, country))
    for event, some in sides.items():
        own = {country for leader, country in some if is_mine((leader, country))}
        others = {key_of(*one): one[1] for one in some if not is_mine(one) and one[1] not in own}
        for key, country in others.items():
            gathered.hollow[key].append(event)
            gathered.countries.setdefault(key, country)


def hollow_rows(mine: Q) -> Iterable[tuple[Hollow, int | None, str]]:
    """The principals of all that involves somebody and did not take place, or not yet: leader's id, country's code."""
    rows = Participation.objects.filter(role__in=(Role.PRINCIPAL, Role.HOST))
    events = Event.objects.published().of_kind(Kind.MEETING, Kind.CALL).exclude(occurrence=Occurrence.TOOK_PLACE)
    events = events.exclude(format=Format.MULTILATERAL).filter(pk__in=rows.filter(mine).values("event_id"))
    fields = ("event_id", "event__kind", "event__occurrence", "event__earliest", "event__latest")
    found = rows.filter(event__in=events).order_by("event__position", "order", "id")
    for *event, leader, country in found.values_list(*fields, "leader_id", "country_id"):
        yield Hollow(*event), leader, country


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
    took_office = post is not None and post.since != "" and first - (end - first) / 2 <= post.since_earliest <= first
    if post is not None and took_office:
        first = post.since_earliest
    if (end - first).days < _SHORTEST:
        took_office = took_office and (end - first).days + 1 >= _SHORTEST // 2
        first = first if took_office else end - timedelta(days=_SHORTEST - 1)
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
