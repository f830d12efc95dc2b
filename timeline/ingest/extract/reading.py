"""What a sentence's parts mean to each other: pronouns, subjects, and what is kept for the next sentence."""

from dataclasses import dataclass, field

from .cues import PEOPLE, VERBS, WORD, Clause, Row, named
from .lexicon import grammar, word_set
from .mentions import Person
from .times import Time

IT = "it"  # the word of a candidate that only says what became of the plan told last
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
    certainty: str = "stated"
    attribution: str = ""
    speaker: Person | None = None
    duration: int | None = None
    about: bool = False
    initiated: str = ""
    place: str = ""
    inside: bool = False
    perfect: bool = False  # told in the perfect tense: "have met"
    during: bool = False  # "during their talks": as the scene of something else
    tentative: bool = False  # "before his meeting with Xi": held or still to come
    early: bool = False  # in the first sentences of the text
    spans: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def add(self, name: str, span: tuple[int, int]) -> None:
        known = self.spans.setdefault(name, [])
        if span not in known:
            known.append(span)


@dataclass(slots=True)
class Discourse:
    """What earlier sentences leave behind for pronouns: the last subject, the last people together."""

    focus: Person | None = None
    together: list[Person] = field(default_factory=list)
    many_calls: bool = False  # whether it speaks of calls
    calls: bool = False  # whether the article speaks of a call at all


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
            return people
        if atom.value == "pronoun":
            person = self._he(at)
            return [person] if person else None
        if atom.value == "pair":
            people = self._they(at)
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
        return self.discourse.together

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
            return self._after(at + 1) not in VERBS | _AUXILIARIES
        return word in _PREPOSITIONS or word in _TAKES_OBJECT

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
            if link in (",",) and previous.link in ("who", "which", "where", "as") and number > 1:
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
