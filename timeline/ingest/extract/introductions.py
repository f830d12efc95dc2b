"""How an article introduces people: a title with a name, a name with a title behind it, full names alone.

The whole article is read once for them, before any sentence is read for what it tells.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .lexicon import countries, fold, titles, word_set
from .names import Names
from .offices import Title, title_at
from .people import Person, same_office
from .text import Sentence, Token

# "chief economist", "senior fellow": no office of a state.
_NO_OFFICE = word_set("no_office")


class Introductions(Names):
    """Reads introductions."""

    def introduce(self, text: Sequence[Sentence]) -> None:
        """Read a whole text for whom it introduces, before any of its sentences is read for what it tells."""
        self._small = {token.text for sentence in text for token in sentence.tokens if not token.capital}
        singles: list[tuple[tuple[Token, ...], Title]] = []
        for sentence in text:
            if sentence.heading and title_case(sentence.tokens):
                continue
            tokens, at = sentence.tokens, 0
            while at < len(tokens):
                at = self._introduced(tokens, at, singles)
        for name, title in singles:
            parts = [fold(token.text) for token in name]
            if self.shared(parts, title):
                continue
            person = self.find(parts, title) or self._known_by_surname(name[-1], title)
            if person or title.sort not in ("rank", "leader"):
                (person or self._new(name)).take(title)
        self._lead(text)
        self._subject_of_the_lead(text)
        spoken = Counter(fold(token.text) for one in text for token in one.tokens if token.capital)
        for person in self.everyone:
            person.figure = len(person.words) > 1 and spoken[person.words[-1]] > 1
            # At home an office needs no country: "President Calloway" in an American paper.
            if not person.country and person.sorts & {"head", "minister", "voice"}:
                person.assumed = True
                person.country = self.home if self._at_home(person) else ""

    def _at_home(self, person: Person) -> bool:
        """Whether their office may be one of the home country: it has such an office, and nobody else holds it."""
        for office, elsewhere in titles()["no_such_office"].items():
            if self.home in elsewhere and any(one.endswith(office) for one in person.offices):
                return False
        others = [one for one in self.everyone if one.country == self.home and "voice" not in one.sorts]
        return not any(same_office(office, one.offices) for one in others for office in person.offices)

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
                    if not person.offices and not self._held(title):
                        person.take(title)
                    return

    def _subject_of_the_lead(self, text: Sequence[Sentence]) -> None:
        """ "Emmanuel Macron has told ... the French president": who opens the lead without an office has it."""
        body = [one for one in text if not one.heading][:3]
        if not body:
            return
        name = self.name_at(body[0].tokens, 0)
        person = self.find([fold(one.text) for one in body[0].tokens[slice(*name)]], whole=True) if name else None
        untitled = [one for one in self.everyone if not one.offices and self._opens(body[0], one)]
        if not person or person.offices or person.slug or untitled != [person]:
            return
        for sentence in body[1:]:
            for at, token in enumerate(sentence.tokens):
                title = title_at(sentence.tokens, at + 1) if token.lower == "the" and not token.quoted else None
                if not title or title.plural or not title.country or title.sort not in ("head", "minister"):
                    continue
                behind = title.end + _is(sentence.tokens, title.end, ",")
                if not any(self.name_at(sentence.tokens, look) for look in {title.end, behind}):
                    if not self._held(title):
                        person.take(title)
                    return

    def _held(self, title: Title) -> bool:
        """Whether someone in the article holds this office of this country."""
        return any(same_office(title.office, one.offices) and one.country == title.country for one in self.everyone)

    @staticmethod
    def _opens(sentence: Sentence, person: Person) -> bool:
        """Whether a sentence names a person."""
        return any(fold(token.text) == person.words[-1] for token in sentence.tokens)

    def _introduced(self, tokens: tuple[Token, ...], at: int, singles: list[tuple[tuple[Token, ...], Title]]) -> int:
        title = title_at(tokens, at)
        if title and not title.country and title.office in word_set("offices_of_firms") and _of_a_firm(tokens, at):
            return title.end  # "Chevron's vice president"
        if title:
            if title.plural:
                end = self._several(tokens, title, singles)
                return max(end, title.end)
            name = self.name_at(tokens, title.end)
            if not name and title.end < len(tokens) and tokens[title.end].text == ",":
                name = self.name_at(tokens, title.end + 1)
                if name and (name[1] - name[0] < 2 or not closed(tokens, name[1])):
                    name = None
            if name:
                words = tokens[name[0] : name[1]]
                title = _with_country_behind(tokens, name[1], title)
                if len(words) > 1:
                    person = self._register(words, title)
                    if (rank := title_at(tokens, title.end)) and rank.end <= name[0] and rank.sort == "rank":
                        person.take(rank)  # "army chief General ...": later "the general"
                else:
                    singles.append((words, title))
                return name[1]
            if twice := self._twice_titled(tokens, title):
                second, name = twice
                self._register(tokens[name[0] : name[1]], title)
                self._register(tokens[name[0] : name[1]], second)
                return name[1]
            if name := self._named_behind(tokens, title):
                self._register(tokens[name[0] : name[1]], title)
                return name[1]
            return title.end if tokens[at].lower != "general" else at + 1
        owned = owner(tokens, at)
        name = self.name_at(tokens, at + owned[0] if owned else at)
        if not name:
            return at + 1
        words = tokens[name[0] : name[1]]
        behind = apposition(tokens, name[1])
        named = self._plausible(words, at == 0) if len(words) > 1 else self.find([fold(words[0].text)])
        if owned and not behind and named:
            # "Tanzania's Samia Hassan": who speaks for a country without a title.
            behind = Title(at, at + owned[0], f"of {owned[1]}", "leader", owned[1])
        if len(words) > 1 and (behind or self._plausible(words, at == 0)):
            self._register(words, behind)
        elif behind and not (at == 0 and tokens[0].lower.endswith("ly")):  # "Finally, the President"
            singles.append((words, behind))
        return name[1]

    def _twice_titled(self, tokens: Sequence[Token], title: Title) -> tuple[Title, tuple[int, int]] | None:
        """ "Japan's top spokesman, Chief Cabinet Secretary Ivo Ito,": the second title and the name."""
        if title.plural or not title.country or not _is(tokens, title.end, ","):
            return None
        second = title_at(tokens, title.end + 1)
        name = self.name_at(tokens, second.end) if second and not second.plural else None
        if not second or not name or name[1] - name[0] < 2 or second.country not in ("", title.country):
            return None
        closed = name[1] < len(tokens) and tokens[name[1]].text == "," and not list_goes_on(tokens, name[1])
        return (second, name) if closed or (name[1] < len(tokens) and tokens[name[1]].text == ".") else None

    def _named_behind(self, tokens: Sequence[Token], title: Title) -> tuple[int, int] | None:
        """ "the head of the nuclear watchdog, Ivo Petrov, said": the name between the commas."""
        at = title.end
        if title.plural or at >= len(tokens) or tokens[at].lower not in ("of", "for", "at", "to", "on"):
            return None
        for comma in range(at, min(at + 9, len(tokens) - 1)):
            if tokens[comma].text == ",":
                name = self.name_at(tokens, comma + 1)
                closed = name and name[1] < len(tokens) and tokens[name[1]].text == ","
                return name if name and closed and name[1] - name[0] > 1 else None
            if tokens[comma].quoted or tokens[comma].text in ".;:":
                return None
        return None

    def _several(self, tokens: tuple[Token, ...], title: Title, singles: list[Any]) -> int:
        """ "Presidents Vladimir Putin and Xi Jinping": each gets the title."""
        at = title.end
        owners = self._owners(tokens, title)
        if owners and at < len(tokens) and tokens[at].text == ",":
            at += 1  # "the Russian and Turkish presidents, X and Y"
        if not owners and _is(tokens, at, "of") and not self.name_at(tokens, at):
            # "the foreign ministers of the two countries, X and Y"
            comma = next((look for look in range(at, min(at + 9, len(tokens))) if tokens[look].text == ","), at)
            first = self.name_at(tokens, comma + 1) if comma > at else None
            at = comma + 1 if first and list_goes_on(tokens, first[1] - 1) else at
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
            behind = countries().name(tokens, at + 1) if _is(tokens, at, "of") else None
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
    title = _second_title(tokens, at) or title
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


def _second_title(tokens: Sequence[Token], at: int) -> Title | None:
    """ ", a member of the Political Bureau of the Central Committee and Chinese foreign minister,": the latter."""
    for look in range(at, min(at + 20, len(tokens) - 1)):
        if tokens[look].text in ",.;:" or tokens[look].quoted:
            return None
        if tokens[look].lower == "and" and (title := title_at(tokens, look + 1)):
            closed = title.end < len(tokens) and tokens[title.end].text in ",."
            return title if closed and title.country and not title.plural else None
    return None


def title_case(tokens: Sequence[Token]) -> bool:
    """Whether a line is set like a headline, most of its longer words with a capital."""
    longer = [token for token in tokens[1:] if token.word and len(token.text) > 3 and not token.text[0].isdigit()]
    return len(longer) > 2 and sum(token.capital for token in longer) >= 0.75 * len(longer)


def _with_country_behind(tokens: Sequence[Token], at: int, title: Title) -> Title:
    """ "Prime Minister Narendra Modi of India": the title with its country."""
    end = of_country(tokens, at)
    if end == at or title.country:
        return title
    skip = 2 if _is(tokens, at + 1, "the") else 1
    hit = countries().name(tokens, at + skip)
    return Title(title.start, title.end, title.office, title.sort, hit[1] if hit else "")


def of_country(tokens: Sequence[Token], at: int) -> int:
    """Where "of COUNTRY" behind a name ends; `at` where there is none."""
    if _is(tokens, at, "of") and at + 1 < len(tokens):
        skip = 2 if _is(tokens, at + 1, "the") else 1
        hit = countries().name(tokens, at + skip)
        if hit and tokens[at + skip].capital:
            return at + skip + hit[0]
    return at


def owner(tokens: Sequence[Token], at: int) -> tuple[int, str] | None:
    """ "Tanzania's" before a name: tokens taken, and the country."""
    hit = countries().name(tokens, at) if tokens[at].capital else None
    if hit and at + hit[0] + 1 < len(tokens) and tokens[at + hit[0]].lower == "'s" and tokens[at + hit[0] + 1].capital:
        return hit[0] + 1, hit[1]
    return None


def _of_a_firm(tokens: Sequence[Token], at: int) -> bool:
    """Whether a title belongs to a name in capitals that is no country: "Chevron's"."""
    if at < 2 or tokens[at - 1].lower not in ("'s", "'") or not tokens[at - 2].capital:
        return False
    return not any(countries().place(tokens, look) for look in range(max(0, at - 4), at - 1))


def _is(tokens: Sequence[Token], at: int, word: str) -> bool:
    return at < len(tokens) and tokens[at].lower == word


def closed(tokens: Sequence[Token], at: int) -> bool:
    return at >= len(tokens) or tokens[at].text in ",.;:)" or tokens[at].lower in ("'s", "and", "'")


def list_goes_on(tokens: Sequence[Token], at: int) -> bool:
    return _is(tokens, at + 1, "and")
