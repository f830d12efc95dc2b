"""What a reader typed, and where it stands in a text."""

import re
from dataclasses import dataclass, field

from .words import CJK, tokens

_MOST_TERMS = 20
_TERM = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
# The same in text as it was written: a word keeps its marks, dots inside and apostrophes.
_WRITTEN = re.compile(
    rf"(?P<cjk>[{CJK}]+)"
    rf"|(?:[^\W\d_]\.){{2,}}"
    rf"|(?:(?![{CJK}])(?:[^\W_]|[\u0300-\u036f]|(?<=\w)['’](?=[^\W_])))+"
)


@dataclass(frozen=True)
class Query:
    """What a reader typed, as tokens: each inner tuple of `phrases` must stand together."""

    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    words: tuple[str, ...] = field(default=(), compare=False)

    def __bool__(self) -> bool:
        return bool(self.phrases or self.excluded)


def parse(text: str) -> Query:
    """Words, "phrases" and -exclusions; what holds no letter or digit is passed over."""
    wanted: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []
    words: list[str] = []
    for term in _TERM.finditer(text):
        written = term["phrase"] if term["phrase"] is not None else term["word"]
        found = tuple(tokens(written))
        if not found or len(wanted) + len(excluded) >= _MOST_TERMS:
            continue
        # “policy-speech” and “高市早苗” are several tokens that belong together.
        (excluded if term["minus"] else wanted).append(found)
        if not term["minus"]:
            words.append(written)
    return Query(tuple(wanted), tuple(excluded), tuple(words))


def hits(text: str, query: Query) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the words that were asked for."""
    wanted = {token for phrase in query.phrases for token in phrase}
    pieces: list[tuple[str, bool]] = []
    at = 0
    for run in _WRITTEN.finditer(text):
        for start, end in _hit_spans(run, wanted):
            if start > at:
                pieces.append((text[at:start], False))
            pieces.append((text[start:end], True))
            at = end
    if at < len(text):
        pieces.append((text[at:], False))
    return pieces


def _hit_spans(run: re.Match[str], wanted: set[str]) -> list[tuple[int, int]]:
    """Where in a run of letters something wanted stands; pairs of characters that overlap become one span."""
    if not run["cjk"]:
        return [run.span()] if wanted & set(tokens(run.group())) else []
    spans: list[tuple[int, int]] = []
    for at in range(run.start(), run.end()):
        for length in (2, 1):
            part = run.string[at : min(at + length, run.end())]
            if len(part) == length and wanted & set(tokens(part)):
                if spans and at <= spans[-1][1]:
                    spans[-1] = (spans[-1][0], max(spans[-1][1], at + length))
                else:
                    spans.append((at, at + length))
    return spans
