"""Where a person's name stands in running text: capitals, honorifics, particles, and what is no name."""

import re
from collections.abc import Sequence
from functools import cache

from .lexicon import countries, fold, grammar, titles, word_set
from .offices import title_at
from .people import Known
from .text import Token

_ARTICLED = re.compile(r"(?:al|el|an|ar|as|ash|at|az|ad|ud|ul|ould|abd)[-‑][A-ZÀ-Þ]")
_INITIAL = re.compile(r"[A-Z]\.?")
# Countries and cities that are given names too.
_GIVEN = word_set("given_names")


class Names(Known):
    """Finds names."""

    def name_at(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        """Where a person's name stands from this token on, behind honorifics: first token and the one behind."""
        if at >= len(tokens):
            return None
        if not tokens[at].capital and tokens[at].lower not in _small_starts() and not _nameable(tokens[at]):
            return None
        honorifics, begin = titles()["honorifics"], at
        while at < len(tokens) and (_honours(tokens, at) or (at == begin and _bare_title(tokens, at))):
            at += 1
        following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
        if at > begin and title_at(tokens, at) and following not in honorifics["particles"]:
            return None  # "His Majesty King ...": the title comes first
        end = at
        while end < len(tokens) and end - at < 7 and tokens[end].quoted == tokens[at].quoted:
            token = tokens[end]
            place = countries().place(tokens, end) if end == at else None
            if place and (place[0] > 1 or token.text.isupper()):
                break
            if token.lower in honorifics["particles"] and _leads_on(tokens, end):
                end += 1
                continue
            if not _nameable(token) or (token.lower in word_set("no_name") and not self._surname(tokens, at, end)):
                break
            if token.lower in word_set("short_months") and tokens[min(end + 1, len(tokens) - 1)].text[0].isdigit():
                break
            surname = token.text.istitle() and self._surname(tokens, at, end)
            if countries().place(tokens, end) and not surname and not (end == at and self._given(tokens, end)):
                break
            if (
                token.text.isupper()
                and len(token.text) in (2, 3, 4)
                and not (
                    end + 1 < len(tokens)
                    and tokens[end + 1].text[1:2].islower()
                    and _nameable(tokens[end + 1])
                    and not title_at(tokens, end + 1)
                )
                and end == at
            ):
                break
            if end > at and title_at(tokens, end) and tokens[end - 1].lower not in ("bin", "ibn", "bint", "al"):
                break
            end += 1
        while end > at and tokens[end - 1].lower in honorifics["particles"] and not tokens[end - 1].capital:
            end -= 1
        if end == at or all(_INITIAL.fullmatch(token.text) for token in tokens[at:end]):
            return None
        behind = tokens[end] if end < len(tokens) else None
        bodies = word_set("bodies_behind")
        if behind and behind.capital and behind.lower in bodies and end - at < 4:
            return None
        if " ".join(token.lower for token in tokens[at:end]) in _platforms():
            return None
        if end - at > 1 and tokens[end - 1].lower in bodies - word_set("common_surnames"):
            return None
        return at, end

    def _surname(self, tokens: Sequence[Token], at: int, here: int) -> bool:
        """Whether a common word is a surname here: behind a given name, or where someone so named is known."""
        word, behind = tokens[here], tokens[here + 1] if here + 1 < len(tokens) else None
        if word.text.istitle() and here == at and word.lower in word_set("short_names"):
            # "Vice Premier He Lifeng"
            titled = at > 0 and tokens[at - 1].capital and _core_title(tokens, at - 1)
            known = fold(word.text) in self._first  # later only "Premier He"
            full = behind is not None and _nameable(behind) and behind.lower not in word_set("no_name")
            return titled and (known or full)
        if word.lower in word_set("short_names"):
            # "Kim Jong Un", "Ho Duc An"
            return here > at and word.text.istitle() and not (behind and behind.capital)
        if word.lower not in word_set("common_surnames") or (behind and behind.text[0].isdigit()):
            return False
        if here == at:
            return fold(word.text) in self._surnames and not (behind and behind.capital and behind.lower != "'s")
        if behind and behind.capital and behind.lower not in ("on", "said"):
            return False
        given = tokens[at:here]
        return len(given) == 1 and not title_at(tokens, at) and fold(given[0].text) not in self._surnames

    @staticmethod
    def _given(tokens: Sequence[Token], at: int) -> bool:
        """Whether a country's name is a given name here: "Israel Katz"."""
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        return (
            following is not None
            and fold(tokens[at].text) in _GIVEN
            and _nameable(following)
            and following.lower not in word_set("no_name")
            and not title_at(tokens, at + 1)
            and not countries().place(tokens, at + 1)
        )

    def _plausible(self, words: Sequence[Token], first: bool) -> bool:
        """Whether a run of capitalised words without a title may be a name."""
        return (
            2 <= len(words) <= 4
            and not any(token.lower in self._small for token in words)
            and not any(countries().place(words, at) for at in range(1, len(words)))
            and not any(token.text in grammar()["outlets"]["words"] for token in words)
            and not any("-" in token.text and token.text.split("-")[-1][:1].isupper() for token in words)
        )


@cache
def _small_starts() -> frozenset[str]:
    """The small words that a name can begin with: honorifics and particles."""
    honorifics = titles()["honorifics"]
    return frozenset((*honorifics["words"], *honorifics["particles"]))


@cache
def _platforms() -> frozenset[str]:
    """ "Truth Social", "Facebook": no people."""
    return frozenset(grammar()["statement"]["occasions"]["social_media"])


def _highness(tokens: Sequence[Token], at: int) -> bool:
    """Whether "his", "her" or "the" begins a style: "His Royal Highness", "the Honourable"."""
    return at + 1 < len(tokens) and tokens[at + 1].lower in word_set("majesties")


def _leads_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether particles lead on to a name: "von der Leyen"."""
    particles = titles()["honorifics"]["particles"]
    while at < len(tokens) and tokens[at].lower in particles and not tokens[at].capital:
        at += 1
    return at < len(tokens) and tokens[at].capital


def _honours(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token is an honorific before a name: "Mr.", "HE", the "His" of "His Excellency"."""
    token = tokens[at]
    if token.lower not in titles()["honorifics"]["words"]:
        return False
    if token.lower in ("the", "he", "his", "her"):
        return token.text == "HE" or (token.capital and _highness(tokens, at))
    if token.lower == "ratu" and not (at + 1 < len(tokens) and _nameable(tokens[at + 1])):
        return False  # a surname here
    return token.capital or token.lower == "sheikh"


def _core_title(tokens: Sequence[Token], at: int) -> bool:
    """Whether a title ends with the token at this place."""
    return any(
        title is not None and title.end == at + 1
        for look in range(max(0, at - 6), at + 1)
        for title in (title_at(tokens, look),)
    )


def _bare_title(tokens: Sequence[Token], at: int) -> bool:
    """Whether a title of one word stands between a title and a name: "Foreign Minister Ambassador ..."."""
    title = title_at(tokens, at) if at and tokens[at].capital else None
    before = tokens[at - 1] if at else None
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    if not title or not before or not behind or title.end != at + 1 or title.country or title.plural:
        return False
    inserted = before.text == "," and title.sort in ("official", "rank")
    if not (before.capital or inserted) or not _nameable(behind) or title.sort == "voice":
        return False
    # "President Sultan Al Ali", "Foreign Minister Amir Khan": given names.
    third = tokens[at + 2] if at + 2 < len(tokens) else None
    given = tokens[at].lower in word_set("titles_given") and not (third and _nameable(third))
    return not given and behind.lower not in titles()["honorifics"]["particles"]


def _nameable(token: Token) -> bool:
    return (token.capital and token.text[0].isalpha()) or bool(_ARTICLED.match(token.text))
