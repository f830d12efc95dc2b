"""Text into paragraphs, sentences and tokens; every offset counts code points of the text as it stands.

A line that ends without a full stop and is not filled to the margin is a heading or a caption of its own. What
stands between quotation marks is marked: it is someone's word, and no event is read from it. So is all of a transcript
from the first name of a speaker on.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

TERMINAL = ".?!"
_WRAPPED = 50  # characters, from which on a line without a full stop runs on in the next
_TOKEN = re.compile(
    r"""
    (?:[A-Z]\.){2,}                                   # U.S., H.E.
    | (?:Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Rep|Gov|Lt|Col|Adm|Maj|Capt|Jr|Sr|St|Hon|Smt|No
        |Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)\.
    | (?<![^\W\d_])[A-Z]\.(?=\s?[A-Z])                # an initial
    | ['’]s\b                                         # the possessive stands alone
    | \d+(?:[.,:]\d+)*(?:st|nd|rd|th)?\b
    | [^\W_]+(?:['’\-‑.](?!s\b)[^\W_]+)*
    | --+ | \.\.\.
    | \S
    """,
    re.VERBOSE,
)
# "THE PRESIDENT: ", "Q: ", "ANTHONY ALBANESE, PRIME MINISTER: ": who speaks, in a transcript.
_LABEL = re.compile(r"(?:[A-Z][A-Z.,'’ -]{0,60}|Q(?:uestion)?|A(?:nswer)?)\s?:\s")
_SPEAKER = re.compile(
    r"Q\b|QUESTION|JOURNALIST|REPORTER|MODERATOR|INTERVIEWER|.*\b(?:PRESIDENT|MINISTER|SECRETARY|CHANCELLOR|PREMIER|MR|MS)\b",
    re.IGNORECASE,
)
_TRANSCRIPT = 3  # labels that make one, where one of them stands twice and one is a speaker's
_ABBREVIATION = re.compile(r"(?:[A-Z]\.)+|[A-Z][a-z]{1,4}\.")
# Words that start a sentence behind an abbreviation: "in the U.S. The visit ...".
_STARTERS = frozenset(
    [
        "the",
        "he",
        "she",
        "it",
        "they",
        "this",
        "that",
        "these",
        "those",
        "in",
        "on",
        "at",
        "but",
        "and",
        "a",
        "an",
        "both",
        "his",
        "her",
        "their",
        "after",
        "before",
        "during",
        "we",
        "i",
    ]
)
_DAYS = frozenset(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
_OPEN, _CLOSE = "“", "”"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark. `start` and `end` are code points in the article; `lower` is for comparing."""

    text: str
    start: int
    end: int
    lower: str
    quoted: bool = False
    capital: bool = False

    @property
    def word(self) -> bool:
        return self.text[0].isalnum()


class Tokens(tuple[Token, ...]):
    """A sentence's tokens; `titles` keeps which titles start where, as they are asked for often."""

    titles: dict[int, Any]

    def __new__(cls, tokens: Iterable[Token]) -> "Tokens":
        made = super().__new__(cls, tuple(tokens))
        made.titles = {}
        return made


@dataclass(frozen=True, slots=True)
class Sentence:
    """The tokens of one sentence; `heading` where it is a line that is none; `paragraph` counts from 0."""

    tokens: tuple[Token, ...]
    paragraph: int
    heading: bool
    index: int = 0

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end


@lru_cache(maxsize=8192)
def _lower(text: str) -> str:
    return text.lower().replace("’", "'").replace("‑", "-")


def sentences(text: str) -> list[Sentence]:
    """All the sentences of a text, in order."""
    found: list[Sentence] = []
    paragraphs = _paragraphs(text)
    labels = [match for start, end in paragraphs if (match := _LABEL.match(text, start, end))]
    speaks = len(labels) >= _TRANSCRIPT and any(_SPEAKER.match(match[0]) for match in labels)
    is_transcript = speaks and len({match[0] for match in labels}) < len(labels)
    spoken = labels[0].start() if is_transcript else len(text)
    for number, (start, end) in enumerate(paragraphs):
        tokens = _tokens(text, start, end)
        if start >= spoken:
            tokens = [replace(token, quoted=True) for token in tokens]
        for part in _split(tokens):
            last = next((token for token in reversed(part) if token.text not in "”\"’')"), part[-1])
            heading = last.text not in TERMINAL + ":" and not _ABBREVIATION.fullmatch(last.text)
            found.append(Sentence(Tokens(part), number, heading, len(found)))
    return found


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Where paragraphs start and end: at blank lines, and at lines that end before the margin."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    last = 0
    for match in re.finditer(r"[^\r\n]*(?:\r\n|\n|\r|\Z)", text):
        line = match[0].strip()
        if not line:
            if start is not None:
                found.append((start, last))
            start = None
            continue
        if start is None:
            start = match.start()
        last = match.end()
        runs_on = len(line) >= _WRAPPED and line[-1] not in TERMINAL + '”"' and len(line) <= 120
        following = text[match.end() : match.end() + 1]
        if not (runs_on and following.strip()):
            found.append((start, last))
            start = None
    if start is not None:
        found.append((start, last))
    return found


def _tokens(text: str, start: int, end: int) -> list[Token]:
    """The tokens of a paragraph, each marked whether it stands in quotation marks."""
    found: list[Token] = []
    closing = ""
    for match in _TOKEN.finditer(text, start, end):
        word = match[0]
        before = text[match.start() - 1] if match.start() > start else " "
        after = text[match.end()] if match.end() < end else " "
        quoted = bool(closing)
        if closing:
            if word == closing and not (closing in "’'" and after.isalnum()):
                closing, quoted = "", False
        elif word == _OPEN or word == "«":
            closing = _CLOSE if word == _OPEN else "»"
        elif word == '"':
            closing = '"'
        elif word in "‘'" and not before.isalnum() and after.isalnum() and _closes(text, match.end(), end, word):
            closing = "’" if word == "‘" else "'"
        found.append(Token(word, match.start(), match.end(), _lower(word), quoted, word[0].isupper()))
    return found


def _closes(text: str, start: int, end: int, mark: str) -> bool:
    """Whether a single quotation mark is closed behind: else it is an apostrophe."""
    closing = "’" if mark == "‘" else "'"
    return re.compile(rf"(?<=[\w,.?!…]){closing}(?=[\s,.;:?!)]|$)").search(text, start, end) is not None


def _split(tokens: list[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = []
    current: list[Token] = []
    for index, token in enumerate(tokens):
        current.append(token)
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if following and _ends(token, following, current, tokens, index):
            parts.append(current)
            current = []
    if current:
        parts.append(current)
    return parts


def _runs_on(token: Token) -> bool:
    """Whether a sentence goes on here behind "p.m.": "(JST)", "GMT"."""
    return token.text == "(" or token.lower in _DAYS or (token.text.isupper() and len(token.text) > 1)


def _ends(token: Token, following: Token, current: list[Token], tokens: list[Token], index: int) -> bool:
    """Whether a sentence ends behind `token`."""
    if token.text in TERMINAL and token.text:
        if token.text == "." and following.start == token.end and following.word:
            return False
        if following.text in "”\"’')" and following.start == token.end:
            return False
        if following.text in ",;" or (index and tokens[index - 1].lower in ("p.m", "a.m") and _runs_on(following)):
            return False
        if following.text in "/":
            return True
        # "Really?" he said: a small letter goes on with the sentence.
        return not following.text[0].islower()
    if token.text in "”\"’')" and index and tokens[index - 1].text in TERMINAL and tokens[index - 1].end == token.start:
        return not following.text[0].islower() and following.text not in ",;–—-"
    # An abbreviation may end a sentence too.
    return bool(re.fullmatch(r"(?:[A-Z]\.){2,}", token.text)) and following.lower in _STARTERS and following.capital
