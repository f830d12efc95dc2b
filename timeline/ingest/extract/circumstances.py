"""What a sentence says around an event: its source, duration, place and format, and who asked for it."""

import re

from .cues import MARK, WORD
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
        """Who is named as the source of this, and the certainty that follows."""
        for number in range(self.row.number(at), -1, -1):
            clause = self.row.clauses[number]
            words = self.row.words(clause.start, min(clause.end, at))
            if match := re.search(r"according to (?:the |a |an )?(.+)$", words):
                return match[1].strip(" ,"), "attributed"
            for look in range(clause.start, min(clause.end, at)):
                if self.atoms[look].kind == WORD and self.atoms[look].lower in word_set("saying_verbs"):
                    subject = self._subject(look)
                    name = (
                        self.row.tokens[self.atoms[subject].start : self.atoms[subject].end]
                        if subject is not None
                        else ()
                    )
                    return " ".join(token.text for token in name), "attributed"
        tail = self.row.words(at, len(self.atoms))
        if match := re.search(r", (.{3,60}) (?:said|announced|confirmed)(?: (?:on )?\w+)? \.?$", tail):
            return match[1], "attributed"
        if match := re.search(r"according to (?:the |a |an )?([^,.]{3,60})", tail):
            return match[1].strip(), "attributed"
        if re.search(r"\breportedly\b", self.row.words(max(0, at - 6), at)):
            return "reports", "attributed"
        return "", "stated"

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
        words = self.row.words(0, len(self.atoms))
        if candidate.kind == "meeting" and not candidate.format:
            near = self.row.words(max(0, at - 4), at + 1)
            if len(candidate.people) == 3 and "trilateral" in words:
                candidate.format = "trilateral"
            elif "summit" in self.atoms[at].lower and "sidelines" not in near:
                candidate.format = "summit"
            elif len(candidate.people) == 2:
                candidate.format = "bilateral"
            elif len(candidate.people) == 3:
                candidate.format = "trilateral"

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
