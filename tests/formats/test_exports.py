"""Any view for machines: feed, calendar, table, data, with the page's own query string."""

import csv
import io
import json
import random
from typing import Any

import feedparser
import pytest
import vobject
from django.core.cache import caches
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from config import urls
from tests import builders
from tests.formats import atom_rules
from tests.rounds import seeds
from timeline import cache, changes, index, reading, record
from timeline.filters import TimelineFilter
from timeline.formats import ical, table
from timeline.formats import rows as reader
from timeline.ingest import dossier
from timeline.models import Correction, Event, Kind, Leader, Source, State
from timeline.views import exports, feeds

pytestmark = pytest.mark.usefixtures("bundled")

CALL = "takaichi-trump-call-2025-11-25"
FORMS = ("atom", "ics", "csv", "json", "timelinejs.json")
CALLS = "?kind=call"  # seven of the entries
VIEWS = ("?country=JP&country=CN&match=all&order=oldest", "?q=Taiwan&since=2025-11-20&until=2025-11-25")
everywhere = pytest.mark.parametrize("form", FORMS)


def get(client: Client, form: str, query: str = "", status: int = 200) -> bytes:
    response = client.get(f"/timeline.{form}{query}")
    assert response.status_code == status, response.content
    return response.getvalue()


def slugs(asked: TimelineFilter) -> list[str]:
    events = Event.objects.filter(pk__in=list(asked.ids()))
    ordered = events.oldest_first() if asked.order == "oldest" else events.newest_first()
    return list(ordered.values_list("slug", flat=True))


def asked(query: str) -> TimelineFilter:
    return TimelineFilter.from_query(QueryDict(query.removeprefix("?")))


def rows(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def all_pages(client: Client, query: str = "") -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The events of all pages of JSON, and the first page's export."""
    address, events = f"/timeline.json{query}", list[dict[str, Any]]()
    first: dict[str, Any] = {}
    while address:
        content = json.loads(client.get(address).content)
        assert dossier.faults(content, "timeline.json") == []
        events += content["events"]
        first = first or content["export"]
        address = (content["export"]["next"] or "").removeprefix("http://testserver")
    return events, first


# All of them -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", VIEWS)
def test_every_form_holds_the_same_view(client: Client, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PAGE", 5)
    wanted = slugs(asked(query))
    assert len(wanted) > 5
    assert [row["id"] for row in rows(get(client, "csv", query))] == wanted
    slides = json.loads(get(client, "timelinejs.json", query))["events"]
    assert [slide["unique_id"] for slide in slides] == wanted
    events, export = all_pages(client, query)
    assert [row["id"] for row in sorted(events, key=lambda row: wanted.index(row["id"]))] == wanted
    assert export["count"] == len(wanted)
    calendar = vobject.readOne(get(client, "ics", query).decode())
    with_a_day = [one.slug for one in Event.objects.filter(slug__in=wanted) if ical.days(one)]
    assert {one.uid.value for one in calendar.vevent_list} == {f"{slug}@testserver" for slug in with_a_day}


@everywhere
def test_a_parameter_that_makes_no_sense_is_refused_with_the_reason(client: Client, form: str) -> None:
    text = get(client, form, "?country=ZZ&since=soon&since_change=x", 400).decode()
    for words in ("ZZ", "Readout knows none of this name.", "soon", "since_change"):
        assert words in text
    if "json" in form:
        assert {one["parameter"] for one in json.loads(text)["errors"]} == {"country", "since", "since_change"}


@pytest.mark.parametrize("value", ["-1", "9" * 40, "\x00é高' OR 1=1 --"])
def test_nonsense_is_refused_by_name_whichever_parameter_it_stands_in(client: Client, value: str) -> None:
    for pattern in urls.urlpatterns:
        path, parameters = f"/{pattern.pattern}", getattr(getattr(pattern, "callback", None), "parameters", ())
        if not path.startswith(("/timeline.", "/changes.", "/corrections.")):
            continue
        for name in set(parameters) - {"q"}:  # any words can be looked for
            response = client.get(path, {name: value})
            assert response.status_code == 400, (path, name)
            assert name in response.content.decode(), (path, name)


@everywhere
def test_it_is_asked_for_again_cheaply_and_by_head(client: Client, form: str) -> None:
    address = f"/timeline.{form}{CALLS}"
    first = client.get(address)
    assert first.getvalue()
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.head(address).getvalue() == b""
    assert first["Access-Control-Allow-Origin"] == "*"
    # A parameter that it does not know is passed over.
    other = client.get(f"/timeline.{form}?utm=1&{CALLS[1:]}")
    assert (other.getvalue(), other["ETag"]) == (first.getvalue(), first["ETag"])


@everywhere
def test_an_empty_view_is_well_formed(client: Client, form: str) -> None:
    text = get(client, form, "?since=1801&until=1802")
    if form == "atom":
        assert not feedparser.parse(text).bozo
        assert atom_rules.faults(text, "http://testserver/timeline.atom?since=1801&until=1802") == []
    elif "json" in form:
        assert json.loads(text)["events"] == []
    elif form == "csv":
        assert rows(text) == []
    else:
        assert vobject.readOne(text.decode()).version.value == "2.0"


@everywhere
def test_queries_do_not_grow_with_the_view(client: Client, form: str) -> None:
    index.current()  # which is made once

    def asked_for(query: str) -> int:
        caches[cache.ALIAS].clear()
        with CaptureQueriesContext(connection) as queries:
            get(client, form, query)
        return len(queries)

    few, many = asked_for(f"{CALLS}&leader=xi-jinping"), asked_for("?leader=xi-jinping")  # two, and ten
    assert many <= few + 4


# Sent while it is read ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["ics", "csv", "timelinejs.json"])
def test_a_long_one_is_sent_while_it_is_read(client: Client, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"/timeline.{form}{CALLS}"
    whole = client.get(address).getvalue()
    monkeypatch.setattr(exports, "KEPT", 3)
    monkeypatch.setattr(reader, "AT_A_TIME", 2)
    caches[cache.ALIAS].clear()
    response: Any = client.get(address)
    assert response.streaming
    assert response["ETag"]
    pieces = list(response)
    assert len([piece for piece in pieces if piece]) >= 4
    assert b"".join(pieces) == whole
    assert client.head(address).getvalue() == b""


def test_what_is_withdrawn_while_it_is_sent_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "AT_A_TIME", 3)
    calls = asked(CALLS)
    batches = reader.batches(calls.index, calls.ids())
    sent = [event.slug for event, _made in next(batches)]
    # Nothing of the snapshot is left open between two pieces: others may write.
    assert reading._seen.get() is None
    later = Event.objects.published().of_kind(Kind.CALL).oldest_first()[0]
    with record.writing() as writer:
        writer.withdraw(later, "It was not so.")
    sent += [event.slug for batch in batches for event, _made in batch]
    assert later.slug not in sent
    assert len(sent) == len(calls.ids()) - 1


# The table ---------------------------------------------------------------------------------------------------


def test_the_table_says_who_when_and_on_whose_word(client: Client) -> None:
    row = next(row for row in rows(get(client, "csv", "?kind=call")) if row["id"] == CALL)
    assert row["participants"] == "Sanae Takaichi (JP); Donald Trump (US)"
    assert row["initiated_by"] == "US"
    assert row["duration_minutes"] == "25"
    assert row["duration_approximate"] == "yes"
    assert row["url"] == f"http://testserver/events/{CALL}/"
    assert "declined to say" in row["points"]
    assert row["version"] == "1"


def test_the_table_begins_with_a_mark_where_it_is_wanted(client: Client) -> None:
    assert get(client, "csv", f"{CALLS}&bom=1").startswith(b"\xef\xbb\xbfid,url,")
    assert get(client, "csv", CALLS).startswith(b"id,url,")
    assert "bom=2" in get(client, "csv", "?bom=2", 400).decode()


def test_a_cell_that_would_run_is_defused(client: Client) -> None:
    for title in ("+1", "-1+1", "@SUM(A1)", "＝1+1", "  =1", "\u3000=1"):
        assert table.defused(title) == f"'{title}"
    title, summary = '=HYPERLINK("http://evil.example","x")', "  =1\nMore, “of it”"
    builders.write({**record.of(builders.event(CALL)), "title": title, "summary": summary})
    cells = next(row for row in rows(get(client, "csv", CALLS)) if row["id"] == CALL)
    assert (cells["title"], cells["summary"]) == (f"'{title}", f"'{summary}")


@given(st.text(max_size=30))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    cell = table.defused(text)
    assert cell in (text, f"'{text}")
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


# The feed ----------------------------------------------------------------------------------------------------


def test_the_feed_is_atom_that_others_read(client: Client) -> None:
    response = client.get("/timeline.atom?kind=call")
    assert atom_rules.faults(response.content, "http://testserver/timeline.atom?kind=call") == []
    feed = feedparser.parse(response.content, response_headers={"content-type": response["Content-Type"]})
    assert not feed.bozo
    assert feed.version == "atom10"
    links = {link.rel: link.href for link in feed.feed.links}
    assert links["self"] == "http://testserver/timeline.atom?kind=call"
    assert links["alternate"] == "http://testserver/?kind=call"
    assert all((feed.feed.id, feed.feed.updated, feed.feed.author))
    ids = [entry.id for entry in feed.entries]
    assert len(set(ids)) == len(ids)
    for entry in feed.entries:
        assert entry.id.startswith("tag:testserver,")
        assert entry.updated
        assert entry.summary


@pytest.mark.parametrize("many", [2000, 5])
def test_the_feed_leads_to_all_entries_the_last_changed_first(
    client: Client, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(exports, "ENTRIES", 3)
    monkeypatch.setattr(changes, "MANY", many)
    builders.write({**record.of(builders.event(CALL)), "title": "Changed last"})
    address, titles, updated = f"/timeline.atom{CALLS}", [], []
    while address:
        text = client.get(address).content
        assert atom_rules.faults(text, f"http://testserver{address}") == []
        feed = feedparser.parse(text)
        titles += [entry.title for entry in feed.entries]
        updated += [entry.updated_parsed for entry in feed.entries]
        following = [link.href for link in feed.feed.links if link.rel == "next"]
        address = following[0].removeprefix("http://testserver") if following else ""
    assert titles[0] == "Changed last"
    assert sorted(titles) == sorted(Event.objects.published().of_kind(Kind.CALL).values_list("title", flat=True))
    assert updated == sorted(updated, reverse=True)


def test_the_feed_of_what_is_old_passes_by_no_newer_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much was changed since elsewhere, the same few queries find what a view has to tell."""
    monkeypatch.setattr(changes, "MANY", 3)

    def told() -> tuple[list[int], int]:
        calls = asked(CALLS).ids()
        with CaptureQueriesContext(connection) as queries:
            found, following = changes.newest(calls, 5)
            more, _none = changes.newest(calls, 5, following)
        return [*found, *more], len(queries)

    before = told()
    statements = Event.objects.published().of_kind(Kind.STATEMENT)
    with record.writing() as writer:
        rows = [({**record.of(event), "note": "Read once more."}, event) for event in statements]
        writer.write_all(rows, state=State.PUBLISHED)
    assert len(rows) > 20
    assert told() == before
    assert len(before[0]) == len(asked(CALLS).ids())


def test_the_rules_of_feeds_can_be_broken(client: Client) -> None:
    text = client.get("/timeline.atom?kind=call").content.decode()
    for right, wrong in (
        ("<updated>20", "<updated>x20"),
        ('href="http://testserver/events/', 'href="/events/'),
        ("</author>", "</author><id>tag:testserver,2025:another</id>"),
        ("<author><name>Readout</name></author>", ""),
        ('term="call"', 'term=""'),
    ):
        assert right in text
        assert atom_rules.faults(text.replace(right, wrong, 1).encode(), "http://testserver/timeline.atom?kind=call")


def test_a_rename_is_no_new_entry_of_the_feed(client: Client) -> None:
    def entry() -> Any:
        feed = feedparser.parse(client.get("/timeline.atom?kind=call").content)
        return next(one for one in feed.entries if "25 minutes" in one.title)

    before = entry().id
    with record.writing() as writer:
        writer.write({**record.of(builders.event(CALL)), "id": "renamed"}, event=builders.event(CALL))
    after = entry()
    assert after.id == before
    assert after.link == "http://testserver/events/renamed/"


def test_letters_that_xml_has_no_form_for_do_not_break_the_feed(client: Client) -> None:
    builders.write({**record.of(builders.event(CALL)), "title": "They speak \x0b\x1f <b>&", "summary": "\x08 \ufffe"})
    feed = feedparser.parse(client.get("/timeline.atom?kind=call").content)
    assert not feed.bozo
    assert "They speak" in feed.entries[0].title
    assert "<b>" in feed.entries[0].title


def test_the_feed_of_changes_tells_of_withdrawals_but_not_of_their_claims(client: Client) -> None:
    title = builders.event(CALL).title
    other = builders.event("takaichi-reporters-2025-11-25")
    builders.write({**record.of(other), "title": "Takaichi tells reporters more"})
    with record.writing() as writer:
        writer.withdraw(builders.event(CALL), "It was another call.")
    text = client.get("/changes.atom").content
    assert atom_rules.faults(text, "http://testserver/changes.atom") == []
    feed = feedparser.parse(text)
    assert not feed.bozo
    first, second = feed.entries[:2]
    assert first.title == f"Withdrawn: {CALL}"
    assert "It was another call." in first.summary
    assert second.title == "Changed: Takaichi tells reporters more"
    assert title not in text.decode()


def test_the_feed_of_changes_tells_each_withdrawal_and_return(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "ENTRIES", 5)
    event = builders.event(CALL)

    def withdraw(reason: str) -> None:
        with record.writing() as writer:
            writer.withdraw(builders.event(CALL), reason)

    def told() -> list[tuple[str, str]]:
        return [(one.title, one.id) for one in feedparser.parse(client.get("/changes.atom").content).entries]

    withdraw("It was another call.")
    ((first, first_id), *_rest) = told()
    builders.publish(record.of(event))
    ((again, again_id), (still, still_id), *_rest) = told()
    assert (still, still_id) == (first, first_id) == (f"Withdrawn: {CALL}", first_id)
    assert again == f"Published again: {event.title}"
    withdraw("It never took place.")
    entries = feedparser.parse(client.get("/changes.atom").content).entries
    assert [one.title for one in entries[:2]] == [f"Withdrawn: {CALL}"] * 2
    assert "It never took place." in entries[0].summary
    assert "It was another call." in entries[1].summary
    assert len({first_id, again_id, entries[0].id}) == 3
    assert event.title not in client.get("/changes.atom").content.decode()


def test_the_log_of_corrections_has_a_feed(client: Client) -> None:
    event = builders.event(CALL)
    with record.writing():
        Correction(event=event, date=event.latest, text="It was 25 minutes, not 20.").save()
    with record.writing() as writer:
        writer.withdraw(builders.event("takaichi-reporters-2025-11-25"), "He said no such thing.")
    text = client.get("/corrections.atom?what=correction").content
    assert atom_rules.faults(text, "http://testserver/corrections.atom?what=correction") == []
    text = client.get("/corrections.atom").content
    assert atom_rules.faults(text, "http://testserver/corrections.atom") == []
    feed = feedparser.parse(text)
    assert not feed.bozo
    assert "He said no such thing." in feed.entries[0].summary
    feed.entries.reverse()
    assert "It was 25 minutes, not 20." in feed.entries[0].summary
    assert client.get("/corrections.atom?after=nonsense").status_code == 400


# What is new -------------------------------------------------------------------------------------------------


def version_now(client: Client) -> int:
    return int(json.loads(get(client, "json", "?since=1801&until=1802"))["export"]["data_version"])


def test_nothing_is_new_until_something_changes(client: Client) -> None:
    now = version_now(client)
    content = json.loads(get(client, "json", f"?since_change={now}"))
    assert content["events"] == []
    assert content["export"]["removed"] == []
    builders.write({**record.of(builders.event(CALL)), "title": "New words"})
    assert [row["title"] for row in json.loads(get(client, "json", f"?since_change={now}"))["events"]] == ["New words"]
    assert [row["id"] for row in rows(get(client, "csv", f"?since_change={now}&kind=call"))] == [CALL]
    assert rows(get(client, "csv", f"?since_change={now}&kind=meeting")) == []


def test_a_changed_name_is_news_of_all_who_bear_it(client: Client) -> None:
    now = version_now(client)
    source = Source.objects.filter(citations__event__slug=CALL).first()
    assert source is not None
    with record.writing():
        source.title = "Another headline"
        source.save()
    found = {row["id"] for row in json.loads(get(client, "json", f"?since_change={now}"))["events"]}
    assert found == set(Event.objects.filter(citations__source=source).values_list("slug", flat=True))
    now = version_now(client)
    with record.writing():
        leader = Leader.objects.get(slug="xi-jinping")
        leader.name = "Xi"
        leader.save()
    assert len(rows(get(client, "csv", f"?since_change={now}"))) >= 10


def test_much_that_changed_long_ago_is_not_told_in_one_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago, calls = version_now(client), asked(CALLS).ids()
    monkeypatch.setattr(changes, "MOST_CHANGES", len(calls) - 1)
    with record.writing() as writer:
        for event in Event.objects.filter(pk__in=calls):
            writer.write({**record.of(event), "note": "Read once more."}, event=event)
    now = version_now(client)
    for form in FORMS:
        # Who asks within a week is told all of it, however much it is.
        get(client, form, f"{CALLS}&since_change={long_ago}")
        # Another number than an answer named is nobody's who follows the changes.
        get(client, form, f"{CALLS}&since_change={long_ago - 1}", 400)
    monkeypatch.setattr(changes, "WEEK", -1)
    caches[cache.ALIAS].clear()
    for form in FORMS:
        text = get(client, form, f"{CALLS}&since_change={long_ago}", 400).decode()
        assert f"{long_ago}" in text
        assert "Too much has changed since: take the whole view." in text
        if "json" in form:
            assert [one["parameter"] for one in json.loads(text)["errors"]] == ["since_change"]
    # Nor is it too much what fewer changes have brought since, or none.
    builders.write({**record.of(builders.event(CALL)), "title": "New words"})
    for form in FORMS:
        get(client, form, f"{CALLS}&since_change={now}")
        get(client, form, f"{CALLS}&since_change={version_now(client)}")


@seeds(0, 40, long=2)
def test_a_copy_that_follows_the_changes_stays_the_same(client: Client, seed: int) -> None:
    """Whoever takes what is new and drops what is removed holds the view as it is."""
    chance = random.Random(seed)
    query = chance.choice(["", "&kind=call", "&country=JP", "&q=Taiwan"])

    def whole() -> dict[str, Any]:
        return {row["id"]: row for row in all_pages(client, f"?order=oldest{query}")[0]}

    copy, now = whole(), version_now(client)
    for _round in range(2):
        for event in chance.sample(list(Event.objects.published()), 3):
            what = chance.choice(["title", "kind", "withdraw"])
            with record.writing() as writer:
                row = record.of(event)
                if what == "withdraw":
                    writer.withdraw(event, "It was not so.")
                elif what == "title" or event.kind == Kind.STATEMENT:
                    writer.write({**row, "title": f"Words {chance.random()}"}, event=event)
                else:
                    kind = Kind.CALL if event.kind == Kind.MEETING else Kind.MEETING
                    people = [{**one, "role": "principal"} for one in row["participants"]]
                    writer.write({**row, "kind": kind, "format": None, "participants": people}, event=event)
        events, export = all_pages(client, f"?since_change={now}{query}")
        now = export["data_version"]
        for gone in export["removed"]:
            copy.pop(gone["id"], None)
        copy.update({row["id"]: row for row in events})
        assert copy == whole()


def test_a_draft_is_in_no_form(client: Client) -> None:
    builders.write({**record.of(builders.event(CALL)), "id": "secret-draft", "links": []}, state=State.DRAFT)
    day = "?since=2025-11-25&until=2025-11-25"
    for query in (*((form, day) for form in FORMS), ("json", f"{day}&since_change=1")):
        text = get(client, *query)
        assert CALL.encode() in text
        assert b"secret-draft" not in text
