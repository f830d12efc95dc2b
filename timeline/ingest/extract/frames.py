"""From a sentence's atoms to candidates: one for each call, meeting or statement that it tells of.

What stands in quotation marks tells of no event.
"""

import re

from .cues import NOUN, OCCASION, PEOPLE, WORD, named
from .lexicon import pattern, word_set
from .reading import IT, Candidate, Stage
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
        self._joined_by()
        self._statements()
        self._remember()
        return self.candidates

    def _joined_by(self) -> None:
        """ "held talks with Bashagha, joined by the Italian premier, Marta Colonna"."""
        for at in range(2, len(self.atoms)):
            if self.row.words(at - 2, at) == "joined by" and self.atoms[at].kind == PEOPLE:
                made = [one for one in self.candidates if one.people and one.trigger[1] < self.row.span(at, at + 1)[0]]
                if made and not self.atoms[at].possessive:
                    self._besides(made[-1], at, self._people(at) or [])

    def _plan_undone(self) -> None:
        """ "It was later cancelled.": of the plan told last."""
        first = self.row.clauses[0]
        words = self.row.words(0, first.end)
        row, hoped = self.row.sentence, self.discourse.doubted
        none = next((at for at, one in enumerate(self.atoms) if one.kind == NOUN and self._none_such(at)), None)
        if hoped and none is not None and row.index - hoped.sentence <= 1:
            hoped.occurrence = "did_not_take_place"
            hoped.spans["occurrence"] = [self.row.span(none - 2, none + 1)]
            self.candidates.append(hoped)
            self.discourse.doubted = None
            return
        if not self.candidates and self.row.words(0, 2) == "that was" and self.atoms[2:] and self._day_told():
            return
        if self.candidates or not re.match(r"(?:but |however , )?(?:it|this|that|both|the plan|plans) ", words):
            return
        if (occurrence := self.undone(words)) and not re.search(r" (?:may|might|could|would|if|not be) ", words):
            span = self.row.span(0, first.end)
            if hoped and row.index - hoped.sentence == 1 and occurrence == "did_not_take_place":
                hoped.occurrence = occurrence
                hoped.spans["occurrence"] = [span]
                self.candidates.append(hoped)
                self.discourse.doubted = None
                return
            candidate = Candidate("meeting", [], occurrence, row.index, row.paragraph, span, IT)
            candidate.add("occurrence", span)
            self.candidates.append(candidate)

    def _undone_at(self, occurrence: str) -> tuple[int, int]:
        """Where the sentence says that something was undone."""
        start, end = self.row.sentence.start, self.row.sentence.end
        return self.cue(occurrence, (start, start)) or (start, end)

    def _set_stage(self) -> None:
        """ "The two leaders appeared at a joint news conference after the talks.": what they say next is said there."""
        stage, paragraph = self.discourse.stage, self.row.sentence.paragraph
        if stage and paragraph - stage.paragraph > 1:
            self.discourse.stage = None
        if any(candidate.kind == "statement" for candidate in self.candidates):
            return
        for at, atom in enumerate(self.atoms):
            public = atom.kind == OCCASION and atom.value in ("press_conference", "speech")
            subject = self._subject(at) if public else None
            people = self._people(subject) if subject is not None else None
            before = self.row.words(max(0, (subject or 0) + 1), at)
            if people and pattern("took_the_stage").match(before):
                time, _direct = self._said_when(at, subject or 0)
                hangs = self._hung_from(at) or ("", "")
                span = self.row.span(at, at + 1)
                self.discourse.stage = Stage(paragraph, tuple(people), atom.value, time, hangs, span)
                return

    def _none_such(self, at: int) -> bool:
        """Whether "there was no such call" is told."""
        return self.row.words(at - 2, at) == "no such" and self._after(at - 3) in ("was", "were", "been", "is")

    def _day_told(self) -> bool:
        """ "That was Nov. 1.": of what was told last."""
        time = self.atoms[2 + (self._after(2) == "on")].time
        if not time or len(self.atoms) > 6:
            return False
        row = self.row.sentence
        candidate = Candidate("meeting", [], "took_place", row.index, row.paragraph, (time.start, time.end), IT)
        candidate.time, candidate.hangs_that = time, True
        candidate.add("date", (time.start, time.end))
        self.candidates.append(candidate)
        return True

    def _remember(self) -> None:
        """What pronouns of the next sentence may mean."""
        first = None
        self.discourse.grouped = False
        for at, atom in enumerate(self.atoms):
            if atom.kind != PEOPLE or atom.possessive or self._governed(at):
                continue
            people = named(atom)
            if first is None and atom.value == "nobody" and atom.lower not in word_set("nameless"):
                self.discourse.focus = None  # someone, but nobody can say who
            if len(people) > 1:
                if first is None:
                    self.discourse.together = people
                    self.discourse.grouped = True
                break
            if len(people) == 1 and first is None:
                first = people[0]
        told_at = [candidate.trigger for candidate in self.candidates]
        for candidate in self.candidates:
            told = (candidate.time or candidate.occurrence != "planned") and not candidate.aside
            apart = told_at.count(candidate.trigger) > 1  # "telephoned both men"
            if candidate.kind != "statement" and told and not apart and len(candidate.people) > 1:
                whole = set(self.discourse.together) < set(candidate.people) and len(self.discourse.together) > 1
                self.discourse.together = self.discourse.together if whole else candidate.people
        self._set_stage()
        words = self.row.words(0, len(self.atoms))
        if pattern("trip_undone").search(words):
            self.discourse.undone = self.row.sentence.index, "cancelled", self._undone_at("cancelled")
        elif match := pattern("talks_undone").search(words):
            occurrence = self.undone(match[0])
            self.discourse.undone = self.row.sentence.index, occurrence, self._undone_at(occurrence or "cancelled")
        spoken_of = [person for atom in self.atoms for person in (named(atom) if atom.kind == PEOPLE else ())]
        self.discourse.named = list(dict.fromkeys(spoken_of))
        speakers = [candidate.speaker for candidate in self.candidates if candidate.speaker]
        self.discourse.speaker = speakers[0] if speakers else None
        if first or speakers:
            self.discourse.focus = first or speakers[0]
