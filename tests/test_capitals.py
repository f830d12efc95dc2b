"""What day it was in each capital, and silence where it can't be known."""

from datetime import date

import pytest

from timeline import capitals
from timeline.models import Country

TOKYO = Country(code="JP", name="Japan", capital="Tokyo", time_zone="Asia/Tokyo")
WASHINGTON = Country(code="US", name="United States", capital="Washington", time_zone="America/New_York")
BEIJING = Country(code="CN", name="China", capital="Beijing", time_zone="Asia/Shanghai")
SEOUL = Country(code="KR", name="South Korea", capital="Seoul", time_zone="Asia/Seoul")


@pytest.mark.parametrize(
    ("day", "part", "zone", "countries", "words"),
    [
        (
            "2025-11-25",
            "morning",
            "Asia/Tokyo",
            [TOKYO, WASHINGTON],
            "Tuesday morning in Tokyo, Monday evening in Washington",
        ),
        # Summer time: an hour later on the clock in Washington, and now over two parts of the day.
        ("2025-07-01", "morning", "Asia/Tokyo", [TOKYO, WASHINGTON], "Tuesday morning in Tokyo, Monday in Washington"),
        # An evening in Washington is the next morning in Tokyo.
        (
            "2025-12-31",
            "evening",
            "America/New_York",
            [WASHINGTON, TOKYO],
            "Wednesday evening in Washington, Thursday morning in Tokyo",
        ),
        # One side's hours reach over midnight: nothing is said of it, and so nothing at all.
        ("2025-11-25", "morning", "America/New_York", [WASHINGTON, SEOUL], ""),
        (
            "2025-11-25",
            "midday",
            "America/New_York",
            [WASHINGTON, SEOUL],
            "midday on Tuesday in Washington, in the small hours of Wednesday in Seoul",
        ),
        # The same day and part in both: nothing to say.
        ("2025-11-25", "morning", "Asia/Tokyo", [TOKYO, SEOUL], ""),
        ("2025-11-25", "", "Asia/Tokyo", [TOKYO, WASHINGTON], ""),
        ("2025-11-25", "morning", "", [TOKYO, WASHINGTON], ""),
        ("2025-11-25", "morning", "Asia/Tokyo", [TOKYO, Country(code="XX", name="Nowhere")], ""),
        # Zones go out of use, and this machine may not know one that another did.
        ("2025-11-25", "morning", "Mars/Base", [TOKYO, WASHINGTON], ""),
        (
            "2025-11-25",
            "morning",
            "Asia/Tokyo",
            [TOKYO, WASHINGTON, Country(code="XX", name="Nowhere", capital="Base", time_zone="Mars/Base")],
            "Tuesday morning in Tokyo, Monday evening in Washington",
        ),
    ],
)
def test_it_names_the_day_in_each_capital(day: str, part: str, zone: str, countries: list[Country], words: str) -> None:
    assert capitals.days(date.fromisoformat(day), part, zone, countries) == words


def test_it_survives_the_ends_of_the_calendar_and_the_change_of_clocks() -> None:
    for day in (date.min, date.max, date(2, 1, 1), date(9999, 12, 30), date(2026, 3, 8), date(2025, 11, 2)):
        for part in capitals.CORE_HOURS:
            capitals.days(day, part, "America/New_York", [TOKYO, WASHINGTON, BEIJING])
