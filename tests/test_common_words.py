"""What most events hold is found before any reader asks for it."""

from timeline import index, search
from timeline.index import build, check, file
from timeline.models import SearchText


def test_a_large_index_knows_the_words_that_most_events_hold(
    bundled, monkeypatch, settings, tmp_path, django_assert_num_queries
):
    monkeypatch.setattr(search.ask, "_LEARNED_FROM", 1)
    monkeypatch.setattr(search.ask, "_COMMON", 2)
    monkeypatch.setattr(file, "SAVED_FROM", 1)
    settings.INDEX_SNAPSHOT = str(tmp_path / "index")
    index.forget()
    made = index.current()
    texts = {pk: set(tokens.split()) for pk, tokens in SearchText.objects.values_list("pk", "tokens")}
    assert len(made.words) == search.ask._MOST_LEARNED
    for word, ids in made.words.items():
        assert set(ids) == {pk for pk, words in texts.items() if word in words}, word
    assert {"japan", "of"} <= made.words.keys()

    assert not check.faults(made)
    made.words["japan"].discard(made.words["japan"].max())
    assert [fault for fault in check.faults(made) if "japan" in fault]

    index.forget()
    monkeypatch.setattr(build, "whole", None)  # so it can only come from the file
    loaded = index.current()
    made.words["japan"] = loaded.words["japan"]
    assert loaded.words == made.words
    assert set(loaded.words["japan"]) == {pk for pk, words in texts.items() if "japan" in words}
    search.ask._kept.clear()
    with django_assert_num_queries(0):
        assert search.ids(search.parse("japan"), loaded) == made.words["japan"] & made.published
