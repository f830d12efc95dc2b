"""How much of an article's own words may go into the record: a locator, not the article."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST = 12  # words in a row
GAP = " […] "
_WORD = re.compile(r"\w+(?:[’'.-]\w+)*")
# Whose words say best where in the article an event is told of.
_TELLING = ("kind", "date", "duration_minutes", "initiated_by", "place", "format", "occurrence", "words")


def locator(text: str, evidence: dict[str, Any]) -> str:
    """The shortest words of an article by which its evidence is found again, at most MOST of them."""
    spans: list[tuple[int, int]] = []
    left = MOST
    for name in _TELLING:
        for span in (evidence.get(name) or [])[:1]:
            start, end = span["start"], span["end"]
            number = len(_words(text[start:end]))
            if 0 < number <= left and not any(start < last and first < end for first, last in spans):
                spans.append((start, end))
                left -= number
    return GAP.join(_plain(text[start:end]).strip(" ,;:") for start, end in sorted(spans))


def short(words: str) -> str:
    """A quotation without the punctuation at its ends; nothing where it is too long to be taken over."""
    bare = _plain(words).strip(' ,;:“”"')
    return bare if len(_words(bare)) <= MOST else ""


def check_excerpt(excerpt: str, text: str) -> None:
    """Raise ValidationError where an excerpt is no exact words of the article, or too many."""
    if len(_words(excerpt)) > MOST:
        raise ValidationError(_("At most %d words of an article are quoted.") % MOST)
    whole = _plain(text)
    for piece in re.split(r"\s*\[(?:…|\.\.\.)\]\s*", excerpt):
        if _plain(piece) not in whole:
            raise ValidationError(_("“%s” does not stand in the article: quote exactly.") % _plain(piece)[:60])


def check_own_words(typed: str, text: str) -> None:
    """Raise ValidationError where more of the article than may be quoted stands in a text for readers."""
    words, whole = _words(typed), f" {' '.join(_words(text))} "
    for at in range(len(words) - MOST):
        run = " ".join(words[at : at + MOST + 1])
        if f" {run} " in whole:
            raise ValidationError(
                _("“%(words)s …” is copied from the article: say it in your own words, or quote at most %(most)d.")
                % {"words": " ".join(typed.split())[:60], "most": MOST}
            )


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _plain(text: str) -> str:
    return " ".join(text.split())
