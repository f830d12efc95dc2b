"""What comes with Readout as tables: the countries."""

import csv
from pathlib import Path

DATA = Path(__file__).parent / "data"
COUNTRIES = DATA / "countries.csv"
COUNTRY_FIELDS = ("code", "name", "article", "adjective", "capital", "time_zone", "native_language")


def countries() -> dict[str, dict[str, str]]:
    """The rows of the table of countries by their codes, each by the names of Country's fields."""
    with COUNTRIES.open(encoding="utf-8", newline="") as file:
        return {row["code"]: {name: row[name] for name in COUNTRY_FIELDS} for row in csv.DictReader(file)}
