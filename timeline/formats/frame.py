"""How high an event's card stands in a frame: a frame can't ask, and its code has to say.

Counted from what `templates/timeline/card.html` shows and the sizes that the stylesheet gives it, in CSS pixels. Fonts
differ between machines, so lines are counted with room to spare: a card may end before its frame, but not behind it.
"""

from textwrap import wrap
from unicodedata import east_asian_width

from timeline.entry import Entry, Person
from timeline.models import Event, Kind

CROWD = 8  # participants that a card names where there are more than two
_SANS, _SERIF = 7.5, 7.9  # a letter's width, rather wide than narrow; a bold one's in the title is 11.9


def height(event: Event, width: int) -> int:
    """The card's height at this width; `event` comes from `with_entry()`."""
    entry, small = Entry(event), width < 386
    inner = max(width - (32 if small else 40), 120)
    summary = f"“{event.words}”" if event.words else event.summary[:300]
    parts = [
        28,  # borders and padding; the stylesheet asks for widths without the borders
        _rows(inner, [entry.kind + entry.outcome, f"Wednesday {entry.date_words}"], 24) * 21,
        _lines(event.title, inner, 10.2 if small else 11.9) * (24 if small else 28) + 14,
        _people(entry, inner, width < 482),
        _lines(summary, inner, _SERIF) * 24 if summary else 0,
        _sources(entry, inner),
        _rows(inner, ["Readout" + " " * 5, "Version 100, 30 Sept 2025", "Sources and all 10 points"], 16) * 30 + 10,
    ]
    return sum(parts)


def _people(entry: Entry, inner: int, narrow: bool) -> int:
    pair = [one for one in entry.people if one.role != "addressee"]
    if entry.event.kind == Kind.STATEMENT:
        pair = pair[:1]
    elif len(pair) != 2:
        named = [f"{one.country.code} {one.name}" for one in entry.people[:CROWD]]
        return _rows(inner, [*named, "and 10 more"][: len(entry.people)], 30) * 26 + 23
    row = 48 if entry.did_not else 44 if entry.event.kind == Kind.MEETING else 36
    return row + 34 + max((_person(one, inner // len(pair), narrow) for one in pair), default=0)


def _person(one: Person, room: int, narrow: bool) -> int:
    title = one.title if narrow else f"{one.title}{one.of_country}"
    name = _lines(one.name, room if narrow else room - 40, 9.6) * 25
    return name + (25 if narrow else 0) + (24 if one.native_name else 0) + _lines(title, room, _SANS) * 21


def _sources(entry: Entry, inner: int) -> int:
    said = f"According to {'; '.join(entry.according_to[:3])}. {entry.sources}."
    tally = _lines(f"     {entry.tally}", inner, _SANS) if entry.points else 0
    return (tally + _lines(said, inner, _SANS)) * 21 + 12


def _lines(text: str, room: int, letter: float) -> int:
    """How many lines a text fills; letters of Chinese, Japanese and Korean are twice as wide."""
    spread = "".join("xx" if east_asian_width(char) in "WF" else char for char in text)
    return max(len(wrap(spread, max(int(room / letter), 4))), 1)


def _rows(room: int, pieces: list[str], between: int) -> int:
    """How many rows pieces fill that stand side by side as long as there is room."""
    rows, taken = 1, 0.0
    for piece in pieces:
        wide = len(piece) * _SANS + between
        if taken and taken + wide > room:
            rows, taken = rows + 1, 0.0
        taken += wide
    return rows
