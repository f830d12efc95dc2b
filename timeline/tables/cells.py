"""How values stand in one cell: words for choices, dates as people type them, lists with semicolons.

    sanae-takaichi (JP); donald-trump (US)        people: a slug and, in brackets, whom they spoke for
    host: sanae-takaichi; "Vice ministers" (JP)   with a role in front; a delegation by its title
    taiwan; trade                                 topics
    jiji-2025-11-25 [date, title] "The leaders"   sources: what they support, and the words that say so
    about: takaichi-trump-call-2025-11-25         links

A semicolon or a new line stands between two of a list. What holds one of these, brackets or a colon of its own stands
in quotation marks; a quotation mark among them is doubled.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from timeline import dates, edtf

_ITEM = re.compile(r'(?:[^;\n"]|"(?:[^"]|"")*")+')
_PLAIN = re.compile(r'[^;:"()\[\]\n]+')
QUOTED = r'"(?:[^"]|"")*"'
T = TypeVar("T")


class CellError(ValueError):
    """The cell holds something else than was expected; each of the messages is one thing that was.

    `rest` are the parts of a list that can be looked at all the same; None: nothing of the cell can.
    """

    def __init__(self, *messages: str, rest: list[Any] | None = None) -> None:
        self.messages = messages
        self.rest = rest
        super().__init__(" ".join(messages))


# Lists ---------------------------------------------------------------------------------------------------------


def split(text: str) -> list[str]:
    """The parts of a list, their quotation marks still on; raises CellError where one of those is not closed."""
    if text.count('"') % 2:
        raise CellError(_("A quotation mark is opened and not closed, or closed and not opened."))
    return [part for part in (found.group().strip() for found in _ITEM.finditer(text)) if part]


def each(text: str, read: Callable[[str], T]) -> list[T]:
    """What `read` makes of each part of a list; raises one CellError with all that is wrong with any of them."""
    parts = split(text)
    found: list[T] = []
    wrong: list[str] = []
    for one in parts:
        try:
            found.append(read(one))
        except CellError as error:
            found += error.rest or []
            several = len(parts) > 1
            wrong += [f"“{one}”: {told}" if several and one not in told else told for told in error.messages]
    if wrong:
        raise CellError(*wrong, rest=found)
    return found


def together(reads: dict[str, Callable[[], Any]], instead: dict[str, Any] | None = None) -> dict[str, Any]:
    """What each of these gives, by name; raises one CellError with all that is wrong with any of them.

    Where `instead` has a value for all that is wrong, the rest is looked at with these.
    """
    found: dict[str, Any] = {}
    wrong: list[str] = []
    for name, read in reads.items():
        try:
            found[name] = read()
        except CellError as error:
            wrong += error.messages
    if wrong:
        whole = {**(instead or {}), **found}
        raise CellError(*wrong, rest=[whole] if whole.keys() == reads.keys() else None)
    return found


def join(parts: Iterable[str]) -> str:
    """A list as it stands in a cell."""
    return "; ".join(parts)


def quoted(text: str) -> str:
    """The text in quotation marks."""
    return '"' + text.replace('"', '""') + '"'


def part(text: str) -> str:
    """The text as a part of a list, in quotation marks where it needs them."""
    return text if _PLAIN.fullmatch(text) and text == text.strip() else quoted(text)


def bare(text: str) -> str:
    """A part without its quotation marks."""
    text = text.strip()
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        return text[1:-1].replace('""', '"')
    return text


# Single values -------------------------------------------------------------------------------------------------


def date(text: str) -> str:
    """A date as EDTF; “” is none."""
    if not text:
        return ""
    try:
        return dates.read(text).text
    except edtf.EdtfError as error:
        raise CellError(str(error)) from error


def choice(text: str, choices: Sequence[tuple[Any, Any]]) -> str:
    """One of these values, by itself or by its words; “” is none."""
    if not text or any(text == value for value, _label in choices):
        return text
    named = {folded(str(name)): str(value) for value, label in choices for name in (label, value)}
    if (found := named.get(folded(text))) is None:
        raise CellError(_("Expected one of %s.") % ", ".join(str(value) for value, _label in choices))
    return found


def flag(text: str) -> bool:
    """Yes or no; “” is no."""
    match folded(text):
        case "yes" | "true" | "1" | "x":
            return True
        case "" | "no" | "false" | "0":
            return False
    raise CellError(_("Expected yes or no."))


def number(text: str) -> int | None:
    """A whole number; “” is none."""
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise CellError(_("Expected a whole number in figures, as in 25."))
    return int(text)


def folded(text: str) -> str:
    """In one case, with blanks where underscores or hyphens were."""
    return " ".join(re.split(r"[\s_-]+", text.casefold().strip()))
