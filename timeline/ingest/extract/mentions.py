"""People in an article: who is introduced, and where each of them is spoken of.

First the whole article is read for introductions: names that the record knows, a title with a name ("French
President Emmanuel Macron"), a name with a title behind it ("Kaja Kallas, the EU's foreign policy chief"), full
names alone. Then every sentence is read again: full names, single names of people introduced, offices alone
("the prime minister"), "the Takaichi-Trump call", pronouns. An office or counterpart that nobody in the article or
the record holds stays a mention of nobody: what it takes part in is not proposed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from .lexicon import Phrases, countries, fold, grammar, phrases, titles, word_set
from .offices import ALIKE, Title, title_at
from .text import Sentence, Token, sentences

_ARTICLED = re.compile(r"(?:al|el|an|ar|as|ash|at|az|ad|ud|ul|ould|abd)[-‑][A-ZÀ-Þ]")
_INITIAL = re.compile(r"[A-Z]\.?")
# "chief economist", "senior fellow": no office of a state.
_NO_OFFICE = word_set("no_office")
# Countries and cities that are given names too.
_GIVEN = word_set("given_names")


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
        self.sorts.add(title.sort)
        self.country = self.country or title.country


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


class People:
    """Who is in the article. `leaders` are those that the record knows, `day` the day of publication as text."""

    def __init__(self, text: Sequence[Sentence], leaders: Iterable[Mapping[str, Any]], home: str, day: str) -> None:
        self.home = home
        self.day = day
        self.everyone: list[Person] = []
        self._leaders = list(leaders)
        self._by_slug: dict[str, Person] = {}
        self._small = {token.text for sentence in text for token in sentence.tokens if not token.capital}
        self._known: dict[str, list[tuple[frozenset[str], Mapping[str, Any]]]] = {}
        for leader in self._leaders:
            for name in (leader["name"], *(leader.get("other_names") or ())):
                parts = frozenset(_parts(str(name)))
                for part in parts:
                    self._known.setdefault(part, []).append((parts, leader))
        self._introduce(text)

    # Introductions ---------------------------------------------------------------------------------------

    def _introduce(self, text: Sequence[Sentence]) -> None:
        singles: list[tuple[tuple[Token, ...], Title]] = []
        for sentence in text:
            if sentence.heading and title_case(sentence.tokens):
                continue
            tokens, at = sentence.tokens, 0
            while at < len(tokens):
                at = self._introduced(tokens, at, singles)
        for name, title in singles:
            person = self.find([fold(token.text) for token in name], title) or self._known_by_surname(name[-1], title)
            (person or self._new(name)).take(title)
        self._lead(text)
        for person in self.everyone:
            # At home an office needs no country: "President Calloway" in an American paper.
            if not person.country and person.sorts & {"head", "minister", "voice"}:
                person.country = self.home

    def _lead(self, text: Sequence[Sentence]) -> None:
        """ "Iran's foreign minister has rejected ... Farid Shirazi said": the lead's office is the first one named.

        Only where the lead names nobody, and whoever is named first, in the next two sentences, has no office.
        """
        body = [one for one in text if not one.heading][:3]
        if not body:
            return
        opening = body[0].tokens
        title = title_at(opening, 1 if opening[0].lower in ("the", "a") else 0)
        if not title or title.plural or not title.country or title.sort in ("same", "official", "legislator"):
            return
        if any(self.name_at(opening, at) for at in range(title.end, min(title.end + 2, len(opening)))):
            return
        for sentence in body:
            for at, token in enumerate(sentence.tokens):
                name = None if token.quoted else self.name_at(sentence.tokens, at)
                words = [fold(one.text) for one in sentence.tokens[slice(*name)]] if name else []
                person = self.find(words, whole=True) if words else None
                if person:
                    held = any(title.office in one.offices and one.country == title.country for one in self.everyone)
                    if not person.offices and not held:
                        person.take(title)
                    return

    def _introduced(self, tokens: tuple[Token, ...], at: int, singles: list[tuple[tuple[Token, ...], Title]]) -> int:
        title = title_at(tokens, at)
        if title:
            if title.plural:
                end = self._several(tokens, title, singles)
                return max(end, title.end)
            name = self.name_at(tokens, title.end)
            if not name and title.end < len(tokens) and tokens[title.end].text == ",":
                name = self.name_at(tokens, title.end + 1)
                if name and (name[1] - name[0] < 2 or not _closed(tokens, name[1])):
                    name = None
            if name:
                words = tokens[name[0] : name[1]]
                title = _with_country_behind(tokens, name[1], title)
                if len(words) > 1:
                    self._register(words, title)
                else:
                    singles.append((words, title))
                return name[1]
            return title.end if tokens[at].lower != "general" else at + 1
        owned = _owner(tokens, at)
        name = self.name_at(tokens, at + owned[0] if owned else at)
        if not name:
            return at + 1
        words = tokens[name[0] : name[1]]
        behind = apposition(tokens, name[1])
        if owned and not behind and (len(words) > 1 or self.find([fold(words[0].text)])):
            # "Tanzania's Samia Hassan": who speaks for a country without a title.
            behind = Title(at, at + owned[0], f"of {owned[1]}", "leader", owned[1])
        if len(words) > 1 and (behind or self._plausible(words, at == 0)):
            self._register(words, behind)
        elif behind:
            singles.append((words, behind))
        return name[1]

    def _several(self, tokens: tuple[Token, ...], title: Title, singles: list[Any]) -> int:
        """ "Presidents Vladimir Putin and Xi Jinping": each gets the title."""
        at = title.end
        owners = self._owners(tokens, title)
        if owners and at < len(tokens) and tokens[at].text == ",":
            at += 1  # "the Russian and Turkish presidents, X and Y"
        while name := self.name_at(tokens, at):
            words = tokens[name[0] : name[1]]
            country = owners.pop(0) if owners else title.country
            one = Title(title.start, title.end, title.office, title.sort, country)
            one = _with_country_behind(tokens, name[1], one)
            if len(words) > 1:
                self._register(words, one)
            else:
                singles.append((words, one))
            at = name[1]
            behind = countries().names.match(tokens, at + 1) if _is(tokens, at, "of") else None
            at += 1 + behind[0] if behind else 0
            while at < len(tokens) and tokens[at].lower in (",", "and"):
                at += 1
        return at

    @staticmethod
    def _owners(tokens: Sequence[Token], title: Title) -> list[str]:
        """The countries of "the Russian and Turkish presidents", in order; empty where there is but one."""
        found = [title.country] if title.country else []
        at = title.start - 1
        while at > 0 and tokens[at].lower in ("and", ",") and title.country:
            for start in (at - 1, at - 2):
                hit = countries().at(tokens, start) if start >= 0 else None
                if hit and start + hit[0] == at:
                    found.insert(0, hit[1])
                    at = start - 1
                    break
            else:
                break
        return found if len(found) > 1 else []

    def name_at(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        """Where a person's name stands from this token on, behind honorifics: first token and the one behind."""
        honorifics, begin = titles()["honorifics"], at
        while at < len(tokens) and _honours(tokens, at):
            at += 1
        following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
        if at > begin and title_at(tokens, at) and following not in honorifics["particles"]:
            return None  # "His Majesty King ...": the title comes first
        end = at
        while end < len(tokens) and end - at < 7 and tokens[end].quoted == tokens[at].quoted:
            token = tokens[end]
            if token.lower in honorifics["particles"] and _leads_on(tokens, end):
                end += 1
                continue
            if not _nameable(token) or token.lower in word_set("no_name"):
                break
            if token.lower in word_set("short_months") and tokens[min(end + 1, len(tokens) - 1)].text[0].isdigit():
                break
            if countries().place(tokens, end) and not (end == at and self._given(tokens, end)):
                break
            if (
                token.text.isupper()
                and len(token.text) in (2, 3, 4)
                and not (
                    end + 1 < len(tokens)
                    and tokens[end + 1].text[1:2].islower()
                    and _nameable(tokens[end + 1])
                    and not title_at(tokens, end + 1)
                )
                and end == at
            ):
                break
            if end > at and title_at(tokens, end):
                break
            end += 1
        while end > at and tokens[end - 1].lower in honorifics["particles"] and not tokens[end - 1].capital:
            end -= 1
        if end == at or all(_INITIAL.fullmatch(token.text) for token in tokens[at:end]):
            return None
        return at, end

    @staticmethod
    def _given(tokens: Sequence[Token], at: int) -> bool:
        """Whether a country's name is a given name here: "Israel Katz"."""
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        return (
            following is not None
            and fold(tokens[at].text) in _GIVEN
            and _nameable(following)
            and following.lower not in word_set("no_name")
            and not title_at(tokens, at + 1)
            and not countries().place(tokens, at + 1)
        )

    def _plausible(self, words: Sequence[Token], first: bool) -> bool:
        """Whether a run of capitalised words without a title may be a name."""
        return (
            2 <= len(words) <= 4
            and not any(token.lower in self._small for token in words)
            and not any(countries().place(words, at) for at in range(1, len(words)))
            and not any(token.text in grammar()["outlets"]["words"] for token in words)
            and not any("-" in token.text and token.text.split("-")[-1][:1].isupper() for token in words)
        )

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
        """The person with these name parts; `whole` where the parts are a full name."""
        asked = {part for one in parts for part in _parts(one)}
        fits: list[Person] = []
        for person in self.everyone:
            own = {part for one in person.words for part in _parts(one)}
            if asked == own:
                return person
            if (asked < own if len(asked) > 1 else (asked & set(person.words)) and not whole) or (
                whole and len(own) > 1 and own < asked
            ):
                fits.append(person)
        if len(fits) < 2:
            return fits[0] if fits else None
        if len(parts) == 1:
            fits = [one for one in fits if parts[0] in (one.words[-1], one.words[0])] or fits
            surnames = [one for one in fits if parts[0] == one.words[-1] or len(parts[0]) < 5]
            fits = surnames or fits
        if title:
            fits = [one for one in fits if title.office in one.offices] or fits
            fits = [one for one in fits if title.country and one.country == title.country] or fits
        else:
            fits = [one for one in fits if one.official] or fits
        return max(fits, key=lambda one: (one.last, -one.number))

    # Mentions --------------------------------------------------------------------------------------------

    def mentions(self, sentence: Sentence) -> list[Mention]:
        """Everyone spoken of in a sentence, in order; call it sentence by sentence."""
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
        if pair := self._pair(tokens, at):
            return pair
        start = at + 1 if tokens[at].lower in ("the", "his", "her", "its", "a", "an", "their", "our") else at
        title = title_at(tokens, start)
        if title and not title.plural:
            name = self.name_at(tokens, title.end)
            comma = 0
            if not name and title.end < len(tokens) and tokens[title.end].text == ",":
                name = self.name_at(tokens, title.end + 1)
                if name and (name[1] - name[0] < 2 or not _closed(tokens, name[1])):
                    name = None
                comma = 1
            if name and (person := self._named(tokens, name, title)):
                end = person[1]
                behind = _of_country(tokens, end)
                if comma and behind == end and end < len(tokens) and tokens[end].text == ",":
                    behind = end + 1 if not _list_goes_on(tokens, end) else end
                return _mention(tokens, at, behind, person[0], "name", name[0], end, title)
            if not name:
                return self._office(tokens, at, start, title)
        if title and title.plural:
            return None
        owned = _owner(tokens, at)
        name = self.name_at(tokens, at + owned[0] if owned else at)
        if not name:
            return None
        hit = self._named(tokens, name, None)
        if not hit:
            return None
        bearer, end = hit
        if (behind_title := apposition(tokens, end)) and behind_title.sort != "same":
            close = behind_title.end
        else:
            close = _of_country(tokens, end)
        return _mention(tokens, at, close, bearer, "name", name[0], end, None)

    def _named(self, tokens: Sequence[Token], name: tuple[int, int], title: Title | None) -> tuple[Person, int] | None:
        """The person whose name starts here, and where it ends: the longest that someone bears."""
        start, end = name
        for close in range(end, start, -1):
            parts = [fold(token.text) for token in tokens[start:close]]
            if person := self.find(parts, title):
                return person, close
        if end - start == 1 and (known := self._known_by_surname(tokens[start], title)):
            return known, end
        return None

    def _office(self, tokens: Sequence[Token], at: int, start: int, title: Title) -> Mention | None:
        """An office alone: "the prime minister", "Japan's foreign minister", "his Chinese counterpart"."""
        definite = start > at or title.country
        if not definite and not (tokens[at].capital and title.sort == "head" and at == 0):
            return None
        if tokens[at].lower in ("a", "an"):
            return None
        if title.sort in ("rank", "legislator", "official") and not title.country:
            person = self.holder(title)
            if not person:
                return None
        else:
            person = self.holder(title)
        form = "office" if person else "nobody"
        mention = _mention(tokens, at, title.end, person, form, at, title.end, title)
        return mention

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
        if plain in ("leader", "head of state", "head of government", "paramount leader"):
            fits = [one for one in self.everyone if one.sorts & {"head", "leader"}]
        elif title.sort == "voice":
            fits = [one for one in self.everyone if "voice" in one.sorts]
        else:
            fits = [one for one in self.everyone if plain in one.offices or _same_office(plain, one.offices)]
            if not fits and plain == "minister":
                fits = [one for one in self.everyone if "minister" in one.sorts]
        if title.country:
            fits = [one for one in fits if one.country == title.country]
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
            and _same_office(office, [ALIKE.get(post["title"].lower(), post["title"].lower())])
            and (post.get("since") or "")[:10] <= self.day
            and not (post.get("until") or "9999") < self.day
        ]
        return self._from_record(found[0]) if len(found) == 1 else None

    def _pair(self, tokens: Sequence[Token], at: int) -> Mention | None:
        """ "Trump-Xi", "the two leaders", "they", "he"."""
        token = tokens[at]
        if token.lower in ("he", "she", "him", "his", "her") and token.text != "HE":
            following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
            if token.lower in ("his", "her") and following in word_set("majesties"):
                return None
            if token.lower in ("his", "her") and title_at(tokens, at + 1):
                return None
            return Mention(at, at + 1, (), "pronoun", at, at + 1, token.lower in ("his", "her"))
        if token.lower == "their":
            return Mention(at, at + 1, (), "pair", at, at + 1, True)
        if hit := _together().match(tokens, at):
            end = at + hit[0]
            behind = tokens[end].lower if end < len(tokens) else ""
            if tokens[end - 1].lower in ("two", "three") and behind not in word_set("behind_the_two"):
                return None
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

    def _single(self, name: str) -> Person | None:
        if person := self.find([fold(name)]):
            return person
        return self._known_by_surname(Token(name, 0, len(name), name.lower(), capital=True), None)


@cache
def _together() -> Phrases:
    """ "the two leaders", "both sides", "they"."""
    return phrases((sorted(word_set("together")), ""))


def apposition(tokens: Sequence[Token], at: int) -> Title | None:
    """A title behind a name and a comma: ", the prime minister of India"."""
    if at + 1 >= len(tokens) or tokens[at].text not in (",", "("):
        return None
    at += 1
    if tokens[at].lower in ("who",) and at + 1 < len(tokens) and tokens[at + 1].lower in ("is", "was"):
        at += 2
    if at < len(tokens) and tokens[at].lower in ("the", "a", "an", "his", "her"):
        at += 1
    title = title_at(tokens, at) if at < len(tokens) else None
    if not title or title.plural:
        return None
    following = tokens[title.end].lower if title.end < len(tokens) else ""
    if following in _NO_OFFICE or (
        title.sort == "official" and following in ("of", "at", "for", "with", "in") and not title.country
    ):
        return None
    # ", President Xi" is the next in a list, not an apposition.
    if title.end < len(tokens) and tokens[title.end].capital and tokens[title.end].lower not in word_set("no_name"):
        return None
    return title


def title_case(tokens: Sequence[Token]) -> bool:
    """Whether a line is set like a headline, most of its longer words with a capital."""
    longer = [token for token in tokens[1:] if token.word and len(token.text) > 3 and not token.text[0].isdigit()]
    return len(longer) > 2 and sum(token.capital for token in longer) >= 0.75 * len(longer)


def _mention(
    tokens: Sequence[Token], start: int, end: int, person: Person | None, form: str, first: int, last: int,
    title: Title | None,
) -> Mention:  # fmt: skip
    possessive = end < len(tokens) and tokens[end].lower in ("'s", "'")
    return Mention(start, end, (person,) if person else (), form, first, last, possessive, title)


def _with_country_behind(tokens: Sequence[Token], at: int, title: Title) -> Title:
    """ "Prime Minister Narendra Modi of India": the title with its country."""
    end = _of_country(tokens, at)
    if end == at or title.country:
        return title
    skip = 2 if _is(tokens, at + 1, "the") else 1
    hit = countries().names.match(tokens, at + skip)
    return Title(title.start, title.end, title.office, title.sort, hit[1] if hit else "")


def _of_country(tokens: Sequence[Token], at: int) -> int:
    """Where "of COUNTRY" behind a name ends; `at` where there is none."""
    if _is(tokens, at, "of") and at + 1 < len(tokens):
        skip = 2 if _is(tokens, at + 1, "the") else 1
        hit = countries().names.match(tokens, at + skip)
        if hit and tokens[at + skip].capital:
            return at + skip + hit[0]
    return at


def _owner(tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
    """ "Tanzania's" before a name: tokens taken, and the country."""
    hit = countries().names.match(tokens, at) if tokens[at].capital else None
    if hit and at + hit[0] + 1 < len(tokens) and tokens[at + hit[0]].lower == "'s" and tokens[at + hit[0] + 1].capital:
        return hit[0] + 1, hit[1]
    return None


def _is(tokens: Sequence[Token], at: int, word: str) -> bool:
    return at < len(tokens) and tokens[at].lower == word


def _closed(tokens: Sequence[Token], at: int) -> bool:
    return at >= len(tokens) or tokens[at].text in ",.;:)" or tokens[at].lower in ("'s", "and", "'")


def _list_goes_on(tokens: Sequence[Token], at: int) -> bool:
    return _is(tokens, at + 1, "and")


def _highness(tokens: Sequence[Token], at: int) -> bool:
    """Whether "his", "her" or "the" begins a style: "His Royal Highness", "the Honourable"."""
    return at + 1 < len(tokens) and tokens[at + 1].lower in word_set("majesties")


def _leads_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether particles lead on to a name: "von der Leyen"."""
    particles = titles()["honorifics"]["particles"]
    while at < len(tokens) and tokens[at].lower in particles and not tokens[at].capital:
        at += 1
    return at < len(tokens) and tokens[at].capital


def _honours(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token is an honorific before a name: "Mr.", "HE", the "His" of "His Excellency"."""
    token = tokens[at]
    if token.lower not in titles()["honorifics"]["words"]:
        return False
    if token.lower in ("the", "he", "his", "her"):
        return token.text == "HE" or (token.capital and _highness(tokens, at))
    return token.capital or token.lower == "sheikh"


def _nameable(token: Token) -> bool:
    return (token.capital and token.text[0].isalpha()) or bool(_ARTICLED.match(token.text))


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


def _same_office(office: str, offices: Iterable[str]) -> bool:
    """ "minister for foreign affairs" and "foreign minister" are one office."""
    return any(_core_words(office) == _core_words(one) for one in offices)


def _core_words(office: str) -> tuple[str, ...]:
    words = office.replace("defence", "defense").split()
    drop = {"of", "for", "the", "affairs", "state", "external", "chief", "minister's"}
    same = {"secretary": "minister"} if "foreign" in words or "defense" in words else {}
    return tuple(sorted({same.get(word, word) for word in words if word not in drop}))
