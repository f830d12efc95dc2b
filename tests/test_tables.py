"""Events, leaders and sources as tables: what a cell means, what a file would do, and how an editor agrees to it."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests import builders
from tests.desk import told as said
from tests.desk import unshown
from timeline import record
from timeline.admin import uploads
from timeline.models import BulkEntry, Correction, Event, Former, Leader, Source, State, Version
from timeline.tables import EVENTS, LEADERS, SOURCES, TableError, cells, plan, sheet
from timeline.tables.columns import Known

IMPORT, DOSSIER = "/admin/timeline/event/import/", "/admin/timeline/event/dossier/"
HEADING = "slug,kind,title,date,participants,sources\n"
KNOWN = Known({"jp": "JP", "japan": "JP", "us": "US"}, {"https://example.org/a": "jiji"})


# Files and cells: no database ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        "slug,title\na,“Ü”\n".encode(),
        "\ufeffSlug;Title\r\na;“Ü”\r\n".encode(),
        "slug\ttitle\na\t“Ü”\n".encode("utf-16"),
        "TITLE,slug\n\n“Ü”,a\n,\n".encode("utf-16-be"),
        'sep=;\r\n"slug";"title"\r\n"a";"“Ü”"'.encode(),
        "slug,title,,\na,“Ü”,,\n".encode(),
    ],
)
def test_a_file_is_read_however_a_spreadsheet_saves_it(data):
    (line,) = sheet.read(data, ["slug", "title"]).lines
    assert line.cells == {"slug": "a", "title": "“Ü”"}


@pytest.mark.parametrize(
    ("data", "row", "told"),
    [
        (b"", 0, "The file is empty"),
        (b"slug\n", 0, "no rows"),
        ("slug\né".encode("latin-1"), 0, "neither UTF-8 nor UTF-16 (byte 5"),
        (b"slug\nx\0", 0, "bytes that are none"),
        (b"slug\n" + b"x\n" * 10_001, 0, "at most 10,000 rows"),
        (b"x" * (sheet.LARGEST + 1), 0, "larger than 5 MB"),
        (b"slug,colour,size\nx,y,z", 1, "no such column; expected only slug, title"),
        (b"slug,Slug\nx,y", 1, "stands there twice"),
        (b'slug,title\na,b\n"c,d', 3, "a quotation mark"),
        (b"slug\n" + b"x" * 200_000, 2, "can't be read on"),
    ],
)
def test_a_file_is_refused_in_words(data, row, told):
    with pytest.raises(TableError) as refused:
        sheet.read(data, ["slug", "title"])
    (fault,) = refused.value.faults
    assert fault.row == row
    assert told in fault.expected


def test_a_row_that_is_cut_short_empties_no_fields():
    read = sheet.read(b"slug,title\na\nb,c,d\n\ne,f", ["slug", "title"])
    assert [(fault.row, fault.expected) for fault in read.faults] == [
        (2, "Expected 2 cells, as in the heading; this row has 1."),
        (3, "Expected 2 cells, as in the heading; this row has 3."),
    ]
    assert [line.number for line in read.lines] == [5]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1))
@example(["=1+1", "'=1", "''-", "-", "'plain", " =x", "\t", "＝1"])
@settings(max_examples=15)
def test_what_is_written_is_read_back_and_runs_in_no_spreadsheet(texts):
    data = sheet.written([["slug"], *([f"x{text}x", ""][:1] for text in texts)], first=True)
    assert data.startswith(b"\xef\xbb\xbfslug")
    for text in texts:
        shielded = sheet.shielded(text)
        assert not shielded.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
        assert sheet.unshielded(shielded) == text


word = st.text(st.sampled_from('ab;"()[]: \n-é'), min_size=1, max_size=12).map(str.strip).filter(bool)
slug = st.from_regex(r"[a-z]{1,3}(-[a-z0-9]{1,2}){0,2}", fullmatch=True)


@given(
    st.lists(st.one_of(st.tuples(slug, st.none()), st.tuples(st.none(), word)), max_size=3),
    st.sampled_from(["principal", "host"]),
    st.lists(st.tuples(slug, st.one_of(st.none(), word)), max_size=3),
    st.lists(st.tuples(word, st.sampled_from([None, "2025-10", "2025-11-01"])), max_size=3),
)
@settings(max_examples=20)
def test_lists_in_cells_are_read_back_as_they_were(people, role, citations, posts):
    row = {
        **EVENTS.blank(),
        "kind": "meeting",
        "participants": [{"leader": one, "role": role, "country": "JP", "title": title} for one, title in people],
        "citations": [
            {"source": source, "supports": ["date", "title"], "excerpt": excerpt} for source, excerpt in citations
        ],
    }
    leader = {
        **LEADERS.blank(),
        "other_names": list(dict.fromkeys(title for title, _since in posts)),
        "posts": [{"title": title, "country": "US", "since": since, "until": since} for title, since in posts],
    }
    for table, whole in ((EVENTS, row), (LEADERS, leader)):
        for column in table.columns:
            if column.key in ("participants", "citations", "other_names", "posts"):
                assert column.read(column.write(whole), whole, KNOWN) == whole[column.key]


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("kind", " Call ".strip(), "call"),
        ("date", "22-23 Nov 2025", "2025-11-22/2025-11-23"),
        ("occurrence", "Did not take place", "did_not_take_place"),
        ("format", "telephone", "phone"),
        ("country", "Japan", "JP"),
        ("duration_minutes", "25", 25),
        ("duration_approximate", "TRUE", True),
        ("participants", "xi-jinping", [{"leader": "xi-jinping", "role": "principal", "country": None, "title": None}]),
        (
            "participants",
            'host: "envoys" (japan)',
            [{"leader": None, "role": "host", "country": "JP", "title": "envoys"}],
        ),
        ("sources", "https://example.org/a", [{"source": "jiji", "supports": [], "excerpt": None}]),
        ("links", "Reacts to: some-call", [{"relation": "reacts_to", "event": "some-call"}]),
        ("topics", "taiwan;\n trade;", ["taiwan", "trade"]),
    ],
)
def test_cells_hold_what_people_type(column, cell, value):
    found = next(one for one in EVENTS.columns if one.name == column)
    assert found.read(cell, {**EVENTS.blank(), "kind": "call"}, KNOWN) == value


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("date", "3/4/2025", "can be read in two ways"),
        ("kind", "dinner", "Expected one of meeting, call, statement."),
        ("format", "summit", "Expected one of phone, video."),
        ("country", "Atlantis", "“Atlantis” is no country"),
        ("duration_minutes", "25.5", "a whole number"),
        ("duration_approximate", "perhaps", "yes or no"),
        ("participants", "a (b", "can't be read"),
        ("participants", 'a; "b', "A quotation mark"),
        ("sources", "https://example.org/b", "No source has the address"),
        ("sources", "jiji [colour]", "Expected one of title, summary"),
        ("links", "some-call", "expected a relation"),
    ],
)
def test_cells_are_refused_in_words(column, cell, told):
    found = next(one for one in EVENTS.columns if one.name == column)
    with pytest.raises(cells.CellError, match=told.replace("(", r"\(")):
        found.read(cell, {**EVENTS.blank(), "kind": "call"}, KNOWN)


# What a file would do ----------------------------------------------------------------------------------------


def planned(table: Any, text: str, **options: Any) -> Any:
    return plan(table, sheet.read(text.encode(), table.names), **options)


def told(found: Any) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.expected) for fault in found.faults]


@pytest.fixture
def _cast(db):
    builders.cast()


@pytest.mark.django_db
@pytest.mark.usefixtures("bundled")
def test_what_was_exported_comes_back_unchanged_in_few_queries(django_assert_max_num_queries):
    for table, model, most in ((EVENTS, Event, 32), (LEADERS, Leader, 8), (SOURCES, Source, 8)):
        keys = list(model.objects.values_list("pk", flat=True))
        with django_assert_max_num_queries(most):
            text = b"".join(table.pages(keys)).decode()
            found = planned(table, text)
        assert (found.created, found.changed, found.faults) == ([], [], [])
        assert found.unchanged == len(keys) > 30
        # Nor is it only passed over: into an empty row, each cell puts what it was written from.
        known = Known.of_the_record()
        for row in table.rows(keys[:10]):
            again = table.blank()
            for column in table.columns:
                again[column.key] = column.read(column.write(row), again, known)
                assert (again[column.key] or None) == (row[column.key] or None)


@pytest.mark.django_db
@pytest.mark.usefixtures("_cast")
def test_rows_are_known_by_slug_and_new_ones_get_one():
    builders.publish(builders.call("call", "2025-11-25"))
    builders.write(builders.call("takaichi-trump-call-2025-12-02", "2025-12-01"), state=State.DRAFT)
    new = ",call,They speak again,2 Dec 2025,sanae-takaichi; donald-trump,jiji\n"
    found = planned(EVENTS, HEADING + "call,call,They spoke,2025-11-25,sanae-takaichi; donald-trump,jiji\n" + new + new)
    assert not found.faults
    assert [row.after["id"] for row in found.created] == [
        "takaichi-trump-call-2025-12-02-2",
        "takaichi-trump-call-2025-12-02-3",
    ]
    (changed,) = found.changed
    assert (changed.before["title"], changed.after["title"]) == ("They speak: call", "They spoke")
    assert changed.after["participants"] == changed.before["participants"]
    before = found.digest
    assert planned(EVENTS, HEADING + new).digest != before


@pytest.mark.django_db
@pytest.mark.usefixtures("_cast")
def test_faults_name_row_column_and_what_was_expected():
    builders.publish(builders.call("call"), builders.meeting("meeting"))
    rows = [
        "call,meeting,They speak,2025-11-25,sanae-takaichi; xi-jinping,jiji",
        "new,call,They speak,2025-11-26,sanae-takaichi,nobody",
        "meeting,meeting,,2025-11-25,sanae-takaichi; xi-jinping,jiji",
        "meeting,meeting,Twice,2025-11-25,sanae-takaichi; xi-jinping,jiji",
        "Bad Slug,call,They speak,soon,sanae-takaichi; donald-trump,jiji",
        "new-2,call,They speak,2025-11-27,sanae-takaichi; donald-trump,",
    ]
    found = planned(EVENTS, HEADING + "\n".join(rows), refusal=lambda row: "Not by you." if row.is_new else "")
    assert [(row, column, words.split(":")[0].split(";")[0]) for row, column, words in told(found)] == [
        (2, "kind", "An event keeps its kind"),
        (3, "participants", "A call needs two different principals."),
        (3, "sources", "The source “nobody” is not known."),
        (3, "", "Not by you."),
        (4, "title", "An event needs a title"),
        (5, "slug", "Row 4 is of the same"),
        (6, "slug", "“Bad Slug” is no slug"),
        (6, "date", "“soon” is not a date that Readout can read"),
        (6, "", "Not by you."),
        (7, "", "Not by you."),
    ]
    assert not found.writes
    linked = "slug,links\ncall,about: meeting; about: nowhere\nmeeting,about: meeting; about: call; about: call\n"
    assert told(planned(EVENTS, linked)) == [
        (2, "links", "The event “nowhere” is not known."),
        (3, "links", "An event can't be linked to itself."),
        (3, "links", "This link stands here twice."),
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("_cast")
def test_all_that_is_wrong_with_a_row_is_named_at_once_as_far_as_it_can_be_known():
    account = builders.account("JP", "one")
    builders.publish(builders.call("call", readouts=[account]), builders.meeting("meeting"))
    heading = "slug,kind,title,date,occurrence,duration_minutes,duration_approximate,participants,sources\n"
    rows = [
        # The date and two of the people can't be read; all else is looked at all the same.
        "new,call,,soon,,,,sanae-takaichi; x (y; donald-trump (Atlantis); nobody,nowhere [colour]; https://x.example",
        # What depends on a cell that can't be read is not guessed at.
        "also,call,They speak,2025-11-25,did not take place,25.5,yes,a (b,jiji [colour]",
        "also,dinner,They speak,1900-01-01,,,,sanae-takaichi; donald-trump,jiji",
        # What readers see keeps what it needed to be published.
        "call,call,They spoke,1900-01-01,did not take place,,,sanae-takaichi (JP); donald-trump (US),",
        "meeting,call,,soon,,,,nobody,jiji",
    ]
    found = planned(EVENTS, heading + "\n".join(rows))
    named = [f"{row} {column}: {words}"[:45] for row, column, words in told(found)]
    assert named == [
        "2 title: An event needs a title: a sentence t",
        "2 date: “soon” is not a date that Readout can",
        "2 participants: “x (y” can't be read: expecte",
        "2 participants: “donald-trump (Atlantis)”: “A",
        "2 participants: The leader “nobody” is not kn",
        "2 sources: “nowhere [colour]”: Expected one o",
        "2 sources: No source has the address https://",
        "2 sources: The source “nowhere” is not known.",
        "3 participants: “a (b” can't be read: expecte",
        "3 duration_minutes: Expected a whole number i",
        "3 sources: Expected one of title, summary, no",
        "4 slug: Row 3 is of the same: expected each o",
        "4 kind: Expected one of meeting, call, statem",
        "5 occurrence: No source says that it did not ",
        "5 sources: A published event needs at least o",
        "6 kind: An event keeps its kind: expected mee",
        "6 title: An event needs a title: a sentence t",
        "6 date: “soon” is not a date that Readout can",
        "6 participants: The leader “nobody” is not kn",
    ]
    assert found.rows == []


@pytest.mark.django_db
@pytest.mark.usefixtures("_cast")
def test_leaders_and_sources_come_in_and_are_refused_in_words():
    text = (
        "Slug,Name,Family name,Wikidata,Posts\n"
        "donald-trump,Donald J. Trump,Trump,Q22686,President (US) since 20 Jan 2025; President (US) until 2021\n"
        ",Satsuki Katayama,Katayama,,Minister of Finance (Japan) since Oct 2025\n"
    )
    found = planned(LEADERS, text)
    assert told(found) == []
    with record.writing() as writer:
        LEADERS.write(found, writer)
    trump = Leader.objects.get(slug="donald-trump")
    assert [(post.title, post.since, post.until) for post in trump.posts.order_by("pk")] == [
        ("President", "2025-01-20", ""),
        ("President", "", "2021"),
    ]
    assert Leader.objects.get(slug="satsuki-katayama").posts.get().country_id == "JP"
    assert planned(LEADERS, text.replace(",Satsuki", "satsuki-katayama,Satsuki")).unchanged == 2
    bad = "slug,name,family_name,wikidata,posts\n,X,,Q0,Chief (US) since 2025 until 2020\n"
    assert sorted(told(planned(LEADERS, bad))) == [
        (2, "family_name", "Expected one line of at most 100 characters, not empty, without blanks at its ends."),
        (2, "posts", '"2020": Expected a day after 2025, when the post begins.'),
        (2, "wikidata", "Expected a Wikidata id, as in Q22686."),
    ]
    bad = "slug,name,family_name,posts\nX_Y,X,X,Chief (US) since 2025; Chief (US) since 2025 until 2026\n"
    assert told(planned(LEADERS, bad)) == [
        (2, "slug", "Expected lower-case letters, digits and single hyphens, as in sanae-takaichi."),
        (2, "posts", "Post 2 is post 1 again: title, country and since are the same."),
    ]

    builders.source("nhk", url="https://example.org/a")
    text = "publisher,title,url\nNHK,New title,https://example.org/a\nNHK,Another,https://example.org/b\n"
    found = planned(SOURCES, text)
    assert told(found) == []
    with record.writing() as writer:
        SOURCES.write(found, writer)
    assert Source.objects.get(slug="nhk").title == "New title"
    assert Source.objects.get(slug="nhk-another").url == "https://example.org/b"
    bad = "slug,publisher,title,url,published\nx,,T,https://example.org/a,2025\ny,P,T,ftp://x,2025\n"
    assert sorted((row, column) for row, column, _words in told(planned(SOURCES, bad))) == [
        (2, "publisher"),
        (2, "url"),
        (3, "url"),
    ]


# As an editor agrees to it -------------------------------------------------------------------------------------


def sent(client: Any, address: str, text: str | bytes, **more: str) -> Any:
    data = text.encode() if isinstance(text, str) else text
    return client.post(address, {"file": SimpleUploadedFile("my-table.csv", data), **more})


def preview(client: Any, response: Any) -> Any:
    assert response.status_code == 302, response.context_data["preview"].faults
    with unshown():
        return client.get(response["Location"]).context_data["preview"]


def as_role(client: Any, role: str) -> Any:
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


@pytest.mark.django_db
@pytest.mark.usefixtures("_cast")
def test_a_table_is_looked_at_agreed_to_and_written_as_a_whole(admin_client):
    with record.writing() as writer:
        writer.write(builders.call("call"), state=State.PUBLISHED)
        writer.write(builders.meeting("meeting"), state=State.DRAFT)
    text = (
        HEADING
        + "call,call,They spoke,2025-11-25,sanae-takaichi; donald-trump,jiji\n"
        + ",call,They speak again,2025-11-25,sanae-takaichi; donald-trump,jiji\n"
    )
    address = sent(admin_client, IMPORT, text)["Location"]
    page = admin_client.get(address)
    shown = page.context_data["preview"]
    assert shown.counts == {"faults": 0, "created": 1, "changed": 1, "unchanged": 0}
    assert "<ins>spoke</ins>" in page.text
    assert "Likely the same event" in page.text
    assert Event.objects.count() == 2

    # Readers have seen one of them: without a word about it nothing is written.
    with unshown():
        refused = admin_client.post(address, {"seen": shown.digest}).context_data["form"]
    assert "say which of the two it is" in refused.errors["correction"][0]
    # Somebody else was there in between: it is looked at anew.
    builders.write(builders.call("call", title="They spoke at length"))
    agreed = {"seen": shown.digest, "correction": "They have spoken."}
    stale = admin_client.post(address, agreed)
    assert "The record has changed since you looked" in stale.text
    assert "They have spoken.</textarea>" in stale.text
    assert Event.objects.count() == 2
    assert not Correction.objects.exists()

    agreed["seen"] = stale.context_data["preview"].digest
    done = admin_client.post(address, agreed)["Location"]
    assert Event.objects.get(slug="call").title == "They spoke"
    new = Event.objects.get(slug="takaichi-trump-call-2025-11-25")
    assert (new.state, new.versions.get().by_name, new.versions.get().reason) == (State.DRAFT, "admin", "")
    note = Correction.objects.get()
    last = Event.objects.get(slug="call").versions.latest("number")
    assert (note.text, note.version, last.reason) == ("They have spoken.", last, "They have spoken.")
    # A second press of the button finds nothing to do.
    assert "has been dealt with" in said(admin_client.post(address, agreed))
    assert Event.objects.count() == 3
    put_back(admin_client, done)


def put_back(client: Any, done: str) -> None:
    """What the table did is looked at as one thing, and put back as a whole."""
    page = client.get(done)
    assert "<h1>A table was imported: my-table.csv</h1>" in page.text
    assert "<del>" in page.text
    assert "New</b>" in page.text
    there = f"{done.removesuffix('change/')}put-back/"
    asked = client.get(there)
    assert "1 entry is changed back." in asked.text
    assert "1 new draft is discarded." in asked.text
    seen = {"seen": asked.context_data["seen"]}
    with unshown():
        assert "say which of the two it is" in str(client.post(there, seen).context_data["form"].errors)
        assert client.post(there, {"seen": "x", "correction": "y"}).context_data["is_stale"]
        assert client.post(there, seen | {"not_correction": "the wrong file"}).status_code == 302
        assert not client.get(there).context_data["going"]
    call = Event.objects.get(slug="call")
    assert (call.title, Event.objects.count(), call.versions.latest("number").reason) == (
        "They spoke at length",
        2,
        "the wrong file",
    )
    listed = client.get("/admin/timeline/bulkchange/?q=my-table").text
    assert listed.count("my-table.csv") == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("_cast")
def test_another_name_of_somebody_whom_readers_know_asks_for_their_note(admin_client):
    builders.publish(builders.call("call"))
    dossier = {"dossier": "d", "title": "D", "events": [], "topics": [{"id": "taiwan", "name": "Formosa"}]}
    with unshown():
        renamed = "slug,name,family_name\ndonald-trump,Donald J. Trump,Trump\nxi-jinping,Xi,Xi\n"
        address = sent(admin_client, "/admin/timeline/leader/import/", renamed)["Location"]
        page = admin_client.get(address).context_data
        assert [(row.name, row.is_public) for row in page["preview"].changed] == [
            ("Donald J. Trump", True),
            ("Xi", False),
        ]
        assert admin_client.post(address, {"seen": page["preview"].digest}).status_code == 200
        agreed = {"seen": page["preview"].digest, "correction": "His name is longer."}
        assert admin_client.post(address, agreed).status_code == 302
        told = set(Former.objects.values_list("key", "correction"))
        assert told >= {("donald-trump", "His name is longer."), ("xi-jinping", "")}
        assert preview(admin_client, sent(admin_client, DOSSIER, json.dumps(dossier))).asks_for_note is False
        assert list(BulkEntry.objects.values_list("key", "before__name", "after__name")) == [
            ("donald-trump", "Donald Trump", "Donald J. Trump"),
            ("xi-jinping", "Xi Jinping", "Xi"),
        ]


@pytest.mark.django_db
@pytest.mark.usefixtures("_cast")
def test_with_one_fault_nothing_can_be_written(admin_client, client):
    text = HEADING + "a,call,They speak,2025-11-25,sanae-takaichi; donald-trump,jiji\n"
    text += "b,call,They speak,soon,sanae-takaichi; donald-trump,\n"
    address = sent(admin_client, IMPORT, text)["Location"]
    page = admin_client.get(address)
    assert "1 fault: nothing can be written" in page.text
    assert "<b>Row 3, date</b>" in page.text
    assert [one.expected for one in page.context_data["preview"].wanting] == [
        "A published event needs at least one citation: on whose word is it?"
    ]
    assert 'name="seen"' not in page.text
    assert admin_client.post(address, {"seen": page.context_data["preview"].digest}).status_code == 200
    assert not Event.objects.exists()
    assert "Choose a file first." in admin_client.post(IMPORT).text
    # A file is for who sent it, and for what it was sent for.
    token = address.rstrip("/").split("/")[-1]
    assert admin_client.get(f"{DOSSIER}{token}/").status_code == 302
    as_role(client, "chief editor")
    assert client.get(address).status_code == 302


@pytest.mark.django_db
@pytest.mark.usefixtures("_cast")
def test_a_contributor_imports_drafts_alone(client):
    builders.publish(builders.call("call"))
    builders.write(builders.call("draft", "2025-12-01"), state=State.DRAFT)
    as_role(client, "contributor")
    people = "sanae-takaichi; donald-trump,jiji\n"
    shown = preview(
        client,
        sent(
            client,
            IMPORT,
            f"{HEADING}call,call,They spoke,2025-11-25,{people}draft,call,They spoke,2025-12-01,{people}",
        ),
    )
    assert [(fault.where, fault.expected) for fault in shown.faults] == [
        ("Row 2", "You may not change this entry: it is not a draft.")
    ]
    assert [row.name for row in shown.changed] == ["They spoke (1 December 2025)"]
    shown = preview(
        client, sent(client, "/admin/timeline/source/import/", "slug,publisher,title\njiji,Jiji,X\nnew,P,T\n")
    )
    assert [fault.expected for fault in shown.faults] == ["You may not change sources."]
    for address in ("/admin/timeline/leader/import/", "/admin/timeline/leader/import/some-token/"):
        assert client.get(address).status_code == 403
    dossier = {"dossier": "d", "title": "D", "events": [], "leaders": [{"id": "x", "name": "X", "family_name": "X"}]}
    shown = preview(client, sent(client, DOSSIER, json.dumps(dossier), state="draft"))
    assert [fault.expected for fault in shown.faults] == ["You may not add leaders."]
    assert not Leader.objects.filter(slug="x").exists()
    for name, told in (
        ("Qumar", "You may not add countries."),
        ("Japan", "The country “JP” has this name: expected one of its own."),
    ):
        country = {"dossier": "d", "title": "D", "events": [], "countries": [{"code": "XQQ", "name": name}]}
        shown = preview(client, sent(client, DOSSIER, json.dumps(country), state="draft"))
        assert [fault.expected for fault in shown.faults] == [told]
    refused = sent(client, DOSSIER, json.dumps(dossier), state="published")
    assert [fault.expected for fault in refused.context_data["preview"].faults] == [
        "You may not publish: bring the events in as drafts."
    ]
    User.objects.create_user("reader", is_staff=True)
    client.force_login(User.objects.get(username="reader"))
    for address in (IMPORT, DOSSIER, "/admin/timeline/call/export/", "/admin/timeline/source/export/"):
        assert client.get(address).status_code == 403


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.usefixtures("_cast")
def test_a_dossier_goes_out_of_a_list_and_comes_in_again(admin_client):
    readouts = [builders.account("JP", "They spoke of Taiwan.")]
    events = builders.publish(builders.call("call", readouts=readouts), builders.call("other", "2025-12-01"))
    draft = builders.write(builders.call("draft", "2025-12-02"), state=State.DRAFT)
    chosen = {"action": "dossier_selected", "_selected_action": [event.pk for event in [*events, draft]]}
    dossier = json.loads(admin_client.post("/admin/timeline/call/", chosen).content)
    assert [row["id"] for row in dossier["events"]] == ["draft", "other", "call"]
    shown = preview(admin_client, sent(admin_client, DOSSIER, json.dumps(dossier), state="draft"))
    assert (shown.counts, shown.can_be_written) == ({"created": 0, "changed": 0, "unchanged": 3}, False)

    new = {**dossier["events"][2], "id": "new", "title": "They speak once more", "date": "2025-12-03"}
    dossier["events"].append(new)
    faulty = {**dossier, "events": [*dossier["events"], {**new, "id": "bad", "date": "soon", "topics": ["nope"]}]}
    refused = sent(admin_client, DOSSIER, json.dumps(faulty))
    assert [fault.where for fault in refused.context_data["preview"].faults] == ["/events/4/date"]
    address = sent(admin_client, DOSSIER, json.dumps(dossier), state="published")["Location"]
    with unshown():
        shown = admin_client.get(address).context_data["preview"]
    assert [row.name for row in shown.created] == ["They speak once more (3 December 2025)"]
    assert "draft" in Event.objects.get(slug="draft").state
    assert not Event.objects.filter(slug="new").exists()
    assert admin_client.post(address, {"seen": shown.digest}).status_code == 302
    made = Event.objects.get(slug="new")
    assert (made.state, made.versions.get().by_name) == (State.PUBLISHED, "admin")
    assert made.readouts.get().points.get().text == "They spoke of Taiwan."

    # What readers saw is changed with a note, where nobody has edited it since it came in.
    dossier["events"][3]["title"] = "They speak for the last time"
    address = sent(admin_client, DOSSIER, json.dumps(dossier), state="published")["Location"]
    with unshown():
        seen = {"seen": admin_client.get(address).context_data["preview"].digest}
        refused = admin_client.post(address, seen).context_data["form"]
    assert "say which of the two it is" in refused.errors["correction"][0]
    assert admin_client.post(address, seen | {"not_correction": "wording"}).status_code == 302
    assert list(Version.objects.filter(event=made).values_list("reason", flat=True)) == ["", "wording"]


@pytest.mark.django_db
@pytest.mark.usefixtures("_cast")
def test_lists_are_taken_away_as_they_are_filtered(admin_client):
    builders.publish(builders.call("call"), builders.meeting("meeting"))
    builders.write(builders.call("draft", "2025-12-02"), state=State.DRAFT)
    listed = admin_client.get("/admin/timeline/call/?state=draft").text
    assert 'href="/admin/timeline/call/export/?state=draft"' in listed
    assert f'href="{IMPORT}"' in listed
    assert f'href="{DOSSIER}"' in listed
    leaders = list(Leader.objects.order_by("pk").values_list("pk", flat=True)[:2])
    sheets = [
        admin_client.get("/admin/timeline/call/export/?state=draft"),
        admin_client.get("/admin/timeline/event/export/"),
        admin_client.post("/admin/timeline/leader/", {"action": "table_selected", "_selected_action": leaders}),
    ]
    texts = [b"".join(one.streaming_content).decode() for one in sheets]
    assert [text.count("\r\n") for text in texts] == [2, 4, 3]
    assert 'attachment; filename="readout-calls-' in sheets[0]["Content-Disposition"]
    assert admin_client.get("/admin/timeline/call/export/?state=%00").status_code == 302
    assert admin_client.get("/admin/timeline/call/export/?nonsense=1").status_code == 302


@pytest.mark.django_db
def test_a_kept_file_is_nobodys_session_and_goes(rf, admin_user, client):
    request = rf.get("/")
    request.user = admin_user
    token = uploads.keep(request, uploads.Upload("import", "a.csv", bytes(range(256))))
    found = uploads.kept(request, "import", token)
    assert found is not None
    assert found.data == bytes(range(256))
    assert uploads.kept(request, "other", token) is None
    client.cookies["sessionid"] = token
    assert client.get("/admin/").status_code == 302
    uploads.forget(token)
    assert uploads.kept(request, "import", token) is None
    for nonsense in ("x", "x" * 300, "\N{SNOWMAN}" * 20):
        assert uploads.kept(request, "import", nonsense) is None
