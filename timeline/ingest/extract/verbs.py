"""Calls and meetings told by a verb: who "met", "spoke with", "hosted" or "phoned" whom.

The people are found around the verb by simple grammar; where one of them can't be told, there is no candidate.
"""

import re

from .cues import MEANS, NOUN, OCCASION, PEOPLE, TIME, WORD, Atom
from .lexicon import pattern, word_set
from .objects import Objects
from .times import Time


class Verbs(Objects):
    """Reads calls and meetings told by verbs."""

    def _gerund(self, at: int) -> bool:
        """ "after meeting Xi", "..., meeting with Modi on Monday": here a verb."""
        if self.atoms[at].lower != "meeting" or at + 1 >= len(self.atoms):
            return False
        before = self._after(at - 1)
        if at and self.atoms[at - 1].value == "hours" and before.endswith((" after", " before")):
            return self.atoms[at + 1].kind == PEOPLE
        return (self.atoms[at + 1].kind == PEOPLE and before in word_set("before_gerund")) or (
            self._after(at + 1) == "with" and before in ("after", "before", "while", "by", "when")
        )

    def _verb(self, at: int, atom: Atom) -> None:
        meeting, call = self.grammar["meeting"], self.grammar["call"]
        word = atom.lower
        if word == "host" and (self._after(at - 1) in ("his", "her", "their", "the", "a") or at + 1 == len(self.atoms)):
            return  # "his host counterpart"
        if word in call["verbs"]:
            self._contact(at, "call", "phone", direct=True, starts=True)
        elif word == "called" and self._after(at + 1) != "on":
            self._called(at)
        elif word in call["talk_verbs"]:
            self._spoke(at)
        elif word in ("discussed", "exchanged", "discuss") and (means := self._means(at)):
            self._contact(at, "call", means, direct=False)
        elif word == "discussed" and pattern("over_a_meal").search(self.row.words(at, len(self.atoms))):
            self._contact(at, "meeting", "", direct=False)
        elif word in meeting["verbs"] or word in meeting["with_verbs"] or word in meeting["gerunds"]:
            means = self._means(at) if self._near_means(at) else ""
            kind = "call" if means else "meeting"
            self._contact(at, kind, means, direct=word not in word_set("only_with"))
        elif word in ("call", "called", "calls", "calling") and self._after(at + 1) == "on":
            self._called_on(at)
        elif word in ("ran", "bumped") and self.row.words(at + 1, at + 4) == "into each other":
            self._contact(at, "meeting", "standing_talk", direct=True)
        elif (
            (word == "joined" and self._joined(at))
            or (word in ("see", "seeing") and self._status(at, verb=True) not in (None, "took_place"))
            or (word in ("seen", "saw") and self._seen(at))
            or (word == "come" and self._after(at + 1) == "together")
        ):
            self._contact(at, "meeting", "", direct=True)
        elif word == "time" and pattern("found_time").search(f" {self.row.words(at - 3, at)} "):
            self._found_time(at)
        elif word == "visited":
            self._contact(at, "meeting", "visit", direct=True)

    def _means(self, at: int) -> str:
        """ "phone" or "video" where the clause, or what follows in the sentence, gives a means of a call."""
        clause = self.row.clause(at)
        for look in range(clause.start, min(clause.end + 6, len(self.atoms))):
            if self.atoms[look].kind == MEANS:
                return self.atoms[look].value
            if self.atoms[look].value.startswith("call") and re.search(
                r" (?:in|during|by|via|over) (?:a |an |the )?(?:separate |brief |joint )?$",
                f" {self.row.words(look - 3, look)} ",
            ):
                return self.atoms[look].value.split()[1]  # "spoke in separate videoconferences"
        return ""

    def _near_means(self, at: int) -> bool:
        return any(self.atoms[look].kind == MEANS for look in range(max(0, at - 6), min(len(self.atoms), at + 8)))

    def _spoke(self, at: int) -> None:
        """ "spoke by phone with", "talked to"; without a means only where the article speaks of a call."""
        means = self._means(at)
        following = self.atoms[at + 1 : at + 6]
        if self.atoms[at].lower == "speaking" and not means and self._after(at + 1) not in ("with", "to"):
            return  # "speaking about his contacts with Xi"
        if not means:
            if not any(one.lower in ("with", "to") for one in following):
                subject = self._subject(at)
                together = (self._people(subject) or []) if subject is not None else []
                in_person = pattern("in_person").search(self.row.words(at, at + 16))
                near = self.atoms[at : at + 16] if in_person else following
                if len(together) < 2 or not (
                    any(one.kind == TIME for one in near)
                    or re.search(r"\b(?:minutes|hours?)\b", self.row.words(at, at + 8))
                ):
                    return
                if self._status(at, verb=True) == "planned":
                    # "are to talk again": by phone or not, nobody says
                    if talk := self._make(at, "call", together, "planned", "", subject, []):
                        talk.vague = talk.tentative = True
                    return
            if any(one.kind in (OCCASION, NOUN) for one in following):
                return
            words = self.row.words(at, at + 16)
            if pattern("in_person").search(words):
                self._contact(at, "meeting", "", direct=False, to=True)
                return
        made = len(self.candidates)
        # "The two spoke for an hour", in a text that speaks of no call: face to face.
        long = re.search(r"\b(?:minutes|hours?)\b", self.row.words(at, at + 9))
        room = pattern("in_a_room").search(self.row.words(at, at + 20))
        kind = "meeting" if not means and (room or (long and not self.discourse.calls)) else "call"
        self._contact(at, kind, means or ("phone" if kind == "call" else ""), direct=False, to=True)
        for candidate in self.candidates[made:]:
            candidate.vague = not means

    def _called(self, at: int) -> None:
        """ "called Xi on Monday", never "called Xi a friend", "called on Xi to"."""
        if at + 1 >= len(self.atoms) or self.atoms[at + 1].kind != PEOPLE or self.atoms[at + 1].possessive:
            return
        behind = self.atoms[at + 2] if at + 2 < len(self.atoms) else None
        if behind and not (
            behind.kind in (TIME, MEANS)
            or (
                behind.lower in word_set("behind_called") and not (behind.lower == "to" and self._after(at + 3) == "be")
            )
        ):
            return
        called = self.atoms[at + 1].value != "pair" and self._people(at + 1)
        if not called or self._after(at - 1) in ("was", "were", "is", "so", "been"):
            return
        self._contact(at, "call", "phone", direct=True, starts=True)

    def _called_on(self, at: int) -> None:
        """ "called on the prime minister on Tuesday" is a visit, "called on him to resign" is none."""
        look = at + 2
        if look >= len(self.atoms) or self.atoms[look].kind != PEOPLE or self.atoms[look].possessive:
            return
        behind = self.atoms[look + 1] if look + 1 < len(self.atoms) else None
        if behind and behind.kind != TIME and behind.lower not in word_set("behind_called_on"):
            return
        if any(one.lower == "to" for one in self.atoms[look + 1 : look + 6]):
            return
        status, subject = self._status(at, verb=True), self._subject(at)
        left = self._people(subject) if subject is not None else None
        if status and left:
            self._paired(at, "meeting", left, subject, [look], status, "", False)

    def _contact(
        self, at: int, kind: str, format_: str, *, direct: bool, starts: bool = False, to: bool = False
    ) -> None:
        status = self._status(at, verb=True)
        doubted = status is None
        status = status or "planned"
        made = len(self.candidates)
        self._told_by(at, kind, format_, status, direct=direct, starts=starts, to=to)
        if doubted and len(self.candidates) > made:
            # It may be told next that nothing came of it.
            self.discourse.doubted = self.candidates[made]
            rumoured = self.atoms[at].lower in word_set("met_verbs") and self._after(at - 1) != "to"
            self.discourse.doubted.rumoured = rumoured
            self.discourse.doubted.ahead = not rumoured
            del self.candidates[made:]

    def _told_by(self, at: int, kind: str, format_: str, status: str, *, direct: bool, starts: bool, to: bool) -> None:
        word = self.atoms[at].lower
        be = ("was", "were", "been", "being", "be")
        passive = (self._after(at - 1) in be or self._after(at - 2) in be) and word in (
            "received",
            "hosted",
            "welcomed",
            "met",
            "telephoned",
            "phoned",
        )
        objects = self._by(at) if passive else self._objects(at, direct=direct, to=to)
        alone = word in word_set("alone_verbs") | {"meet", "met", "meets", "meeting"} or self._together(at)
        if objects == [] and alone:
            subject = self._subject(at)
            people = self._people(subject) if subject is not None else None
            one = self._make(at, kind, people, status, format_, subject, []) if people and len(people) > 1 else None
            if one and people and (again := self._again(one.time)):
                self._make(at, kind, people, status, format_, subject, [], time=again)
            return
        if not objects or any(self.atoms[each].lower.endswith(" sides") for each in objects):
            return  # "has spoken to both sides" names nobody
        subject = self._subject(at)
        if subject is None or subject in objects:
            return
        left = self._people(subject)
        if not left:
            return
        if word in word_set("host_verbs") and not all(
            people and (people[0].official or people[0].figure) for people in map(self._people, objects)
        ):
            return
        planned = status == "planned" and word == "welcome"
        if word in ("welcomed", "welcome", "welcomes") and not passive and not planned and not self._host_cue(at):
            return
        made = len(self.candidates)
        self._paired(at, kind, left, subject, objects, status, format_, starts and not passive)
        if len(self.candidates) == made + 1 and (again := self._again(self.candidates[made].time)):
            people = self.candidates[made].people
            self._make(at, kind, people, status, format_, subject, objects, time=again)

    def _together(self, at: int) -> bool:
        """ "sat down together", "ran into each other"."""
        words = self.row.words(at + 1, at + 5)
        return bool(pattern("across_the_table").match(words)) or words.startswith("into each other")

    def _again(self, time: Time | None) -> Time | None:
        """ "met him in Rome in May and in Oslo in June": the second time."""
        here = next((look for look, atom in enumerate(self.atoms) if time and atom.time is time), len(self.atoms))
        here += 1
        while self._after(here) in ("in", "at", "the") or (here < len(self.atoms) and self.atoms[here].capital):
            here += 1  # "on Sunday in Rome and"
        if self._after(here) != "and":
            return None
        for atom in self.atoms[here + 1 : here + 8]:
            if atom.kind == TIME:
                return atom.time
            if not (atom.lower in ("in", "at", "on", "again", "the", "of") or (atom.kind == WORD and atom.capital)):
                return None
        return None

    def _found_time(self, at: int) -> None:
        """ "did find the time to see Xi", "found time for Xi"."""
        look = at + 1 + (self._after(at + 1) == "to")
        if self._after(look) in ("see", "meet", "receive", "for") and self.atoms[look - 1].kind == WORD:
            other = self.atoms[look + 1] if look + 1 < len(self.atoms) else None
            subject = self._subject(at)
            left = self._people(subject) if subject is not None else None
            if left and other and other.kind == PEOPLE and not other.possessive:
                self._paired(look, "meeting", left, subject, [look + 1], "took_place", "", False)

    def _joined(self, at: int) -> bool:
        """ "joined X for talks"."""
        words = self.atoms[at + 2 : at + 6]
        return bool(words) and words[0].lower in ("for", "in", "at") and any(one.kind == NOUN for one in words)

    def _host_cue(self, at: int) -> bool:
        """ "welcomed" is a meeting where a place or a time stands with it."""
        clause = self.row.clause(at)
        return any(
            self.atoms[look].kind in (TIME, NOUN)
            or (self.atoms[look].lower in ("at", "in", "to") and look + 1 < clause.end and self.atoms[look + 1].capital)
            for look in range(at + 1, clause.end)
        )

    def _seen(self, at: int) -> bool:
        """ "had seen X in Rome on Monday", "the last time she saw X", never "saw X as a friend"."""
        if self.row.words(0, self.row.clauses[0].end).startswith("the last time") and not self.row.number(at):
            return True
        behind = self.atoms[at + 2] if at + 2 < len(self.atoms) else None
        timed = any(atom.kind == TIME for atom in self.atoms[at + 2 : at + 8])
        return timed and behind is not None and (behind.kind == TIME or behind.lower in ("in", "at", "on"))
