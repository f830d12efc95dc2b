"""Who is who in the records: mentions of a title and a name become leaders, or stay titles where that is unsure.

A mention with a whole name (“Prime Minister Shinzo Abe”) makes a leader. One with a surname alone is a leader
only where the bundled table of well-known surnames or exactly one leader of that country, title and time answers
to it; else it stays a delegation with its words as title. Two spellings are one leader only where one is part
of the other; what merely looks alike is listed as doubtful.
"""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from django.utils.text import slugify

from timeline.bundled import DATA

from . import places

SURNAMES = DATA / "known-by-surname.csv"
GIVEN_NAMES = DATA / "given-names.txt"
SPELLINGS = DATA / "spellings.csv"
OFFICES = DATA / "us-offices.csv"

ROYAL = {
    "King", "Queen", "Emperor", "Empress", "Shah", "Sultan", "Emir", "Prince", "Princess", "Crown Prince",
    "Crown Princess", "Grand Duke", "Grand Duchess", "Pope", "Regent",
}  # fmt: skip
_SPELLED = {
    "Prime Minster": "Prime Minister",
    "President- designate": "President-designate",
    "President- elect": "President-elect",
    "President-Elect": "President-elect",
    "Amir": "Emir",
    "Amir Sheikh": "Emir",
    "Emir Sheikh": "Emir",
    "Regent Prince": "Regent",
    "Premier and Prince": "Premier",
    "Prime Minister-Prince": "Prime Minister",
    "Federal Chancellor": "Chancellor",
    "Secretary-General": "Secretary General",
    "Foreign Affairs Minister": "Foreign Minister",
    "National Security Adviser": "National Security Advisor",
}
_TITLES = [
    *ROYAL, *_SPELLED, "Prime Minister", "Deputy Prime Minister", "Vice Prime Minister", "Acting Prime Minister",
    "Interim Prime Minister", "Vice Premier", "Premier", "President", "Vice President", "President-elect",
    "President-designate", "Acting President", "Interim President", "Provisional President",
    "President of the Council of Ministers", "Chancellor", "Chancellor-elect", "Vice Chancellor",
    "Foreign Minister", "Acting Foreign Minister", "Deputy Foreign Minister", "Vice Foreign Minister",
    "Minister of Foreign Affairs", "Foreign Secretary", "Defense Minister", "Defence Minister", "Defense Secretary",
    "Finance Minister", "Interior Minister", "Trade Minister", "Justice Minister", "Energy Minister",
    "Minister of Defense", "Chairman", "First Secretary", "General Secretary", "Chief of State", "Head of State",
    "Governor General", "Taoiseach", "Tanaiste", "Secretary General", "High Representative", "State Councilor",
    "Junta Member", "General", "Brigadier General", "Lieutenant General", "Chief Executive",
    "Secretary for External Affairs", "External Affairs Minister", "External Affairs Secretary",
    "Foreign Relations Secretary", "National Security Advisor",
]  # fmt: skip
TITLE = "|".join(re.escape(title) for title in sorted(_TITLES, key=len, reverse=True))
_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "’": "'"})
_PARTICLES = {"al", "bin", "ben", "da", "das", "de", "del", "den", "der", "di", "do", "dos", "e", "el", "ibn", "la",
              "le", "ter", "van", "von", "y", "zu"}  # fmt: skip
_NO_NAMES = _PARTICLES | {"prince", "princess"}
_SUFFIXES = {"jr", "sr", "2nd", "3rd", "iii"}
_SURNAME_FIRST = {"CN", "KH", "KP", "KR", "TW", "VN", "XVS"}
# Where people have two surnames, the first of which is used alone.
_TWO_SURNAMES = {
    "AR", "BO", "BR", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GT", "HN", "MX", "NI", "PA", "PE", "PT", "PY", "SV",
    "UY", "VE",
}  # fmt: skip
_GENERATION = timedelta(days=25 * 366)
_NEAR = 15 * 366  # days between two mentions of one leader


@dataclass(frozen=True)
class Mention:
    """Somebody named in a record: normal title ("" where none stands), the name as written, the country's code."""

    title: str
    name: str
    country: str
    first: date
    last: date
    where: str = ""  # the record, for messages
    is_remark: bool = False  # stands in a remark, where two words may be two surnames
    is_spelled_out: bool = False  # by a bundled table, where a single word is a whole name too

    @property
    def words(self) -> str:
        return f"{self.title} {bare(self.name)}".strip()

    @property
    def line(self) -> str:
        return places.line(self.country)

    @property
    def is_whole(self) -> bool:
        """Whether the name is more than a surname; a monarch's single name is whole."""
        if self.title in ROYAL or self.is_spelled_out:
            return True
        words = [word for word in bare(self.name).split() if fold(word) not in _NO_NAMES]
        if len(words) == 2 and self.is_remark and self.country in _TWO_SURNAMES:
            return fold(words[0]) in _given_names()
        return len(words) > 1


def bare(name: str) -> str:
    """A name without a doctor's title and what stands in brackets: “Dr. Willem (Wim) Kok”."""
    return " ".join(re.sub(r"\([^)]*\)|^Dr\. ", " ", name).split())


def normal_title(text: str) -> str:
    return _SPELLED.get(text, text)


def fold(text: str) -> str:
    """Without case and diacritics; hyphens are blanks, other marks are gone."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    return " ".join(re.sub(r"[^a-z0-9 ]", "", re.sub(r"[-‐–]", " ", plain)).split())


@cache
def tokens(name: str, title: str = "") -> tuple[str, ...]:
    """What two spellings of a name are compared by."""
    words = fold(bare(name)).split()
    if title in ROYAL:
        return tuple("i" if word == "1st" else word for word in words)
    return tuple(word for word in words if word not in _NO_NAMES and word not in _SUFFIXES)


def family_name(name: str, country: str) -> str:
    """The part of a whole name that short mentions use."""
    words = bare(name).replace(",", "").split()
    while len(words) > 1 and fold(words[-1]) in _SUFFIXES:
        words.pop()
    if len(words) < 2:
        return name
    if country in _SURNAME_FIRST and len(words) <= 3:
        return words[0]
    end = len(words)
    if country in _TWO_SURNAMES:
        plain = [at for at, word in enumerate(words) if fold(word) not in _PARTICLES]
        given = 1
        while given < len(plain) - 1 and _is_given(words[plain[given]]):
            given += 1
        if len(plain) - given == 2 and plain[-1] == plain[-2] + 1:
            end = plain[-2] + 1
    begin = end - 1
    while begin > 1 and fold(words[begin - 1]) in _PARTICLES:
        begin -= 1
    return " ".join(words[begin:end])


def _is_given(word: str) -> bool:
    """Whether a word inside a name is a given name or an initial."""
    return len(fold(word)) == 1 or fold(word) in _given_names()


# Leaders ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """A leader that the record has already: names, and for each post its country, first and last day."""

    slug: str
    names: tuple[str, ...]
    posts: tuple[tuple[str, date, date], ...]


@dataclass
class Person:
    """One leader: every mention of theirs, and the slug that they have or get."""

    name: str
    title: str
    mentions: list[Mention] = field(default_factory=list)
    slug: str = ""
    is_known: bool = False
    fixed: dict[str, Any] | None = None

    @property
    def country(self) -> str:
        return self.mentions[0].country

    @property
    def family_name(self) -> str:
        return self.full_name if self.title in ROYAL else family_name(self.name, self.country)

    @property
    def full_name(self) -> str:
        """A monarch's bare first name is told apart by the country: Hussein of Jordan."""
        name = bare(self.name)
        if self.title in ROYAL and len(tokens(name, self.title)) == 1:
            return f"{name} of {places.states()[self.country].in_sentence}"
        return name

    @property
    def span(self) -> tuple[date, date]:
        return min(one.first for one in self.mentions), max(one.last for one in self.mentions)

    def row(self) -> dict[str, Any]:
        """The leader in the dossier's schema."""
        if self.fixed:
            return self.fixed
        others = sorted({one.name for one in self.mentions} - {self.full_name, self.family_name})
        return {
            "id": self.slug,
            "name": self.full_name,
            "family_name": self.family_name,
            "native_name": None,
            "native_language": None,
            "other_names": [name for name in others if len(tokens(name)) > 1],
            "wikidata": None,
            "posts": self.posts(),
        }

    def posts(self) -> list[dict[str, Any]]:
        """The titles seen, one after the other; a change lies between two sightings.

        The first began on the day when it was first seen or before, the last ended when it was last seen or afterwards.
        """
        runs: list[list[Mention]] = []
        for one in sorted((one for one in self.mentions if one.title), key=lambda one: (one.first, one.last)):
            if runs and (runs[-1][0].title, runs[-1][0].country) == (one.title, one.country):
                runs[-1].append(one)
            else:
                runs.append([one])
        # A title seen once between two runs of another is a slip of the pen.
        runs = [run for at, run in enumerate(runs) if not (len(run) == 1 and _is_slip(runs, at))]
        posts: list[dict[str, Any]] = []
        last_seen = date.min
        for run in runs:
            key = (run[0].title, run[0].country)
            if not posts or (posts[-1]["title"], posts[-1]["country"]) != key:
                post = {"title": key[0], "country": key[1], "since": f"../{run[0].first}", "until": None}
                if posts:
                    next_day, seen = last_seen + timedelta(days=1), run[0].first
                    posts[-1]["until"] = _between(next_day, seen - timedelta(days=1))
                    post["since"] = _between(next_day, seen)
                posts.append(post)
            last_seen = max(last_seen, *(one.last for one in run))
        if posts:
            posts[-1]["until"] = f"{last_seen}/.."
        return posts


def _is_slip(runs: list[list[Mention]], at: int) -> bool:
    return 0 < at < len(runs) - 1 and runs[at - 1][0].title == runs[at + 1][0].title


def _between(first: date, last: date) -> str:
    """Some day between two; where both titles are seen at once, the first of them."""
    return f"{first}" if last <= first else f"{first}/{last}"


class Cast:
    """All leaders of one reading."""

    def __init__(self, known: Iterable[Known]) -> None:
        self.doubtful: list[str] = []
        self._known = list(known)
        self._people: list[Person] = []
        self._by_tokens: dict[tuple[str, tuple[str, ...]], list[Person]] = defaultdict(list)
        self._by_word: dict[tuple[str, str], list[Person]] = defaultdict(list)

    # Mentions in

    def learn(self, mention: Mention) -> None:
        """Take in a mention; only whole names, or well-known surnames, make a leader."""
        mention = _spelled_out(mention)
        if not mention.is_whole:
            return
        person = self._named(mention)
        if person is None:
            person = Person(mention.name, mention.title)
            self._by_tokens[mention.line, tokens(mention.name, mention.title)].append(person)
            self._people.append(person)
        person.mentions.append(mention)

    def _named(self, mention: Mention) -> Person | None:
        """The leader of exactly this name, unless it was borne by another a generation apart."""
        for person in self._by_tokens.get((mention.line, tokens(mention.name, mention.title)), []):
            first, last = person.span
            if first - _GENERATION <= mention.last and mention.first <= last + _GENERATION:
                return person
        return None

    def settle(self) -> None:
        """Bring spellings together and give each leader the slug they have or get; learn nothing afterwards."""
        self._merge()
        self._drop()
        for person in self._people:
            for word in {word for one in person.mentions for word in tokens(one.name, one.title)}:
                self._by_word[places.line(person.country), word].append(person)
        self._name()

    def _merge(self) -> None:
        gone: set[int] = set()
        by_country: dict[str, list[Person]] = defaultdict(list)
        for person in self._people:
            by_country[places.line(person.country)].append(person)
        for people in by_country.values():
            people.sort(key=lambda one: (-len(tokens(one.name, one.title)), one.span))
            for at, short in enumerate(people):
                whole = [one for one in people[:at] if id(one) not in gone and _is_part(short, one)]
                if len(whole) == 1:
                    gone.add(id(short))
                    self._join(whole[0], short)
                elif len(whole) > 1:
                    self._doubt(short, f"may be {' or '.join(one.full_name for one in whole)}")
            left = [one for one in people if id(one) not in gone]
            for at, one in enumerate(left):
                for other in left[:at]:
                    if _looks_like(one, other):
                        self._doubt(one, f"may be {other.full_name}")
        self._people = [one for one in self._people if id(one) not in gone]

    def _drop(self) -> None:
        """Forget who has no title anywhere, and whom a remark took for one of the country that the meeting was in."""
        by_name: dict[tuple[str, ...], list[Person]] = defaultdict(list)
        for person in self._people:
            by_name[tokens(person.name, person.title)].append(person)
        gone = set()
        for person in self._people:
            others = by_name[tokens(person.name, person.title)]
            remarks_only = all(one.is_remark for one in person.mentions)
            if not any(one.title for one in person.mentions):
                gone.add(id(person))
            elif remarks_only and any(_is_same_abroad(person, other) for other in others):
                gone.add(id(person))
                self._doubt(person, "is named like a leader of another country; taken for none")
        self._people = [one for one in self._people if id(one) not in gone]
        for people in self._by_tokens.values():
            people[:] = [one for one in people if id(one) not in gone]

    def _join(self, whole: Person, part: Person) -> None:
        # The spelling that stands there most often is the leader's name.
        names: dict[str, int] = defaultdict(int)
        whole.mentions += part.mentions
        for one in whole.mentions:
            names[one.name] += 1
        whole.name = max(names, key=lambda name: (names[name], len(name)))
        for people in self._by_tokens.values():
            people[:] = [whole if person is part else person for person in people]

    def _doubt(self, person: Person, why: str) -> None:
        first, last = person.span
        where = min(person.mentions, key=lambda one: one.first).where
        self.doubtful.append(f"{where}: {person.full_name} ({person.country}, {first.year}-{last.year}) {why}.")

    def _name(self) -> None:
        """A slug for each: that of the known leader who they are, or one of their own; the same in every run."""
        american = {row["id"] for row in us_leaders().values()}
        own: dict[str, Person] = {}
        for person in sorted(self._people, key=lambda one: (one.span, one.full_name)):
            person.slug = _free(person, american | set(own))
            own[person.slug] = person
        taken: set[str] = set()
        for slug, person in own.items():
            known = [one.slug for one in self._known if _is(person, one) and one.slug not in taken]
            others = [one for one in known if one == slug or one not in own]
            if slug in known or len(others) == 1:
                person.slug, person.is_known = (slug if slug in known else others[0]), True
            elif slug in {one.slug for one in self._known}:
                self._doubt(person, f"has the name of the known {slug}, who held no such post then")
                person.slug = _free(person, {one.slug for one in self._known} | american | set(own))
            elif others:
                self._doubt(person, f"may be one of the known {', '.join(others)}")
            taken.add(person.slug)

    # Answers out

    def find(self, mention: Mention) -> Person | None:
        """The one leader whom a mention means, or None where that isn't sure."""
        mention = _spelled_out(mention)
        person = self._named(mention)
        if person is not None:
            return person
        if mention.is_whole or not tokens(mention.name):
            return None
        found = self._answering(mention, mention.line)
        return found[0] if len(found) == 1 else None

    def is_foreign(self, mention: Mention) -> bool:
        """Whether this surname and title are those of a leader of another country, and of none of this one."""
        mention = _spelled_out(mention)
        if self._answering(mention, mention.line):
            return False
        word = (tokens(mention.name) or ("",))[-1]
        lines = {line for line, known in self._by_word if known == word}
        return any(self._answering(mention, line) for line in lines - {mention.line})

    def _answering(self, mention: Mention, line: str) -> list[Person]:
        """The leaders of a line of states with this surname, seen with this title within four years of the day."""
        words, near = tokens(mention.name, mention.title), timedelta(days=4 * 366)
        if not words:
            return []
        people = []
        for person in self._by_word.get((line, words[-1]), []):
            surname = tokens(person.family_name) or tokens(person.name, person.title)
            if mention.is_whole or surname[-len(words) :] == words or surname[: len(words)] == words:
                for one in person.mentions:
                    close = one.first - near <= mention.last and mention.first <= one.last + near
                    if one.title == mention.title and close:
                        people.append(person)
                        break
        return people

    def used(self, slugs: set[str]) -> list[dict[str, Any]]:
        """The rows of the leaders with these slugs whom the record hasn't got yet."""
        known = {one.slug for one in self._known}
        ours = [person.row() for person in self._people if person.slug in slugs and not person.is_known]
        american = [row for row in us_leaders().values() if row["id"] in slugs - known]
        return sorted([*ours, *american], key=lambda row: str(row["id"]))


def _free(person: Person, taken: set[str]) -> str:
    """A slug that isn't taken: the name, with the country if need be, and then with the year."""
    slug = slugify(fold(person.full_name))[:100]
    if slug in taken:
        slug = f"{slug}-{slugify(places.states()[person.country].name)}"[:110]
    return f"{slug}-{person.span[0].year}" if slug in taken else slug


def _is_part(short: Person, whole: Person) -> bool:
    """Whether one name is the other with names left out or as initials, at about the same time."""
    if (short.title in ROYAL) != (whole.title in ROYAL) or short.title in ROYAL or not _near(short, whole):
        return False
    few, many = tokens(short.name, short.title), tokens(whole.name, whole.title)
    if few == many or len(few) < 2:
        return few == many
    rest, same = list(many), 0
    for word in few:
        while rest and not (rest[0] == word or (min(len(rest[0]), len(word)) == 1 and rest[0][0] == word[0])):
            rest.pop(0)
        if not rest:
            return False
        same += rest.pop(0) == word and len(word) > 1
    return same >= 2 and (few[0] == many[0] or few[-1] == many[-1])


def _is_same_abroad(person: Person, other: Person) -> bool:
    """Whether the other has this title in another country at the time, and is mentioned more often."""
    return (
        places.line(person.country) != places.line(other.country)
        and other.title == person.title
        and len(other.mentions) > len(person.mentions)
        and _near(person, other)
    )


def _looks_like(one: Person, other: Person) -> bool:
    if not _near(one, other) or (one.title in ROYAL) != (other.title in ROYAL):
        return False
    a, b = fold(bare(one.name)), fold(bare(other.name))
    return SequenceMatcher(None, a, b).ratio() >= 0.85


def _near(one: Person, other: Person) -> bool:
    first, last = sorted((one, other), key=lambda person: person.span)
    return (last.span[0] - first.span[1]).days <= _NEAR


def _is(person: Person, known: Known) -> bool:
    """The same name, a post for the same country, and a time that isn't out of reach of that post."""
    names = {tokens(name, person.title) for name in known.names}
    ours = {tokens(one.name, person.title) for one in person.mentions} | {tokens(person.full_name, person.title)}
    first, last = person.span
    reach = timedelta(days=20 * 366)
    return bool(names & ours) and any(
        places.line(country) == places.line(person.country)
        and _earlier(since, reach) <= last
        and first <= _later(until, reach)
        for country, since, until in known.posts
    )


def _earlier(day: date, by: timedelta) -> date:
    return date.min if day - date.min <= by else day - by


def _later(day: date, by: timedelta) -> date:
    return date.max if date.max - day <= by else day + by


# The bundled tables ----------------------------------------------------------------------------------------------


@cache
def _given_names() -> frozenset[str]:
    """Given names of Spanish and Portuguese, folded: what isn't one of them may be the first of two surnames."""
    return frozenset(GIVEN_NAMES.read_text(encoding="utf-8").split())


@cache
def _surnames() -> dict[tuple[str, str, str], list[tuple[int, int, str]]]:
    found: dict[tuple[str, str, str], list[tuple[int, int, str]]] = defaultdict(list)
    with SURNAMES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["country"], fold(row["surname"]), normal_title(row["title"]))
            found[key].append((int(row["since"]), int(row["until"]), row["name"]))
    return dict(found)


def _spelled_out(mention: Mention) -> Mention:
    """A well-known surname, or another spelling, as the whole name."""
    spelled = _spellings().get((mention.country, fold(mention.name)))
    if spelled:
        return replace(mention, name=spelled, is_spelled_out=True)
    for since, until, name in _surnames().get((mention.country, fold(mention.name), mention.title), []):
        if since <= mention.first.year <= until + 1:
            return replace(mention, name=name, is_spelled_out=True)
    return mention


@cache
def _spellings() -> dict[tuple[str, str], str]:
    with SPELLINGS.open(encoding="utf-8", newline="") as file:
        return {(row["country"], fold(row["written"])): row["name"] for row in csv.DictReader(file)}


@dataclass(frozen=True)
class Office:
    """One term of a US president or secretary of state; `until` is date.max for the one who holds it."""

    id: str
    leader: str
    family_name: str
    title: str
    since: date
    until: date


@cache
def offices() -> list[Office]:
    return [
        Office(
            row["id"],
            row["leader"],
            row["family_name"],
            row["title"],
            date.fromisoformat(row["since"]),
            date.fromisoformat(row["until"]) if row["until"] else date.max,
        )
        for row in _office_rows()
    ]


@cache
def us_leaders() -> dict[str, dict[str, Any]]:
    """The presidents and secretaries of state in the dossier's schema, by slug."""
    found: dict[str, dict[str, Any]] = {}
    for row in _office_rows():
        leader = found.setdefault(
            row["leader"],
            {"id": row["leader"], "name": row["name"], "family_name": row["family_name"], "posts": []},
        )
        leader["posts"].append(
            {"title": row["title"], "country": "US", "since": row["since"], "until": row["until"] or None}
        )
    return found


@cache
def _office_rows() -> list[dict[str, str]]:
    with OFFICES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def in_office(family_name: str, title: str, first: date, last: date) -> Office | None:
    """Who of this name held this US office on one of these days."""
    for office in offices():
        if (
            (office.family_name, office.title) == (family_name, title)
            and office.since <= last
            and first <= office.until
        ):
            return office
    return None


def traveller(identity: str, day: date) -> Office | None:
    """A traveller by the publisher's id: the term of that day, or else the first one."""
    terms = [office for office in offices() if office.id == identity and identity]
    return next((office for office in terms if office.since <= day <= office.until), terms[0] if terms else None)
