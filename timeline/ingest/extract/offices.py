"""Titles of office in running text: "Japan's chief cabinet secretary", "Minister for Foreign Affairs of the
Republic of Korea", "White House press secretary"."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from .lexicon import Phrases, countries, phrases, titles, word_set
from .text import Token, Tokens

_LONGEST = 9  # tokens of a portfolio
_OFFICE_WORDS = word_set("office_words")
_POSTED = frozenset(("ambassador", "envoy", "consul", "representative", "d'affaires"))
_NO_START = frozenset(("and", "&", ",", "the"))
_SPAN = 24  # tokens of a whole title
ALIKE = {"premier": "prime minister", "pm": "prime minister", "top diplomat": "foreign minister"}


@dataclass(frozen=True, slots=True)
class Title:
    """A title from token `start` to before `end`; `office` in small letters, `sort` as in titles.toml.

    `country` is a code or empty. `plural` says that several people hold it ("foreign ministers").
    """

    start: int
    end: int
    office: str
    sort: str
    country: str
    plural: bool = False
    former: bool = False


@cache
def _offices() -> Phrases:
    lists = titles()["offices"]
    return phrases(
        *((words, sort) for sort, words in lists.items()),
        (["counterpart", "opposite number", "peer", "colleague"], "same"),
    )


@cache
def _plurals() -> Phrases:
    heads = (
        "president",
        "prime minister",
        "premier",
        "leader",
        "chancellor",
        "minister",
        "counterpart",
        "envoy",
        "king",
    )
    return phrases(([f"{head}s" for head in heads], "head"), (["secretaries", "foreign secretaries"], "minister"))


@cache
def _sets() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    found, portfolios = titles(), titles()["portfolios"]
    words = frozenset(portfolios["words"])
    return (
        frozenset(found["prefixes"]),
        words,
        frozenset(portfolios["heads"]),
        frozenset(portfolios["of_heads"]),
        words | frozenset(portfolios["of_words"]),
    )


@cache
def _starts() -> frozenset[str]:
    """The words that a title can begin with."""
    prefixes, words, *_ = _sets()
    more = frozenset(("-", "communist", "party's"))
    return prefixes | words | _offices().starts | _plurals().starts | countries().starts | more


def title_at(tokens: Sequence[Token], start: int) -> Title | None:
    """The title that starts at a token, with the country before it; None where none does."""
    if start >= len(tokens) or tokens[start].lower not in _starts():
        return None
    if not isinstance(tokens, Tokens):
        return _title_at(tokens, start)
    if start not in tokens.titles:
        tokens.titles[start] = _title_at(tokens, start)
    title: Title | None = tokens.titles[start]
    return title


def _title_at(tokens: Sequence[Token], start: int) -> Title | None:
    prefixes, *_ = _sets()
    at, country = start, ""
    before = tokens[start - 1].lower if start else ""
    for _twice in range(2):
        # "Qatari Amiri", "former Russian president"
        while hit := countries().at(tokens, at):
            at, country = at + hit[0], country or hit[1]
            if at < len(tokens) and tokens[at].lower in ("'s", "'"):
                at += 1
        while at < len(tokens) and (tokens[at].lower in prefixes or tokens[at].lower in ("-", "communist", "party's")):
            if _core(tokens, at):
                break
            before = tokens[at].lower
            at += 1
    core = _core(tokens, at)
    if not core:
        return None
    end, office, sort, plural = core
    if sort == "rank" and end < len(tokens) and tokens[end].lower in word_set("behind_general"):
        return None  # "General Assembly"
    behind, country = _of(tokens, at, end, country)
    if behind > end and sort == "head" and not country:
        office = _text(tokens, at, behind)  # "President of the ECOWAS Commission": of no state
    end = behind
    # "Prime Minister and Minister of Foreign Affairs of Qatar"
    while end + 1 < len(tokens) and end - start < _SPAN and tokens[end].lower == "and":
        more = _core(tokens, end + 1)
        if not more or not tokens[end + 1].capital or more[3]:
            break
        end, country = _of(tokens, end + 1, more[0], country)
    return Title(start, end, office, sort, country, plural, before in ("former", "ex", "late", "then"))


def _core(tokens: Sequence[Token], at: int) -> tuple[int, str, str, bool] | None:
    """The office itself: where it ends, its words, its sort, whether it is a plural."""
    if at >= len(tokens):
        return None
    found: list[tuple[int, str, str, bool]] = []
    if hit := _offices().match(tokens, at):
        found.append((at + hit[0], _text(tokens, at, at + hit[0]), hit[1], False))
    if hit := _plurals().match(tokens, at):
        found.append((at + hit[0], _text(tokens, at, at + hit[0])[:-1], hit[1], True))
    _, words, heads, _, _ = _sets()
    end = at
    while end < len(tokens) and end - at < _LONGEST and tokens[end].lower in words:
        # A portfolio may end in a longer office: "defense | chief of staff".
        end += 1
        if end < len(tokens) and tokens[end].lower in heads and tokens[at].lower not in _NO_START:
            head = tokens[end].lower
            plural = head in ("ministers", "secretaries")
            following = _offices().match(tokens, end)
            close = end + (following[0] if following else 1)
            sort = following[1] if following else "minister"
            if head in ("minister", "secretary") or plural:
                sort = "minister"
            text = _text(tokens, at, close)
            found.append((close, text.replace("ministers", "minister"), sort, plural))
    return max(found, key=lambda one: one[0], default=None)


def _of(tokens: Sequence[Token], start: int, end: int, country: str) -> tuple[int, str]:
    """How far "of ...", "for ..." run on behind an office, and the country that they name."""
    *_, of_heads, of_words = _sets()
    head = tokens[end - 1].lower
    if head in _POSTED and end + 1 < len(tokens) and tokens[end].lower in ("in", "to", "at"):
        # "Brazilian Ambassador in Moscow Rodrigo Teles"
        posted = countries().place(tokens, end + 1)
        behind = end + 1 + posted[0] if posted else len(tokens)
        if behind < len(tokens) and tokens[behind].capital and not countries().place(tokens, behind):
            return behind, country
    while end + 1 < len(tokens) and end - start < _SPAN and tokens[end].lower in ("of", "for", "to"):
        at = end + 1
        while at < len(tokens) and tokens[at].lower == "the":
            at += 1
        if (hit := countries().name(tokens, at)) and (tokens[at].capital or tokens[at + hit[0] - 1].capital):
            end, country = at + hit[0], hit[1]
            # "Director of the Holy See Press Office"
            while end < len(tokens) and tokens[end].capital and tokens[end].lower in _OFFICE_WORDS:
                end += 1
            continue
        if head not in of_heads and not _text(tokens, start, end).endswith(tuple(of_heads)):
            break
        run = end + 1
        while run < len(tokens) and tokens[run].lower in of_words and run - end < _LONGEST:
            run += 1
        while run > end + 1 and tokens[run - 1].lower in ("of", "for", "to", "the", "and", ",", "in", "on", "'s"):
            run -= 1
        if run == end + 1:
            break
        end = run
    return end, country


def _text(tokens: Sequence[Token], start: int, end: int) -> str:
    words = " ".join(token.lower for token in tokens[start:end])
    return ALIKE.get(words, words)
