"""What a reader's words find."""

import random
import re
import unicodedata
from collections import Counter
from itertools import groupby, pairwise
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests import builders
from tests.builders import account, call, meeting, publish, statement, write
from tests.rounds import rounds
from timeline import index, record, search
from timeline.models import Event, Leader, SearchText, State


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Élysée Palace", "elysee palace"),
        ("Jens Støre", "jens store"),
        ("Großbritannien", "grossbritannien"),
        ("Łódź", "lodz"),
        ("İstanbul ılık", "istanbul ilik"),
        ("ＴＯＫＹＯ", "tokyo"),
        ("Boeing™", "boeingtm"),
        ("the U.S. and the U.N.", "the us and the un"),
        ("Trump’s and Xi's", "trump and xi"),
        ("が", "が"),
        ("か", "か"),
        ("ｶﾞ", "ガ"),
        ("한국", "한국"),
    ],
)
def test_it_folds(text, folded):
    assert search.fold(text) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Støre", "store"),
        ("Weiß", "WEISS"),
        ("U.S.", "us"),
        ("Macron’s", "macron"),
        ("Erdoğan", "erdogan"),
        ("Đức", "duc"),
        ("café", "cafe\u0301"),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
        ("™", "tm"),
        ("ﬁnal", "final"),
    ],
)
def test_it_makes_the_same_tokens_of(one, other):
    assert search.tokens(one) == search.tokens(other) != []


def test_it_cuts_chinese_japanese_and_korean_into_pairs():
    assert search.tokens("高市早苗") == ["x9ad8x5e02", "x5e02x65e9", "x65e9x82d7"]
    assert search.tokens("高") == ["x9ad8"]
    assert search.tokens("第20回 G20サミット") == [
        "x7b2c",
        "n20",
        "x56de",
        "g20",
        "x30b5x30df",
        "x30dfx30c3",
        "x30c3x30c8",
    ]
    assert search.tokens("が") != search.tokens("か")
    assert len(search.tokens("이재명 대통령")) == 4


def test_it_makes_no_token_of_marks():
    assert search.tokens("“… – (!) _ 💥") == []


@given(st.text())
def test_it_makes_plain_tokens_of_any_text(text):
    for token in search.tokens(text):
        assert re.fullmatch(r"[a-z][a-z0-9]{0,60}", token), token
    search.parse(text)


def test_it_reads_words_phrases_and_exclusions():
    assert search.parse('Trump "rare earth" -Taiwan -"Li Qiang" policy-speech 高市早苗') == search.Query(
        (("trump",), ("rare", "earth"), ("policy", "speech"), ("x9ad8x5e02", "x5e02x65e9", "x65e9x82d7")),
        (("taiwan",), ("li", "qiang")),
    )
    assert search.parse('"an open phrase') == search.Query((("an", "open", "phrase"),))
    assert search.parse("one - two --three").excluded == (("three",),)
    assert not search.parse('" - … -"')
    assert len(search.parse(" ".join(f"w{n}" for n in range(99))).phrases) == 20


# In the database -------------------------------------------------------------------------------------------


def found(words: str) -> set[str]:
    ids = search.matching(search.parse(words)).values("pk")
    return set(Event.objects.filter(pk__in=ids).values_list("slug", flat=True))


@pytest.fixture
def _some(db):
    builders.cast()
    with record.writing():
        takaichi = Leader.objects.get(slug="sanae-takaichi")
        takaichi.native_name, takaichi.other_names = "高市早苗", ["Takaichi-san"]
        takaichi.save()
    publish(
        call(
            title="Takaichi and Trump speak of rare earths",
            topics=["taiwan"],
            readouts=[account("JP", "An Élysée-style pact; 이재명 was named.", "It lasted 25 minutes.")],
        ),
        meeting(title="Xi’s visit to the U.S. ends", summary="Rare, said the earth.", place="Gyeongju", note="も か"),
        statement(
            title="A word in the Diet",
            words="We never comment.",
            participants=[builders.person("xi-jinping", "speaker")],
        ),
    )


FINDS = [
    ("takaichi", "call meeting"),
    ("TAKAICHI trump", "call"),
    ("trump visit", ""),
    ("xi", "meeting statement"),
    ("xi's", "meeting statement"),
    ("us", "meeting"),
    ("U.S.", "meeting"),
    ("united states", "call"),
    ("elysee", "call"),
    ("25", "call"),
    ("comment", "statement"),
    ("gyeongju", "meeting"),
    ("rare", "call meeting"),
    ('"rare earths"', "call"),
    ('"rare earth"', ""),
    ("rare earth", "meeting"),
    ('"visit to the us"', "meeting"),
    ("elysee-style", "call"),
    ('"ends rare"', ""),
    ('"earths they"', ""),
    ("-trump", "meeting statement"),
    ("takaichi -trump", "meeting"),
    ('takaichi -"rare earths"', "meeting"),
    ("taiwan", "call"),
    ("高市", "call meeting"),
    ("高市早苗", "call meeting"),
    ("市早", "call meeting"),
    ("市高", ""),
    ("高苗", ""),
    ("早", "call meeting"),
    ('"市 高"', ""),
    ('"早 苗"', ""),
    ("이재명", "call"),
    ("재", "call"),
    ("か", "meeting"),
    ("が", ""),
    ("takaich", ""),
    ("' OR 1=1 --", ""),
    ("100%", ""),
    ('x* NEAR(a "b', ""),
    ("高" * 200, ""),
]


@pytest.mark.usefixtures("_some")
def test_it_finds():
    for words, slugs in FINDS:
        assert found(words) == set(slugs.split()), words


@pytest.mark.usefixtures("_some")
def test_it_follows_what_is_changed_and_deleted():
    write(call(title="Nothing is left of it"))
    assert found("rare") == {"meeting"}
    assert found("nothing") == {"call"}
    write(meeting("gone", title="A draft that goes"), state=State.DRAFT)
    assert found("draft") == {"gone"}
    with record.writing() as writer:
        writer.discard(builders.event("gone"))
    assert found("draft") == set()
    assert SearchText.objects.count() == 3
    check_index()


def check_index() -> None:
    """SQLite's full-text index agrees with the texts that it stands on."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO timeline_search(timeline_search, rank) VALUES ('integrity-check', 1)")


# By chance, beside plain reading -------------------------------------------------------------------------------

AWKWARD = [
    "高市早苗首相、電話で会談",
    "第20回 G20サミット",
    "が か ガ カ",
    "ｶﾞｲﾄﾞ・ＴＯＫＹＯ",
    "習近平主席は訪日せず。首脳 会談",
    "이재명 대통령, 한국",
    "the Élysée–Palace",
    "Jens Støre’s Łódź visit",
    "İstanbul's ılık straße",
    "cafe\u0301 and café’s naïve friends",
    "the U.S. and the U.N. met",
    "Xi’s policy-speech: 25 minutes",
    "rare earths",
    "earths rare",
    "O'Neill–O’Neill ™ 100% _under_score_",
    "… – (!) 💥 ½ ²",
    "A.B.C. d.e f.",
    "ΑΘΗΝΑ Москва Đức",
    "Is it OR, AND, NOT or NEAR?",
]
NONSENSE = ["…", "*", "x*", "NEAR(a", "1=1", "OR", "'", "100%", "_", "\\", "💥", "nothing-of-the-sort", "高高高", "!us"]


def _sort(char: str) -> str:
    """What a character is for searching: part of a word, of Chinese, Japanese or Korean text, or neither."""
    if char.isalnum() or char in "\u3099\u309a\u30fb":
        scripts = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL SYLLABLE", "IDEOGRAPHIC", "COMBINING KATAKANA")
        return "script" if unicodedata.name(char, "").startswith(scripts) else "word"
    return ""


def _runs(text: str) -> list[tuple[str, str]]:
    """The words and the runs of script of a text, folded, in order, each with what it is."""
    return [(sort, "".join(run)) for sort, run in groupby(search.fold(text), _sort) if sort]


def _read(fields: list[str]) -> str:
    """An event's text for reading: each field on a line of its own, a blank around each of its runs."""
    return "\n".join(f" {' '.join(run for _sort, run in _runs(text))} " for text in fields)


def _looked_for(written: str) -> str:
    """The text that stands in `_read` where a term does; empty where the term says nothing.

    Words are whole. Of script, any part of a run is found; beside other runs, one character is a whole run.
    """
    runs = _runs(written)
    if not runs:
        return ""
    alone = len(runs) == 1

    def border(sort: str, run: str) -> str:
        return "" if sort == "script" and (alone or len(run) > 1) else " "

    return f"{border(*runs[0])}{' '.join(run for _sort, run in runs)}{border(*runs[-1])}"


class Asker:
    """Makes up queries from the texts of events: words, phrases, parts of names, what is not wanted, and nonsense."""

    def __init__(self, seed: int, texts: list[list[str]]) -> None:
        self._chance = random.Random(seed)
        self._texts = [some for fields in texts if (some := [text for text in fields if text.split()])]

    def terms(self) -> list[tuple[bool, str, bool]]:
        """(not wanted?, as written, in quotes?), one to four of them."""
        number = self._chance.choice((1, 1, 2, 2, 3, 4))
        return [(self._chance.random() < 0.2, *self._term()) for _ in range(number)]

    def _term(self) -> tuple[str, bool]:
        chance = self._chance
        fields = chance.choice(self._texts)
        at = chance.randrange(len(fields))
        words = fields[at].split()
        match chance.randrange(10):
            case 0 | 1 | 2:  # a phrase
                start = chance.randrange(len(words))
                return self._spelt(" ".join(words[start : start + chance.randint(2, 4)])), True
            case 3:  # over the border of two fields, or of two words that don't follow each other
                following = fields[(at + 1) % len(fields)].split()
                return self._spelt(f"{words[-1]} {following[0]}"), True
            case 4:  # a part of a word, or of a name in another script
                word = chance.choice(words)
                start = chance.randrange(len(word))
                return _no_sign(word[start : start + chance.randint(1, 4)]), False
            case 5:
                return chance.choice(NONSENSE), False
        return self._spelt(chance.choice(words)), False

    def _spelt(self, text: str) -> str:
        """The same, as somebody else might write it."""
        spellings = (str, str, str.upper, str.lower, lambda text: unicodedata.normalize("NFD", text))
        return _no_sign(self._chance.choice(spellings)(text))


def _no_sign(term: str) -> str:
    """Without what would make something else of a term: quotes, and a minus before it."""
    return term.replace('"', "").lstrip("-")


def _some_awkward(chance: random.Random) -> None:
    """Three dozen events in which awkward texts stand side by side; the last two are drafts."""

    rows = []
    for number in range(36):
        *fields, point = chance.sample(AWKWARD, 5)
        more: dict[str, Any] = dict(zip(("title", "summary", "note", "words"), fields, strict=True))
        more |= {"participants": [builders.person("xi-jinping", "speaker")], "citations": [{"source": _CITED}]}
        more["readouts"] = [account("CN", point)]
        rows.append(statement(f"awkward-{number}", f"2025-11-{1 + number % 28:02}", **more))
    with record.writing() as writer:
        writer.write_all([(row, None) for row in rows[:-2]], state=State.PUBLISHED)
        writer.write_all([(row, None) for row in rows[-2:]], state=State.DRAFT)


_CITED = "awkward"


@rounds(500, 20_000)
def test_it_finds_what_plain_reading_finds_in_the_same_order(bundled, number):
    """The same queries on either database, held against the same reading: so both find the same, in the same order."""
    builders.source(_CITED)
    _some_awkward(random.Random(0))
    check_index()
    held = index.current()
    texts = search.store._texts(list(Event.objects.values_list("pk", flat=True)))
    assert len(texts) == 72 + 36
    places = Event.objects.filter(state=State.PUBLISHED).values_list("position", "pk")
    order = [(pk, _read(texts[pk])) for _place, pk in sorted(places, reverse=True)]
    assert len(order) == 72 + 34
    asker = Asker(1, list(texts.values()))
    asked = hits = 0
    while asked < number:
        terms = asker.terms()
        words = " ".join(
            f'{"-" * out}"{written}"' if quoted else f"{'-' * out}{written}" for out, written, quoted in terms
        )
        looked_for = [(out, text) for out, written, _quoted in terms if (text := _looked_for(written))]
        if not looked_for:
            assert not search.parse(words), words
            continue
        expected = [pk for pk, read in order if all((text in read) is not out for out, text in looked_for)]
        found = search.ids(search.parse(words), held)
        assert list(held.walk(found, falling=True)) == expected, words
        assert list(held.walk(found, falling=False)) == expected[::-1], words
        asked += 1
        hits += 0 < len(expected) < len(order)
    assert hits > number // 3


@rounds(25, 500)
def test_it_knows_common_words_through_every_edit(bundled, number, monkeypatch):
    """What is kept of words and phrases with an index, and brought forward with it, is what the database finds."""
    monkeypatch.setattr(search.ask, "_COMMON", 2)
    monkeypatch.setattr(search.ask, "_MOST_KEPT", 0)
    index.forget()
    chance = random.Random(2)
    rows = SearchText.objects.order_by("pk").values_list("tokens", flat=True)
    texts = [text.split(f" {search.words.BREAK} ")[0].split() for text in rows]
    pairs = Counter(pair for words in texts for pair in pairwise(words))
    common = [" ".join(pair) for pair, _number in pairs.most_common(3)]
    for turn in range(number):
        terms = [f'"{common[turn]}"'] if turn < len(common) else []
        for _ in range(chance.choice((1, 2, 3, 6)) if not terms else 0):
            words = chance.choice(texts)
            at = chance.randrange(len(words))
            term = f'"{" ".join(words[at : at + chance.choice((1, 1, 2))])}"'
            terms.append(("-" if chance.random() < 0.3 else "") + term)
        query = search.parse(" ".join(terms))
        for _ in range(2):
            held = index.current()
            assert set(search.ids(query, held)) == set(search.matching(query).values_list("pk", flat=True)), terms
        if chance.random() < 0.2:
            event = chance.choice(Event.objects.order_by("pk"))
            with record.writing() as writer:
                words = chance.sample([*chance.choice(texts), *chance.choice(texts)], 6)
                writer.write({**record.of(event), "title": " ".join(words)}, event=event)
    assert {*common} <= held.words.keys()
    assert len(held.words) > 10
