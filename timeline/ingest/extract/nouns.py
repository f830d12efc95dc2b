"""Calls and meetings told by a noun: "talks with", "their second call", "the Trump-Xi summit", "a call between".

Who takes part is found through "with" and "between", a possessive, or the subject of the verb that supports the noun.
A noun without people may point at an event told before ("the call lasted").
"""

import re

from .cues import NOUN, PEOPLE, QUOTE, TIME, WORD, Atom, named
from .lexicon import word_set
from .people import Person
from .reading import VAGUE
from .verbs import Verbs

_PREPOSITIONS = word_set("prepositions")
_ADVERBIAL = word_set("adverbial_prepositions")
_SCARE = 5  # tokens, up to which a quotation is but a word in a sentence: held a “detailed” call


class Nouns(Verbs):
    """Reads calls and meetings told by nouns."""

    def _noun(self, at: int, atom: Atom) -> None:
        kind, _, format_ = atom.value.partition(" ")
        if atom.lower in ("call", "calls") and self._after(at + 1) == "on":
            self._called_on(at)
            return
        if self._not_an_event(at, atom):
            return
        if kind == "meeting" and self._means(at) and atom.lower in VAGUE | {"meeting"} and self._near_means(at):
            kind, format_ = "call", self._means(at)
        elif atom.lower == "conversation" and self.discourse.calls:
            kind, format_ = "call", "phone"
        status = self._status(at, verb=False)
        people, atoms, subject = self._noun_people(at, atom, format_)
        if people is None or (status is None and not people):
            return
        told = self._told_in(at) if people == [] else None
        if told:
            people, atoms, subject = told
        if people == []:
            if self._points_back(at):
                made = self._make(at, kind, [], status or "took_place", format_, None, [])
                if made:
                    made.hangs_that = self._after(at - 1) == "that"
            return
        if status is None or (status == "took_place" and self._any_such(at)):
            return
        groups = self._split_groups(at, people, subject, atoms)
        if atoms and subject is not None and (other := self._and_with(atoms[-1])):
            left = self._people(subject) or []
            groups += [[*left, *(self._people(other) or [])]] if left else []
            atoms = [*atoms, other]
        aside = subject is not None and subject > at and bool(atoms)
        owned = subject is not None and subject < at and self._possessor(at) == subject
        topic = owned and bool(
            re.search(
                r" (?:over|about|on|of|against|regarding|to|for) (?:his|her|the )?$",
                f" {self.row.words(0, subject or 0)} ",
            )
        )
        behind = self._time_behind(atoms[0]) if (aside or topic) and atoms else None
        for group in groups:
            made = self._make(at, kind, group, status, format_, subject, atoms, time=behind, timeless=topic)
            if made:
                made.passing = subject is None or owned
                made.tentative = made.tentative or self._way_to(at)
                made.aside = aside
                made.during = made.during or bool(told)
        self._since(at, kind, groups[0], format_)

    def _way_to(self, at: int) -> bool:
        """ "flew to Washington on Monday for talks with X": the day is that of the flight."""
        clause = self.row.clause(at)
        words = f" {self.row.words(clause.start, at)} "
        return bool(self._clause_times(clause)) and bool(
            re.search(r" (?:travell?ed|flew|headed|went|came|left|departed|arrived) .* for (?:\S+ ){0,3}$", words)
        )

    def _and_with(self, at: int) -> int | None:
        """ "talks with X and with Y": the second, met by itself."""
        if self.row.words(at + 1, at + 3) != "and with" or at + 3 >= len(self.atoms):
            return None
        other = self.atoms[at + 3]
        return at + 3 if other.kind == PEOPLE and not other.possessive and other.value != "pronoun" else None

    def _any_such(self, at: int) -> bool:
        """Whether a noun names no certain event: "a meeting between the two", with no verb or time that places it."""
        look = at - 1
        while (
            look >= 0 and self.atoms[look].kind in (WORD, QUOTE) and self.atoms[look].lower not in word_set("articles")
        ):
            if at - look > 4 or self.atoms[look].lower in word_set("prepositions"):
                return False
            look -= 1
        article = self._after(look)
        if re.search(
            r" (?:agreed|agreement|concurred|consensus)(?: \w+)? (?:on|to) (?:hold|have)", f" {self.row.words(0, look)}"
        ):
            return True
        if set(self.row.words(look, at).split()) & {"next", "future", "possible", "potential", "eventual", "another"}:
            return True
        if article not in ("a", "an", "any", "another") or self._clause_times(self.row.clause(at)):
            return False
        before = self._after(look - 1)
        held = any(word in f" {self.row.words(at, at + 8)} " for word in (" took place ", " was held ", " lasted "))
        support = before in self.grammar["meeting"]["support"] or before in _ADVERBIAL | {"with", "by"} or held
        return not support and not any(self._after(at + step) in ("lasting", "held") for step in (1, 2, 3, 4, 5, 6))

    def _told_in(self, at: int) -> tuple[list[Person], list[int], int] | None:
        """ "Xi told Putin during the call", "told her, by the Kremlin's account of the talks": who held it."""
        ahead = self.row.words(at - 6, at)
        if not re.search(
            r"\b(?:during|in|account of|readout of|summary of|over) (?:the|their|a|an)(?: [\w-]+){0,2}$"
            r"|\bduring (?:[\w-]+ ){1,4}of$",
            ahead,
        ):
            return None
        for look in range(at - 2, 0, -1):
            atom = self.atoms[look]
            if atom.lower in ("told", "asked", "assured", "informed", "urged", "thanked") and atom.kind == WORD:
                other, subject = look + 1, self._subject(look)
                if subject is None or other >= len(self.atoms) or self.atoms[other].kind != PEOPLE:
                    return None
                left, right = self._people(subject), self._people(other)
                if not left or not right or self.atoms[other].possessive or set(left) & set(right):
                    return None
                return [*left, *right], [other], subject
        return None

    def _split_groups(self, at: int, people: list[Person], subject: int | None, atoms: list[int]) -> list[list[Person]]:
        """ "held separate talks with X and Y" are two."""
        words = self.row.words(max(0, at - 3), min(len(self.atoms), at + 1))
        behind = self.row.words(at, min(len(self.atoms), at + 12))
        if (
            atoms
            and subject is not None
            and (
                re.search(
                    r"\b(separate|back-to-back|individual)\b|\b(?:meetings|calls|conversations|one-on-ones)$", words
                )
                or re.search(r"\bseparately\b", behind)
                or "respectively" in behind
            )
        ):
            left = self._people(subject) or []
            right = [person for each in atoms for person in (self._people(each) or []) if person not in left]
            if len(right) > 1 and left:
                if "respectively" in behind and len(left) == len(right):
                    return [[one, other] for one, other in zip(left, right, strict=True)]
                return [[*left, other] for other in right]
        return [people]

    def _not_an_event(self, at: int, atom: Atom) -> bool:
        """ "calls for", "talks about", "call on", "meeting" as a verb, "Cabinet meeting", "dinner" alone."""
        following = self._after(at + 1)
        before = self._after(at - 1)
        if atom.lower in ("call", "calls") and (
            following in word_set("behind_call") or before in word_set("before_call")
        ):
            return following not in ("on", "for") or before not in ("phone", "a", "the", "telephone")
        if (
            atom.lower == "meeting"
            and (self.atoms[at + 1].kind == PEOPLE if at + 1 < len(self.atoms) else False)
            and before not in ("the", "a", "their")
        ):
            return True
        if atom.lower in ("meet", "visit") and before in ("to", "will", "would"):
            return True
        if before == "the" and self._after(at - 2) in ("co-chaired", "chaired", "opened", "attended", "hosted"):
            return True  # "co-chaired the meeting with Y": one of many
        if before in word_set("bodies"):
            return self._after(at + 1) not in ("with", "between")
        if atom.lower in ("bilateral", "trilateral") and at + 1 < len(self.atoms):
            return self.atoms[at + 1].kind in (WORD, NOUN) and following not in ("with", "between", "in", "on", "at")
        return False

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
        behind = self.row.words(look + 1, look + 6)
        match = re.match(r"(?:(?:had|has|have) )?(?:also )?(?:held|had|conducted) (?:\w+ )?with ", behind)
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
        if clause.link in ("after", "before", "following", "despite", "amid") and at - clause.start < 7:
            return self._subject(clause.start)
        if clause.link == "that" and at - clause.start < 4 and self._after(at + 1) == "with":
            # "announced that a call with X had been useful": the speaker's, but not a spokesperson's
            speaker = self._subject(clause.start, self.row.clauses[self.row.clauses.index(clause) - 1])
            people = named(self.atoms[speaker]) if speaker is not None else []
            return speaker if people and not any("voice" in one.sorts for one in people) else None
        if clause.link == "where" and at - clause.start < 3:
            # "will visit Rome, where talks with X are planned"
            return self._subject(clause.start, self.row.clauses[self.row.clauses.index(clause) - 1])
        return None

    def _points_back(self, at: int) -> bool:
        """Whether a noun without people points at an event told before: "the call", "this second meeting"."""
        for look in range(at - 1, max(-1, at - 8), -1):
            lower = self.atoms[look].lower
            if lower in ("the", "this", "that", "their", "both"):
                return True
            if self.atoms[look].kind not in (WORD, TIME) and lower not in ("-",):
                return False
            if lower in word_set("new_articles"):
                return False
        return at == 0 or self.atoms[at].capital

    def _both_told(self, at: int, people: list[Person]) -> bool:
        """Whether what follows tells of both: "since Nov. 19, when Xi briefed Putin", not "when Xi took office"."""
        told = {person for atom in self.atoms[at:] if atom.kind == PEOPLE for person in named(atom)}
        return set(people) <= told or any(atom.value == "pair" for atom in self.atoms[at : at + 4])

    def _since(self, at: int, kind: str, people: list[Person], format_: str) -> None:
        """ "their second call since Oct. 25" tells of a call on Oct. 25 too."""
        before = self.row.words(at - 5, at)
        if not re.search(r"\b(first|second|third|fourth|fifth|sixth|seventh|eighth|2nd|3rd|4th|5th|1st)\b", before):
            return
        for look in range(at + 1, min(len(self.atoms), at + 8)):
            atom = self.atoms[look]
            if atom.kind == TIME and atom.time and (atom.time.since or self._after(look - 1) == "since"):
                if (
                    self._after(look + 1) not in (".", ",", ";")
                    or self._after(look + 2) == "the"
                    or (self._after(look + 2) == "when" and not self._both_told(look + 2, people))
                    or atom.time.sort not in ("day", "month_in", "month", "weekday", "iso")
                ):
                    return
                candidate = self._make(at, kind, people, "took_place", format_, None, [look], time=atom.time)
                if candidate:
                    candidate.spans["occurrence"] = [self.row.span(at, look + 1)]
                return
            if atom.lower in ("who", "which", "that"):
                return
