"""Slugs for new rows: what they are called, and a number behind it where that is taken."""

from collections.abc import Iterable

from django.db import models
from django.utils.text import slugify

from timeline.batches import in_batches
from timeline.models import Leader

_LONGEST = 100  # characters of a slug that is made from words
_BEFORE_A_NUMBER = 110  # so that the number has its place in the column
_NAMES = 3  # in an event's slug


def slug(*parts: str) -> str:
    """A slug of these words; “” where no letter of them is one that a slug has."""
    made = slugify(" ".join(parts)).replace("_", "-")
    return "-".join(part for part in made.split("-") if part)[:_LONGEST].strip("-")


def of_event(people: Iterable[Leader | str], kind: str, date: str) -> str:
    """“takaichi-trump-call-2025-11-25”: of leaders, or the codes of countries, and of an EDTF date's first day."""
    names = [one.lower() if isinstance(one, str) else slug(one.family_name) or one.slug for one in people]
    first = date.replace("..", "").strip("/").split("/")[0]
    return slug(*names[:_NAMES], kind, first)


def free(base: str, model: type[models.Model]) -> str:
    """This slug, or the first with a number behind it that no row of `model` has."""
    (found,) = free_all([base], model)
    return found


def free_all(bases: Iterable[str], model: type[models.Model], used: Iterable[str] = ()) -> list[str]:
    """`free` for many, in their order: each gets a slug of its own, and none of those `used` beside the rows.

    Asks for twice as many numbers each time: few queries, however many are taken.
    """
    bases = list(bases)
    found, given = [""] * len(bases), set(used)
    waiting: dict[str, list[int]] = {}
    for place, base in enumerate(bases):
        waiting.setdefault(base, []).append(place)
    first = last = 1
    while waiting:
        asked = {base: [_numbered(base, number) for number in range(first, last + 1)] for base in waiting}
        taken = given | _held({one for some in asked.values() for one in some}, model)
        for base, places in waiting.items():
            ours = [one for one in asked[base] if one not in taken][: len(places)]
            for place, one in zip(places, ours, strict=False):
                found[place] = one
            given.update(ours)
            taken.update(ours)
            del places[: len(ours)]
        waiting = {base: places for base, places in waiting.items() if places}
        first, last = last + 1, 2 * last + 1
    return found


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else f"{base[:_BEFORE_A_NUMBER].rstrip('-')}-{number}"


def _held(some: Iterable[str], model: type[models.Model]) -> set[str]:
    """Those of these slugs that rows have; a query a thousand."""
    rows = model._default_manager.order_by()
    return {one for batch in in_batches(some) for one in rows.filter(slug__in=batch).values_list("slug", flat=True)}
