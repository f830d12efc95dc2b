"""The extractor holds what it has reached on the labelled sets; `make eval` prints every error."""

import pytest

from tests.eval.scoring import SETS, articles, score
from timeline import edtf


@pytest.mark.parametrize("name", SETS)
def test_it_finds_most_of_each_set_and_invents_little(name):
    total = score(name)
    precision, _recall, f1 = total.rates()
    assert f1 >= 0.8, total.errors
    assert precision >= 0.85, total.errors


def test_it_holds_what_it_has_reached_on_all_of_them():
    total = score(*SETS)
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
