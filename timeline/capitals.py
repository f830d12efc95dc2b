"""What day it was in each capital: “Tuesday morning in Tokyo, Monday evening in Washington”.

Computed from the part of the day, the zone that the event's date is given in and the capitals' time zones. A part
of the day stands for its core hours; where these reach over midnight in a capital, nothing is said of it, and where
they reach over two parts of the day, only the day is named.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.models import Country
from timeline.time_zones import is_time_zone

# The core hours of each part of a day, from and to.
CORE_HOURS = {"morning": (8, 12), "midday": (11, 14), "afternoon": (13, 18), "evening": (18, 22), "night": (22, 24)}
# What a clock's hour belongs to, for the day in another capital.
_PARTS = (
    (0, 4, "small"),
    (4, 8, "early"),
    (8, 12, "morning"),
    (12, 18, "afternoon"),
    (18, 22, "evening"),
    (22, 24, "night"),
)


def days(day: date, part_of_day: str, time_zone: str, countries: Iterable[Country]) -> str:
    """The day in each capital, or nothing where it can't be known or is the same everywhere."""
    # Names of zones come and go: the record may hold one that this machine doesn't know.
    if part_of_day not in CORE_HOURS or not is_time_zone(time_zone) or day in (date.min, date.max):
        return ""
    start, end = _core(day, part_of_day, ZoneInfo(time_zone))
    found: dict[str, str] = {}
    for country in countries:
        if country.capital and country.capital not in found and is_time_zone(country.time_zone):
            words = _there(start, end, part_of_day, ZoneInfo(country.time_zone))
            if words:
                found[country.capital] = words
    if len(set(found.values())) < 2:
        return ""
    return ", ".join(_("%(when)s in %(city)s") % {"when": words, "city": city} for city, words in found.items())


def _core(day: date, part_of_day: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    first, last = CORE_HOURS[part_of_day]
    midnight = datetime.combine(day, time(), zone)
    # Wall-clock arithmetic: eight o'clock is eight o'clock on the day that the clocks change, too.
    return midnight + timedelta(hours=first), midnight + timedelta(hours=last) - timedelta(minutes=1)


def _there(start: datetime, end: datetime, part_of_day: str, zone: ZoneInfo) -> str:
    first, last = start.astimezone(zone), end.astimezone(zone)
    if first.date() != last.date():
        return ""
    weekday = WEEKDAYS[first.weekday()]
    if first.utcoffset() == start.utcoffset():
        return _part_words(part_of_day) % {"day": weekday}
    for begin, stop, part in _PARTS:
        if begin <= first.hour and last.hour < stop:
            return _part_words(part) % {"day": weekday}
    return str(weekday)


def _part_words(part: str) -> str:
    return {
        "small": pgettext("part of a day", "in the small hours of %(day)s"),
        "midday": pgettext("part of a day", "midday on %(day)s"),
        "early": pgettext("part of a day", "early on %(day)s"),
        "morning": pgettext("part of a day", "%(day)s morning"),
        "afternoon": pgettext("part of a day", "%(day)s afternoon"),
        "evening": pgettext("part of a day", "%(day)s evening"),
        "night": pgettext("part of a day", "late on %(day)s"),
    }[part]
