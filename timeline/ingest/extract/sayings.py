"""Statements: what a named leader or official says to the public.

One statement is one speaker on one occasion, not one sentence. What someone is told in a call or meeting, by its
readout, belongs to that event; so does what a participant "said" where the text gives neither an occasion nor a time
for it. A spokesperson is the speaker of their own words.
"""

import re

from .contacts import Contacts
from .cues import MARK, OCCASION, PEOPLE, QUOTE, TIME, WORD, Atom
from .lexicon import pattern, word_set
from .reading import Candidate
from .times import Time

_SHORT_QUOTE, _LONG_QUOTE = 20, 200  # characters, between which a quotation is a statement's words


class Sayings(Contacts):
    """Reads statements."""

    def _statements(self) -> None:
        verbs = set(self.grammar["statement"]["verbs"])
        weak = set(self.grammar["statement"]["weak"])
        done: set[int] = set()
        for at, atom in enumerate(self.atoms):
            if atom.kind == WORD and (atom.lower in verbs or atom.lower in weak):
                self._statement(at, atom, strong=atom.lower in verbs, done=done)

    def _statement(self, at: int, atom: Atom, *, strong: bool, done: set[int]) -> None:
        subject = self._speaker(at)
        if subject is None:
            return
        people = self._people(subject)
        if not people or len(people) != 1:
            return
        speaker = people[0]
        joined = self._after(subject - 1) == "and" and subject > 1 and self.atoms[subject - 2].kind == PEOPLE
        nobody = "neither" in self.row.words(max(0, subject - 5), at).split()
        if not speaker.official or joined or nobody:
            return  # "he and Lavrov gave a press conference" is nobody's alone
        start = max(subject + 1, at - 6, self.row.clause(at).start) if subject < at else max(0, at - 3)
        before = f" {self.row.words(start, at)} "
        if re.search(
            r" (?:will|would|may|might|could|should|is to|to|not|never|n't|was|were|been|being|be|if) ", before
        ) and not pattern("still_said").search(before):
            if not re.search(r" (?:was|were|been) $", before) or atom.lower in (
                "told",
                "asked",
                "called",
                "said",
                "quoted",
            ):
                return
            if atom.lower not in ("speaking", "responding", "answering"):
                return
        occasion = self._occasion(at, subject)
        addressee = self._addressee(at)
        if addressee == "person":
            return
        time, direct = self._said_when(at, subject)
        if not time and (counted := self._counted(at)):
            time, direct = counted, True
        if occasion and occasion[1] is not None and (beside := self._beside(occasion[1])):
            time, direct = beside, True
        if (
            not strong
            and not occasion
            and not (direct and atom.lower in self.grammar["statement"]["speech_acts"] and not self.candidates)
        ):
            return
        if atom.lower in word_set("loose_sayings") and not occasion and not direct:
            return
        if (
            occasion
            and occasion[0] in ("interview", "parliament", "speech", "written", "social_media")
            and not strong
            and not self._speaks(at, atom, occasion)
        ):
            return
        row = self.row
        key = subject
        candidate = Candidate(
            "statement",
            [speaker],
            "took_place",
            row.sentence.index,
            row.sentence.paragraph,
            row.span(at, at + 1),
            atom.lower,
        )
        candidate.speaker = speaker
        if occasion:
            candidate.format = occasion[0]
            if occasion[1] is not None:
                candidate.add("format", row.span(occasion[1], occasion[1] + 1))
        if time:
            candidate.time = time
            candidate.add("date", (time.start, time.end))
        elif hung := self._hung_from(at):
            candidate.hangs, candidate.hangs_words = hung
        between = self.row.clauses[self.row.number(subject) : self.row.number(at)]
        # "Foley, who spoke to Marchetti on Monday, said": the call is told in passing.
        aside = any(one.link == "who" and self._clause_times(one) for one in between)
        candidate.inside = not occasion and not direct and not candidate.hangs and not aside
        if pattern("inside").search(row.words(0, len(self.atoms))) and not occasion:
            return
        mention = self.atoms[subject].mentions[0]
        candidate.add("speaker", (row.tokens[mention.name_start].start, row.tokens[mention.name_end - 1].end))
        candidate.add("occurrence", row.span(at, at + 1))
        self._said(candidate)
        if key in done and not occasion and not time:
            return
        done.add(key)
        self.candidates.append(candidate)

    def _said(self, candidate: Candidate) -> None:
        """The words themselves, where they are quoted, and that something was declined."""
        row = self.row
        for number, atom in enumerate(self.atoms):
            start, end = row.span(number, number + 1)
            end -= row.text[end - 1] in "”\"’'»"
            # A whole saying ends with a mark of its own; what does not is but a word or two.
            if atom.kind == QUOTE and _SHORT_QUOTE < end - start <= _LONG_QUOTE and row.text[end - 1] in ".,?!…":
                candidate.add("words", (start + 1, end))
        text = row.text[row.sentence.start : row.sentence.end].lower().replace("’", "'")
        if any(phrase in text for phrase in self.grammar["statement"]["declined"]):
            candidate.add("declined", (row.sentence.start, row.sentence.end))

    def _speaks(self, at: int, atom: Atom, occasion: tuple[str, int | None]) -> bool:
        """Whether a weaker verb with an occasion means that words were said: "delivered a speech"."""
        if atom.lower in word_set("deeds"):
            where = occasion[1]
            return where is not None and 0 < where - at <= 5
        return True

    def _speaker(self, at: int) -> int | None:
        """The atom of who says it: the subject before the verb, or the name right behind it (“...,” said Xi)."""
        before = self.atoms[at - 1] if at else None
        following = self.atoms[at + 1] if at + 1 < len(self.atoms) else None
        if (
            following
            and following.kind == PEOPLE
            and not following.possessive
            and (before is None or before.kind == QUOTE or before.lower == ",")
            and self.atoms[at].lower in word_set("inverted_verbs")
        ):
            return at + 1
        subject = self._subject(at)
        if subject is None:
            return None
        # Between subject and verb no other subject may stand: "Trump told her the ministry said".
        clause = self.row.clause(at)
        if clause.start <= subject < at:
            words = [one for one in self.atoms[subject + 1 : at] if one.kind == WORD]
            if any(one.lower in word_set("nameless_speakers") for one in words):
                return None
            if any(one.lower in self.grammar["statement"]["verbs"] for one in words) and self._after(at - 1) not in (
                "and",
                "also",
            ):
                return None
        else:
            words = [
                one
                for one in self.atoms[clause.start : at]
                if one.kind == WORD and one.lower not in word_set("passed_words")
            ]
            if any(not one.lower.endswith("ly") and not one.capital for one in words):
                return None
            if clause.link in ("which", "that", "as", "because"):
                return None
        return subject

    def _addressee(self, at: int) -> str:
        """ "person" where words go to someone by name or to "him": that is no public statement."""
        if self.atoms[at].lower not in word_set("addressing_verbs"):
            return ""
        if self.atoms[at].lower in ("expressed", "congratulated", "thanked", "urged", "responded", "replied"):
            return ""
        following = self.atoms[at + 1] if at + 1 < len(self.atoms) else None
        if following and following.kind == PEOPLE:
            return "person"
        words = self.row.words(at + 1, at + 5)
        if pattern("own_side").match(words):
            return "person"
        return ""

    def _occasion(self, at: int, subject: int) -> tuple[str, int | None] | None:
        """On which occasion something is said: the format, and the atom that names it."""
        number = self.row.number(at)
        first = self.row.clauses[number].start
        last = self.row.clauses[number].end
        while (
            number + 1 < len(self.row.clauses)
            and self.row.clauses[number + 1].link in (",", "following", "after")
            and last - at < 16
        ):
            if any(
                self.atoms[look].kind == PEOPLE and not self._governed(look)
                for look in range(self.row.clauses[number + 1].start, self.row.clauses[number + 1].end)
            ):
                break
            number += 1
            last = self.row.clauses[number].end
            if self.row.clauses[number].link in ("after", "following"):
                break
        number = self.row.number(at)
        while number > 0 and self.row.clauses[number].link in (",", "and") and first > 0:
            number -= 1
            clause = self.row.clauses[number]
            if clause.start and any(
                self.atoms[look].lower in ("said", "told") for look in range(clause.start, clause.end)
            ):
                break
            first = clause.start
            if clause.link not in (",", "", "and"):
                break
        if self.atoms[at].lower in ("posted", "tweeted", "tweeting"):
            return "social_media", None
        spoken = self._occasion_named(at, first, last)
        deed = self.atoms[at].lower
        speaks = deed in self.grammar["statement"]["verbs"] or deed in self.grammar["statement"]["speech_acts"]
        if (
            spoken is None
            and speaks
            and any(
                self.atoms[look].lower == "speaking" and self._after(look + 1) in ("at", "in", "before", "during")
                for look in range(first, last)
            )
        ):
            return "speech", None
        return spoken

    def _occasion_named(self, at: int, first: int, last: int) -> tuple[str, int | None] | None:
        told = self.atoms[at].lower in ("told", "telling", "tells", "tell")
        outlets = set(self.grammar["outlets"]["words"])
        if told:
            for look in range(at + 1, min(at + 6, len(self.atoms))):
                token = self.row.tokens[self.atoms[look].start].text
                if self.atoms[look].kind == OCCASION:
                    break
                if self.atoms[look].kind in (QUOTE, TIME) or self.atoms[look].lower in ("that", ",", "."):
                    break
                if token in outlets:
                    return "interview", look
        order = sorted(range(first, last), key=lambda look: (look < at, abs(look - at)))
        for look in order:
            atom = self.atoms[look]
            if atom.kind != OCCASION or re.search(r"\baccording to\b", self.row.words(max(0, look - 5), look)):
                continue
            if self._occasion_fits(at, look, atom, told):
                return atom.value, look
        return None

    def _occasion_fits(self, at: int, look: int, atom: Atom, told: bool) -> bool:
        before = self.row.words(max(0, look - 5), look)
        behind = self._after(look + 1)
        word = self.atoms[at].lower
        if atom.value == "to_reporters":
            return bool(
                re.search(
                    r"(?:told|tells|telling|to|with|from|by|briefed|addressed|before|updated) (?:\w+ ){0,2}$",
                    before + " ",
                )
            ) or (told and 0 < look - at <= 3)
        if atom.value == "parliament":
            return bool(re.search(r"\b(?:told|to|in|at|before|addressed|addressing|of)\b", before)) and not re.search(
                r"\bwon\b", before
            )
        if atom.value in ("written", "social_media"):
            own = atom.lower.startswith(("on ", "to ")) or bool(
                re.search(r"\b(?:in|via|on|through|with|issued|to|released|published|wrote|posted)\b", before)
            )
            foreign = (
                bool(re.search(r"\b(?:ministry|government|office|kremlin|embassy|palace|foreign|house)\b|'s ", before))
                and "his" not in before
            )
            return own and not foreign and behind not in ("from",)
        if atom.value == "speech":
            return bool(
                re.search(
                    r"\b(?:in|at|during|told|delivered|delivering|gave|giving|addressed|speaking|made|to|began)\b",
                    before,
                )
            )
        if atom.value in ("press_conference", "interview"):
            if re.search(r"\b(?:after|before|ahead|following|since)\b", before[-18:]) and look > at:
                return True
            return bool(
                re.search(r"\b(?:at|in|during|told|held|gave|giving|with|to|a|an|the|his|her|regular|daily)\b", before)
            ) and word not in ("skipped", "cancelled")
        return False

    def _said_when(self, at: int, subject: int) -> tuple[Time | None, bool]:
        """The time of saying, and whether it stands with the verb itself (and so makes it an occasion)."""
        number = self.row.number(at)
        clause = self.row.clauses[number]
        tellers = [one for one in self._tellers() if one != at]
        run = []
        for look in range(at + 1, len(self.atoms)):
            atom = self.atoms[look]
            if self._is_time(atom):
                if not any(at < other < look for other in tellers):
                    run.append(look)
                break
            if atom.kind == QUOTE or atom.lower in ("that", ";", ":"):
                break
            if atom.kind == MARK and atom.lower == "," and look > at + 1 and not self._occasion_ahead(look):
                break
            if (
                atom.kind == PEOPLE
                and look > at + 1
                and not self._governed(look)
                and subject != look
                and not atom.possessive
            ):
                break
            if atom.lower in word_set("other_subjects"):
                break
            if look - at > 14:
                break
        if run:
            return self.atoms[run[0]].time, True
        # "Trump on Tuesday said", "On Tuesday, Trump said", "At a press conference on Tuesday, Trump said"
        for look in range(at - 1, -1, -1):
            atom = self.atoms[look]
            if look < clause.start and any(other for other in tellers if look < other < clause.start):
                break
            if atom.kind == QUOTE:
                break
            if self._is_time(atom):
                here = self.row.number(look)
                if self.row.clauses[here].link in ("whether", "if", "that", "which", "where") and here != number:
                    continue
                if any(
                    other
                    for other in tellers
                    if self.row.clauses[here].start <= other < self.row.clauses[here].end and other != at
                ) or (self.row.clauses[here].link in word_set("own_time_links") and here != number):
                    return None, False
                return atom.time, True
        # A time at the very end belongs to the saying where nothing else in the sentence can own it.
        return None, False

    def _beside(self, at: int) -> Time | None:
        """The time right beside an occasion: "a press conference on Tuesday", "Tuesday's briefing"."""
        for look in (at - 1, at - 2, at - 3):
            if look >= 0 and self._is_time(self.atoms[look]):
                return self.atoms[look].time
            if look >= 0 and self.atoms[look].lower not in ("'s", "regular", "daily", "weekly", "news", "press"):
                break
        for look in range(at + 1, min(at + 8, len(self.atoms))):
            atom = self.atoms[look]
            if self._is_time(atom):
                return atom.time
            if not (atom.lower in word_set("beside_words") or atom.capital):
                return None
        return None

    @staticmethod
    def _is_time(atom: Atom) -> bool:
        return atom.kind == TIME and atom.value != "counted"

    def _occasion_ahead(self, at: int) -> bool:
        return any(one.kind in (OCCASION, TIME) for one in self.atoms[at + 1 : at + 4])
