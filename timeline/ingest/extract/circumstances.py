"""What a sentence says around an event: its source, duration, place and format, and who asked for it."""

import re

from .cues import MARK, MEANS, NOUN, TIME, WORD
from .lexicon import countries, pattern, word_set
from .outcome import Outcome
from .reading import Candidate

_DURATION = pattern("duration")
# Words without which nobody is said to have asked for anything.
_ASKED = re.compile(r"request|initiat|invit|propos|placed|sought|call", re.IGNORECASE)
_LASTING = re.compile(r"hour|minute", re.IGNORECASE)
_NO_DURATION = re.compile(
    r"\s*(?:ago|later|earlier|before|after|away|early|late|prior|ahead|of flight|flight|drive)\b", re.IGNORECASE
)
_CLOCKS = re.compile(
    r"\bfrom (\d{1,2})[:.](\d\d)(?:\s*([ap])\.?m\.?)? (?:to|until|till) (\d{1,2})[:.](\d\d)(?:\s*([ap])\.?m\.?)?"
)
_LONG_SOURCE = 60  # characters
# What says when something was said, and what no source begins with.
_WHEN_SAID = frozenset(
    ("after", "before", "during", "following", "ahead", "prior", "at", "when", "while", "as", "since")
)
_NO_SOURCE = frozenset(("and", "but", "which", "who", "where", "when", "while", "that", "whom", "whose"))
_NO_PLACE = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
)
_NUMBERS = {
    "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10,
    "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip


class Circumstances(Outcome):
    """Finds the circumstances of events."""

    def _attributed(self, at: int) -> tuple[str, str]:
        """Who is named as the source of this, in the text's own words, and the certainty that follows."""
        for number in range(self.row.number(at), -1, -1):
            clause = self.row.clauses[number]
            last = min(clause.end, at)
            if source := self._according_to(clause.start, last, last):
                return source, "attributed"
            for look in range(clause.start, last):
                said = self.atoms[look].kind == WORD and self.atoms[look].lower in word_set("saying_verbs")
                if said and self._is_said(look, at):
                    subject = self._subject(look)
                    return self._own_words(subject, subject + 1) if subject is not None else "", "attributed"
        if source := self._said_behind(at) or self._according_to(at, len(self.atoms), len(self.atoms)):
            return source, "attributed"
        if re.search(r"\breportedly\b", self.row.words(max(0, at - 6), at)):
            return "reports", "attributed"
        return "", "stated"

    def _is_said(self, said: int, at: int) -> bool:
        """Whether what stands at an atom is what was said, and not when: "told reporters after the talks"."""
        for look in range(said + 1, at):
            if self.atoms[look].lower == "that" or self._verbal(look):
                return True
            if self.atoms[look].lower in _WHEN_SAID:
                return not self._when_only(look, at)
        return True

    def _when_only(self, look: int, at: int) -> bool:
        """Whether the words from a preposition to an atom say only when: no other clause begins between."""
        return not any(one.kind == MARK or one.lower == "that" for one in self.atoms[look + 1 : at])

    def _said_behind(self, at: int) -> str:
        """ "..., officials said on Monday.": who, between the last comma and the verb at the sentence's end."""
        marks = [look for look in range(at, len(self.atoms)) if self.atoms[look].lower == ","]
        if not marks:
            return ""
        first = marks[-1] + 1
        for look in range(first + 1, len(self.atoms)):
            if self.atoms[look].lower in ("said", "announced", "confirmed"):
                close = [one for one in self.atoms[look + 1 :] if one.lower not in ("on", ".")]
                source = self._own_words(first, look)
                ends = not close or (len(close) == 1 and close[0].kind in (TIME, WORD))
                begins = self.atoms[first].lower not in _NO_SOURCE
                return source if ends and begins and 2 <= len(source) <= _LONG_SOURCE else ""
        return ""

    def _according_to(self, first: int, last: int, limit: int) -> str:
        """Whom "according to" names between two atoms; the name ends at `limit` or the next mark."""
        for look in range(first, last - 2):
            if self.row.words(look, look + 2) == "according to":
                begin = look + 2
                end = next((one for one in range(begin, limit) if self.atoms[one].kind == MARK), limit)
                source = self._own_words(begin, end) if end > begin else ""
                return source if 2 <= len(source) <= _LONG_SOURCE else ""
        return ""

    def _own_words(self, first: int, behind: int) -> str:
        """The text's own words from an atom to before another, with single blanks."""
        start, end = self.row.span(first, behind)
        return " ".join(self.row.text[start:end].split())

    def _circumstances(self, at: int, candidate: Candidate) -> None:
        """Duration, who asked for it, the place, the format: what stands around an event."""
        start, end = self.row.sentence.start, self.row.sentence.end
        text = self.row.text
        single = len({cand.trigger for cand in self.candidates if cand.kind != "statement"}) == 0
        for match in _DURATION.finditer(text, start, end) if _LASTING.search(text, start, end) else ():
            if _NO_DURATION.match(text, match.end()) or not single or self._in_quote(match.start()):
                continue
            minutes = _minutes(match)
            if 1 <= minutes <= 1440:
                candidate.duration, candidate.about = minutes, bool(match["about"]) or bool(match["half"])
                candidate.add("duration_minutes", (match.start(), match.end()))
                break
        clocks = _CLOCKS.search(text, start, end) if single and not candidate.duration else None
        if clocks and (minutes := _between_clocks(clocks)):
            candidate.duration = minutes
            candidate.add("duration_minutes", clocks.span())
        self._initiator(candidate)
        self._place(at, candidate)
        self._format(at, candidate)

    def _format(self, at: int, candidate: Candidate) -> None:
        """The format, only where a word stands for it, and where that is: "by phone", "bilateral talks", "summit"."""
        trigger = self.atoms[at].lower
        if candidate.kind == "call" and candidate.format:
            means = [
                look
                for look, one in enumerate(self.atoms)
                if (one.kind, one.value) in ((MEANS, candidate.format), (NOUN, f"call {candidate.format}"))
            ]
            told = self.atoms[at].kind == NOUN or trigger in self.grammar["call"]["verbs"] or not means
            look = at if told else min(means, key=lambda one: abs(one - at))
            candidate.add("format", self.row.span(look, look + 1))
        elif candidate.format:
            candidate.add("format", self.row.span(at, at + 1))
        elif candidate.kind == "meeting":
            for name in ("trilateral", "bilateral"):
                if name in trigger.split() or (self._after(at - 1) == name and self.atoms[at].kind == NOUN):
                    candidate.format = name
                    candidate.add("format", self.row.span(at - (self._after(at - 1) == name), at + 1))
                    return
            if "summit" in trigger and "sidelines" not in self.row.words(max(0, at - 4), at + 1):
                candidate.format = "summit"
                candidate.add("format", self.row.span(at, at + 1))

    def _in_quote(self, offset: int) -> bool:
        return any(token.quoted and token.start <= offset < token.end for token in self.row.tokens)

    def _initiator(self, candidate: Candidate) -> None:
        text = self.row.text
        start, end = self.row.sentence.start, self.row.sentence.end
        if not _ASKED.search(text, start, end):
            return
        for phrase in self.grammar["initiated"]["by"]:
            if phrase == "at the invitation of" and candidate.kind == "call":
                continue
            match = re.compile(rf"\b{phrase}\b", re.IGNORECASE).search(text, start, end)
            if match:
                self._country_behind(match.start(), match.end(), candidate)
                return
        match = re.compile(
            r"\bat the (?:latter|former)['’]s request\b|\bat the request of the (?:latter|former)\b"
        ).search(text, start, end)
        if match and len(candidate.people) == 2:
            person = candidate.people["latter" in match[0]]
            if person.country:
                candidate.initiated = person.country
                candidate.add("initiated_by", match.span())
            return
        match = re.compile(
            r"\b(?:at|on) (?:the )?([A-Z][\w.’' -]{1,40}?)(?:['’]s)? (?:side['’]s )?(?:initiative|invitation)\b"
        ).search(text, start, end)
        if match and candidate.kind == "call":
            self._country_behind(match.start(), match.start(1), candidate)
            return
        match = re.compile(r"\bat (?:the )?([A-Z][\w.’' -]{1,40}?)(?:['’]s?)? (?:side['’]s )?request\b").search(
            text, start, end
        )
        if match:
            self._country_behind(match.start(), match.start(1), candidate)
            return
        for at, atom in enumerate(self.atoms):
            own = atom.value == "pronoun" and atom.possessive and self._after(at - 1) in ("at", "on")
            if own and self._after(at + 1) in ("request", "initiative") and (asker := self._he(at)) and asker.country:
                candidate.initiated = asker.country
                candidate.add("initiated_by", self.row.span(at - 1, at + 2))
                return
        match = pattern("received_call").search(text, start, end)
        if match:
            self._country_behind(match.start(), match.end(), candidate)

    def _country_behind(self, start: int, at: int, candidate: Candidate) -> None:
        """The country named behind an offset, by itself or by a person of the event."""
        for index, token in enumerate(self.row.tokens):
            if token.start < at:
                continue
            if token.start > at + 60:
                return
            for mention in self.row.mentions:
                if mention.start <= index < mention.end and mention.people and mention.people[0].country:
                    candidate.initiated = mention.people[0].country
                    candidate.add("initiated_by", (start, self.row.tokens[mention.end - 1].end))
                    return
            if hit := countries().place(self.row.tokens, index):
                candidate.initiated = hit[1]
                candidate.add("initiated_by", (start, self.row.tokens[index + hit[0] - 1].end))
                return

    def _place(self, at: int, candidate: Candidate) -> None:
        """ "in Tokyo", "at the White House" behind the event's word, before anything else is told."""
        others = [other for other in self._tellers() if other > at]
        stop = min(others, default=len(self.atoms))
        for look in range(at + 1, min(stop, at + 16)):
            if self.atoms[look].kind == MARK or self.atoms[look].lower in ("and", "to", "focusing", "on the"):
                return
            if self.atoms[look].lower not in ("in", "at", "aboard") or self.atoms[look].kind != WORD:
                continue
            first = look + 1
            if self._after(first) == "the":
                first += 1
            end = first
            while (
                end < len(self.atoms)
                and self.atoms[end].kind == WORD
                and (
                    self.atoms[end].capital
                    or (
                        self.atoms[end].lower in ("of", "the")
                        and end > first
                        and end + 1 < len(self.atoms)
                        and self.atoms[end + 1].capital
                    )
                )
            ):
                end += 1
            gathering = self._after(first) in self.grammar["meeting"]["multilateral"]
            if end > first and not gathering and self._after(first) not in _NO_PLACE and candidate.kind == "meeting":
                begin, close = self.row.span(first, end)
                candidate.place = re.sub(r"\s+", " ", self.row.text[begin:close])
                candidate.add("place", (begin, close))
                return


def _between_clocks(match: re.Match[str]) -> int:
    """The minutes of "from 5:00 p.m. to 5:25 p.m."; 0 where the hours make no sense."""
    half = match[3] or match[6]
    first, last = (
        int(hour) % (12 if half else 24) * 60 + int(minute) + (720 if (own or half) == "p" else 0)
        for hour, minute, own in ((match[1], match[2], match[3]), (match[4], match[5], match[6]))
    )
    return last - first if 0 < last - first < 720 else 0


def _minutes(match: re.Match[str]) -> int:
    if match["half"]:
        return 30
    if match["minutes"]:
        word = match["minutes"].lower()
        return int(word) if word.isdigit() else _NUMBERS[word]
    word = match["hours"].lower()
    hours = float(word) if word[0].isdigit() else _NUMBERS[word]
    total = int(hours * 60)
    if match["andhalf"] or (match["tail"] and "half" in match["tail"]):
        total += 30
    elif match["tail"] and "quarter" in match["tail"]:
        total += 45 if "three" in match["tail"] else 15
    if match["tailminutes"]:
        total += int(match["tailminutes"])
    return total
