"""Entries as the timeline lists them: all of a page at once, in few queries, without the rows behind them.

What a page of its own shows of an event (`Event.objects.with_entry()`) is far more than a list does.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import get_language

from timeline import contact, search
from timeline.entry import Entry, Known, Person, Sure, giver_words, source_words
from timeline.index import Index
from timeline.models import Citation, Country, Event, Leader, Participation, Post, Readout, State
from timeline.models.people import pick_post

_MOST_PEOPLE = 5000


def listed(ids: list[int], held: Index, query: search.Query) -> dict[int, Entry]:
    """Those of these events that are published, by id, with the words of a query marked.

    Three queries, and two more where the countries and posts that they name were not read yet for this index.
    """
    if not ids:
        return {}
    events, sides, accounts = _events(ids), _sides(ids), _accounts(ids)
    nouns = held.kept.setdefault("nouns", _Nouns())
    people = [one for some in sides.values() for one in some]
    codes = {event.initiated_by_id for event in events if event.initiated_by_id}
    codes |= {one.country_id for one in people} | {one.side_id for some in accounts.values() for one in some}
    nouns.read({one.leader_id for one in people if one.leader_id}, codes)
    return {event.pk: _entry(event, sides[event.pk], accounts[event.pk], held, nouns, query) for event in events}


class _Side(NamedTuple):
    """One who took part; the leader's own fields are empty for a delegation."""

    event_id: int
    leader_id: int | None
    role: str
    country_id: str
    title: str
    slug: str | None
    name: str | None
    family_name: str | None
    native_name: str | None
    native_language: str | None


class _Account(NamedTuple):
    """One point of one account, or an account without any."""

    event_id: int
    side_id: str
    given_by: str | None
    given_as: str
    certainty: str | None
    disclosure: str | None


@dataclass
class _Nouns:
    """Countries by code and posts by leader's id, each read once for one index; and people as they were shown."""

    countries: dict[str, Country] = field(default_factory=dict)
    posts: dict[int, list[Post]] = field(default_factory=dict)
    people: dict[tuple[object, ...], Person] = field(default_factory=dict)

    def read(self, leaders: set[int], codes: set[str]) -> None:
        found: dict[int, list[Post]] = {one: [] for one in leaders - self.posts.keys()}
        for post in Post.objects.filter(leader__in=found):
            found[post.leader_id].append(post)
        named = {post.country_id for posts in found.values() for post in posts}
        if missing := (codes | named) - self.countries.keys():
            self.countries |= Country.objects.in_bulk(sorted(missing))
        for posts in found.values():
            for post in posts:
                post.country = self.countries[post.country_id]
        self.posts |= found


# Reading -----------------------------------------------------------------------------------------------------


def _events(ids: list[int]) -> list[Any]:
    """Those that are published, with `cited`, the number of citations, and `publisher`, the first one's.

    The state is looked at here: SQLite without statistics would rather read all that is published than thirty rows.
    """
    citations = Citation.objects.filter(event=OuterRef("pk"))
    number = citations.order_by().values("event").annotate(number=Count("pk")).values("number")
    first = citations.order_by("order", "id").values("source__publisher")[:1]
    found = Event.objects.filter(pk__in=ids).order_by().annotate(cited=Subquery(number), publisher=Subquery(first))
    return [event for event in found if event.state == State.PUBLISHED]


def _sides(ids: list[int]) -> dict[int, list[_Side]]:
    rows = Participation.objects.filter(event__in=ids).values_list(
        "event_id",
        "leader_id",
        "role",
        "country_id",
        "title",
        "leader__slug",
        "leader__name",
        "leader__family_name",
        "leader__native_name",
        "leader__native_language",
    )
    found: dict[int, list[_Side]] = defaultdict(list)
    for row in rows.order_by("order", "id"):
        found[row[0]].append(_Side(*row))
    return found


def _accounts(ids: list[int]) -> dict[int, list[_Account]]:
    rows = Readout.objects.filter(event__in=ids).values_list(
        "event_id",
        "side_id",
        "given_by__family_name",
        "given_as",
        "points__certainty",
        "points__disclosure",
    )
    found: dict[int, list[_Account]] = defaultdict(list)
    for row in rows.order_by("order", "id", "points__order", "points__id"):
        found[row[0]].append(_Account(*row))
    return found


# Making ------------------------------------------------------------------------------------------------------


def _entry(
    event: Any, sides: list[_Side], accounts: list[_Account], held: Index, nouns: _Nouns, query: search.Query
) -> Entry:
    if event.initiated_by_id:
        event.initiated_by = nouns.countries[event.initiated_by_id]
    known = Known(
        people=[_person(event, one, nouns) for one in sides],
        points=[Sure(one.certainty, one.disclosure or "") for one in accounts if one.certainty],
        according_to=list(
            dict.fromkeys(
                giver_words(one.given_by or "", one.given_as, nouns.countries[one.side_id]) for one in accounts
            )
        ),
        sources=source_words(event.publisher or "", event.cited or 0),
    )
    entry = Entry(event, query, known)
    pair = contact.pair_of(event, sides)
    if pair and (standing := contact.standing_of(held, event.pk, pair)):
        entry.context = contact.short_words(standing)
    return entry


def _person(event: Event, one: _Side, nouns: _Nouns) -> Person:
    """The same leader with the same post stands in many entries, and is made once."""
    if not one.leader_id:
        return Person.made(None, None, one.title, nouns.countries[one.country_id], one.role)
    post = pick_post(nouns.posts[one.leader_id], event.earliest, event.latest, one.country_id)
    key = one.leader_id, post and post.pk, one.country_id, one.role, get_language()
    person = nouns.people.get(key)
    if person is None:
        leader = Leader(
            slug=one.slug or "",
            name=one.name or "",
            family_name=one.family_name or "",
            native_name=one.native_name or "",
            native_language=one.native_language or "",
        )
        if len(nouns.people) >= _MOST_PEOPLE:
            nouns.people.clear()
        person = nouns.people[key] = Person.made(leader, post, "", nouns.countries[one.country_id], one.role)
    return person
