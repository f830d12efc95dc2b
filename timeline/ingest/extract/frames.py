"""From a sentence's atoms to candidates: one for each call, meeting or statement that it tells of.

What stands in quotation marks tells of no event.
"""

import re

from .cues import NOUN, PEOPLE, WORD, named
from .lexicon import pattern
from .reading import IT, Candidate
from .sayings import Sayings


class Frames(Sayings):
    """Reads one sentence; `candidates` has what it tells of."""

    def read(self) -> list[Candidate]:
        if self.atoms and self.atoms[-1].lower == "?":
            self._remember()
            return []  # a question tells of nothing
        for at, atom in enumerate(self.atoms):
            if atom.kind == NOUN and self._gerund(at):
                self._contact(at, "meeting", "", direct=True)
            elif atom.kind == NOUN:
                self._noun(at, atom)
            elif atom.kind == WORD:
                self._verb(at, atom)
        self._plan_undone()
        self._statements()
        self._remember()
        return self.candidates

    def _plan_undone(self) -> None:
        """ "It was later cancelled.": of the plan told last."""
        first = self.row.clauses[0]
        words = self.row.words(0, first.end)
        if self.candidates or not re.match(r"(?:but |however , )?(?:it|this|that|both|the plan|plans) ", words):
            return
        if (occurrence := self.undone(words)) and not re.search(r" (?:may|might|could|would|if|not be) ", words):
            span = self.row.span(0, first.end)
            row = self.row.sentence
            candidate = Candidate("meeting", [], occurrence, row.index, row.paragraph, span, IT)
            candidate.add("occurrence", span)
            self.candidates.append(candidate)

    def _remember(self) -> None:
        """What pronouns of the next sentence may mean."""
        first = None
        self.discourse.grouped = False
        for at, atom in enumerate(self.atoms):
            if atom.kind != PEOPLE or atom.possessive or self._governed(at):
                continue
            people = named(atom)
            if len(people) > 1:
                if first is None:
                    self.discourse.together = people
                    self.discourse.grouped = True
                break
            if len(people) == 1 and first is None:
                first = people[0]
        for candidate in self.candidates:
            told = candidate.time or candidate.occurrence != "planned"
            if candidate.kind != "statement" and len(candidate.people) > 1 and told and not candidate.aside:
                whole = set(self.discourse.together) < set(candidate.people) and len(self.discourse.together) > 1
                self.discourse.together = self.discourse.together if whole else candidate.people
        words = self.row.words(0, len(self.atoms))
        if pattern("trip_undone").search(words):
            self.discourse.undone = self.row.sentence.index, "cancelled"
        elif match := pattern("talks_undone").search(words):
            self.discourse.undone = self.row.sentence.index, self.undone(match[0])
        spoken_of = [person for atom in self.atoms for person in (named(atom) if atom.kind == PEOPLE else ())]
        self.discourse.named = list(dict.fromkeys(spoken_of))
        speakers = [candidate.speaker for candidate in self.candidates if candidate.speaker]
        self.discourse.speaker = speakers[0] if speakers else None
        if first or speakers:
            self.discourse.focus = first or speakers[0]
