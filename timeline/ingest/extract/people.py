"""Who is in an article: each person once, with the names and offices that the text or the record gives them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .lexicon import fold, titles, word_set
from .offices import ALIKE, Title, title_at
from .text import Token, sentences


@dataclass(eq=False, slots=True)
class Person:
    """Someone in the article. `name` is the fullest that the text or the record has; `words` are its folded parts."""

    number: int
    name: str
    words: tuple[str, ...]
    country: str = ""
    offices: list[str] = field(default_factory=list)
    sorts: set[str] = field(default_factory=set)
    slug: str = ""
    assumed: bool = False  # the country is not said
    former: bool = False  # held the office once
    figure: bool = False  # of whom the text speaks again and again
    last: int = -1  # token offset of the latest mention read so far

    @property
    def official(self) -> bool:
        """Whether the article or the record gives them an office."""
        return bool(self.offices or self.slug)

    def take(self, title: Title | None) -> None:
        if not title or title.sort == "same":
            if title and title.country and not self.country:
                self.country = title.country
            if title:
                self.offices = self.offices or ["counterpart"]
            return
        if title.office not in self.offices:
            self.offices.append(title.office)
            self.offices += [one for one in title.office.split(" and ") if one not in self.offices]
            self.former = title.former
        self.sorts.add(title.sort)
        self.country = self.country or title.country


class Known:
    """Whom the record and the text know. `leaders` are the record's, `day` is the day of publication as text.

    `own` says that a government speaks: its "Prime Minister" is never another country's.
    """

    def __init__(self, leaders: Iterable[Mapping[str, Any]], home: str, day: str, *, own: bool = False) -> None:
        self.home = home
        self.own = own
        self.day = day
        self.everyone: list[Person] = []
        self._surnames: set[str] = set()
        self._first: set[str] = set()  # the first parts of names: the family's in East Asia
        self._leaders = list(leaders)
        self._by_slug: dict[str, Person] = {}
        self._small: set[str] = set()  # the text's words in small letters
        self._known: dict[str, list[tuple[frozenset[str], Mapping[str, Any]]]] = {}
        for leader in self._leaders:
            for name in (leader["name"], *(leader.get("other_names") or ())):
                parts = frozenset(_parts(str(name)))
                for part in parts:
                    self._known.setdefault(part, []).append((parts, leader))

    def _register(self, words: Sequence[Token], title: Title | None) -> Person:
        parts = [fold(token.text) for token in words]
        person = self.find(parts, title, whole=True)
        if not person:
            known = self._known_leader(parts)
            person = self._from_record(known) if known else self._new(words)
        elif not person.slug and len(parts) > len(person.words):
            person.name, person.words = _name(words), tuple(parts)
        person.take(title)
        return person

    def _new(self, words: Sequence[Token]) -> Person:
        person = Person(len(self.everyone), _name(words), tuple(fold(token.text) for token in words))
        self._surnames.add(person.words[-1])
        self._first.add(person.words[0])
        self.everyone.append(person)
        return person

    def _from_record(self, leader: Mapping[str, Any]) -> Person:
        if person := self._by_slug.get(leader["slug"]):
            return person
        person = Person(len(self.everyone), leader["name"], tuple(fold(part) for part in leader["name"].split()))
        person.slug = leader["slug"]
        for post in self._posts(leader):
            title = title_at(_tokens(post["title"]), 0)
            person.offices.append(ALIKE.get(post["title"].lower(), post["title"].lower()))
            person.sorts.add(title.sort if title else "official")
            person.country = person.country or post["country"]
        self.everyone.append(person)
        self._by_slug[leader["slug"]] = person
        return person

    def _posts(self, leader: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The posts held on the day of publication; where none was, all."""
        posts = leader.get("posts") or []
        held = [
            post
            for post in posts
            if (post.get("since") or "")[:10] <= self.day and not ((post.get("until") or "9999") < self.day[:10])
        ]
        return held or list(posts)

    def _known_leader(self, parts: Sequence[str]) -> Mapping[str, Any] | None:
        """The leader with this name, in whichever order; one name may have more parts than the other."""
        asked = frozenset(_parts(" ".join(parts)))
        found = {
            leader["slug"]: leader
            for part in asked
            for names, leader in self._known.get(part, ())
            if len(asked & names) > 1 and (asked <= names or names <= asked)
        }
        return found[min(found)] if len(found) == 1 else None

    def _known_by_surname(self, word: Token, title: Title | None) -> Person | None:
        """The one leader of the record with this family name who holds a post on the day."""
        asked = fold(word.text)
        found = [leader for leader in self._leaders if fold(str(leader.get("family_name") or "")) == asked]
        if title and title.country:
            found = [
                one for one in found if any(p["country"] == title.country for p in one.get("posts") or ())
            ] or found
        return self._from_record(found[0]) if len(found) == 1 else None

    def find(self, parts: Sequence[str], title: Title | None = None, *, whole: bool = False) -> Person | None:
        """The person with these name parts; `whole` where the parts are a full name.

        Of several who share a surname, the only one named so far; else nobody, for the text doesn't tell which.
        """
        fits = self._fits(parts, title, whole=whole)
        if whole and len(fits) > 1:
            return max(fits, key=lambda one: (one.last, -one.number))
        if len(fits) > 1:
            fits = [one for one in fits if one.last >= 0]
        return fits[0] if len(fits) == 1 else None

    def shared(self, parts: Sequence[str], title: Title | None) -> bool:
        """Whether several people bear this name, and nothing tells which of them is meant."""
        return len(self._fits(parts, title, whole=False)) > 1 and not self.find(parts, title)

    def _fits(self, parts: Sequence[str], title: Title | None, *, whole: bool) -> list[Person]:
        """Those whom these name parts may mean, told apart by title and country as far as they go."""
        asked = {part for one in parts for part in _parts(one)}
        fits: list[Person] = []
        for person in self.everyone:
            own = {part for one in person.words for part in _parts(one)}
            if asked == own:
                return [person]
            if (asked < own if len(asked) > 1 else (asked & set(person.words)) and not whole) or (
                whole and len(own) > 1 and own < asked
            ):
                fits.append(person)
        if len(fits) < 2:
            return fits
        if len(parts) == 1:
            fits = [one for one in fits if parts[0] in (one.words[-1], one.words[0])] or fits
            surnames = [one for one in fits if parts[0] == one.words[-1] or len(parts[0]) < 5]
            fits = surnames or fits
        if not title:
            return [one for one in fits if one.official] or fits
        holders = [one for one in fits if title.office in one.offices]
        fits = holders or [one for one in fits if title.sort in one.sorts] or fits
        return [one for one in fits if title.country and one.country == title.country] or fits

    def holder(self, title: Title) -> Person | None:
        """Who holds an office: by country, else at home, else the one spoken of last."""
        if title.sort == "same":
            fits = [
                one
                for one in self.everyone
                if title.country and one.country == title.country and "counterpart" in one.offices
            ]
            return fits[0] if len(fits) == 1 else None
        plain = title.office
        if plain in word_set("rulers") or (plain == "chief" and title.country):  # "the Kremlin chief"
            fits = [one for one in self.everyone if one.sorts & {"head", "leader"}]
        elif title.sort == "voice":
            fits = [one for one in self.everyone if "voice" in one.sorts]
        else:
            fits = [one for one in self.everyone if plain in one.offices or same_office(plain, one.offices)]
            # "the secretary general" of an article about "the NATO secretary general"
            fits = fits or [one for one in self.everyone if any(of.endswith(f" {plain}") for of in one.offices)]
            if not fits and plain == "minister":
                fits = [one for one in self.everyone if "minister" in one.sorts]
        if title.country:
            open_ones = [one for one in fits if one.assumed]
            fits = [one for one in fits if one.country == title.country]
            if not fits and title.sort == "head":
                # "Colombia's Mauricio Restrepo": who speaks for a country without a title
                speaks = [one for one in self.everyone if one.country == title.country and one.sorts == {"leader"}]
                fits = speaks if len(speaks) == 1 else []
            if not fits and len(open_ones) == 1 and title.country != self.home:
                # "the American president" is the one president whose country nobody has said.
                open_ones[0].country, open_ones[0].assumed = title.country, False
                return open_ones[0]
        elif self.own and self.home and title.sort == "head":
            guests = [one for one in fits if one.last >= 0]
            if self.home not in titles()["no_such_office"].get(plain, ()) or len(guests) != 1:
                guests = [one for one in fits if one.country in ("", self.home)]
            fits = guests
            fits = [one for one in fits if one.country] or fits
        elif len(fits) > 1:
            if title.sort == "head":
                fits = [one for one in fits if one.country in ("", self.home)] or fits
            fits = [max(fits, key=lambda one: (one.last, -one.number))]
        if fits:
            return max(fits, key=lambda one: (bool(one.slug), one.last, -one.number)) if len(fits) > 1 else fits[0]
        country = title.country or self.home
        return self._from_posts(plain, country) if country else None

    def _from_posts(self, office: str, country: str) -> Person | None:
        """The leader of the record who held this office on the day of publication."""
        found = [
            leader
            for leader in self._leaders
            for post in leader.get("posts") or ()
            if post["country"] == country
            and same_office(office, [ALIKE.get(post["title"].lower(), post["title"].lower())])
            and (post.get("since") or "")[:10] <= self.day
            and not (post.get("until") or "9999") < self.day
        ]
        return self._from_record(found[0]) if len(found) == 1 else None

    def _single(self, name: str) -> Person | None:
        if person := self.find([fold(name)]):
            return person
        if self.shared([fold(name)], None):
            return None
        return self._known_by_surname(Token(name, 0, len(name), name.lower(), capital=True), None)


def _name(words: Sequence[Token]) -> str:
    return " ".join(token.text for token in words)


def _tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a short text, such as the title of a post."""
    return tuple(token for sentence in sentences(text) for token in sentence.tokens)


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[str, ...]:
    """Folded parts of a name, hyphens apart, initials left out."""
    parts = re.split(r"[\s\-]+", fold(name))
    return tuple(part for part in parts if len(part.strip(".")) > 1) or (fold(name),)


def same_office(office: str, offices: Iterable[str]) -> bool:
    """ "minister for foreign affairs" and "foreign minister" are one office."""
    return any(_core_words(office) == _core_words(one) for one in offices)


def _core_words(office: str) -> tuple[str, ...]:
    words = office.replace("defence", "defense").split()
    drop = {"of", "for", "the", "affairs", "state", "external", "chief", "minister's"}
    same = {"secretary": "minister"} if "foreign" in words or "defense" in words else {}
    return tuple(sorted({same.get(word, word) for word in words if word not in drop}))
