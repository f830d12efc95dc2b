"""What a sentence's parts mean to each other: pronouns, subjects, and what is kept for the next sentence."""

import re
from dataclasses import dataclass, field

from .cues import PEOPLE, VERBS, WORD, Clause, Row, named
from .lexicon import grammar, word_set
from .people import Person
from .times import Time

IT = "it"  # the word of a candidate that only says what became of the plan told last
NOT_HELD = ("cancelled", "postponed", "did_not_take_place")
JUST_AFTER = "just after what is told before"
_PREPOSITIONS = word_set("prepositions")
_AUXILIARIES = word_set("auxiliaries")
_TAKES_OBJECT = word_set("takes_object")
# Nouns that may as well stand for a call of the same people.
VAGUE = word_set("vague")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value stands: offsets in the article; certainty is stated, attributed, inferred or speculated."""

    start: int
    end: int
    certainty: str = "stated"
    attribution: str = ""


@dataclass(slots=True)
class Candidate:
    """An event as one sentence tells it. `people` is empty where it only points at one told before ("the call").

    `hangs` is the kind of what its time hangs from where it has none of its own ("after the talks"), `hangs_words` the
    words that say so. `spans` has where each value stands, as offsets in the article.
    """

    kind: str
    people: list[Person]
    occurrence: str
    sentence: int
    paragraph: int
    trigger: tuple[int, int]
    word: str = ""
    format: str = ""
    time: Time | None = None
    ahead: bool = False
    lapsed: bool = False  # "was to have met": told as a plan that is over
    hangs: str = ""
    hangs_words: str = ""
    hangs_that: bool = False  # "after that call": the one told last
    topical: bool = False  # a day behind what was talked about: "spoke about the summit on 12 May"
    rumoured: bool = False  # told in the past tense as what others say
    over: bool = False  # "had been due to meet": the plan no longer stood when this was told
    certainty: str = "stated"
    attribution: str = ""
    speaker: Person | None = None
    also: list[Person] = field(default_factory=list)  # "joined by": who took part besides
    vague: bool = False  # "talked": by phone or face to face
    duration: int | None = None
    about: bool = False
    initiated: str = ""
    place: str = ""
    inside: bool = False
    perfect: bool = False  # told in the perfect tense: "have met"
    past_perfect: bool = False  # "had met"
    beside: Time | None = None  # the day of what it is told as the reason or eve of: "said on Monday after talks with"
    told_before: Time | None = None  # the time that the sentence names before the event's own
    unplaced: bool = False  # has no time, though the sentence names one
    last: bool = False  # "they last met": before what the report is about
    elsewhere: bool = False  # told behind "In Paris", as of another scene
    passing: bool = False  # "his talks with": without a day no event of its own
    aside: bool = False  # told in passing before the sentence's own subject
    relative: bool = False  # told in a relative clause
    recently: bool = False  # "recently met": nobody says when
    earlier: bool = False  # "earlier met": before what the report is about
    part: str = ""  # of the day, where it stands apart from the day
    during: bool = False  # "during their talks": as the scene of something else
    tentative: bool = False  # "before his meeting with Xi": held or still to come
    on_the_way: bool = False  # "flew to Rome on Monday for talks with"
    early: bool = False  # in the first sentences of the text
    spans: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def add(self, name: str, span: tuple[int, int]) -> None:
        known = self.spans.setdefault(name, [])
        if span not in known:
            known.append(span)


@dataclass(frozen=True, slots=True)
class Stage:
    """An occasion that a sentence tells of before anybody speaks: "The two appeared at a joint news conference"."""

    paragraph: int
    people: tuple[Person, ...]
    format: str
    time: Time | None
    hangs: tuple[str, str]
    span: tuple[int, int]


@dataclass(slots=True)
class Discourse:
    """What earlier sentences leave behind for pronouns: the last subject, the last people together."""

    focus: Person | None = None
    speaker: Person | None = None  # who is said to have said the last sentence
    together: list[Person] = field(default_factory=list)
    # The last sentence that told of a journey or talks put off, how, and where it says so.
    undone: tuple[int, str, tuple[int, int]] = (-9, "", (0, 0))
    grouped: bool = False  # whether the last sentence has these together as its subject
    named: list[Person] = field(default_factory=list)  # whom the last sentence named
    doubted: "Candidate | None" = None  # talks only hoped for, told last
    stage: "Stage | None" = None  # where people told of last stand together before the public
    many_calls: bool = False  # whether it speaks of calls
    calls: bool = False  # whether the article speaks of a call at all

    def pair(self, words: str) -> list[Person]:
        """Whom `words` ("the two leaders") mean: the last together, unless the last sentence brought in others."""
        others = [one for one in self.named if one.official and "voice" not in one.sorts]
        if re.search(r"\b(?:leaders|presidents|premiers|heads)\b", words):
            others = [one for one in others if one.sorts & {"head", "leader", "royal"} or not one.sorts]
        if self.grouped or set(others) <= set(self.together):
            return self.together
        return others if len(others) == 2 else []


class Reading:
    """One sentence: its atoms, and who its pronouns and subjects are."""

    def __init__(self, row: Row, discourse: Discourse) -> None:
        self.row = row
        self.atoms = row.atoms
        self.discourse = discourse
        self.grammar = grammar()
        self.candidates: list[Candidate] = []
        self._told: list[int] | None = None  # atoms that tell of something with a time of its own

    def _people(self, at: int) -> list[Person] | None:
        """The people of an atom; pronouns by what was said before. None where they can't be told."""
        atom = self.atoms[at]
        if atom.value == "nobody" or any(mention.form == "nobody" for mention in atom.mentions):
            return None
        if people := named(atom):
            beside = at > 1 and self._after(at - 1) == "and" and self._after(at - 2) in ("he", "she")
            other = self._he(at - 2) if beside and len(people) == 1 and not self.atoms[at - 2].possessive else None
            return [other, *people] if other and other not in people else people
        if atom.value == "pronoun":
            person = self._he(at)
            return [person] if person else None
        if atom.value == "pair":
            people = self._they(at)
            if re.search(r"\b(?:leaders|presidents|premiers|heads)\b", atom.lower) and any(
                one.sorts and not one.sorts & {"head", "leader", "royal"} for one in people
            ):
                return None  # "both leaders" are no ministers
            wanted = 3 if "three" in atom.lower or "trio" in atom.lower else 2
            return (
                people
                if len(people) == wanted
                or (atom.lower in ("they", "their", "the leaders", "the ministers") and len(people) > 1)
                else None
            )
        return None

    def _he(self, at: int) -> Person | None:
        """Whom "he" or "his" means: the sentence's subject so far, else the last sentence's."""
        if self.atoms[at].lower == "the latter":
            row = [person for atom in self.atoms[:at] if atom.kind == PEOPLE for person in named(atom)]
            return row[-1] if row else None
        if self.atoms[at].lower == "him" or (self.atoms[at].lower == "her" and not self.atoms[at].possessive):
            subject = self._subject(at)
            told = {person for atom in self.atoms[:at] if atom.kind == PEOPLE for person in named(atom)}
            told -= set(named(self.atoms[subject])) if subject is not None else set()
            if len(told) > 1:
                return None  # "Xi met Putin before Li welcomed him"
            if told:
                return next(iter(told))
        if self.atoms[at].possessive and (clause := self.row.clause(at)).link == "who":
            # "who accompanied Zelensky during his talks"
            nearer = [one for one in self.atoms[clause.start : at] if one.value in ("name", "office")]
            if nearer:
                return named(nearer[-1])[0] if len(named(nearer[-1])) == 1 else None
        if self.row.clause(at).link == "where":
            # "before Xi flew to Cairo, where he": whoever went there last.
            near = self._subject(self.row.clause(at).start, self.row.clauses[self.row.number(at) - 1])
            if near is not None and self.atoms[near].value in ("name", "office"):
                return named(self.atoms[near])[0]
        for before in range(at):
            atom = self.atoms[before]
            if atom.kind != PEOPLE or atom.possessive or self._governed(before):
                continue
            if atom.value == "nobody":
                return None  # "the Turkish president said he": someone, but who can't be told
            if atom.value in ("name", "office"):
                return named(atom)[0]
        # "After his talks with Xi, Trump said ...": the subject comes behind.
        number = self.row.number(at)
        opening = self.atoms[0].lower in word_set("opening_words") and not number
        if opening or self.row.clauses[number].link in word_set("adverbial_links"):
            behind = self._first_subject(number + 1)
            if behind is not None and self.atoms[behind].value in ("name", "office"):
                return named(self.atoms[behind])[0]
        if (first := self.atoms[0]).kind == PEOPLE and first.possessive and first.value != "pronoun":
            # "Xi's office said he", "Xi's trip came a week after he met"
            return named(first)[0] if len(named(first)) == 1 else None
        return self.discourse.focus

    def _they(self, at: int) -> list[Person]:
        for before in range(at - 1, -1, -1):
            people = named(self.atoms[before]) if self.atoms[before].kind == PEOPLE else []
            if len(people) > 1:
                return people
        # "between Takaichi and Trump ... their summit", "Xi told Putin that they ..."
        singles = [named(atom)[0] for atom in self.atoms[:at] if atom.kind == PEOPLE and len(named(atom)) == 1]
        singles = list(dict.fromkeys(singles))
        if len(singles) == 2:
            return singles
        if len(singles) > 2 and self.row.clause(at).link in ("when", "as", "before", "after", "where"):
            return singles[-2:]
        return self.discourse.pair(self.atoms[at].lower)

    def _owned(self, at: int) -> int | None:
        """ "Sampaio's chief adviser, Celso Aguiar": the atom of whom the possessor's title names."""
        if not self.atoms[at].possessive or self.atoms[at].value == "pronoun" or self._after(at + 1) not in ("'s", "'"):
            return None
        look = at + 2
        while look < min(at + 5, len(self.atoms)) and self.atoms[look].kind == WORD and not self.atoms[look].capital:
            look += 1
        look += self._after(look) == "," and self._after(look - 1) in word_set("in_an_office")
        behind = self.atoms[look] if look < len(self.atoms) else None
        titled = behind is not None and behind.value == "name" and behind.mentions[0].title and not behind.possessive
        return look if titled else None

    def _governed(self, at: int) -> bool:
        """Whether people hang from a preposition or are someone's object."""
        before = at - 1
        while before >= 0 and self.atoms[before].lower in ("the", "a", "both", "then"):
            before -= 1
        if before < 0 or self.atoms[before].kind != WORD:
            return False
        word = self.atoms[before].lower
        if word in ("after", "before", "since", "until"):
            # "after the president met Xi": there he is a subject.
            return not self._verbal(at + 1)
        return word in _PREPOSITIONS or word in _TAKES_OBJECT

    def _verbal(self, at: int) -> bool:
        """Whether a verb in the past or an auxiliary stands at an atom."""
        word = self._after(at)
        if word.endswith("ly") or word in ("also", "then", "just", "first"):
            word = self._after(at + 1)
        return word in VERBS | _AUXILIARIES | word_set("past_verbs") or (word.endswith("ed") and len(word) > 4)

    def _subject(self, at: int, clause: Clause | None = None, depth: int = 0) -> int | None:
        """The atom of the subject of what stands at an atom."""
        clause = clause or self.row.clause(at)
        found = None
        for before in range(min(at, clause.end) - 1, clause.start - 1, -1):
            atom = self.atoms[before]
            if atom.kind == PEOPLE and not atom.possessive and not self._governed(before):
                if atom.value == "pair" and atom.lower == "their":
                    continue
                found = before
                break
        if found is not None or depth > 4:
            return found
        number = self.row.clauses.index(clause)
        link = clause.link
        if link in ("who", "whom"):
            return self._last_people(number - 1)
        if link in word_set("own_subject_links") and self._other_subject(clause, at):
            return None
        if link in word_set("adverbial_links") and number + 1 < len(self.row.clauses) and number == 0:
            return self._first_subject(number + 1)
        if number == 0:
            return self._first_subject(1) if link or self.atoms[0].lower in word_set("opening_words") else None
        previous = self.row.clauses[number - 1]
        if link in word_set("passed_links"):
            if link in (",",) and previous.link in ("who", "which", "where", "as", "whose", "whom") and number > 1:
                # Behind a relative clause the main clause goes on.
                previous = self.row.clauses[number - 2]
            return self._subject(previous.end, previous, depth + 1)
        return None

    def _other_subject(self, clause: Clause, at: int) -> bool:
        """Whether a clause has words before the verb: a subject of its own that is no person."""
        return at - clause.start > 1

    def _first_subject(self, number: int) -> int | None:
        for clause in self.row.clauses[number : number + 3]:
            for at in range(clause.start, clause.end):
                atom = self.atoms[at]
                if atom.kind == PEOPLE and not atom.possessive and not self._governed(at) and atom.lower != "their":
                    return at
        return None

    def _last_people(self, number: int) -> int | None:
        if number < 0:
            return None
        clause = self.row.clauses[number]
        for at in range(clause.end - 1, clause.start - 1, -1):
            if self.atoms[at].kind == PEOPLE and not self.atoms[at].possessive:
                return at
        return self._last_people(number - 1) if number else None

    def _after(self, at: int) -> str:
        return self.atoms[at].lower if 0 <= at < len(self.atoms) else ""
