"""The extractor holds what it has reached on the labelled sets; `make eval` prints every error.

Every third set is read each time, all of them in `make soak`.
"""

import re

import pytest

from tests.eval.scoring import SETS, articles, readings, score
from tests.extract.evidence import check
from timeline import edtf

FEW = SETS[1::3]
each_set = pytest.mark.parametrize(
    "name", [name if name in FEW else pytest.param(name, marks=pytest.mark.soak) for name in SETS]
)


@each_set
def test_it_finds_most_of_each_set_and_invents_little(name):
    total = score(name)
    precision, _recall, f1 = total.rates()
    assert f1 >= 0.8, total.errors
    assert precision >= 0.85, total.errors


@pytest.mark.parametrize("names", [FEW, pytest.param(SETS, marks=pytest.mark.soak)], ids=["few", "all"])
def test_it_holds_what_it_has_reached_on_all_of_them(names):
    total = score(*names)
    precision, _recall, f1 = total.rates()
    assert f1 >= 0.93, total.errors
    assert precision >= 0.96, total.errors
    assert total.occurrence_rate() >= 0.99, total.errors
    assert all(total.details["speaker"])


def test_there_are_enough_articles_and_each_label_is_sound():
    found = [article for name in SETS for article in articles(name)]
    assert len(found) >= 270
    assert len({article["id"] for article in found}) == len(found)
    for article in found:
        for event in article["events"]:
            assert event["kind"] in ("call", "meeting", "statement")
            assert len(event["participants"]) == (
                1 if event["kind"] == "statement" else max(2, len(event["participants"]))
            )
            if event["date"]:
                edtf.parse(event["date"])
            for name in event["participants"]:
                assert name in article["text"], f"{article['id']}: {name}"


@each_set
def test_every_value_has_evidence_that_is_the_text_at_its_offsets(name):
    for article, found in zip(articles(name), readings(name), strict=True):
        check(article["text"].lstrip("\n"), found)


_UNDONE = re.compile(
    r"call(?:ed|ing) off|cancel|postpone|scrap|put off|drop|delay|defer|shelve|suspend|pulled out|fell through|"
    r"\b(?:not|no|never|failed|declined|refused)\b|n['’]t\b",
    re.IGNORECASE,
)


@each_set
def test_what_was_not_held_has_the_words_that_say_so_as_evidence(name):
    for article, found in zip(articles(name), readings(name), strict=True):
        for one in found:
            if one["occurrence"] in ("cancelled", "postponed", "did_not_take_place"):
                words = [span["text"] for span in one["evidence"]["occurrence"]]
                assert any(_UNDONE.search(each) for each in words), (article["id"], words)
