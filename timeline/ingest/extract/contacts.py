"""Calls and meetings: who takes part, found around a verb or noun by simple grammar.

The subject of the clause, "with", "between", "Trump-Xi", "their": where one of the people can't be told, there is no
candidate. "Met X and Y" is one meeting, but several where the text says so ("separately", "respectively", a time for
each).
"""

import re

from .cues import MARK, MEANS, NOUN, OCCASION, PEOPLE, QUOTE, TIME, WORD, Atom
from .details import Details
from .lexicon import word_set
from .mentions import Person
from .reading import VAGUE
from .times import Time, shifted

_PREPOSITIONS = word_set("prepositions")
_ADVERBIAL = word_set("adverbial_prepositions")
_SKIP = word_set("skipped")

_SCARE = 5  # tokens, up to which a quotation is but a word in a sentence: held a “detailed” call


class Contacts(Details):
    """Reads calls and meetings."""

    def _gerund(self, at: int) -> bool:
        """ "after meeting Xi", "..., meeting with Modi on Monday": here a verb."""
        if self.atoms[at].lower != "meeting" or at + 1 >= len(self.atoms):
            return False
        before = self._after(at - 1)
        return (self.atoms[at + 1].kind == PEOPLE and before in word_set("before_gerund")) or (
            self._after(at + 1) == "with" and before in ("after", "before", "while", "by", "when")
        )

    def _verb(self, at: int, atom: Atom) -> None:
        meeting, call = self.grammar["meeting"], self.grammar["call"]
        word = atom.lower
        if word in call["verbs"]:
            self._contact(at, "call", "phone", direct=True, starts=True)
        elif word == "called" and self._after(at + 1) != "on":
            self._called(at)
        elif word in call["talk_verbs"]:
            self._spoke(at)
        elif word in ("discussed", "exchanged", "discuss") and (means := self._means(at)):
            self._contact(at, "call", means, direct=False)
        elif word in meeting["verbs"] or word in meeting["with_verbs"] or word in meeting["gerunds"]:
            means = self._means(at) if self._near_means(at) else ""
            kind = "call" if means else "meeting"
            self._contact(at, kind, means, direct=word not in word_set("only_with"))
        elif word in ("call", "called", "calls", "calling") and self._after(at + 1) == "on":
            self._called_on(at)
        elif word == "visited":
            self._contact(at, "meeting", "visit", direct=True)

    def _means(self, at: int) -> str:
        """ "phone" or "video" where the clause, or what follows in the sentence, gives a means of a call."""
        clause = self.row.clause(at)
        for look in range(clause.start, min(clause.end + 6, len(self.atoms))):
            if self.atoms[look].kind == MEANS:
                return self.atoms[look].value
        return ""

    def _spoke(self, at: int) -> None:
        """ "spoke by phone with", "talked to"; without a means only where the article speaks of a call."""
        means = self._means(at)
        if not means:
            following = self.atoms[at + 1 : at + 6]
            if not any(one.lower in ("with", "to") for one in following):
                subject = self._subject(at)
                together = (self._people(subject) or []) if subject is not None else []
                if len(together) < 2 or not (
                    any(one.kind == TIME for one in following)
                    or re.search(r"\b(?:minutes|hours?)\b", self.row.words(at, at + 8))
                ):
                    return
            if any(one.kind in (OCCASION, NOUN) for one in following):
                return
            words = self.row.words(at, at + 16)
            if re.search(
                r"\b(?:sidelines|margins|fringes|in person|face to face|face-to-face|in the corridor)\b", words
            ):
                self._contact(at, "meeting", "", direct=False, to=True)
                return
        self._contact(at, "call", means or "phone", direct=False, to=True)

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
        if not self.atoms[at + 1].mentions[0].people or self._after(at - 1) in ("was", "were", "is", "so", "been"):
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
            self._paired(at, "meeting", left, subject, [look], status, "bilateral", False)

    def _contact(
        self, at: int, kind: str, format_: str, *, direct: bool, starts: bool = False, to: bool = False
    ) -> None:
        word = self.atoms[at].lower
        status = self._status(at, verb=True)
        if status is None:
            return
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
        if (objects is not None and not objects and word in ("meet", "met", "meets", "meeting")) or (
            objects == [] and word in word_set("alone_verbs")
        ):
            subject = self._subject(at)
            people = self._people(subject) if subject is not None else None
            if people and len(people) > 1:
                self._make(at, kind, people, status, format_, subject, [])
            return
        if not objects:
            return
        subject = self._subject(at)
        if subject is None or subject in objects:
            return
        left = self._people(subject)
        if not left:
            return
        if word in word_set("host_verbs") and not all(
            m.people and m.people[0].official for o in objects for m in self.atoms[o].mentions
        ):
            return
        if word in ("welcomed", "welcome", "welcomes") and not passive and not self._host_cue(at):
            return
        self._paired(at, kind, left, subject, objects, status, format_, starts and not passive)

    def _host_cue(self, at: int) -> bool:
        """ "welcomed" is a meeting where a place or a time stands with it."""
        clause = self.row.clause(at)
        return any(
            self.atoms[look].kind in (TIME, NOUN)
            or (self.atoms[look].lower in ("at", "in", "to") and look + 1 < clause.end and self.atoms[look + 1].capital)
            for look in range(at + 1, clause.end)
        )

    def _objects(self, at: int, *, direct: bool, to: bool) -> list[int] | None:
        """The atoms of those met: directly behind the verb, or behind "with". None where one of them is nobody."""
        look, behind_with = at + 1, False
        limit = min(len(self.atoms), at + 14)
        commas = 0
        while look < limit:
            atom = self.atoms[look]
            if atom.lower == "in" and self._after(look + 1) == "audience":
                look += 2
                direct = True
                at = look - 1
                continue
            if atom.kind == PEOPLE:
                if not (
                    behind_with
                    or (
                        direct
                        and look - at <= 3
                        and not any(self.atoms[i].lower in _PREPOSITIONS for i in range(at + 1, look))
                    )
                ):
                    return []
                if atom.possessive and not behind_with:
                    return []
                if atom.possessive:
                    return []
                if atom.value == "pronoun" and atom.lower in ("his", "her"):
                    return None
                return [look, *self._more_objects(look)]
            if atom.lower == "with" or (to and atom.lower == "to"):
                behind_with = True
            elif atom.kind == MARK and atom.lower in (".", ";", ":"):
                return []
            elif atom.kind == MARK and atom.lower == ",":
                commas += 1
                if commas > 1 and not behind_with:
                    return []
            elif (
                behind_with
                and atom.kind == WORD
                and atom.lower not in _SKIP
                and not atom.capital
                and atom.lower not in ("president", "visiting", "top")
            ):
                # "met with business leaders": someone else was met.
                return []
            elif not behind_with and atom.lower in word_set("ends_search") and not to:
                return []
            look += 1
        return []

    def _more_objects(self, at: int) -> list[int]:
        """ "met X on Monday and Y on Tuesday": further objects, each with its own time."""
        found, look = [], at + 1
        timed = False
        while look < len(self.atoms):
            atom = self.atoms[look]
            if atom.kind == TIME:
                timed = True
                look += 1
            elif atom.lower in word_set("between_objects") or (atom.capital and atom.kind == WORD):
                look += 1
            elif atom.lower == "and" and (timed or self._after(look - 1) in ("separately",)):
                look += 1
                if look < len(self.atoms) and self.atoms[look].lower in ("with", "then", "later"):
                    look += 1
                if look >= len(self.atoms) or self.atoms[look].kind != PEOPLE or self.atoms[look].possessive:
                    break
                behind = self._after(look + 1)
                if behind and self.atoms[look + 1].kind == WORD and behind not in word_set("behind_objects"):
                    break
                found.append(look)
                timed = False
                look += 1
            else:
                break
        return found

    def _by(self, at: int) -> list[int]:
        for look in range(at + 1, min(at + 10, len(self.atoms))):
            if self.atoms[look].lower == "by" and look + 1 < len(self.atoms) and self.atoms[look + 1].kind == PEOPLE:
                return [look + 1]
        return []

    def _paired(
        self,
        at: int,
        kind: str,
        left: list[Person],
        subject: int | None,
        objects: list[int],
        status: str,
        format_: str,
        starts: bool,
    ) -> None:
        """One candidate, or several where the text tells them apart ("separately", "respectively", own times)."""
        groups = [self._people(each) for each in objects]
        if any(group is None for group in groups):
            return
        apart = self._apart(at, objects)
        right = [group for group in groups if group]
        if len(objects) > 1:
            for each, group in zip(objects, right, strict=False):
                self._make(
                    at,
                    kind,
                    [*left, *group],
                    status,
                    format_,
                    subject,
                    [each],
                    time=self._time_behind(each),
                    starts=left[0] if starts else None,
                )
            return
        group = right[0]
        if apart == "respectively":
            times = [atom.time for atom in self.atoms[at:] if atom.kind == TIME and atom.time]
            spread = times[0] if len(times) == 1 and times[0].sort == "two_weekdays" else None
            if len(left) == len(group) > 1:
                for one, other in zip(left, group, strict=True):
                    self._make(at, kind, [one, other], status, format_, subject, objects)
                return
            for number, other in enumerate(group):
                time = self._spread(spread, number) if spread else times[number] if len(times) == len(group) else None
                self._make(at, kind, [*left, other], status, format_, subject, objects, time=time)
            return
        many = kind == "call" and len(left) == 1 and (starts or self.discourse.many_calls)
        if (apart == "separately" or many) and len(group) > 1:
            for other in group:
                self._make(at, kind, [*left, other], status, format_, subject, objects)
            return
        self._make(
            at,
            kind,
            [*left, *group],
            status,
            format_,
            subject,
            objects,
            starts=left[0] if starts and len(left) == 1 else None,
        )

    def _spread(self, time: Time, number: int) -> Time:
        if number == 0:
            return shifted(time, sort="weekday", read={"weekday": time.read["weekday"]})
        return shifted(time, sort="weekday", read={"weekday": time.read["weekday2"]})

    def _apart(self, at: int, objects: list[int]) -> str:
        clause = self.row.clause(at)
        words = self.row.words(clause.start, min(len(self.atoms), max(objects) + 12))
        if "respectively" in words:
            return "respectively"
        if re.search(r"\b(separately|separate|each|individually|in turn|one after the other|back-to-back)\b", words):
            return "separately"
        return ""

    def _time_behind(self, at: int) -> Time | None:
        for look in range(at + 1, min(at + 8, len(self.atoms))):
            atom = self.atoms[look]
            if atom.kind == TIME:
                return atom.time
            if atom.kind == PEOPLE or atom.lower == "and":
                break
        return None

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
        if people == []:
            if self._points_back(at):
                self._make(at, kind, [], status or "took_place", format_, None, [])
            return
        if status is None:
            return
        groups = self._split_groups(at, people, subject, atoms)
        for group in groups:
            self._make(at, kind, group, status, format_, subject, atoms)
        self._since(at, kind, groups[0], format_)

    def _near_means(self, at: int) -> bool:
        return any(self.atoms[look].kind == MEANS for look in range(max(0, at - 6), min(len(self.atoms), at + 8)))

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
        if before in word_set("bodies"):
            return self._after(at + 1) not in ("with", "between")
        return False

    def _noun_people(self, at: int, atom: Atom, format_: str) -> tuple[list[Person] | None, list[int], int | None]:
        """Who takes part in a noun's event: people, their atoms, the subject's atom.

        An empty list: the noun only points at an event told elsewhere. None: someone can't be told.
        """
        if format_ == "visit":
            return None, [], None
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
            if atom.kind == PEOPLE or atom.kind == NOUN:
                return None
            if atom.lower in support or atom.lower in word_set("support_prepositions"):
                return self._subject(look)
            if atom.lower in word_set("other_prepositions"):
                if atom.lower == "of" or atom.lower == "on":
                    continue
                return None
        if clause.link in ("after", "before", "following", "despite", "amid"):
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
                    or self._after(look + 2) in ("when", "the")
                    or atom.time.sort not in ("day", "month_in", "month", "weekday", "iso")
                ):
                    return
                candidate = self._make(at, kind, people, "took_place", format_, None, [look], time=atom.time)
                if candidate:
                    candidate.spans["occurrence"] = [self.row.span(at, look + 1)]
                return
            if atom.lower in ("who", "which", "that"):
                return
