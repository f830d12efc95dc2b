"""What a reader's words find."""

import random
import re

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


def by_hand(query: search.Query, texts: dict[str, str]) -> set[str]:
    """What a query finds, by looking at every text."""

    def holds(text: str, phrase: tuple[str, ...]) -> bool:
        words = text.split()
        return any(tuple(words[at : at + len(phrase)]) == phrase for at in range(len(words)))

    return {
        slug
        for slug, text in texts.items()
        if all(holds(text, phrase) for phrase in query.phrases)
        and not any(holds(text, phrase) for phrase in query.excluded)
    }


@rounds(30, 1000)
def test_it_finds_what_reading_everything_finds(bundled, number):
    check_index()
    texts = dict(SearchText.objects.values_list("event__slug", "tokens"))
    assert len(texts) == 72
    written = [
        text
        for row in builders.bundled_events()
        for text in (row["title"], row.get("summary") or "", row.get("words") or "")
    ]
    words = sorted({word for text in written for word in text.split()} | set("高市早苗习近平이재明"))
    chance = random.Random(1)
    hits = 0
    for _ in range(number):
        terms = []
        for _ in range(chance.randint(1, 3)):
            if chance.random() < 0.3:
                some = chance.choice(written).split() or ["talks"]
                at = chance.randrange(len(some))
                term = f'"{" ".join(some[at : at + chance.randint(2, 4)])}"'
            else:
                term = chance.choice(words)
            terms.append(("-" if chance.random() < 0.2 else "") + term)
        query = search.parse(" ".join(terms))
        if query:
            assert found(" ".join(terms)) == by_hand(query, texts), terms
            hits += bool(by_hand(query, texts))
    assert hits > number // 4


@rounds(25, 500)
def test_it_knows_common_words_through_every_edit(bundled, number, monkeypatch):
    """What is kept of words and phrases with an index, and brought forward with it, is what the database finds."""
    monkeypatch.setattr(search, "_COMMON", 2)
    monkeypatch.setattr(search, "_MOST_KEPT", 0)
    index.forget()
    chance = random.Random(2)
    texts = [
        text.split(f" {search._BREAK} ")[0].split() for text in SearchText.objects.values_list("tokens", flat=True)
    ]
    for _ in range(number):
        terms = []
        for _ in range(chance.choice((1, 2, 3, 6))):
            words = chance.choice(texts)
            at = chance.randrange(len(words))
            term = f'"{" ".join(words[at : at + chance.choice((1, 1, 2))])}"'
            terms.append(("-" if chance.random() < 0.3 else "") + term)
        query = search.parse(" ".join(terms))
        for _ in range(2):
            held = index.current()
            assert set(search.ids(query, held)) == set(search.matching(query).values_list("pk", flat=True)), terms
        if chance.random() < 0.2:
            event = chance.choice(Event.objects.all())
            with record.writing() as writer:
                words = chance.sample([*chance.choice(texts), *chance.choice(texts)], 6)
                writer.write({**record.of(event), "title": " ".join(words)}, event=event)
    assert any(" " in phrase for phrase in held.words)
    assert len(held.words) > 10
