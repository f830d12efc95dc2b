"""Times in a sentence: what is said ("Tuesday evening", "on the 25th", "two days earlier").

`find` gives the expressions with their offsets; which days they mean is told in `days`.
"""

import re
from dataclasses import dataclass, replace
from functools import cache

from .lexicon import times

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
PARTS = {
    "morning": "morning",
    "early morning": "morning",
    "noon": "midday",
    "midday": "midday",
    "lunchtime": "midday",
    "afternoon": "afternoon",
    "evening": "evening",
    "night": "night",
    "midnight": "night",
    "overnight": "night",
    "tonight": "night",
    "dawn": "morning",
}

_PLACEHOLDER = re.compile(r"\{(month|weekday|day|year|number|unit|part)(?::(\w+))?\}")
_GROUP = re.compile(r"\(\?P<(\w+)>")
_CLOCK = re.compile(
    r"\b(?:at\s+)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s*(?P<half>a\.?m\.?|p\.?m\.?)", re.IGNORECASE
)
_PART_OF_DAY = re.compile(
    r"\b(?:in\s+the\s+(?:late\s+|early\s+)?|at\s+|around\s+|late\s+|early\s+|on\s+the\s+)?"
    r"(?P<part>early\s+morning|morning|noon|midday|lunchtime|afternoon|evening|midnight|night|overnight)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Time:
    """An expression: offsets in the article, its sort and what was read in it (all in small letters)."""

    start: int
    end: int
    sort: str
    read: dict[str, str]
    part: str = ""
    since: bool = False


@cache
def _sorts() -> tuple[str, ...]:
    """The sort of each pattern, in order."""
    return tuple(row["sort"] for row in times()["time"])


@cache
def _compiled() -> re.Pattern[str]:
    """All the patterns as one; the names of groups get the number of their pattern."""
    parts = []
    for number, row in enumerate(times()["time"]):
        pattern = _PLACEHOLDER.sub(_word, row["pattern"])
        numbered = _GROUP.sub(rf"(?P<\1_{number}>", pattern)
        parts.append(f"(?P<p_{number}>{numbered})")
    starts = "|".join(times()["starts"]).replace(" ", r"\s")
    return re.compile(rf"\b(?={starts})(?:{'|'.join(parts)})", re.IGNORECASE)


@cache
def _groups() -> dict[int, list[tuple[str, str]]]:
    """The groups of each pattern: their names as the patterns have them, and as the one expression has them."""
    found: dict[int, list[tuple[str, str]]] = {number: [] for number in range(len(_sorts()))}
    for group in _compiled().groupindex:
        name, _, number = group.rpartition("_")
        if name != "p":
            found[int(number)].append((name, group))
    return found


def _word(match: re.Match[str]) -> str:
    """The expression that a placeholder stands for, as a group of its name."""
    name, group = match[1], match[2] or match[1]
    expression: str = times()["words"][name]
    return expression.replace("(?P<>", f"(?P<{group}>")


def find(text: str, start: int, end: int) -> list[Time]:
    """The expressions between two offsets of a text, in order."""
    found: list[Time] = []
    for match in _compiled().finditer(text, start, end):
        # The group of a whole pattern closes last.
        number = int((match.lastgroup or "p_0")[2:])
        read = {name: match[group].lower() for name, group in _groups()[number] if match[group] is not None}
        sort, close = _sorts()[number], match.end()
        if _no_month(text, match, read):
            continue
        part = _part(read, match[0])
        behind = _PART_OF_DAY.match(text, close + 1) if close < end and text[close] == " " else None
        if behind and not part and sort not in ("hours",):
            part, close = PARTS[re.sub(r"\s+", " ", behind["part"].lower())], behind.end()
        ahead = text[max(start, match.start() - 24) : match.start()].lower()
        if not part:
            part = _part_ahead(ahead) or _clock(text, close, end, ahead)
        since = bool(re.search(r"\bsince\s+(?:the\s+|last\s+)?$", ahead)) or match[0].lower().startswith("since")
        if match[0].endswith(")") and "(" not in match[0]:
            close -= 1
        if (
            sort == "day"
            and match[0].endswith(".")
            and not re.search(r"\b(?:jan|feb|mar|apr|aug|sept?|oct|nov|dec)\.$", match[0], re.IGNORECASE)
        ):
            close -= 1
        found.append(Time(match.start(), close, sort, read, part, since))
    return found


def _no_month(text: str, match: re.Match[str], read: dict[str, str]) -> bool:
    """Whether "May" or "march" is a verb here, or a figure no day."""
    month = read.get("month", "")
    if month in ("may", "mar", "march") and not any(one in match[0] for one in (month.capitalize(), month.upper())):
        return True
    if match[0] == "Today" and text[max(0, match.start() - 4) : match.start()] == "the ":
        return True
    if match[0] == "Today" and re.search(r"\b[A-Z]\w+ $", text[max(0, match.start() - 20) : match.start()]):
        return True  # "the Barbados Today newspaper"
    weekday = read.get("weekday", "")
    if weekday in ("sat.", "sun.", "fri.", "wed.", "mon.") and weekday.capitalize() not in match[0]:
        return True
    return "day" in read and read["day"].isdigit() and not 1 <= int(read["day"]) <= 31


def _part(read: dict[str, str], words: str) -> str:
    for name in ("part", "part1", "part2", "same", "same2", "same3", "nextpart", "prevpart"):
        if (value := re.sub(r"\s+", " ", read.get(name) or "")) in PARTS:
            return PARTS[value]
    lower = words.lower()
    if "tonight" in lower or "last night" in lower:
        return "night"
    if "last evening" in lower:
        return "evening"
    return ""


def _part_ahead(ahead: str) -> str:
    match = re.search(r"\b(morning|afternoon|evening|night|noon|midday)\s+(?:on|of)\s+\(?$", ahead)
    return PARTS[match[1]] if match else ""


def _clock(text: str, at: int, end: int, ahead: str) -> str:
    """The part of the day of a clock time right beside an expression."""
    match = _CLOCK.match(text, at + 1, min(end, at + 24)) if at < end else None
    if not match:
        match = next(iter(_CLOCK.finditer(ahead[-16:])), None)
        if match and not re.match(r"\s*(?:on\s+)?$", ahead[-16:][match.end() :]):
            match = None
    return _of_the_clock(match) if match else ""


def _of_the_clock(match: re.Match[str]) -> str:
    """The part of the day of "9 a.m."; an empty text where there is no such hour."""
    if int(match["hour"]) > 12:
        return ""
    hour = int(match["hour"]) % 12 + (12 if match["half"].lower().startswith("p") else 0)
    return "night" if hour < 5 or hour >= 21 else "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def part_of_day(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    """The part of the day that a stretch of text names on its own ("in the evening"), and its offsets."""
    pattern = r"\b(?:in|late in|early in) the (?:late |early )?(morning|afternoon|evening|night)\b"
    match = re.compile(pattern, re.IGNORECASE).search(text, start, end)
    if not match and (clock := _CLOCK.search(text, start, end)) and (part := _of_the_clock(clock)):
        return part, clock.start(), clock.end()
    return (PARTS[match[1].lower()], match.start(), match.end()) if match else None


def shifted(time: Time, **changes: object) -> Time:
    """The same expression with something changed."""
    return replace(time, **changes)  # type: ignore[arg-type]
