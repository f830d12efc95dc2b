"""On which occasion something is said, when, by whom and to whom."""

import re

from .cues import MARK, OCCASION, PEOPLE, QUOTE, TIME, WORD, Atom, named
from .lexicon import pattern, word_set
from .nouns import Nouns
from .people import Person
from .times import Time


class Occasions(Nouns):
    """Finds the speaker, the occasion and the time of what is said."""

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
            and not self._goes_on(at + 2)
            and not self._quotes_on(at)
        ):
            return at + 1
        subject = self._subject(at)
        if subject is None:
            return None
        if before and before.kind == WORD and before.capital and before.lower not in word_set("passed_words"):
            return None  # "Tehran said"
        if self.row.clause(at).link == "which":
            return None  # "footage which he said proved it"
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

    def _told_by_another(self, at: int, speaker: Person) -> bool:
        """ "According to Xi, Putin said that": what one tells of the other's words."""
        if "according to" not in self.row.words(0, 2):
            return False
        first = next((atom for atom in self.atoms[2:6] if atom.kind == PEOPLE), None)
        return first is not None and speaker not in named(first)

    def _quotes_on(self, at: int) -> bool:
        """Whether "said" has a subject before it and a quotation behind: "Xi, in Rome, said Putin “was wrong”"."""
        quoted = any(atom.kind == QUOTE for atom in self.atoms[max(0, at - 2) : at])
        return not quoted and at + 2 < len(self.atoms) and self.atoms[at + 2].kind == QUOTE

    def _goes_on(self, at: int) -> bool:
        """Whether a verb follows: "said Xi could visit" is no saying of Xi's."""
        atom = self.atoms[at] if at < len(self.atoms) else None
        if atom is None or atom.kind != WORD:
            return False
        modal = atom.lower in word_set("auxiliaries") or atom.lower in self.grammar["doubt"]["auxiliaries"]
        return modal or atom.lower.endswith("s") or (self._verbal(at) and self._after(at - 2) != "told")

    def _addressee(self, at: int) -> str:
        """ "person" where words go to someone by name or to "him": that is no public statement."""
        if self.atoms[at].lower not in word_set("addressing_verbs"):
            return ""
        if self.atoms[at].lower in ("expressed", "congratulated", "thanked", "responded", "replied"):
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
                (self.atoms[look].lower == "speaking" and self._after(look + 1) in ("at", "in", "before", "during"))
                or self.atoms[look].lower == "addressing"
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
            to_them = re.search(
                r"(?:told|tells|telling|to|with|from|by|briefed|addressed|before|updated) (?:\w+ ){0,2}$", before + " "
            )
            return behind not in word_set("of_the_media") and (bool(to_them) or (told and 0 < look - at <= 3))
        if atom.value == "parliament":
            return bool(re.search(r"\b(?:told|to|in|at|before|addressed|addressing|of)\b", before)) and not re.search(
                r"\bwon\b", before
            )
        if atom.value in ("written", "social_media"):
            own = atom.lower.startswith(("on ", "to ")) or bool(
                re.search(r"\b(?:in|via|on|through|with|issued|to|released|published|wrote|posted)\b", before)
            )
            near = self.row.words(max(0, look - 3), look)
            foreign = (
                bool(re.search(r"\b(?:ministry|government|office|kremlin|embassy|palace|foreign|house)\b|'s ", near))
                and "his" not in before
            )
            return own and not foreign and behind not in ("from",)
        if atom.value == "speech":
            return word not in ("called", "summoned", "invited") and bool(
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
            if atom.kind == QUOTE or (look < clause.start and clause.link in ("that", "which", "whether", "if")):
                break
            if self._is_time(atom):
                here = self.row.number(look)
                if here != number and self._scheduled(self.row.clauses[here]):
                    return None, False  # "Talks, planned for Monday, did not take place, he said"
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
            if not (atom.lower in word_set("beside_words") or atom.capital or atom.kind == OCCASION):
                return None
        return None

    @staticmethod
    def _is_time(atom: Atom) -> bool:
        return atom.kind == TIME and atom.value != "counted"

    def _occasion_ahead(self, at: int) -> bool:
        return any(one.kind in (OCCASION, TIME) for one in self.atoms[at + 1 : at + 4])
