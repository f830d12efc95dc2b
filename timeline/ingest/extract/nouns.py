"""Calls and meetings told by a noun: "talks with", "their second call", "the Trump-Xi summit", "a call between".

Who takes part is found through "with" and "between", a possessive, or the subject of the verb that supports the noun.
A noun without people may point at an event told before ("the call lasted").
"""

import re

from .cues import NOUN, PEOPLE, QUOTE, TIME, WORD, Atom, named
from .lexicon import pattern, word_set
from .parties import Parties
from .people import Person
from .reading import VAGUE, Candidate

_PREPOSITIONS = word_set("prepositions")
_ADVERBIAL = word_set("adverbial_prepositions")


class Nouns(Parties):
    """Reads calls and meetings told by nouns."""

    def _noun(self, at: int, atom: Atom) -> None:
        kind, _, format_ = atom.value.partition(" ")
        timed = at + 2 < len(self.atoms) and self.atoms[at + 2].kind == TIME
        if atom.lower in ("call", "calls") and self._after(at + 1) == "on" and not timed:
            self._called_on(at)
            return
        if self._not_an_event(at, atom) or (atom.lower.endswith("s") and self._counted_up(at)):
            return
        if kind == "meeting" and self._means(at) and atom.lower in VAGUE | {"meeting"} and self._near_means(at):
            kind, format_ = "call", self._means(at)
        elif atom.lower in word_set("conversations") and self.discourse.calls:
            kind, format_ = "call", "phone"
        status = self._status(at, verb=False)
        people, atoms, subject = self._noun_people(at, atom, format_)
        if people is None or (status is None and not people):
            return
        if people == [] and status in ("cancelled", "postponed") and not self._points_back(at):
            # "A full meeting, planned for Monday, was called off": of those told of last
            pair = self.discourse.pair("they")
            people = pair if len(pair) == 2 and self.discourse.named else []
        told = self._told_in(at) if people == [] else None
        if told:
            people, atoms, subject = told
        if people == []:
            if self._points_back(at):
                made = self._make(at, kind, [], status or "took_place", format_, None, [])
                if made:
                    made.hangs_that = self._after(at - 1) == "that"
                    self._joins(at, made)
            return
        if status is None and (hoped := self._make(at, kind, people, "planned", format_, subject, atoms)):
            # It may be told next that nothing came of it.
            self.candidates.remove(hoped)
            self.discourse.doubted = hoped
        if status is None or (status == "took_place" and self._any_such(at)):
            return
        groups = self._split_groups(at, people, subject, atoms)
        others = self._more_objects(atoms[-1]) if atoms and subject is not None and atoms[0] > at else []
        aside = subject is not None and subject > at and bool(atoms)
        owned = subject is not None and subject < at and self._possessor(at) == subject
        topic = owned and bool(
            re.search(
                r" (?:over|about|on|of|against|regarding|to|for) (?:his|her|the )?$",
                f" {self.row.words(0, subject or 0)} ",
            )
        )
        behind = self._time_behind(atoms[0]) if (aside or topic or others) and atoms else None
        for group in groups:
            made = self._make(at, kind, group, status, format_, subject, atoms, time=behind, timeless=topic)
            if made:
                made.passing = subject is None or owned
                made.on_the_way = self._way_to(at)
                made.aside = aside
                made.during = made.during or bool(told)
        for other in others:
            # "talks with X on Friday and Y on Monday", "talks with X and with Y"
            left, right = self._people(subject or 0) or [], self._people(other) or []
            if left and right and not set(left) & set(right):
                self._make(at, kind, [*left, *right], status, format_, subject, [other], time=self._time_beside(other))
        self._since(at, kind, groups[0], format_)

    def _counted_up(self, at: int) -> bool:
        """ "has had at least three meetings with Xi", with no day: nobody says which."""
        before = self.row.words(at - 4, at)
        many = pattern("many_of").search(before) and "separate" not in before
        times = [one for one in self._clause_times(self.row.clause(at)) if not self._of_the_saying(one, at)]
        return bool(many) and not times

    def _joins(self, at: int, made: Candidate) -> None:
        """ "The emir also took part in the meeting": who was there besides."""
        subject = self._subject(at)
        people = self._people(subject) if subject is not None else None
        if people and len(people) == 1 and pattern("takes_part").match(self.row.words((subject or 0) + 1, at)):
            self._besides(made, subject or 0, people)

    def _way_to(self, at: int) -> bool:
        """ "flew to Washington on Monday for talks with X": the day is that of the flight."""
        clause = self.row.clause(at)
        words = f" {self.row.words(clause.start, at)} "
        return bool(self._clause_times(clause)) and bool(
            re.search(r" (?:travell?ed|flew|headed|went|came|left|departed|arrived) .* for (?:\S+ ){0,3}$", words)
        )

    def _any_such(self, at: int) -> bool:
        """Whether a noun names no certain event: "a meeting between the two", with no verb or time that places it."""
        look = at - 1
        if look > 0 and self.atoms[look].value == "pair" and self._after(look - 1) in ("a", "an", "any", "another"):
            # "arrangements for a Putin-Zelensky meeting"
            return not re.search(r" (?:took place|was held|lasted) ", self.row.words(at, at + 8))
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
            if len(left) > 1 and len(right) == 1 and "separate" in words:
                return [[one, *right] for one in left]  # "Harris and Guterres, in separate calls with Tinubu"
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

    def _points_back(self, at: int) -> bool:
        """Whether a noun without people points at an event told before: "the call", "this second meeting"."""
        if at > 1 and self._after(at - 1) == "'s" and self.atoms[at - 2].kind == TIME:
            return True  # "Tuesday's meeting"
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
