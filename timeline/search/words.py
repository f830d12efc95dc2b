"""Text as tokens: folded, cut into words, or into pairs of characters where it is Chinese, Japanese or Korean."""

import re
import unicodedata

# Letters that have no decomposition of their own.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "ħ": "h", "ŋ": "n"}
)
_KANA_MARKS = {"\u3099", "\u309a"}  # が is not か
_POSSESSIVE = re.compile(r"['’]s\b")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
CJK = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002ffff"
_RUN = re.compile(rf"(?P<cjk>[{CJK}]+)|(?P<word>(?:(?![{CJK}])[^\W_])+)")
_LONGEST = 60
BREAK = "."  # stands between two fields, so that no phrase reaches from one into the next


def fold(text: str) -> str:
    """Lower case without diacritics, dots of acronyms or possessive endings; kana keep their marks."""
    text = text.casefold()
    if not text.isascii():
        # Some letters show their case only once they are taken apart: ™ becomes TM.
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = "".join(char for char in text if char in _KANA_MARKS or not unicodedata.combining(char))
        text = unicodedata.normalize("NFC", text).translate(_LETTERS)
    text = _POSSESSIVE.sub("", text)
    return _DOTTED.sub(lambda match: match.group().replace(".", ""), text)


def tokens(text: str) -> list[str]:
    """The tokens of a text in its order: ASCII letters and digits, each beginning with a letter."""
    found: list[str] = []
    for run in _RUN.finditer(fold(text)):
        if word := run["word"]:
            found.append(_ascii(word))
        else:
            characters = run["cjk"]
            pairs = [characters[at : at + 2] for at in range(len(characters) - 1)] or [characters]
            found += [_ascii(pair) for pair in pairs]
    return found


def _ascii(word: str) -> str:
    plain = "".join(char if char.isascii() else f"x{ord(char):x}" for char in word)[:_LONGEST]
    return plain if plain[0].isalpha() else f"n{plain}"


def single_characters(text: str) -> list[str]:
    """Tokens for each character of Chinese, Japanese or Korean text, so that one alone is found too."""
    if text.isascii():
        return []
    return sorted({_ascii(char) for run in _RUN.finditer(fold(text)) if run["cjk"] for char in run["cjk"]})
