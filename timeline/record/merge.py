"""Two changes of one record put together: what does not conflict stands side by side, the rest is asked.

A record is compared field by field, its lists row by row: a participant is known by the leader, a citation by the
source, a link by relation and event, an account by its side, giver and source. So are the rows of a leader: a post is
known by its title and country. A row that one side has put in another's place is known by that one's key, so that
two who replaced the same row are asked; texts, as topics, stand each for itself.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from .form import Record

Key = tuple[str, ...]
MINE, THEIRS = "mine", "theirs"
ORDER: Key = ("order of rows",)
_OF_TEXTS = frozenset({"topics", "other_names"})  # nobody replaces one of these: one goes, and one comes

_KEYS: dict[str, Callable[[Any], Key]] = {
    "participants": lambda row: (
        row["leader"] or "",
        "" if row["leader"] else row["country"] or "",
        row["title"] or "",
    ),
    "topics": lambda row: (row,),
    "readouts": lambda row: (row["side"], row["given_by"] or "", row["given_as"] or "", row["source"] or ""),
    "citations": lambda row: (row["source"],),
    "links": lambda row: (row["relation"], row["event"]),
    "other_names": lambda row: (row,),
    "posts": lambda row: (row["title"], row["country"] or ""),
}


@dataclass(frozen=True)
class Conflict:
    """What two editors changed to different things; a value is None where the row stood not, or stands no longer."""

    name: str  # of the field or list
    key: Key  # of the list's row; empty: the field as a whole; ORDER: the values are keys, in their order
    before: Any
    theirs: Any
    mine: Any

    @property
    def id(self) -> str:
        """By which an answer names it."""
        return ".".join((self.name, *self.key))


_Settle = Callable[[Conflict], Any]


@dataclass(frozen=True)
class Merged:
    """The record of both changes. Where they conflict it holds what was answered, and without an answer mine."""

    record: Record
    conflicts: list[Conflict]  # those without an answer
    taken: list[str]  # the fields in which theirs stands now beside mine, or in its place


def three_way(base: Record, theirs: Record, mine: Record, answers: Mapping[str, str] | None = None) -> Merged:
    """What `theirs` and `mine` made of `base`, three canonical records or rows of a noun.

    `answers` are MINE or THEIRS by conflict's id.
    """
    conflicts: list[Conflict] = []
    whole: Record = {}

    def settle(conflict: Conflict) -> Any:
        answer = (answers or {}).get(conflict.id)
        if answer is None:
            conflicts.append(conflict)
        return conflict.theirs if answer == THEIRS else conflict.mine

    for name in mine:
        merge = _rows if name in _KEYS else _value
        whole[name] = merge(name, base[name], theirs[name], mine[name], settle)
    return Merged(whole, conflicts, [name for name in mine if whole[name] != mine[name]])


def _value(name: str, base: Any, theirs: Any, mine: Any, settle: _Settle, key: Key = ()) -> Any:
    if theirs in (base, mine):
        return mine
    if mine == base:
        return theirs
    return settle(Conflict(name, key, base, theirs, mine))


def _rows(name: str, base: list[Any], theirs: list[Any], mine: list[Any], settle: _Settle) -> list[Any]:
    if theirs in (base, mine):
        return mine
    if mine == base:
        return theirs
    before, other, own = (keyed(name, rows) for rows in (base, theirs, mine))
    kept = [key for key in before if key in other and key in own]
    if name not in _OF_TEXTS:
        other, own = _by_first_keys(before, other, own)
    found = {key: _value(name, before.get(key), other.get(key), own.get(key), settle, key) for key in own | other}
    orders = [[key for key in rows if key in kept] for rows in (before, other, own)]
    order = _value(name, orders[0], orders[1], orders[2], settle, ORDER)
    # What is new on the other side comes last.
    leading, following = (own, other) if order == orders[-1] else (other, own)
    keys = [*leading, *(key for key in following if key not in leading)]
    return [found[key] for key in keys if found[key] is not None]


def _by_first_keys(before: Mapping[Key, Any], *sides: Mapping[Key, Any]) -> list[dict[Key, Any]]:
    """The rows of both sides; one that took the place of a row of `before` by that one's key."""
    others = sides[::-1]
    names = [
        _replaced(list(before), [key for key in rows if key in before or key not in other])
        for rows, other in zip(sides, others, strict=True)
    ]
    new = [
        [key for key in rows if key not in before and key not in other and key not in named]
        for rows, other, named in zip(sides, others, names, strict=True)
    ]
    # What both took away, and each put something for, be it at another place.
    for key in before:
        lacking = [place for place, named in enumerate(names) if key not in named.values()]
        if not any(key in rows for rows in sides) and all(new[place] for place in lacking):
            for place in lacking:
                names[place][new[place].pop(0)] = key
    return [{named.get(key, key): row for key, row in rows.items()} for rows, named in zip(sides, names, strict=True)]


def _replaced(before: list[Key], after: list[Key]) -> dict[Key, Key]:
    """By the key of each new row that stands where another stood: that one's key."""
    found: dict[Key, Key] = {}
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "replace":
            gone = [key for key in before[start:end] if key not in after]
            new = [key for key in after[new_start:new_end] if key not in before]
            found |= zip(new, gone, strict=False)
    return found


def keyed(name: str, rows: Iterable[Any]) -> dict[Key, Any]:
    """The rows of a list by their keys; a second one of the same key is told apart by its number."""
    found: dict[Key, Any] = {}
    for row in rows:
        key, number = _KEYS[name](row), 1
        while key in found:
            number += 1
            key = (*_KEYS[name](row), str(number))
        found[key] = row
    return found


def is_list(name: str) -> bool:
    """Whether a record holds rows under this name."""
    return name in _KEYS
