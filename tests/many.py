"""A large record made fast: thousands of events as one sees them in life, without a word of sense in them.

The rows go in in bulk inside one writing block, which then puts them in order, makes their search tokens and
raises the data version. There are no Versions: tests of history write their own few events.
"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from tests.builders import take_stock
from timeline import edtf, record
from timeline.models import (
    FORMATS,
    Change,
    Citation,
    Country,
    DataVersion,
    Event,
    Kind,
    Leader,
    Link,
    Participation,
    Point,
    Post,
    Readout,
    Slug,
    Source,
    Tagging,
    Topic,
    What,
)
from timeline.models.guard import unheard, unlocked
from timeline.record import contacts
from timeline.record.threads import put_in_order

WORDS = ["talks", "ties", "trade", "Taiwan", "security", "summit", "tariffs", "visit", "alliance", "missile"]
WORDS += ["fishery", "首脳会談", "電話", "台湾"]
FIRST_DAY = date(2015, 1, 1)


@transaction.atomic
def events(number: int, *, seed: int = 0, leaders: int = 120, searchable: bool = True) -> None:
    """Write so many published events; call it once in a test. Search tokens take half of the time."""
    chance = random.Random(seed)
    with record.writing() as writer:
        with unlocked(unheard):  # the rows are told of below
            people = _leaders(leaders, chance)
            topics = Topic.objects.bulk_create(Topic(slug=f"topic-{n}", name=f"Topic {n}") for n in range(30))
            sources = Source.objects.bulk_create(
                Source(slug=f"source-{n}", publisher=f"Paper {n % 40}", title=f"What paper {n} wrote")
                for n in range(200)
            )
            rows = Event.objects.bulk_create(
                (_event(place, number, chance) for place in range(number)), batch_size=1000
            )
            parts: dict[type, list[Any]] = {}
            for place, event in enumerate(rows):
                for part in _parts(event, rows[max(place - 3, 0)], people, topics, sources, chance):
                    parts.setdefault(type(part), []).append(part)
            # Points last: their readouts need keys first.
            for model in (Slug, Participation, Tagging, Citation, Link, Readout, Point):
                model.objects.bulk_create(parts.get(model, []), batch_size=1000)
        if searchable:
            for event in rows:
                writer._log.note("event", event.pk, What.CREATED)
        else:
            with unlocked(unheard):
                put_in_order([event.pk for event in rows])
                contacts.rebuild([event.pk for event in rows])
            writer._log.note("topic", topics[0].pk, What.CREATED)
    _log([leader for leader, _code in people], topics, sources, [] if searchable else rows)
    take_stock()


def _log(*made: Sequence[Model]) -> None:
    """Say in the change log what the block above wrote without being heard, as part of its data version."""
    version = DataVersion.objects.get().number
    Change.objects.bulk_create(
        Change(version=version, noun=row._meta.model_name or "", key=row.pk, what=What.CREATED)
        for rows in made
        for row in rows
    )


def _leaders(number: int, chance: random.Random) -> list[tuple[Leader, str]]:
    """Leaders with their countries; a few of them are met again and again."""
    codes = [*["US", "CN", "JP", "RU", "FR"] * 6, *sorted(Country.objects.values_list("code", flat=True))]
    found = Leader.objects.bulk_create(
        Leader(slug=f"leader-{n}", name=f"Name{n} Family{n}", family_name=f"Family{n}", native_name="高市早苗")
        for n in range(number)
    )
    pairs = [(leader, chance.choice(codes)) for leader in found]
    Post.objects.bulk_create(
        Post(
            leader=leader,
            country_id=code,
            title=title,
            since_earliest=date.min if title == "Minister" else date(2020, 1, 1),
            until_latest=date.max,
            since="" if title == "Minister" else "2020",
        )
        for leader, code in pairs
        for title in ("Minister", "President")
    )
    return pairs


def _event(place: int, number: int, chance: random.Random) -> Event:
    kind = chance.choices(list(Kind), weights=[45, 20, 35])[0]
    day = FIRST_DAY + timedelta(days=place * 4000 // number)
    date_text = chance.choices(
        [str(day), f"{day}/{day + timedelta(2)}", f"{day:%Y-%m}", f"{day:%Y}"], weights=[90, 7, 2, 1]
    )[0]
    days = edtf.parse(date_text)
    is_statement = kind == Kind.STATEMENT
    return Event(
        kind=kind,
        slug=f"event-{place}",
        state="published",
        title=f"{' '.join(chance.choices(WORDS, k=5))} {place}",
        summary=" ".join(chance.choices(WORDS, k=12)),
        date=date_text,
        earliest=days.earliest,
        latest=days.latest,
        part_of_day=chance.choices(["", "morning", "evening"], weights=[6, 2, 2])[0],
        occurrence=chance.choices(
            ["took_place", "planned", "postponed", "cancelled", "did_not_take_place"], weights=[90, 3, 2, 2, 3]
        )[0],
        format=chance.choice(["", *FORMATS[kind]]),
        place="" if kind == Kind.CALL else "Tokyo",
        country_id=None if kind == Kind.CALL else "JP",
        duration_minutes=None if is_statement else chance.choice([None, 25, 90]),
        words="We welcome it." if is_statement and chance.random() < 0.3 else "",
        changed_at=timezone.now(),
    )


def _parts(
    event: Event,
    earlier: Event,
    people: list[tuple[Leader, str]],
    topics: list[Topic],
    sources: list[Source],
    chance: random.Random,
) -> list[Any]:
    """An event's own rows, with a readout and its points as they come in life."""
    is_statement = event.kind == Kind.STATEMENT
    chosen: dict[Leader, str] = {}
    for _ in range(1 if is_statement else chance.choices([2, 3, 8], weights=[8, 1, 1])[0]):
        # The square makes the first leaders the most frequent by far.
        leader, code = people[int(chance.random() ** 2 * len(people))]
        chosen[leader] = code
    parts: list[Any] = [Slug(slug=event.slug, event=event)]
    parts += [
        Participation(
            event=event,
            leader=leader,
            country_id=code,
            role="speaker" if is_statement else "principal",
            order=order,
        )
        for order, (leader, code) in enumerate(chosen.items())
    ]
    if len(chosen) == 1 and not is_statement:
        parts.append(Participation(event=event, country_id="UN", role="principal", title="Envoys", order=1))
    parts += [
        Tagging(event=event, topic=topic, order=order)
        for order, topic in enumerate(chance.sample(topics, chance.randint(1, 3)))
    ]
    parts += [
        Citation(event=event, source=source, supports=["date", "summary"], order=order)
        for order, source in enumerate(chance.sample(sources, chance.randint(1, 3)))
    ]
    if is_statement and earlier.pk != event.pk and chance.random() < 0.6:
        parts.append(Link(event=event, relation="about", target=earlier))
    for order, code in enumerate(sorted(set(chosen.values()))[:2]):
        readout = Readout(event=event, side_id=code, given_as="Foreign Ministry", order=order)
        parts.append(readout)
        parts += [
            Point(readout=readout, text=" ".join(chance.choices(WORDS, k=12)), certainty="reported", order=number)
            for number in range(chance.randint(1, 4))
        ]
    return parts
