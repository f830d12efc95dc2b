"""Whether an index says what counting in the database says: every bitmap, every number, every name.

Nothing of how an index is made is used here: the database groups and counts, and each event is looked at by itself.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import ExtractMonth, ExtractYear

from timeline import position
from timeline.models import (
    Citation,
    Contact,
    Country,
    Event,
    Leader,
    Participation,
    Role,
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
    FAMILIES,
    FLAG,
    FLAGS,
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


def faults(index: Index) -> list[str]:
    """A sentence for each thing in which the index differs from the database; read both in one snapshot."""
    return [*_miscounted(index), *_misplaced(index), *_misnamed(index)]


def _miscounted(index: Index) -> Iterator[str]:
    counts = _counts()
    for family in FAMILIES:
        held = {key: len(bitmap) for key, bitmap in index.families[family].items()}
        for key in sorted(held.keys() | counts[family].keys(), key=str):
            if held.get(key, 0) != counts[family].get(key, 0):
                yield (
                    f"{family} {_words(key)}: the index has {held.get(key, 0)} events,"
                    f" the database {counts[family].get(key, 0)}."
                )


def _words(key: Key) -> str:
    return " for ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _counts() -> dict[str, dict[Key, int]]:
    """How many published events the database has for each value."""
    events = Event.objects.published().order_by()
    people = Participation.objects.filter(event__state=State.PUBLISHED).order_by()
    tags = Tagging.objects.filter(event__state=State.PUBLISHED).order_by()
    cited = Citation.objects.filter(event__state=State.PUBLISHED).order_by()
    spells: Counter[Key] = Counter()
    for bucket, number in _grouped(events.annotate(bucket=F("position") / position.BUCKET), "bucket"):
        day, is_year_only = position.day_of_bucket(bucket)
        spells[(day.year * 12 + day.month - 1) * 2 + (not is_year_only)] += number
    last = events.annotate(year=ExtractYear("latest"), month=ExtractMonth("latest"))
    flags: dict[Key, int] = {
        PUBLISHED: events.count(),
        CONTACT: events.contacts().count(),
        MULTILATERAL: events.filter(format=MULTILATERAL).count(),
        MET: Contact.objects.order_by().values("event").distinct().count(),
    }
    return {
        FLAG: {flag: flags[flag] for flag in FLAGS},
        KIND: dict(_grouped(events, "kind")),
        OCCURRENCE: dict(_grouped(events, "occurrence")),
        COUNTRY: dict(_grouped(people, "country", distinct=True)),
        LEADER: dict(_grouped(people.filter(leader__isnull=False), "leader", distinct=True)),
        TOPIC: dict(_grouped(tags, "topic", distinct=True)),
        SOURCE: dict(_grouped(cited, "source", distinct=True)),
        SPOKE: {
            (leader or 0, country): number
            for leader, country, number in people.values_list("leader", "country").annotate(
                Count("event", distinct=True)
            )
        },
        ADDRESSED: dict(_grouped(people.filter(leader__isnull=False, role=Role.ADDRESSEE), "leader", distinct=True)),
        SPELL: dict(spells),
        END: {
            year * 12 + month - 1: number
            for year, month, number in last.values_list("year", "month").annotate(Count("pk"))
        },
    }


def _grouped(rows: QuerySet[Any], column: str, *, distinct: bool = False) -> Iterator[tuple[Any, int]]:
    number = Count("event", distinct=True) if distinct else Count("pk")
    yield from rows.values_list(column).annotate(number).iterator(_STREAM)


def _misplaced(index: Index) -> Iterator[str]:
    """Events whose own values are not those that the index has of them; the first ten."""
    found = 0
    fields = ("pk", "kind", "occurrence", "position", "earliest", "latest")
    for pk, kind, occurrence, place, earliest, latest in (
        Event.objects.published().order_by().values_list(*fields).iterator(_STREAM)
    ):
        held = pk in index.published and (
            pk in index.of(KIND, kind)
            and pk in index.of(OCCURRENCE, occurrence)
            and pk in index.of(SPELL, (earliest.year * 12 + earliest.month - 1) * 2 + (not _is_year(place)))
            and (index.positions[pk], index.earliest[pk], index.latest[pk])
            == (place, earliest.toordinal(), latest.toordinal())
        )
        if not held:
            found += 1
            yield f"event {pk}: the index has another kind, outcome, date or place in the order, or has it not at all."
        if found == 10:
            yield "There may be more such events."
            return


def _is_year(place: int) -> bool:
    return position.is_year_only(position.thread_of(place))


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
