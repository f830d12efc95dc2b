"""What readers ask for: addresses of the timeline with filters by chance, what is usual more often."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlencode

from tests.bench import data
from timeline import paging, position

_KINDS = ("meeting", "call", "statement")
_OCCURRENCES = ("planned", "cancelled", "did_not_take_place")
_DAYS = (data.LAST_DAY - data.FIRST_DAY).days


def filters(number: int, seed: object) -> list[list[tuple[str, str]]]:
    """So many query strings as pairs, no two alike; each seed gives others."""
    chance = random.Random(f"filters {seed}")
    found: dict[str, list[tuple[str, str]]] = {}
    while len(found) < number:
        pairs = list(_pairs(chance))
        found[urlencode(pairs)] = pairs
    return list(found.values())


def addresses(number: int, seed: object, path: str = "/") -> list[str]:
    """The timeline's addresses with such filters."""
    return [f"{path}?{urlencode(pairs)}" for pairs in filters(number, seed)]


def depths(number: int, seed: object, path: str = "/") -> list[str]:
    """Pages of one view, each from another day on; `path` may hold the view's filters, with “&” at its end."""
    chance = random.Random(f"depths {seed}")
    joint = "" if path.endswith("&") else "?"
    found: dict[str, None] = {}
    while len(found) < number:
        found[f"{path}{joint}after={_cursor(_day(chance))}"] = None
    return list(found)


def months(number: int, seed: object, path: str) -> list[str]:
    """Views of a month each, with one country and no cursor, which feeds and tables write in another way."""
    chance = random.Random(f"months {seed}")
    found: dict[str, None] = {}
    while len(found) < number:
        month = f"{_day(chance):%Y-%m}"
        query = urlencode({"country": chance.choice(data.GREAT), "since": month, "until": month})
        found[f"{path}?{query}"] = None
    return list(found)


def _pairs(chance: random.Random) -> Iterator[tuple[str, str]]:
    """One to three filters; dates often, words seldom."""
    names = ("kind", "occurrence", "country", "leader", "topic", "q", "dates")
    chosen = set(chance.choices(names, weights=(4, 1, 5, 5, 4, 2, 4), k=chance.choice((1, 1, 2, 3))))
    for name in names[:6]:
        if name == "country" and name in chosen:
            yield from ((name, code) for code in chance.sample(data.GREAT, chance.choice((1, 1, 2))))
        elif name in chosen:
            yield name, _value(name, chance)
    if "dates" in chosen:
        first = _day(chance)
        yield "since", str(first)
        yield "until", str(min(first + timedelta(chance.choice((365, 1500, 4000))), data.LAST_DAY))
    if chance.random() < 0.15:
        yield "order", "oldest"
    if chance.random() < 0.5:
        yield "after", _cursor(_day(chance))


def _value(name: str, chance: random.Random) -> str:
    match name:
        case "kind":
            return chance.choice(_KINDS)
        case "occurrence":
            return chance.choice(_OCCURRENCES)
        case "leader":
            return f"leader-{_rank(chance, data.LEADERS)}"
        case "topic":
            return f"topic-{_rank(chance, data.TOPICS)}"
    return data.USUAL[_rank(chance, len(data.USUAL))]


def _rank(chance: random.Random, number: int) -> int:
    """From 0; half of all draws are among the first few."""
    return int(number ** chance.random()) - 1


def _day(chance: random.Random) -> date:
    """A day by how much happened around it."""
    return data.FIRST_DAY + timedelta(int(_DAYS * chance.random() ** data.DENSITY))


def _cursor(day: date) -> str:
    return paging.write_cursor(position.thread_of(position.of_head(day, position.DAY, 0)))


def position_of(cursor: str) -> int:
    """The lowest position in the thread that a cursor names."""
    return position.first_of(int(cursor, 36))
