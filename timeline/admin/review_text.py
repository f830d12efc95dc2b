"""An article's text with its evidence marked: cut where marks begin and end, numbered by the proposals they carry."""

import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from timeline.differences import Line, line


@dataclass(frozen=True)
class Mark:
    """Some of an article's words that a proposal's value rests on; offsets are code points, `end` behind the last."""

    proposal: int  # its number on the page
    name: str  # of the value
    start: int
    end: int
    has_row: bool = True  # whether the page shows the value itself, or its proposal alone

    @property
    def target(self) -> str:
        """The id of what a number in the text leads to."""
        return self.key if self.has_row else f"p{self.proposal}"

    @property
    def key(self) -> str:
        """By which value and text find each other: the id of the value's row, and what the text's parts name."""
        return f"p{self.proposal}-{self.name}"


@dataclass(frozen=True)
class Part:
    """A piece of the text: which values rest on it, and whose marks end behind it."""

    start: int
    text: str
    keys: str  # “p1-date p3-kind”, or nothing
    ends: list[Mark] = field(default_factory=list)


def parts(text: str, marks: Iterable[Mark]) -> list[Part]:
    """The whole text in pieces, in order; each mark is made of whole pieces."""
    sound = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    opening, closing = defaultdict(list), defaultdict(list)
    for mark in sound:
        opening[mark.start].append(mark)
        closing[mark.end].append(mark)
    cuts = sorted({0, len(text), *opening, *closing})
    found, standing = [], list[Mark]()
    for start, end in pairwise(cuts):
        standing = [mark for mark in standing if mark.end > start] + opening[start]
        keys = " ".join(dict.fromkeys(mark.key for mark in standing))
        found.append(Part(start, text[start:end], keys, _once(closing[end])))
    return found


def _once(marks: list[Mark]) -> list[Mark]:
    """One mark of each proposal: its number need not stand twice behind the same word."""
    first: dict[int, Mark] = {}
    for mark in marks:
        first.setdefault(mark.proposal, mark)
    return [first[number] for number in sorted(first)]


def amendments(before: str, after: str) -> list[Line]:
    """What an amended text says differently, paragraph by paragraph, with the words marked."""
    was, now = _paragraphs(before), _paragraphs(after)
    found = []
    for what, first, last, start, end in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        pairs = max(last - first, end - start)
        found += [line(_at(was, first + place, last), _at(now, start + place, end)) for place in range(pairs)]
    return found


def _paragraphs(text: str) -> list[str]:
    return [" ".join(one.split()) for one in text.splitlines() if one.strip()]


def _at(paragraphs: list[str], place: int, end: int) -> str:
    return paragraphs[place] if place < end else ""
