"""A sentence as a row of atoms: people, times, quotations, words that tell of events, and all other words.

What later modules ask of a sentence, they ask of its atoms; the words themselves stand in grammar.toml.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from .lexicon import Phrases, grammar, phrases, word_set
from .mentions import Mention, People
from .people import Person
from .text import Sentence, Token
from .times import Time, find

# What an atom is: people, a time, a quotation, a noun of an event, the means of a call, an occasion, a word, a mark.
PEOPLE, TIME, QUOTE, NOUN, MEANS, OCCASION, WORD, MARK = [
    "people",
    "time",
    "quote",
    "noun",
    "means",
    "occasion",
    "word",
    "mark",
]

_BOUNDARIES = word_set("boundaries")


@dataclass(frozen=True, slots=True)
class Atom:
    """Tokens `start` to before `end`. `lower` is the text in small letters, `value` the sort of a cue."""

    kind: str
    start: int
    end: int
    lower: str
    value: str = ""
    mentions: tuple[Mention, ...] = ()
    time: Time | None = None
    capital: bool = False

    @property
    def possessive(self) -> bool:
        return bool(self.mentions) and self.mentions[-1].possessive


@dataclass(frozen=True, slots=True)
class Clause:
    """Atoms `start` to before `end`; `link` is the word or mark that it begins behind ("after", "who", ",")."""

    start: int
    end: int
    link: str


@cache
def nouns() -> Phrases:
    """Nouns of calls and meetings; the value is "kind format"."""
    call, meeting = grammar()["call"], grammar()["meeting"]
    return phrases(
        (call["nouns"], "call phone"),
        (call["video_nouns"], "call video"),
        (meeting["nouns"], "meeting"),
        (meeting["standing_nouns"], "meeting standing_talk"),
        (meeting["trilateral_nouns"], "meeting trilateral"),
        (meeting["visit_nouns"], "meeting visit"),
    )


@cache
def _means() -> Phrases:
    call = grammar()["call"]
    return phrases((call["means"], "phone"), (call["video_means"], "video"))


@cache
def _starts() -> frozenset[str]:
    """The words that a noun of an event, a means or an occasion can begin with."""
    return _means().starts | nouns().starts | _occasions().starts


@cache
def _occasions() -> Phrases:
    return phrases(*((words, name) for name, words in grammar()["statement"]["occasions"].items()))


class Row:
    """One sentence's atoms and clauses."""

    def __init__(self, text: str, sentence: Sentence, people: People, behind: int = 0) -> None:
        self.text = text
        self.sentence = sentence
        self.tokens = sentence.tokens
        self.mentions = people.mentions(sentence)
        times = find(text, sentence.start, sentence.end)
        # What stands in a dateline, before the offset `behind`, dates no event.
        self.times = [time for time in times if time.start >= behind and not self._quoted(time.start)]
        self.atoms = self._group(self._atoms())
        self._lowers = [atom.lower for atom in self.atoms]
        self.clauses = self._clauses()

    @property
    def opening(self) -> Time | None:
        """The time that the sentence begins with: "On 14 October, ..."."""
        head = [atom for atom in self.atoms[:3] if atom.lower not in ("on", "then", "later", "earlier")]
        closed = len(self.atoms) > 2 and any(atom.lower == "," for atom in self.atoms[1:3])
        return head[0].time if head and head[0].kind == TIME and closed else None

    def span(self, first: int, behind: int) -> tuple[int, int]:
        """The offsets in the article of the atoms from `first` to before `behind`."""
        return self.tokens[self.atoms[first].start].start, self.tokens[self.atoms[behind - 1].end - 1].end

    def main(self, time: Time) -> bool:
        """Whether a time stands in a clause of its own right, and not about what is to come."""
        for clause in self.clauses:
            here = next((at for at in range(clause.start, clause.end) if self.atoms[at].time is time), None)
            if here is not None:
                words = f" {self.words(clause.start, here)} "
                aside = clause.link in (
                    "who",
                    "which",
                    "when",
                    "where",
                    "since",
                    "whose",
                    "that",
                    "because",
                    "if",
                    "whether",
                )
                return not aside and not any(f" {one} " in words for one in word_set("planned_words"))
        return True

    def of_a_saying(self, time: Time) -> bool:
        """Whether a time stands right behind "said", "told reporters" or "in a statement"."""
        here = next((at for at, atom in enumerate(self.atoms) if atom.time is time), 0)
        before = [atom for atom in self.atoms[max(0, here - 3) : here] if atom.lower not in ("on", "late", "early")]
        last = before[-1] if before else None
        return last is not None and (last.kind == OCCASION or last.lower in word_set("saying_verbs"))

    def words(self, first: int, behind: int) -> str:
        """The atoms' words in small letters, with blanks between."""
        return " ".join(self._lowers[max(first, 0) : behind])

    def clause(self, at: int) -> Clause:
        """The clause that an atom stands in."""
        return next(clause for clause in self.clauses if clause.start <= at < clause.end)

    def number(self, at: int) -> int:
        return next(n for n, clause in enumerate(self.clauses) if clause.start <= at < clause.end)

    def _quoted(self, offset: int) -> bool:
        return any(token.quoted and token.start <= offset < token.end for token in self.tokens)

    def _atoms(self) -> list[Atom]:
        tokens = self.tokens
        mentions = {mention.start: mention for mention in self.mentions}
        taken: dict[int, tuple[Time, int]] = {}
        for time in self.times:
            inside = [i for i, token in enumerate(tokens) if token.start >= time.start and token.end <= time.end]
            if inside:
                taken[inside[0]] = (time, inside[-1] + 1)
        found: list[Atom] = []
        at = 0
        while at < len(tokens):
            atom = self._atom(tokens, at, mentions, taken)
            found.append(atom)
            at = atom.end
        return found

    def _atom(
        self, tokens: Sequence[Token], at: int, mentions: dict[int, Mention], taken: dict[int, tuple[Time, int]]
    ) -> Atom:
        token = tokens[at]
        if token.quoted or (token.text in '“"‘«' and at + 1 < len(tokens) and tokens[at + 1].quoted):
            end = at + 1
            while end < len(tokens) and tokens[end].quoted:
                end += 1
            end += end < len(tokens) and tokens[end].text in "”\"’'»"
            return Atom(QUOTE, at, end, "“”")
        if at in taken:
            time, end = taken[at]
            return Atom(TIME, at, end, _lower(tokens, at, end), time.sort, time=time)
        if at in mentions:
            mention = mentions[at]
            return Atom(PEOPLE, at, mention.end, _lower(tokens, at, mention.end), mention.form, (mention,))
        if _nameless(tokens, at):
            nobody = Mention(at, at + 1, (), "nobody", at, at + 1)
            return Atom(PEOPLE, at, at + 1, token.lower, "nobody", (nobody,))
        tables = ((_means(), MEANS), (nouns(), NOUN), (_occasions(), OCCASION)) if token.lower in _starts() else ()
        for table, kind in tables:
            hit = table.match(tokens, at)
            if hit and not any(i in mentions or i in taken for i in range(at + 1, at + hit[0])):
                longer = _occasions().match(tokens, at)
                if kind == NOUN and longer and longer[0] >= hit[0]:
                    continue
                end = at + hit[0]
                return Atom(kind, at, end, _lower(tokens, at, end), hit[1], capital=token.capital)
        return Atom(WORD if token.word else MARK, at, at + 1, token.lower, capital=token.capital)

    def _group(self, atoms: list[Atom]) -> list[Atom]:
        """People in a row ("A, B and C", "A, right, and B") become one atom."""
        found: list[Atom] = []
        at = 0
        while at < len(atoms):
            atom = atoms[at]
            if atom.kind == PEOPLE and not atom.possessive and atom.value != "pronoun":
                end, mentions = self._row_of_people(atoms, at)
                if end > at + 1:
                    last = atoms[end - 1]
                    lower = " ".join(one.lower for one in atoms[at:end])
                    found.append(Atom(PEOPLE, atom.start, last.end, lower, "several", tuple(mentions)))
                    at = end
                    continue
            found.append(atom)
            at += 1
        return found

    @staticmethod
    def _row_of_people(atoms: list[Atom], at: int) -> tuple[int, list[Mention]]:
        mentions, end = list(atoms[at].mentions), at + 1
        pending: list[Mention] = []
        look, close = end, end
        while look < len(atoms):
            step = look
            while step < len(atoms) and (atoms[step].lower in word_set("list_words")):
                step += 1
            beside = " ".join(one.lower for one in atoms[look : look + 3])
            if beside in (", along with", ", together with"):
                step = look + 3
            words = [one.lower for one in atoms[look:step]]
            if words[-1:] == ["and"]:
                step = Row._past_capitals(atoms, step)
            if (
                step >= len(atoms)
                or step == look
                or atoms[step].kind != PEOPLE
                or atoms[step].value in ("pair", "pronoun")
            ):
                break
            if atoms[step].possessive and "and" not in words:
                break
            pending += atoms[step].mentions
            look = step + 1
            if {"along", "together"} & set(words):
                mentions += pending
                pending, close = [], look
                continue
            if "and" in words or "&" in words:
                # In "A, B said C and D" the first comma starts no list of people.
                mentions += pending
                pending, close = [], look
                if " ".join(one.lower for one in atoms[look : look + 3]) in (", along with", ", together with"):
                    continue
                break
        return close, mentions

    @staticmethod
    def _past_capitals(atoms: list[Atom], at: int) -> int:
        """ "and Japan's National Security Bureau Chief Yachi": the name behind an office that is not known."""
        look = at
        while look < min(len(atoms), at + 7) and (atoms[look].lower == "'s" or atoms[look].capital):
            if atoms[look].kind == PEOPLE:
                break
            look += 1
        found = look < len(atoms) and atoms[look].kind == PEOPLE and look > at + 1
        return look if found and atoms[look].value == "name" else at

    def _clauses(self) -> list[Clause]:
        found: list[Clause] = []
        start, link, bare = 0, "", True
        for at, atom in enumerate(self.atoms):
            cut = self._cuts(at, atom)
            if cut is None:
                bare = False
            elif bare:
                # Boundaries in a row (", who", ", and after") begin one clause; its last word tells most.
                link = cut if cut != "," or not link else link
            else:
                found.append(Clause(start, at, link))
                start, link, bare = at, cut, True
        if start < len(self.atoms):
            found.append(Clause(start, len(self.atoms), link))
        return found

    def _cuts(self, at: int, atom: Atom) -> str | None:
        """The link of a clause that begins at this atom, or None where none does."""
        following = self.atoms[at + 1] if at + 1 < len(self.atoms) else None
        if atom.kind == MARK and (atom.lower in ",;:—–―()" or atom.lower.startswith("--")):
            return "," if atom.lower in ",—–―()" else ";"
        if atom.kind != WORD or following is None:
            return None
        said = at > 0 and self.atoms[at - 1].lower in word_set("saying_verbs")
        pointed = following.kind in (NOUN, TIME) or following.lower in ("on", "in", "at", ".", ",")
        if atom.lower == "that" and pointed and not said:
            return None
        if atom.lower == "before" and following.kind == MARK:
            return None  # "have met once before -- in Rome"
        alone = following.kind in (MARK, TIME) or following.lower in ("before", "again")
        if atom.lower in _BOUNDARIES and not (atom.lower == "once" and alone):
            return atom.lower
        if (atom.lower == "ahead" and following.lower == "of") or (atom.lower == "prior" and following.lower == "to"):
            return "before"
        if atom.lower == "since" and following.kind != TIME:
            return "since"
        if atom.lower == "as" and following.kind == PEOPLE:
            return "as"
        if atom.lower == "and":
            behind = self.atoms[at + 1 : at + 4]
            if behind and (behind[0].lower in VERBS or (len(behind) > 1 and behind[0].lower in word_set("behind_and"))):
                return "and"
            if (
                len(behind) > 1
                and behind[0].kind == PEOPLE
                and (behind[1].lower in VERBS or behind[1].lower in ("will", "was", "is", "has", "had", "would"))
            ):
                return ";"
        return None


def _nameless(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word stands for people whom nobody names ("officials"), and not for someone just named."""
    if tokens[at].lower not in word_set("nameless"):
        return False
    behind = tokens[at + 1].lower if at + 1 < len(tokens) else "."
    if tokens[at].lower == "official" and behind[0].isalpha() and behind not in VERBS | word_set("behind_official"):
        return False  # "official visit"
    look = at - 1
    while look >= 0 and tokens[look].word and tokens[look].lower not in ("a", "an", "the") and at - look < 6:
        look -= 1
    # "Ivo Petrov, a senior official, said"
    return not (look > 0 and tokens[look].lower in ("a", "an", "the") and tokens[look - 1].text == ",")


def _lower(tokens: Sequence[Token], start: int, end: int) -> str:
    return " ".join(token.lower for token in tokens[start:end])


def _verbs() -> frozenset[str]:
    found = grammar()
    lists = (
        found["call"]["verbs"], found["call"]["talk_verbs"], found["meeting"]["verbs"], found["meeting"]["with_verbs"],
        found["meeting"]["support"], found["meeting"]["weak"], found["statement"]["verbs"], found["statement"]["weak"],
        found["not_held"]["cancelled"], found["not_held"]["postponed"],
        ["called", "visited", "agreed", "discussed", "exchanged"],
    )  # fmt: skip
    return frozenset(word.split()[0] for group in lists for word in group)


VERBS = _verbs()


def named(atom: Atom) -> list[Person]:
    """The people of an atom, each once."""
    return list(dict.fromkeys(person for mention in atom.mentions for person in mention.people))
