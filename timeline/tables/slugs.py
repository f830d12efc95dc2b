"""Slugs for new rows: what they are called, and a number behind it where that is taken."""

from collections.abc import Callable, Iterable

from django.utils.text import slugify

from timeline.batches import in_batches


def slug(*parts: str) -> str:
    """A slug of these words; “” where no letter of them is one that a slug has."""
    made = slugify(" ".join(parts)).replace("_", "-")
    return "-".join(part for part in made.split("-") if part)[:100].strip("-")


def free(bases: Iterable[str], taken: Callable[[list[str]], Iterable[str]], used: Iterable[str] = ()) -> list[str]:
    """A slug of its own for each base, in their order; `taken` says which of some slugs somebody has.

    `used` are those that the same file gives. Few rounds, a query a thousand in each.
    """
    found, seen = list(bases), set(used)
    numbers: dict[str, int] = {}
    bases, waiting = list(found), list(range(len(found)))
    while waiting:
        held = {one for batch in in_batches({found[place] for place in waiting}) for one in taken(batch)}
        again = []
        for place in waiting:
            if found[place] in held or found[place] in seen:
                base = bases[place]
                numbers[base] = numbers.get(base, 1) + 1
                found[place] = f"{base}-{numbers[base]}"
                again.append(place)
            else:
                seen.add(found[place])
        waiting = again
    return found
