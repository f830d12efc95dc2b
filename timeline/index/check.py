"""Whether an index says what the database says: the ids behind every value, every number, every name.

Nothing of how an index is made is used here: the database chooses the rows, and each event is looked at by itself. The
rows stream; what is held of them at a time are the ids behind the values of one table.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from pyroaring import BitMap

from timeline import position
from timeline.models import (
    Citation,
    Contact,
    Country,
    Event,
    Leader,
    Participation,
    Role,
    SearchText,
    Source,
    State,
    Tagging,
    Topic,
)

from .bitmaps import (
    ADDRESSED,
    CONTACT,
    COUNTRY,
    END,
    FLAG,
    KIND,
    LEADER,
    MET,
    MULTILATERAL,
    OCCURRENCE,
    PUBLISHED,
    SOURCE,
    SPELL,
    SPOKE,
    TOPIC,
    Index,
    Key,
)

_STREAM = 10_000  # rows in memory at a time
_NAMED = 5  # ids that are named where an index is wrong
_EVENTS = 10  # events whose own numbers are wrong, one by one

# The ids that the database has behind each value of a family.
_Found = dict[str, dict[Key, "array[int]"]]


def faults(index: Index) -> list[str]:
    """A sentence for each thing in which the index differs from the database; read both in one snapshot."""
    checks = (_of_flags, _of_people, _of_topics_and_sources, _of_events, _of_words, _misnamed)
    return [fault for check in checks for fault in check(index)]


# Which events ------------------------------------------------------------------------------------------------


def _of_flags(index: Index) -> Iterator[str]:
    events = Event.objects.published().order_by()
    flags: dict[Key, QuerySet[Any]] = {
        PUBLISHED: events.values_list("pk", flat=True),
        CONTACT: events.contacts().values_list("pk", flat=True),
        MULTILATERAL: events.filter(format=MULTILATERAL).values_list("pk", flat=True),
        MET: Contact.objects.order_by().values_list("event", flat=True),
    }
    yield from _compared(index, FLAG, {flag: array("I", rows.iterator(_STREAM)) for flag, rows in flags.items()})


def _of_people(index: Index) -> Iterator[str]:
    found = _found(COUNTRY, LEADER, SPOKE, ADDRESSED)
    people = Participation.objects.filter(event__state=State.PUBLISHED).order_by()
    for event, leader, country, role in people.values_list("event", "leader", "country", "role").iterator(_STREAM):
        found[COUNTRY][country].append(event)
        found[SPOKE][leader or 0, country].append(event)
        if leader is not None:
            found[LEADER][leader].append(event)
            if role == Role.ADDRESSEE:
                found[ADDRESSED][leader].append(event)
    for family, ids in found.items():
        yield from _compared(index, family, ids)
    yield from _turned_round(index, found[LEADER])


def _of_topics_and_sources(index: Index) -> Iterator[str]:
    for family, model in ((TOPIC, Tagging), (SOURCE, Citation)):
        found = _found(family)
        rows: QuerySet[Any] = model._base_manager.filter(event__state=State.PUBLISHED).order_by()
        for event, key in rows.values_list("event", family).iterator(_STREAM):
            found[family][key].append(event)
        yield from _compared(index, family, found[family])


def _of_words(index: Index) -> Iterator[str]:
    """Which of the search's words, drafts' too, other texts hold than the index says."""
    if not index.words:
        return
    found = {word: array("I") for word in index.words}
    for pk, tokens in SearchText.objects.order_by().values_list("pk", "tokens").iterator(_STREAM):
        text = f" {tokens} "
        for word, ids in found.items():
            if f" {word} " in text:
                ids.append(pk)
    for word, ids in found.items():
        if BitMap(ids) != index.words[word]:
            yield f"The word “{word}” is in {len(ids)} texts, and the index has {len(index.words[word])}, or others."


def _found(*families: str) -> _Found:
    return {family: defaultdict(lambda: array("I")) for family in families}


def _compared(index: Index, family: str, found: "dict[Key, array[int]]") -> Iterator[str]:
    """Which values have other events in the index than in the database."""
    held = index.families[family]
    for key in sorted(held.keys() | found.keys(), key=str):
        ids, known = BitMap(found.get(key, ())), held.get(key, BitMap())
        if ids != known:
            yield (
                f"{family} {_words(key)}: the index has {len(known)} events, the database {len(ids)};"
                f" missing are {_named(ids - known)}, too many {_named(known - ids)}."
            )


def _words(key: Key) -> str:
    return " for ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _named(ids: BitMap) -> str:
    """“none”, or “3 (17, 20, 21)”: how many, and the first of them."""
    if not ids:
        return "none"
    first = ", ".join(map(str, islice(ids, _NAMED)))
    return f"{len(ids)} ({first}{', ...' if len(ids) > _NAMED else ''})"


def _turned_round(index: Index, found: "dict[Key, array[int]]") -> Iterator[str]:
    """Whether each event has the leaders that the database has of it: what few events are counted by."""
    listed: dict[Key, array[int]] = defaultdict(lambda: array("I"))
    for event, leader in index.leaders.pairs():
        listed[leader].append(event)
    for key in sorted(listed.keys() | found.keys(), key=str):
        if BitMap(listed.get(key, ())) != BitMap(found.get(key, ())):
            yield f"leader {key}: the lists of each event's leaders name them for other events than the database does."


# What is known of each ---------------------------------------------------------------------------------------


def _of_events(index: Index) -> Iterator[str]:
    """Values and numbers that stand in the event's own row; of events with wrong numbers, the first ten."""
    found, wrong = _found(KIND, OCCURRENCE, SPELL, END), 0
    spell = cache(_spell)
    fields = ("pk", "kind", "occurrence", "position", "earliest", "latest")
    for pk, kind, occurrence, place, earliest, latest in (
        Event.objects.published().order_by().values_list(*fields).iterator(_STREAM)
    ):
        found[KIND][kind].append(pk)
        found[OCCURRENCE][occurrence].append(pk)
        found[SPELL][spell(place // position.BUCKET)].append(pk)
        found[END][latest.year * 12 + latest.month - 1].append(pk)
        if _numbers(index, pk) != (place, earliest.toordinal(), latest.toordinal()):
            wrong += 1
            if wrong <= _EVENTS:
                yield f"event {pk}: the index has another date or place in the order."
    if wrong > _EVENTS:
        yield "There are more such events."
    for family, ids in found.items():
        yield from _compared(index, family, ids)


def _numbers(index: Index, pk: int) -> tuple[int, int, int] | None:
    try:
        return index.positions[pk], index.earliest[pk], index.latest[pk]
    except KeyError:
        return None


def _spell(bucket: int) -> int:
    """Where a bucket's threads stand: twice its month, plus one unless they are known to their year alone."""
    day, is_year_only = position.day_of_bucket(bucket)
    return (day.year * 12 + day.month - 1) * 2 + (not is_year_only)


# Names -------------------------------------------------------------------------------------------------------


def _misnamed(index: Index) -> Iterator[str]:
    rows: dict[str, QuerySet[Any]] = {
        COUNTRY: Country.objects.values_list("pk", "code", "name"),
        LEADER: Leader.objects.values_list("pk", "slug", "name"),
        TOPIC: Topic.objects.values_list("pk", "slug", "name"),
        SOURCE: Source.objects.values_list("pk", "slug", "title"),
    }
    for noun, known in rows.items():
        named = {key: (slug, name) for key, slug, name in known.order_by().iterator(_STREAM)}
        names = index.names[noun]
        for key in sorted(named.keys() | names.by_key.keys(), key=str):
            if named.get(key) != names.by_key.get(key):
                yield f"{noun} {key}: the index knows it as {names.by_key.get(key)}, the database as {named.get(key)}."
        if names.by_slug != {slug: key for key, (slug, _name) in named.items()}:
            yield f"{noun}: the index finds other rows by their slugs than the database has."
