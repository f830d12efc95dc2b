"""Two changes of one record are put together, and two entries of one event become one."""

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests import builders
from tests.builders import account, call, statement
from timeline import log, record
from timeline.ingest import dossier
from timeline.ingest.store import store
from timeline.models import Correction, Event, Slug, State
from timeline.record.merge import MINE, THEIRS, three_way
from timeline.record.merging import differences, left_out, merge, merged

WHOLE = record.canonical(
    {
        "id": "call",
        "kind": "call",
        "title": "They speak",
        "date": "2025-11-25",
        "participants": [{"leader": "a"}, {"leader": "b"}],
        "topics": ["aid", "beef"],
        "citations": [{"source": "one"}, {"source": "two"}],
        "links": [{"relation": "about", "event": "x"}],
    }
)


def changed(**more):
    return record.canonical({**WHOLE, **more})


# Two editors ---------------------------------------------------------------------------------------------


def test_what_does_not_conflict_stands_side_by_side():
    theirs = changed(date="2025-11-26", topics=["aid", "beef", "chips"], citations=[{"source": "two"}])
    mine = changed(title="They speak again", topics=["beef"], citations=[*WHOLE["citations"], {"source": "three"}])
    found = three_way(WHOLE, theirs, mine)
    assert found.conflicts == []
    assert (found.record["title"], found.record["date"]) == ("They speak again", "2025-11-26")
    assert found.record["topics"] == ["beef", "chips"]
    assert [one["source"] for one in found.record["citations"]] == ["two", "three"]
    assert found.taken == ["date", "topics", "citations"]


def test_what_conflicts_is_asked_and_answered():
    theirs = changed(title="Theirs", citations=[{"source": "one", "excerpt": "theirs"}])
    mine = changed(title="Mine", citations=[{"source": "one", "excerpt": "mine"}, {"source": "two"}])
    found = three_way(WHOLE, theirs, mine)
    title, citation = found.conflicts
    assert (title.id, title.before, title.theirs, title.mine) == ("title", "They speak", "Theirs", "Mine")
    assert (citation.id, citation.theirs["excerpt"], citation.mine["excerpt"]) == ("citations.one", "theirs", "mine")
    found = three_way(WHOLE, theirs, mine, {title.id: THEIRS, citation.id: MINE})
    assert found.conflicts == []
    assert found.record["title"] == "Theirs"
    assert found.record["citations"] == [WHOLE["citations"][0] | {"excerpt": "mine"}]


def test_a_row_that_one_takes_away_and_the_other_changes_is_asked():
    mine = changed(citations=[{"source": "one", "excerpt": "mine"}, {"source": "two"}])
    (conflict,) = three_way(WHOLE, changed(citations=[{"source": "two"}]), mine).conflicts
    assert (conflict.theirs, conflict.mine["excerpt"]) == (None, "mine")


def people(*leaders):
    return changed(participants=[{"leader": one} for one in leaders])


@pytest.mark.parametrize(
    ("theirs", "mine", "asked", "stand"),
    [
        ("xbc", "ybc", [("a", "x", "y")], "ybc"),
        ("bcx", "ybc", [("a", "x", "y")], "ybc"),  # taken away, and the new one added below
        ("xyc", "axc", [], "yxc"),
        ("xbc", "bc", [("a", "x", None)], "bc"),
        ("xbc", "ayc", [], "xyc"),
        ("xbcd", "ybce", [("a", "x", "y")], "ybced"),
        ("bcx", "bc", [], "bcx"),
        ("xbc", "xbc", [], "xbc"),
    ],
)
def test_two_who_replace_one_row_are_asked(theirs, mine, asked, stand):
    found = three_way(people(*"abc"), people(*theirs), people(*mine))
    leaders = [tuple(row and row["leader"] for row in (one.before, one.theirs, one.mine)) for one in found.conflicts]
    assert leaders == asked
    assert "".join(row["leader"] for row in found.record["participants"]) == stand


def test_two_who_rename_one_post_are_asked():
    base, theirs, mine = (
        {"posts": [{"title": title, "country": "JP", "since": "2025-10-21", "until": until}]}
        for title, until in (("Minister", None), ("Prime Minister X", None), ("Minister", "2026"))
    )
    for own in (mine, {"posts": [mine["posts"][0] | {"title": "Prime Minister Y"}]}):
        (conflict,) = three_way(base, theirs, own).conflicts
        assert (conflict.theirs, conflict.mine) == (theirs["posts"][0], own["posts"][0])
        for answer, stands in ((THEIRS, theirs), (MINE, own)):
            assert three_way(base, theirs, own, {conflict.id: answer}).record == stands


def test_two_orders_are_asked():
    base = changed(topics=["a", "b", "c"])
    (conflict,) = three_way(base, changed(topics=["b", "a", "c"]), changed(topics=["c", "b", "a"])).conflicts
    assert conflict.name == "topics"
    found = three_way(base, changed(topics=["b", "a", "c"]), changed(topics=["a", "b", "c", "d"]))
    assert (found.record["topics"], found.conflicts) == (["b", "a", "c", "d"], [])


TOPICS = st.lists(st.sampled_from("abcde"), unique=True)
VERSIONS = st.builds(
    lambda title, topics, sources: changed(
        title=title, topics=topics, citations=[{"source": name, "excerpt": words} for name, words in sources.items()]
    ),
    st.sampled_from("xyz"),
    TOPICS,
    st.dictionaries(st.sampled_from("pq"), st.sampled_from("mn")),
)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_nothing_is_overwritten_unseen(base, theirs, mine):
    found = three_way(base, theirs, mine)
    # Who changed nothing loses nothing, and what only one of the two changed stands as that one left it.
    assert three_way(base, base, mine).record == mine
    assert three_way(base, theirs, base).record == theirs
    assert three_way(base, theirs, theirs) == three_way(base, base, theirs)
    asked = {conflict.id for conflict in found.conflicts}
    for topic in "abcde":
        stood, stand = topic in base["topics"], topic in found.record["topics"]
        both = {topic in theirs["topics"], topic in mine["topics"]}
        assert stand == (stood if both == {stood} else not stood), topic
    if "title" not in asked:
        assert found.record["title"] in {theirs["title"], mine["title"]}
        assert theirs["title"] in {base["title"], found.record["title"]}
    all_mine = three_way(base, theirs, mine, dict.fromkeys(asked, MINE))
    assert all_mine.record == found.record
    assert all_mine.conflicts == []
    assert three_way(base, theirs, mine, dict.fromkeys(asked, THEIRS)).conflicts == []


# Two entries ---------------------------------------------------------------------------------------------


def test_one_record_holds_what_both_knew():
    kept = changed(summary="Short.", readouts=[account("JP", "one"), {"side": "US", "issued": False}])
    gone = changed(
        id="other",
        title="They talk",
        place="Tokyo",
        duration_minutes=25,
        duration_approximate=True,
        participants=[{"leader": "b"}, {"leader": "c"}],
        readouts=[account("JP", "one", "two"), account("US", "three")],
        citations=[{"source": "two", "supports": ["date"], "excerpt": "words"}, {"source": "three"}],
        links=[{"relation": "about", "event": "x"}, {"relation": "follows_up", "event": "call"}],
    )
    assert [(one.name, one.kept, one.gone) for one in differences(kept, gone)] == [("title", "They speak", "They talk")]
    whole = merged(kept, gone)
    assert (whole["id"], whole["title"], whole["place"], whole["summary"]) == ("call", "They speak", "Tokyo", "Short.")
    assert (whole["duration_minutes"], whole["duration_approximate"]) == (25, True)
    assert [one["leader"] for one in whole["participants"]] == ["a", "b", "c"]
    assert [(one["side"], [point["text"] for point in one["points"]]) for one in whole["readouts"]] == [
        ("JP", ["one", "two"]),
        ("US", ["three"]),
    ]
    assert [(one["source"], one["supports"], one["excerpt"]) for one in whole["citations"]] == [
        ("one", [], None),
        ("two", ["date"], "words"),
        ("three", [], None),
    ]
    assert whole["links"] == WHOLE["links"]
    assert merged(kept, gone, {"title"})["title"] == "They talk"


def test_what_can_not_stand_side_by_side_is_chosen_and_nothing_is_lost_unseen():
    point = {"text": "one", "certainty": "believed", "disclosure": "told"}
    kept = changed(
        duration_minutes=25,
        participants=[{"leader": "a", "country": "JP"}, {"leader": "b"}],
        readouts=[account("JP", "one"), {"side": "US", "issued": False}],
        citations=[{"source": "one", "supports": ["date"], "excerpt": "a" * 300}, {"source": "two", "excerpt": "it"}],
    )
    gone = changed(
        id="other",
        duration_minutes=25,
        duration_approximate=True,
        participants=[{"leader": "a", "country": "JP", "role": "host"}, {"leader": "b"}],
        readouts=[{**account("JP"), "points": [point]}, account("US", "three")],
        citations=[
            {"source": "one", "supports": ["title"], "excerpt": "b" * 300},
            {"source": "two", "excerpt": "they said it"},
        ],
        links=[{"relation": "follows_up", "event": "call"}],
    )
    names = ["duration_approximate", "participants.a..", "citations.one"]
    assert [one.name for one in differences(kept, gone)] == names
    whole, taken = merged(kept, gone), merged(kept, gone, set(names))
    assert [one["role"] for one in whole["participants"]] == ["principal", "principal"]
    assert [one["role"] for one in taken["participants"]] == ["host", "principal"]
    assert [(one["supports"], one["excerpt"]) for one in whole["citations"]] == [
        (["date", "title"], "a" * 300),
        ([], "they said it"),
    ]
    assert (taken["citations"][0]["excerpt"], taken["duration_approximate"]) == ("b" * 300, True)
    assert [one["text"] for one in whole["readouts"][0]["points"]] == ["one", "one"]
    assert [one["side"] for one in whole["readouts"]] == ["JP", "US"]
    assert [(name, row.get("side"), row.get("event")) for name, row in left_out(kept, gone)] == [
        ("readouts", "US", None),
        ("links", None, "call"),
    ]


@pytest.fixture(scope="module")
def _two_sources_all_along(cast_all_along, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        builders.source("second")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def _cast(_two_sources_all_along, db):
    """The cast and a second source, put in once for the whole module; each test's own changes are undone."""


@pytest.mark.usefixtures("_cast")
def test_the_address_of_the_one_that_goes_leads_to_the_one_that_stays(client):
    (kept, gone) = builders.publish(call("kept"), call("gone", citations=[{"source": "second"}]))
    with record.writing() as writer:
        writer.write(record.of(gone) | {"id": "gone-2"}, event=gone)
    builders.publish(statement("about", about="gone-2"), statement("both", about="kept", relation="reacts_to"))
    merge(builders.event("kept"), builders.event("gone-2"), note="The two were one.")
    kept.refresh_from_db()
    for former in ("gone", "gone-2"):
        response = client.get(reverse("event", args=[former]))
        assert (response.status_code, response["Location"]) == (301, "/events/kept/")
    page = client.get("/events/kept/").text
    assert "The two were one." in page
    assert [one["source"] for one in record.of(kept)["citations"]] == [builders.SOURCE, "second"]
    gone.refresh_from_db()
    assert (gone.state, gone.merged_into, gone.versions.count()) == (State.WITHDRAWN, kept, 3)
    assert builders.event("about").hangs_from == kept
    assert record.of(builders.event("about"))["links"] == [{"relation": "about", "event": "kept"}]
    assert [line.text for line in log.page().lines] == ["The two were one."]
    assert log.counts() == (1, 0)
    with record.writing() as writer:
        with pytest.raises(record.Refused, match="merged into another"):
            writer.write(record.of(gone), event=gone, state=State.PUBLISHED)
        assert writer.find("gone") == kept


@pytest.mark.usefixtures("_cast")
def test_merging_on_keeps_every_address_one_hop_away(client):
    one, two, three = builders.publish(call("one"), call("two"), call("three"))
    merge(two, one, note="One is two.")
    merge(three, two, note="Two is three.")
    for former in ("one", "two"):
        assert client.get(f"/events/{former}/")["Location"] == "/events/three/"
    assert set(Event.objects.filter(merged_into=three).values_list("slug", flat=True)) == {"one", "two"}
    assert set(Correction.objects.values_list("event__slug", "text")) == {
        ("three", "One is two."),
        ("three", "Two is three."),
    }


@pytest.mark.usefixtures("_cast")
def test_a_draft_goes_without_a_trace_and_links_follow():
    (kept,) = builders.publish(call("kept"))
    draft = builders.write(call("draft", summary="More."), state=State.DRAFT)
    builders.write(statement("about", about="draft"), state=State.DRAFT)
    before = builders.dump()
    with pytest.raises(record.Refused, match="say in a note"):
        merge(kept, draft, note=" ")
    assert builders.dump() == before
    merge(kept, draft, note="There is a summary now.")
    assert not Slug.objects.filter(slug="draft").exists()
    assert not Event.objects.filter(pk=draft.pk).exists()
    assert record.of(kept)["summary"] == "More."
    assert record.of(builders.event("about"))["links"] == [{"relation": "about", "event": "kept"}]
    note = Correction.objects.get()
    assert (note.text, note.event, note.version) == ("There is a summary now.", kept, kept.versions.get(number=2))


@pytest.mark.usefixtures("_cast")
def test_a_draft_that_changes_nothing_readers_see_needs_no_note():
    (kept,) = builders.publish(call("kept"))
    merge(kept, builders.write(call("draft"), state=State.DRAFT))
    merge(
        builders.write(call("other"), state=State.DRAFT), builders.write(call("more", summary="x"), state=State.DRAFT)
    )
    assert kept.versions.count() == 1
    assert not Correction.objects.exists()


REFUSED = [
    ("call", "call", "x", "with itself"),
    ("call", "meeting", "x", "of one kind"),
    ("call", "withdrawn", "x", "stays as it is"),
    ("draft", "call", "x", "the other way"),
    ("call", "second", " ", "Readers have seen both"),
]


@pytest.mark.usefixtures("_cast")
def test_what_can_not_become_one_is_refused():
    builders.publish(call(), call("second"), call("withdrawn"), builders.meeting())
    builders.write(call("withdrawn"), state=State.WITHDRAWN, reason="Never.")
    builders.write(call("draft"), state=State.DRAFT)
    before = builders.dump()
    for kept, gone, note, told in REFUSED:
        with pytest.raises(record.Refused, match=told):
            merge(builders.event(kept), builders.event(gone), note=note)
    assert builders.dump() == before


@pytest.mark.usefixtures("_cast")
def test_two_speakers_do_not_become_one():
    kept, gone = builders.publish(
        statement("one"), statement("two", participants=[builders.person(builders.TRUMP, "speaker")])
    )
    before = builders.dump()
    with pytest.raises(record.Refused, match="one speaker"):
        merge(kept, gone, note="x")
    assert builders.dump() == before


def test_ingest_keeps_what_was_merged(bundled):
    file = min((dossier.read(path) for path in dossier.bundled()), key=lambda one: len(one.content["events"]))
    kept, gone = [builders.event(row["id"]) for row in file.content["events"] if row["kind"] == "call"][:2]
    merge(kept, gone, note="One call.")
    after = record.of_all(Event.objects.published().values_list("pk", flat=True))
    counts = store([file])
    assert (counts.created, counts.updated) == (0, 0)
    assert record.of_all(Event.objects.published().values_list("pk", flat=True)) == after


@pytest.mark.usefixtures("_cast")
def test_ingest_does_not_rename_what_an_equal_entry_went_into():
    file = dossier.Dossier(
        "two.json", {"dossier": "two", "events": [call("kept"), call("gone", title="They speak: kept")]}
    )
    store([file])
    merge(builders.event("kept"), builders.event("gone"), note="One call.")
    assert str(store([file])) == "Created 0, updated 0, unchanged 1, kept as edited 1."
    assert builders.event("kept").state == State.PUBLISHED
