"""The language knowledge in `data/`, read once: countries, titles, grammar.

Phrases are found by `Phrases`: the longest one that starts at a token, compared without case.
"""

import csv
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from timeline.bundled import COUNTRIES

from .text import Token, sentences

DATA = Path(__file__).parent / "data"


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """Without case and diacritics: how names are compared."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‑", "-").replace("ı", "i"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


@cache
def grammar() -> dict[str, Any]:
    """The words of events, plans and doubts: see grammar.toml."""
    return _toml("grammar.toml")


@cache
def titles() -> dict[str, Any]:
    """The words of offices: see titles.toml."""
    return _toml("titles.toml")


@cache
def times() -> dict[str, Any]:
    """The expressions of time: see times.toml."""
    return _toml("times.toml")


@cache
def word_set(name: str) -> frozenset[str]:
    """A set of words by its name: see words.toml."""
    return frozenset(_toml("words.toml")["words"][name])


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A pattern by its name: see words.toml."""
    return re.compile(_toml("words.toml")["patterns"][name])


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


class Phrases:
    """Phrases with a value each; `match` finds the longest that starts at a token."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase, value in phrases:
            words = _words(phrase)
            self._by_first.setdefault(words[0], []).append((words, value))
        for known in self._by_first.values():
            known.sort(key=lambda item: (-len(item[0]), item))
        self.starts = frozenset(self._by_first)  # the words that a phrase can begin with

    def match(self, tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
        """How many tokens the longest phrase at `at` takes, and its value."""
        if at >= len(tokens) or not (known := self._by_first.get(tokens[at].lower)):
            return None
        second = tokens[at + 1].lower if at + 1 < len(tokens) else ""
        for words, value in known:
            if len(words) == 1:
                return 1, value
            if second == words[1] and tuple(token.lower for token in tokens[at : at + len(words)]) == words:
                return len(words), value
        return None


@cache
def _words(phrase: str) -> tuple[str, ...]:
    # Abbreviations are one token, but only as they are written in print: "Gov.", "U.N.".
    printed = " ".join(_printed(word) if word.endswith(".") else word for word in phrase.split())
    return tuple(token.lower for sentence in sentences(printed) for token in sentence.tokens)


def _printed(word: str) -> str:
    return word.upper() if word.count(".") > 1 else word.capitalize()


def phrases(*lists: tuple[Iterable[str], str]) -> Phrases:
    """Phrases from lists, each with the value of its list."""
    return Phrases((phrase, value) for group, value in lists for phrase in group)


@cache
def countries() -> "Countries":
    """The table of countries and what else they are called."""
    return Countries()


class Countries:
    """`names`, `adjectives` and `places` (names, capitals and seats) of countries, each leading to its code.

    Where two countries share a word ("Korean", "Congolese"), the one that still exists and stands first has it.
    """

    def __init__(self) -> None:
        more = _toml("countries.toml")
        with COUNTRIES.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if not row["until"]]
        names: dict[str, str] = {}
        adjectives: dict[str, str] = {}
        seats: dict[str, str] = {}
        self.zones = {row["code"]: row["time_zone"] for row in rows}
        for code, extra in more.items():
            names.update(dict.fromkeys(extra.get("names", ()), code))
            adjectives.update(dict.fromkeys(extra.get("adjectives", ()), code))
            seats.update(dict.fromkeys(extra.get("seats", ()), code))
        for row in rows:
            names.setdefault(row["name"], row["code"])
            if row["adjective"]:
                adjectives.setdefault(row["adjective"], row["code"])
            if row["capital"]:
                seats.setdefault(row["capital"], row["code"])
        self.names = Phrases(names.items())
        self.adjectives = Phrases(adjectives.items())
        self.seats = Phrases(seats.items())
        self.starts = self.names.starts | self.adjectives.starts | word_set("states")
        self._places = self.starts | self.seats.starts

    def at(self, tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
        """A country by its name or adjective at this token: tokens taken, and its code."""
        if at >= len(tokens) or not tokens[at].capital or tokens[at].lower not in self.starts:
            return None
        found = [hit for hit in (self.name(tokens, at), self.adjectives.match(tokens, at)) if hit]
        return max(found, default=None)

    def name(self, tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
        """A country by its name, or by a formal one: "the sisterly Republic of Türkiye", "Kingdom of Norway"."""
        if hit := self.names.match(tokens, at):
            return hit
        if (hit := self.adjectives.match(tokens, at)) and at + hit[0] < len(tokens):
            # "the Lebanese Republic", "the Swiss Confederation"
            state = tokens[at + hit[0]]
            return (hit[0] + 1, hit[1]) if state.capital and state.lower in word_set("states") else None
        behind = at
        while behind < len(tokens) and tokens[behind].lower in word_set("states"):
            behind += 1
        if behind == at or behind + 1 >= len(tokens) or tokens[behind].lower != "of":
            return None
        behind += 2 if tokens[behind + 1].lower == "the" else 1
        found = self.names.match(tokens, behind) if behind < len(tokens) and tokens[behind].capital else None
        return (behind + found[0] - at, found[1]) if found else None

    def place(self, tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
        """A country by its name, adjective, capital or seat at this token."""
        if at >= len(tokens) or not tokens[at].capital or tokens[at].lower not in self._places:
            return None
        found = [hit for hit in (self.at(tokens, at), self.seats.match(tokens, at)) if hit]
        return max(found, default=None)


@cache
def outlets() -> tuple[tuple[str, str], ...]:
    """Parts of publishers' names and the countries that they are at home in, longest first."""
    pairs = [(word, code) for code, words in _toml("outlets.toml").items() for word in words]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))


def home_of(publisher: str) -> str:
    """The country that a publisher is at home in, or an empty text where it isn't known."""
    words = f" {fold(publisher)} ".replace("(", " ").replace(")", " ")
    if known := next((code for word, code in outlets() if f" {fold(word)} " in words), ""):
        return known
    # "Ministry of Foreign Affairs, Republic of Korea", "The Kyiv Independent"
    tokens = [token for sentence in sentences(publisher) for token in sentence.tokens]
    return next((hit[1] for at in range(len(tokens)) if (hit := countries().place(tokens, at))), "")


def official(publisher: str) -> bool:
    """Whether a publisher is a government or one of its offices, not a newsroom."""
    return bool(pattern("official_publisher").search(publisher))
