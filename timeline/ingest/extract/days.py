"""Which days an expression of time means, in EDTF, for an article of a given day.

Of weekdays and days without a year it is the nearest that fits, before the article's own day for what has happened,
after it for what is planned. Expressions that hang from another event ("the same day", "a day earlier", "hours
later") are resolved against that event's day and say so in `basis`. Nothing is guessed: what gives no date gives None.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from .times import MONTHS, SEASONS, WEEKDAYS, Time

_NUMBERS = dict(
    zip(
        ["a", "an", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        (1, 1, *range(1, 13)),
        strict=False,
    )
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in EDTF with the part of the day (or an empty text); `basis` says how, where it was inferred."""

    edtf: str
    part: str = ""
    basis: str = ""


HANGING = frozenset({"same_day", "next_day", "previous_day", "offset", "counted", "hours", "in_the_day"})


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


def first_day(edtf: str) -> date:
    return _days(edtf)[0]


def last_day(edtf: str) -> date:
    return _days(edtf)[1]


def _days(edtf: str) -> tuple[date, date]:
    """First and last day that one of our dates can mean."""
    ends = [end.rstrip("?~%") for end in edtf.split("/")]
    return _edge(ends[0])[0], _edge(ends[-1])[1]


def _edge(text: str) -> tuple[date, date]:
    year = int(text[:4])
    if len(text) == 4:
        return date(year, 1, 1), date(year, 12, 31)
    month = int(text[5:7])
    if month > 12:
        first = {21: 3, 22: 6, 23: 9, 24: 12}[month]
        start = date(year, first, 1)
        return start, start + timedelta(91)
    if len(text) == 7:
        following = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), following - timedelta(1)
    day = date.fromisoformat(text)
    return day, day


def overlap(one: str, other: str) -> bool:
    a, b = _days(one), _days(other)
    return a[0] <= b[1] and b[0] <= a[1]


def narrower(one: str, other: str) -> bool:
    a, b = _days(one), _days(other)
    return (a[1] - a[0]) < (b[1] - b[0])
