"""Where people are spoken of: full names, single names of people introduced, offices alone, pairs, pronouns.

An office or counterpart that nobody in the article or the record holds stays a mention of nobody: what it takes part
in is not proposed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from .introductions import Introductions, apposition, closed, list_goes_on, of_country, owner, title_case
from .lexicon import Phrases, countries, fold, phrases, word_set
from .offices import Title, title_at
from .people import Person
from .text import Sentence, Token

__all__ = ["Mention", "People", "Person", "title_case"]


@dataclass(frozen=True, slots=True)
class Mention:
    """Where people are spoken of: tokens from `start` to before `end`, the name itself from `name_start`.

    `form` is name, office, pronoun, pair (several people at once: "Trump-Xi", "the two leaders") or nobody.
    """

    start: int
    end: int
    people: tuple[Person, ...]
    form: str
    name_start: int
    name_end: int
    possessive: bool = False
    title: Title | None = None


class People(Introductions):
    """Who is in an article, and where each of them is spoken of; see `Known` for what it takes."""

    def mentions(self, sentence: Sentence) -> list[Mention]:
        """Everyone spoken of in a sentence, in order; call it sentence by sentence, behind `introduce`."""
        found: list[Mention] = []
        tokens, at = sentence.tokens, 0
        while at < len(tokens):
            if tokens[at].quoted or not tokens[at].word:
                at += 1
                continue
            mention = self._mention(tokens, at)
            if not mention:
                at += 1
                continue
            for person in mention.people:
                if mention.form != "pronoun":
                    person.last = tokens[mention.start].start
            found.append(mention)
            at = max(mention.end, at + 1)
        return found

    def _mention(self, tokens: tuple[Token, ...], at: int) -> Mention | None:
        start = at + 1 if tokens[at].lower in ("the", "his", "her", "its", "a", "an", "their", "our") else at
        if several := self._several_named(tokens, at, start):
            return several
        if pair := self._pair(tokens, at):
            return pair
        title = title_at(tokens, start)
        if title and not title.plural:
            name = self.name_at(tokens, title.end)
            comma = 0
            if not name and title.end < len(tokens) and tokens[title.end].text == ",":
                name = self.name_at(tokens, title.end + 1)
                if name and (name[1] - name[0] < 2 or not closed(tokens, name[1])):
                    name = None
                comma = 1
            if name and (person := self._named(tokens, name, title)):
                end = person[1]
                behind = of_country(tokens, end)
                if comma and behind == end and end < len(tokens) and tokens[end].text == ",":
                    behind = end + 1 if not list_goes_on(tokens, end) else end
                return _mention(tokens, at, behind, person[0], "name", name[0], end, title)
            twice = None if name else self._twice_titled(tokens, title)
            behind_name = twice[1] if twice else None if name else self._named_behind(tokens, title)
            if behind_name and (hit := self._named(tokens, behind_name, title)):
                return _mention(tokens, at, hit[1], hit[0], "name", behind_name[0], hit[1], title)
            if not name:
                return self._office(tokens, at, start, title)
            if shared := self._shared_name(tokens, at, name, title):
                return shared
        if title and title.plural:
            return None
        owned = owner(tokens, at)
        name = self.name_at(tokens, at + owned[0] if owned else at)
        if not name:
            return None
        title = Title(at, at + owned[0], "", "", owned[1]) if owned else None  # "Australia's Smith"
        hit = self._named(tokens, name, title)
        if not hit:
            return self._shared_name(tokens, at, name, title)
        bearer, end = hit
        if (behind_title := apposition(tokens, end)) and behind_title.sort != "same":
            close = behind_title.end
        else:
            close = of_country(tokens, end)
        return _mention(tokens, at, close, bearer, "name", name[0], end, None)

    def _several_named(self, tokens: Sequence[Token], at: int, start: int) -> Mention | None:
        """ "his Bosnian and Serbian counterparts A and B": all of them at once."""
        look, title = start, None
        owners: list[str] = []
        while look < min(start + 12, len(tokens)):
            title = title_at(tokens, look)
            if title:
                break
            hit = countries().at(tokens, look)
            look += hit[0] if hit else 1
            owners += [hit[1]] if hit else []
            if not hit and tokens[look - 1].lower not in ("and", ","):
                return None
        if not title or not title.plural or not (start > at or look > start or title.country):
            return None
        if not self.name_at(tokens, title.end) and (owned := self._held_by(tokens, at, title, owners)):
            return owned
        people: list[Person] = []
        end = look = title.end
        comma = look < len(tokens) and tokens[look].text == ","
        look += comma
        while len(people) < 6 and (name := self.name_at(tokens, look)):
            bearer = self._named(tokens, name, None)
            if not bearer:
                return None
            people.append(bearer[0])
            end = look = of_country(tokens, bearer[1])
            while look < len(tokens) and tokens[look].lower in (",", "and"):
                look += 1
        if not people or (comma and (len(people) < 2 or not closed(tokens, end))):
            return None
        form = "several" if len(people) > 1 else "name"
        possessive = end < len(tokens) and tokens[end].lower in ("'s", "'")
        return Mention(at, end, tuple(people), form, title.end, end, possessive, None)

    def _held_by(self, tokens: Sequence[Token], at: int, title: Title, owners: list[str]) -> Mention | None:
        """ "the presidents of Colombia and the United States", "the Russian and Turkish presidents"."""
        end = title.end
        sides = [*owners, title.country] if title.country else owners
        while sides and not owners and end + 2 < len(tokens) and tokens[end].lower in (",", "and"):
            look = end + 1 + (tokens[end + 1].lower in ("and", "the"))
            look += tokens[look].lower == "the"
            hit = countries().name(tokens, look)
            if not hit:
                break
            sides, end = [*sides, hit[1]], look + hit[0]
        if len(sides) < 2 or (end < len(tokens) and tokens[end].text == "," and self.name_at(tokens, end + 1)):
            return None
        people = [self.holder(Title(title.start, end, title.office, title.sort, side)) for side in sides]
        found = tuple(one for one in people if one)
        if len(set(found)) < len(sides):
            return Mention(at, end, (), "nobody", at, end)
        return Mention(at, end, found, "several", at, end, end < len(tokens) and tokens[end].lower in ("'s", "'"))

    def _named(self, tokens: Sequence[Token], name: tuple[int, int], title: Title | None) -> tuple[Person, int] | None:
        """The person whose name starts here, and where it ends: the longest that someone bears."""
        start, end = name
        for close in range(end, start, -1):
            parts = [fold(token.text) for token in tokens[start:close]]
            if person := self.find(parts, title):
                return person, close
        if self._shared_name(tokens, start, name, title):
            return None
        if end - start == 1 and (known := self._known_by_surname(tokens[start], title)):
            return known, end
        return None

    def _shared_name(
        self, tokens: Sequence[Token], at: int, name: tuple[int, int], title: Title | None
    ) -> Mention | None:
        """A surname that several people in the article bear, of whom nobody can say which: a mention of nobody."""
        if name[1] - name[0] > 1 or not self.shared([fold(tokens[name[0]].text)], title):
            return None
        return _mention(tokens, at, name[1], None, "nobody", *name, title)

    def _office(self, tokens: Sequence[Token], at: int, start: int, title: Title) -> Mention | None:
        """An office alone: "the prime minister", "Japan's foreign minister", "his Chinese counterpart"."""
        definite = start > at or title.country
        if not definite and not (tokens[at].capital and title.sort in ("head", "minister") and at == 0):
            return None
        if tokens[at].lower in ("a", "an"):
            return None
        if start == at and at and tokens[at - 1].lower in ("a", "an", "another", "one"):
            return _mention(tokens, at, title.end, None, "nobody", at, title.end, title)
        if title.sort in ("rank", "legislator", "official") and not title.country:
            person = self.holder(title)
            if not person:
                return None
        else:
            person = self.holder(title)
        form = "office" if person else "nobody"
        mention = _mention(tokens, at, title.end, person, form, at, title.end, title)
        return mention

    def _pair(self, tokens: Sequence[Token], at: int) -> Mention | None:
        """ "Trump-Xi", "the two leaders", "they", "he"."""
        token = tokens[at]
        if token.text == "He" and self._surname(tokens, at, at):
            return None
        if token.lower in ("he", "she", "him", "his", "her") and token.text != "HE":
            following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
            if token.lower in ("his", "her") and following in word_set("majesties"):
                return None
            if token.lower in ("his", "her") and title_at(tokens, at + 1):
                return None
            return Mention(at, at + 1, (), "pronoun", at, at + 1, token.lower in ("his", "her"))
        if token.lower == "the" and at + 1 < len(tokens) and tokens[at + 1].lower == "latter":
            behind = tokens[at + 2].lower if at + 2 < len(tokens) else ""
            return Mention(at, at + 2, (), "pronoun", at, at + 2, behind in ("'s", "'"))
        if token.lower == "them" and at and tokens[at - 1].lower in word_set("before_them"):
            return Mention(at, at + 1, (), "pair", at, at + 1, False)
        if token.lower == "their":
            return Mention(at, at + 1, (), "pair", at, at + 1, True)
        if hit := _together().match(tokens, at):
            end = at + hit[0]
            behind = tokens[end].lower if end < len(tokens) else ""
            if tokens[end - 1].lower in ("two", "three") and behind not in word_set("behind_the_two"):
                return None
            if behind == "of" and token.lower != "both":
                return Mention(at, end, (), "nobody", at, end, False)
            return Mention(at, end, (), "pair", at, end, behind in ("'s", "'"))
        if token.capital:
            names = re.split(r"[-–‑]", token.text)
            end = at + 1
            if at + 2 < len(tokens) and tokens[at + 1].text in "-–‑" and tokens[at + 1].start == token.end:
                names, end = [token.text, tokens[at + 2].text], at + 3
            if len(names) in (2, 3) and all(name[:1].isupper() for name in names):
                if self.find([fold(token.text)]):
                    return None
                people = [self._single(name) for name in names]
                if all(people) and len(set(map(id, people))) == len(names):
                    return Mention(at, end, tuple(one for one in people if one), "pair", at, end, False)
        return None


@cache
def _together() -> Phrases:
    """ "the two leaders", "both sides", "they"."""
    return phrases((sorted(word_set("together")), ""))


def _mention(
    tokens: Sequence[Token], start: int, end: int, person: Person | None, form: str, first: int, last: int,
    title: Title | None,
) -> Mention:  # fmt: skip
    possessive = end < len(tokens) and tokens[end].lower in ("'s", "'")
    return Mention(start, end, (person,) if person else (), form, first, last, possessive, title)
