"""Times in a sentence: what is said ("Tuesday evening", "on the 25th", "two days earlier") and which days it means.

`find` gives the expressions with their offsets. `resolve` turns one into an EDTF date: of weekdays and days without
a year it takes the nearest that fits, before the article's own day for what has happened, after it for what is
planned. Expressions that hang from another event ("the same day", "a day earlier", "hours later") are resolved
against that event's day and say so in `basis`.

Nothing is guessed: what gives no date gives None.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
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
_NUMBERS = dict(
    zip(
        ["a", "an", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        (1, 1, *range(1, 13)),
        strict=False,
    )
)

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


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in EDTF with the part of the day (or an empty text); `basis` says how, where it was inferred."""

    edtf: str
    part: str = ""
    basis: str = ""


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


def _word(match: re.Match[str]) -> str:
    """The expression that a placeholder stands for, as a group of its name."""
    name, group = match[1], match[2] or match[1]
    expression: str = times()["words"][name]
    return expression.replace("(?P<>", f"(?P<{group}>")


def find(text: str, start: int, end: int) -> list[Time]:
    """The expressions between two offsets of a text, in order."""
    found: list[Time] = []
    for match in _compiled().finditer(text, start, end):
        number = int(
            next(name for name, value in match.groupdict().items() if value is not None and name.startswith("p_"))[2:]
        )
        read = {
            name.rsplit("_", 1)[0]: value.lower()
            for name, value in match.groupdict().items()
            if value is not None and name.endswith(f"_{number}") and not name.startswith("p_")
        }
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
    if not match or int(match["hour"]) > 12:
        return ""
    hour = int(match["hour"]) % 12 + (12 if match["half"].lower().startswith("p") else 0)
    return "night" if hour < 5 or hour >= 21 else "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"


def part_of_day(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    """The part of the day that a stretch of text names on its own ("in the evening"), and its offsets."""
    pattern = r"\b(?:in|late in|early in) the (?:late |early )?(morning|afternoon|evening|night)\b"
    match = re.compile(pattern, re.IGNORECASE).search(text, start, end)
    return (PARTS[match[1].lower()], match.start(), match.end()) if match else None


HANGING = frozenset({"same_day", "next_day", "previous_day", "offset", "hours", "in_the_day"})


def resolve(time: Time, day: date, *, ahead: bool = False, anchor: str = "") -> Dated | None:
    """The days that an expression means, for an article of `day`.

    `ahead` says that it stands with a plan; `anchor` is the EDTF date of the event that it may hang from.
    """
    read, sort = time.read, time.sort
    if sort in HANGING:
        return _hanging(time, day, anchor)
    edtf = _plain(sort, read, day, ahead)
    return Dated(edtf, time.part) if edtf else None


def _plain(sort: str, read: dict[str, str], day: date, ahead: bool) -> str:
    match sort:
        case "iso":
            return read["iso"] if _valid_iso(read["iso"]) else ""
        case "day":
            found = _month_day(_month(read["month"]), int(read["day"]), read.get("year"), day, ahead)
            return found.isoformat() if found else ""
        case "days":
            return _interval(read, day, ahead)
        case "slashes" | "ordinal":
            found = _nearest_day(int(read.get("day") or read["day2"]), day, ahead)
            return found.isoformat() if found else ""
        case "weekday" | "part_of_weekday":
            return _weekday(read, day, ahead).isoformat()
        case "two_weekdays":
            first = _weekday(read, day, ahead)
            last = first + timedelta((_number_of(read["weekday2"]) - first.weekday()) % 7)
            return f"{first}/{last}"
        case "month" | "month_in" | "early_month" | "month_noun":
            return _whole_month(read, day, ahead)
        case "ago":
            return _ago(read, day)
        case "today" | "today_part":
            return day.isoformat()
        case "yesterday" | "last_night":
            return (day - timedelta(1)).isoformat()
        case "tomorrow":
            return (day + timedelta(1)).isoformat()
        case "day_before_yesterday":
            return (day - timedelta(2)).isoformat()
        case "day_after_tomorrow":
            return (day + timedelta(2)).isoformat()
        case "week" | "weekend" | "part_week":
            return _week(sort, read, day, ahead)
        case "part_month":
            year, month = _shift_month(day, {"last": -1, "this": 0, "next": 1}[read["when"]])
            return f"{year:04}-{month:02}"
        case "season":
            return _season(read, day, ahead)
        case "part_year":
            return f"{day.year + {'last': -1, 'this': 0, 'next': 1}[read['when']]:04}"
        case "year":
            return read["year"]
    return ""


def _hanging(time: Time, day: date, anchor: str) -> Dated | None:
    """An expression that hangs from another event's day, or for "on the day" from the article's own."""
    words = {"same_day": "on the same day", "in_the_day": "on the same day"}
    if not anchor:
        # With nothing told before, these count from the report's own day.
        own = {"in_the_day": 0, "previous_day": -1}.get(time.sort)
        return (
            Dated((day + timedelta(own)).isoformat(), time.part, "the day of the report") if own is not None else None
        )
    if time.sort in ("same_day", "hours", "in_the_day"):
        return Dated(anchor, time.part, words.get(time.sort, "shortly before or after")) if _is_day(anchor) else None
    start = date.fromisoformat(anchor[:10]) if len(anchor) >= 10 else None
    last = date.fromisoformat(anchor[-10:]) if len(anchor) >= 10 else None
    if not start or not last:
        return None
    if time.sort == "next_day":
        return Dated((last + timedelta(1)).isoformat(), time.part, "the day after")
    if time.sort == "previous_day":
        return Dated((start - timedelta(1)).isoformat(), time.part, "the day before")
    number, unit = time.read["number"], time.read["unit"]
    count = int(number) if number.isdigit() else _NUMBERS.get(number, 0)
    back = time.read["way"] in ("earlier", "before", "prior")
    basis = f"{time.read['number']} {unit}{'s' if count != 1 else ''} {'earlier' if back else 'later'}"
    if unit in ("hour", "minute"):
        return Dated(anchor, time.part, basis) if _is_day(anchor) else None
    if not count:
        return None
    sign = -1 if back else 1
    base = start if back else last
    if unit in ("day", "week"):
        moved = base + timedelta(sign * count * (7 if unit == "week" else 1))
        # A week earlier is a day only roughly.
        return Dated(moved.isoformat() + ("~" if unit == "week" else ""), time.part, basis)
    year, month = _shift_month(base, sign * count * (12 if unit == "year" else 1))
    return Dated(f"{year:04}" if unit == "year" else f"{year:04}-{month:02}", "", basis)


def _is_day(edtf: str) -> bool:
    return len(edtf.rstrip("?~%")) == 10 and "/" not in edtf


def _valid_iso(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _month(word: str) -> int:
    return next(number for number, name in enumerate(MONTHS, 1) if name.startswith(word[:3]))


def _number_of(weekday: str) -> int:
    return next(number for number, name in enumerate(WEEKDAYS) if name.startswith(weekday[:3]))


def _date(year: int, month: int, day: int) -> date | None:
    if not 1 <= day <= monthrange(year, month)[1]:
        return None
    return date(year, month, day)


def _month_day(month: int, number: int, year: str | None, day: date, ahead: bool) -> date | None:
    """The day that "Oct. 28" means: with a plan the next one, else the nearest before (a day of grace for zones)."""
    if year:
        return _date(int(year), month, number)
    found = [one for y in (day.year - 1, day.year, day.year + 1) if (one := _date(y, month, number))]
    if ahead:
        return min((one for one in found if one >= day), default=None)
    return max((one for one in found if one <= day + timedelta(1)), default=None)


def _nearest_day(number: int, day: date, ahead: bool) -> date | None:
    """The day that "the 25th" means: of this month or the one beside it."""
    found = []
    for shift in (-2, -1, 0, 1, 2):
        year, month = _shift_month(day, shift)
        if one := _date(year, month, number):
            found.append(one)
    if ahead:
        return min((one for one in found if one >= day), default=None)
    return max((one for one in found if one <= day + timedelta(1)), default=None)


def _weekday(read: dict[str, str], day: date, ahead: bool) -> date:
    wanted = _number_of(read["weekday"])
    when = re.sub(r"\s+", " ", read.get("when") or "")
    back = (day.weekday() - wanted) % 7
    if "lastweek" in read:
        return day - timedelta(day.weekday() + 7 - wanted)
    if "nextweek" in read:
        return day + timedelta(7 - day.weekday() + wanted)
    if when == "next":
        on = (wanted - day.weekday()) % 7 or 7
        return day + timedelta(on)
    if when == "this coming" or when == "the following" or (ahead and not when) or (ahead and when == "this"):
        return day + timedelta((wanted - day.weekday()) % 7)
    if when in ("last", "this past", "the previous", "the preceding"):
        return day - timedelta(back or 7)
    return day - timedelta(back)


def _interval(read: dict[str, str], day: date, ahead: bool) -> str:
    month = _month(read["month"])
    last_month = _month(read["month2"]) if read.get("month2") else month
    first_month = _month(read["month1"]) if read.get("month1") else month
    first = _month_day(first_month, int(read["day"]), read.get("year"), day, ahead)
    if not first:
        return ""
    last = _date(first.year + (last_month < first.month), last_month, int(read["day2"]))
    if not last or last <= first or (last - first).days > 60:
        return ""
    return f"{first}/{last}"


def _shift_month(day: date, months: int) -> tuple[int, int]:
    number = day.year * 12 + day.month - 1 + months
    return number // 12, number % 12 + 1


def _whole_month(read: dict[str, str], day: date, ahead: bool) -> str:
    month = _month(read["month"])
    if read.get("year"):
        return f"{read['year']}-{month:02}"
    if read.get("rel"):
        return f"{day.year + {'last': -1, 'this': 0, 'next': 1}[read['rel']]:04}-{month:02}"
    when = read.get("when", "")
    year = day.year
    if when == "next" or (ahead and when != "last"):
        year += month < day.month or (when == "next" and month == day.month)
    elif when == "this coming":
        year += month < day.month
    elif month > day.month or (when == "last" and month == day.month):
        year -= 1
    return f"{year:04}-{month:02}"


def _ago(read: dict[str, str], day: date) -> str:
    number = read["number"]
    count = int(number) if number.isdigit() else _NUMBERS.get(number, 0)
    if not count:
        return ""
    match read["unit"]:
        case "minute" | "hour":
            return day.isoformat()
        case "day":
            return (day - timedelta(count)).isoformat()
        case "week":
            monday = day - timedelta(day.weekday() + 7 * count)
            return f"{monday}/{monday + timedelta(6)}"
        case "month":
            year, month = _shift_month(day, -count)
            return f"{year:04}-{month:02}"
    return f"{day.year - count:04}" if count < day.year else ""


def _week(sort: str, read: dict[str, str], day: date, ahead: bool) -> str:
    """A week from Monday to Sunday; of "earlier this week" only what lies before the article's day."""
    monday = day - timedelta(day.weekday())
    when = re.sub(r"\s+", " ", read.get("which") or read.get("when") or "")
    if when in ("last", "this past", "the previous", "that"):
        monday -= timedelta(7)
    elif when in ("next", "the coming", "the following"):
        monday += timedelta(7)
    if sort == "weekend" or read.get("span") == "weekend":
        saturday = monday + timedelta(5)
        if sort == "weekend" or when == "this":
            saturday = saturday if ahead or day.weekday() >= 5 else saturday - timedelta(7)
        elif when in ("last", "this past") and day.weekday() >= 6:
            saturday = monday + timedelta(5)
        elif when in ("this coming", "next", "the coming") and when != "next":
            saturday = day - timedelta(day.weekday()) + timedelta(5)
        return f"{saturday}/{saturday + timedelta(1)}"
    sunday = monday + timedelta(6)
    if sort == "part_week" and when == "this":
        if read["when"] == "earlier":
            return f"{monday}/{day}" if monday < day else day.isoformat()
        return f"{day}/{sunday}" if day < sunday else day.isoformat()
    return f"{monday}/{sunday}"


def _season(read: dict[str, str], day: date, ahead: bool) -> str:
    code = SEASONS[read["season"]]
    if read.get("year"):
        return f"{read['year']}-{code}"
    begins = {21: 3, 22: 6, 23: 9, 24: 12}[code]
    when = read.get("when", "")
    year = day.year
    if when == "last" or (when in ("the", "in") and not ahead and begins > day.month):
        year -= begins >= day.month or day.month - begins < 3 or code == 24
    elif when == "next" or (when in ("the", "in") and ahead):
        year += begins <= day.month
    return f"{year:04}-{code}"


def shifted(time: Time, **changes: object) -> Time:
    """The same expression with something changed."""
    return replace(time, **changes)  # type: ignore[arg-type]
