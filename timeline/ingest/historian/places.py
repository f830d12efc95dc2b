"""Which country a record means: by the publisher's own ids, the words that stand there, and the day."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils.text import slugify

from timeline.bundled import COUNTRIES

# Ids that are not simply a country's name.
_BY_ID = {
    "antigua-barbuda": "AG",
    "bosnia-herzegovina": "BA",
    "burma": "MM",
    "congo-democratic-republic": "CD",
    "congo-kinshasa": "CD",
    "congo-republic": "CG",
    "cote-divoire": "CI",
    "czech-republic": "CZ",
    "german-democratic-republic": "DDDE",
    "hawaii": "XHW",
    "korea": "KR",
    "korea-north": "KP",
    "korea-south": "KR",
    "macedonia": "MK",
    "palestinian-authority": "PS",
    "saint-kitts-nevis": "KN",
    "saint-vincent-grenadines": "VC",
    "somoa": "WS",
    "swaziland": "SZ",
    "turkiye": "TR",
    "west-bank": "PS",
}
# Words under an id that mean another state than the one that the id names today.
_BY_WORDS = {
    ("russia", "U.S.S.R."): "SUHH",
    ("serbia", "Serbia and Montenegro"): "CSXX",
    ("tanzania", "Tanganyika"): "XTG",
    ("zimbabwe", "Southern Rhodesia (Zimbabwe)"): "RHZW",
    ("zimbabwe", "Zimbabwe Rhodesia"): "RHZW",
}
_REUNITED = date(1976, 7, 2)
# How texts name countries beside the names and adjectives of the bundled table.
_ALSO = {
    "American": "US",
    "Argentinian": "AR",
    "Britain": "GB",
    "British": "GB",
    "Burmese": "MM",
    "Byelorussian": "BY",
    "Czech Republic": "CZ",
    "European Union": "EU",
    "EU": "EU",
    "Federal Republic of Germany": "DE",
    "Great Britain": "GB",
    "Korean": "KR",
    "Macedonian": "MK",
    "Northern Irish": "",  # no state of its own
    "Palestinian Authority": "PS",
    "Palestinian": "PS",
    "People's Republic of China": "CN",
    "Philippine": "PH",
    "Republic of China": "TW",
    "Republic of Korea": "KR",
    "Saudi Arabian": "SA",
    "Slovak": "SK",
    "Soviet": "SUHH",
    "U.S.S.R.": "SUHH",
    "UN": "UN",
    "UK": "GB",
    "UAE": "AE",
    "Vatican": "VA",
    "West German": "DE",
    "Zairian": "CD",
}
# Adjectives that two states share: which of them is meant is not said.
_SHARED = {"Congolese", "Korean", "Dominican"}


@dataclass(frozen=True)
class State:
    """A row of the bundled table of countries."""

    code: str
    name: str
    article: str
    adjective: str
    capital: str

    @property
    def in_sentence(self) -> str:
        """“Japan”, “the United States”."""
        return f"{self.article} {self.name}".strip()


@cache
def states() -> dict[str, State]:
    """The bundled countries by their codes."""
    with COUNTRIES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {
            row["code"]: State(row["code"], row["name"], row["article"], row["adjective"], row["capital"])
            for row in rows
        }


@cache
def _ids() -> dict[str, str]:
    return {slugify(state.name): state.code for state in states().values()} | _BY_ID


def code(identity: str, words: str, day: date) -> str | None:
    """The code of the country that a record of this day names; None where it is none that is known."""
    if identity == "vietnam" and day < _REUNITED:
        return "XVS"  # the only one that leaders came from or travelled to
    if identity == "czechoslovakia" or words == "Czechoslovakia":
        return "CSHH"
    return _BY_WORDS.get((identity, words)) or _ids().get(identity)


@cache
def _words() -> dict[str, str]:
    found: dict[str, str] = {}
    for state in states().values():
        for word in (state.name, state.adjective):
            if word and word not in _SHARED:
                found.setdefault(word, state.code)
    return {**found, **_ALSO, **dict.fromkeys(_SHARED, "")}


@cache
def pattern() -> str:
    """A regular expression's alternatives for all words that name a country, the longest first."""
    return "|".join(re.escape(word) for word in sorted(_words(), key=len, reverse=True))


def named(word: str) -> str:
    """The code for a word that `pattern` found; empty where several states, or none, are called so."""
    return _words()[word]


# States that followed one another, in which one person may have held posts.
_LINES = [("RU", {"SUHH"}), ("RS", {"YUCS", "CSXX"}), ("CZ", {"CSHH", "SK"}), ("TZ", {"XTG"}), ("CN", {"TW"})]


def line(code: str) -> str:
    """One code for all the states that followed one another: RU for the Soviet Union and Russia."""
    return next((last for last, former in _LINES if code in former), code)
