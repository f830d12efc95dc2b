"""Who takes part in what a noun tells of: through "with" and "between", a possessive, or the subject of its verb."""

import re

from .cues import NOUN, PEOPLE, QUOTE, TIME, WORD, Atom, named
from .lexicon import pattern, word_set
from .people import Person
from .verbs import Verbs

_PREPOSITIONS = word_set("prepositions")
_ADVERBIAL = word_set("adverbial_prepositions")
_SCARE = 5  # tokens, up to which a quotation is but a word in a sentence: held a “detailed” call


class Parties(Verbs):
    """Finds the people of nouns."""

    def _noun_people(self, at: int, atom: Atom, format_: str) -> tuple[list[Person] | None, list[int], int | None]:
        """Who takes part in a noun's event: people, their atoms, the subject's atom.

        An empty list: the noun only points at an event told elsewhere. None: someone can't be told.
        """
        if format_ == "visit":
            return None, [], None
        if related := self._related(at):
            return related
        right = self._right_of(at)
        if right:
            word, each = right
            people = self._people(each)
            if not people:
                return None, [], None
            if word in ("between", "of", "among", "involving") and len(people) > 1:
                return people, [each], None
            if word == "with":
                agent = self._agent(at)
                if agent is None and self.row.clause(at).link in ("after", "following"):
                    agent = self._whose_it_was()
                if both := self._both_behind(at, people):
                    return both, [each], None
                if agent is None:
                    return None, [], None
                left = self._people(agent)
                if not left:
                    return None, [], None
                if set(left) & set(people) and len(left) > 1:
                    return None, [], None
                return list(dict.fromkeys([*left, *people])), [each], agent
        elif self._after(at + 1) in ("with", "between"):
            return None, [], None
        left_atom = self._possessor(at)
        if left_atom is not None:
            atom_left = self.atoms[left_atom]
            people = self._people(left_atom)
            if people and len(people) > 1:
                return people, [left_atom], None
            return ([] if people is None or atom_left.value == "pronoun" else None), [], None
        if self._multilateral(at):
            return None, [], None
        subject = self._supported(at)
        if subject is not None:
            people = self._people(subject)
            if people and len(people) > 1:
                return people, [], subject
        return [], [], None

    def _related(self, at: int) -> tuple[list[Person], list[int], int] | None:
        """ "the call which she had held with X": the people of the relative clause."""
        words = [one.lower for one in self.atoms[at + 1 : at + 8]]
        look = at + 1 + (bool(words) and words[0] in ("which", "that"))
        if look >= len(self.atoms) or self.atoms[look].kind != PEOPLE or self.atoms[look].possessive:
            return None
        behind = self.row.words(look + 1, look + 9)
        match = pattern("held_with").match(behind)
        other = look + 1 + len(match[0].split()) if match else len(self.atoms)
        if other >= len(self.atoms) or self.atoms[other].kind != PEOPLE or self.atoms[other].possessive:
            return None
        left, right = self._people(look), self._people(other)
        return (list(dict.fromkeys([*left, *right])), [other], look) if left and right else None

    def _possessor(self, at: int) -> int | None:
        """People whose noun it is: "Trump-Xi call", "their second summit", "the leaders' talks"."""
        look = at - 1
        while look >= max(0, at - 6):
            atom = self.atoms[look]
            if atom.kind == PEOPLE:
                near = look == at - 1 or atom.possessive or self.atoms[look + 1].lower in ("'s", "'")
                return look if near or (atom.value == "pair" and atom.mentions[0].possessive) else None
            if atom.kind in (WORD, TIME) or atom.lower in ("'s", "'", "-"):
                if atom.lower in _PREPOSITIONS | {"the", "a", "and", "held", "had", "hold"}:
                    return None
                look -= 1
                continue
            return None
        return None

    def _supported(self, at: int) -> int | None:
        """The subject of "held talks", "reaffirmed ... during talks"; None where the noun is none of theirs."""
        clause = self.row.clause(at)
        support = self.grammar["meeting"]["support"]
        for look in range(at - 1, max(clause.start - 1, at - 9), -1):
            atom = self.atoms[look]
            if atom.kind == PEOPLE or (atom.kind == NOUN and atom.lower not in ("trilateral", "bilateral")):
                return None
            if atom.lower in support:
                return self._subject(look)
            if atom.lower in word_set("support_prepositions"):
                if atom.lower in ("after", "before", "following") and self._after(at - 1) == "the":
                    return None  # points back
                if set(self.row.words(clause.start, look).split()) & {"joined", "join", "attended", "attend"}:
                    return None  # "joined their colleagues for talks"
                # "who are in town for a ministerial meeting" says not with whom
                return None if clause.link in ("who", "which") else self._subject(look)
            if atom.lower in word_set("other_prepositions"):
                if atom.lower == "of" or atom.lower == "on":
                    continue
                return None
        if clause.link in ("after", "before", "following", "despite", "amid") and self._after(at - 1) != "the":
            return self._subject(clause.start)
        return None

    def _agent(self, at: int) -> int | None:
        """Who holds "talks with X": the possessor, the subject of the supporting verb, of the clause it hangs from."""
        left = self._possessor(at)
        if left is not None:
            return left
        clause = self.row.clause(at)
        if pattern("turned_down").search(f" {self.row.words(clause.start, at)} "):
            return self._subject(at)  # "declined a meeting with X"
        support = self.grammar["meeting"]["support"]
        for look in range(at - 1, max(clause.start - 1, at - 12), -1):
            atom = self.atoms[look]
            if atom.lower in support and atom.kind == WORD:
                return self._subject(look)
            if atom.lower in _ADVERBIAL and atom.kind == WORD and look >= at - 6:
                return self._subject(look)
            if atom.kind in (PEOPLE, NOUN) or (atom.kind == QUOTE and atom.end - atom.start > _SCARE):
                break
            if atom.lower in word_set("fate_verbs"):
                return self._subject(look)
        hung = any(one.value == "next_day" for one in self.atoms[clause.start : clause.start + 2])
        if (hung or clause.link in ("after", "before", "following", "despite", "amid")) and at - clause.start < 7:
            return self._subject(clause.start)
        if clause.link == "while" and at - clause.start < 4 and self._after(at + 1) == "with":
            return self._subject(clause.start)  # "met X, while a meeting with Y was scrapped"
        if clause.link == "that" and at - clause.start < 4 and self._after(at + 1) == "with":
            # "announced that a call with X had been useful": the speaker's, but not a spokesperson's
            speaker = self._subject(clause.start, self.row.clauses[self.row.clauses.index(clause) - 1])
            people = named(self.atoms[speaker]) if speaker is not None else []
            return speaker if people and not any("voice" in one.sorts for one in people) else None
        if clause.link == "where" and at - clause.start < 3:
            # "will visit Rome, where talks with X are planned"
            return self._subject(clause.start, self.row.clauses[self.row.clauses.index(clause) - 1])
        return None

    def _both_behind(self, at: int, people: list[Person]) -> list[Person]:
        """ "In a call with Fidan on Tuesday, the two sides reviewed": he and whom the last sentence was about."""
        opening = at < 4 and self.atoms[0].lower in ("in", "during")
        main = self._first_subject(1) if opening and len(self.row.clauses) > 1 else None
        focus = self.discourse.focus
        if main is None or self.atoms[main].value != "pair" or not focus or focus in people or len(people) != 1:
            return []
        return [focus, *people] if focus.official else []

    def _whose_it_was(self) -> int | None:
        """ "It was Lee's third call, after talks with Trump": the atom of Lee."""
        own = self.atoms[2] if re.match(r"(?:it|this|that) (?:was|is) ", self.row.words(0, 4)) else None
        return 2 if own and own.possessive and own.value == "name" else None

    def _told_in(self, at: int) -> tuple[list[Person], list[int], int] | None:
        """ "Xi told Putin during the call", "told her, by the Kremlin's account of the talks": who held it."""
        ahead = self.row.words(at - 6, at)
        if at < 4 and re.search(r"^(?:in|during) (?:a|an|the|their)(?: [\w-]+)?$", self.row.words(0, at)):
            return self._asked_behind(at)
        if not re.search(
            r"\b(?:during|in|account of|readout of|summary of|over) (?:the|their|a|an)(?: [\w-]+){0,2}$"
            r"|\bduring (?:[\w-]+ ){1,4}of$",
            ahead,
        ):
            return None
        for look in range(at - 2, 0, -1):
            atom = self.atoms[look]
            if atom.lower in word_set("speaking_to") and atom.kind == WORD:
                other, subject = look + 1, self._subject(look)
                if subject is None or other >= len(self.atoms) or self.atoms[other].kind != PEOPLE:
                    return None
                left, right = self._people(subject), self._people(other)
                if not left or not right or self.atoms[other].possessive or set(left) & set(right):
                    return None
                return [*left, *right], [other], subject
        return None

    def _asked_behind(self, at: int) -> tuple[list[Person], list[int], int] | None:
        """ "In a phone call that lasted 20 minutes, Kim also asked Le for": who held it."""
        subject = next((look for look in range(at + 1, len(self.atoms)) if self.atoms[look].kind == PEOPLE), None)
        if subject is None or self.atoms[subject].possessive or self._governed(subject):
            return None
        verb = subject + 1 + (self._after(subject + 1) in ("also", "then"))
        other = verb + 1
        asked = self._after(verb) in word_set("speaking_to")
        if not asked or other >= len(self.atoms) or self.atoms[other].kind != PEOPLE or self.atoms[other].possessive:
            return None
        left, right = self._people(subject), self._people(other)
        return ([*left, *right], [other], subject) if left and right and not set(left) & set(right) else None
