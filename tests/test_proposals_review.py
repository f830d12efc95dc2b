"""Editors review what articles propose: accept, edit and reject, into drafts or as evidence for what is there."""

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests import builders
from tests.test_proposals import CALL, store, told
from timeline import record
from timeline.admin import accepting, quoting, review_text, suggested
from timeline.admin.accepting import Held, May, accept
from timeline.admin.review import Review, reviews
from timeline.admin.review_text import Mark
from timeline.ingest import proposals
from timeline.ingest.extract import Evidence
from timeline.models import Article, Correction, Event, Leader, Proposal, Source, Standing, State

pytestmark = pytest.mark.django_db

SAID = "Takaichi declined to say whether Taiwan had come up in her talks with the president of the United States."
REPORTERS = f"TOKYO, Nov. 26 (Wire) -- Prime Minister Sanae Takaichi spoke to reporters on Tuesday. {SAID}\n"


@pytest.fixture(scope="module")
def _cast_all_along(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        builders.cast()
        User.objects.create_superuser("pat")
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _cast(_cast_all_along, db):
    """The cast and an editor, put in once for the whole module; each test's own changes are undone."""


def may(**less: Any) -> May:
    """An editor who may do everything, but for what is named."""
    allowed = {"add": lambda kind: True, "change": lambda event: True, "publish": lambda event: True}
    return May(**{**allowed, "add_leader": True, **less})


def page(article: Article, sent: Any = None, of: str = "") -> Review:
    """The article's first proposal, as its page has it."""
    return reviews(article, None, sent, of)[0]


def filled(review: Review, **changes: Any) -> dict[str, str]:
    """What a browser sends of a proposal's form; names in `changes` stand without the form's prefix."""
    sent = {"proposal": str(review.proposal.pk)}
    assert review.form
    for form in [review.form, *(person.form for person in review.people if not person.is_there)]:
        for bound in form:
            value = bound.value()
            if value not in (None, "", False):
                sent[bound.html_name] = "on" if value is True else str(value)
    for name, value in changes.items():
        key = f"p{review.proposal.pk}-{name}"
        sent.pop(key, None)
        sent |= {key: value} if value else {}
    return sent


def accepted(
    article: Article, may_do: May | None = None, shown: Review | None = None, **changes: Any
) -> tuple[Any, Review]:
    """What became of the article's first proposal when an editor accepts it, as now or `shown`, with these changes."""
    sent = filled(shown or page(article), **changes)
    with record.writing():
        review = page(article, sent, sent["proposal"])
        return accept(review, User.objects.get(username="pat"), may_do or may()), review


def errors(review: Review) -> dict[str, Any]:
    assert review.form
    found = {name: list(said) for name, said in review.form.errors.items()}
    for place, person in enumerate(review.people):
        if person.form.is_bound:
            found |= {f"person-{place}-{name}": list(said) for name, said in person.form.errors.items()}
    return found


# Into a draft ------------------------------------------------------------------------------------------------


def test_a_proposal_is_accepted_as_a_draft_with_its_source_and_where_it_stands():
    article = store(CALL).article
    done, _review = accepted(article, part_of_day="")
    assert (done.created, done.event.state) == (True, State.DRAFT)
    stands = record.of(done.event)
    assert (stands["id"], stands["title"]) == (
        "takaichi-trump-call-2025-11-25",
        "Sanae Takaichi and Donald Trump speak by telephone",
    )
    assert [(one["leader"], one["role"], one["country"]) for one in stands["participants"]] == [
        (builders.TAKAICHI, "principal", "JP"),
        (builders.TRUMP, "principal", "US"),
    ]
    assert (stands["date"], stands["duration_minutes"], stands["duration_approximate"]) == ("2025-11-25", 25, True)
    source = Source.objects.get(url="https://wire.example/1")
    assert (source.publisher, source.title, source.published) == ("The Wire", "Leaders talk", "2025-11-26")
    assert stands["citations"] == [
        {
            "source": source.slug,
            "supports": ["participants", "occurrence", "date", "format", "duration_minutes"],
            "excerpt": "telephone talks […] Tuesday […] about 25 minutes",
        }
    ]
    row = Proposal.objects.get()
    assert (row.standing, row.event, row.decided_by_name) == (Standing.ACCEPTED, done.event, "pat")
    assert accepting._source(article) == source


def test_values_are_left_out_and_edited_one_by_one():
    article = store(CALL).article
    done, _review = accepted(
        article, take_duration_minutes="", take_format="", date="24 Nov 2025", title="They speak of rice"
    )
    stands = record.of(done.event)
    assert (stands["duration_minutes"], stands["format"]) == (None, None)
    assert (stands["date"], stands["title"]) == ("2025-11-24", "They speak of rice")
    assert "duration_minutes" not in stands["citations"][0]["supports"]


LONG_TITLE = "Sanae Takaichi of Japan and U.S. President Donald Trump held telephone talks on Tuesday. The call"
# What is sent at once, and every field that is refused.
REFUSED: list[dict[str, str]] = [
    {
        "date": "",
        "title": "",
        "duration_minutes": "",
        "format": "summit",
        "excerpt": "telephone talks on Wednesday",
        "person-1-leader": "",
    },
    {
        "date": "yesterday",
        "title": LONG_TITLE,
        "duration_minutes": "0",
        "excerpt": " ".join(CALL.split()[6:19]),
        "person-1-leader": "99999999999999999999",
    },
    {"person-1-make": "on"},
]


def test_it_refuses_in_words_and_nothing_is_written():
    article = store(CALL).article
    sent = filled(page(article))
    before = builders.dump()
    for changes, refused in [*((one, set(one)) for one in REFUSED), ({"person-1-take": ""}, {"__all__"})]:
        typed = sent | {f"p{sent['proposal']}-{name}": value for name, value in changes.items()}
        review = page(article, {name: value for name, value in typed.items() if value}, sent["proposal"])
        with record.writing():
            assert accept(review, User.objects.get(username="pat"), may()) is None, changes
        assert set(errors(review)) == refused
    assert builders.dump() == before


def test_a_new_leader_is_made_only_where_an_editor_ticks_it():
    text = CALL.replace("U.S. President Donald Trump", "French President Luc Morel")
    article = store(text).article
    shown = page(article)
    done, review = accepted(article, shown=shown)
    assert done is None
    assert "The record does not know Luc Morel" in errors(review)["person-1-leader"][0]
    assert (review.people[1].form["country"].value(), review.people[1].form["make"].value()) == ("FR", False)
    assert review.people[1].form["office"].value() == "President"
    made: dict[str, Any] = {"person-1-make": "on", "person-1-country": "france"}
    done, review = accepted(article, shown=shown, **{**made, "person-1-name": "donald trump"})
    assert (done, list(errors(review))) == (None, ["person-1-name"])
    with pytest.raises(PermissionDenied):
        accepted(article, may(add_leader=False), shown, **made)
    assert not Leader.objects.filter(name__contains="Morel").exists()
    made["person-1-name"] = "Luc-Marie Morel"
    done, _review = accepted(article, shown=shown, **made)
    leader = Leader.objects.get(slug="luc-marie-morel")
    assert (leader.family_name, leader.other_names) == ("Morel", ["Luc Morel"])
    assert [str(post) for post in leader.posts.all()] == ["President, FR"]
    assert record.of(done.event)["participants"][1]["country"] == "FR"
    # The article calls them by the record's name from now on, and that is no news.
    assert store(text).is_unchanged


def test_another_leader_may_be_typed_by_name_or_slug():
    article = store(CALL).article
    shown = page(article)
    sent = filled(shown, **{"person-1-leader": ""})

    def typed(name: str) -> list[str]:
        said = sent | {f"p{sent['proposal']}-person-1-other": name}
        return [str(one) for one in errors(page(article, said, sent["proposal"])).get("person-1-other", ())]

    with record.writing():
        builders.leader("bo-meng", country="CN")
        leader = builders.leader("an-meng", country="CN")
        leader.other_names = ["Mêng An"]
        leader.save()
    assert typed("Nobody") == ["The record has no leader “Nobody”: type a whole name, or a slug."]
    assert typed("meng") == ["“meng” may be several: type an-meng or bo-meng."]
    assert typed("x" * 301)
    assert typed("a\x00b")
    assert [typed(one) for one in (" AN  Meng ", "Mêng An")] == [[], []]
    other: dict[str, Any] = {"person-1-other": "an-meng"}
    done, _review = accepted(article, shown=shown, **other)
    people = [one["leader"] for one in record.of(done.event)["participants"]]
    assert people == [builders.TAKAICHI, "an-meng"]


def test_what_was_declined_is_a_point_in_the_editors_own_words():
    told_of = told(REPORTERS)
    start = REPORTERS.index(SAID)
    declined = {"declined": [Evidence(start, start + len(SAID), "stated", "")]}
    (one,) = (replace(one, evidence=one.evidence | declined) for one in told_of.proposals)
    article = proposals.store(replace(told_of, proposals=[one])).article
    own: dict[str, Any] = {"take_points": "on", "points": "[declined] Whether Taiwan had come up."}
    copied = "[declined] " + SAID
    shown = page(article)
    done, review = accepted(article, shown=shown, **{**own, "points": copied})
    assert (done, list(errors(review))) == (None, ["points"])
    done, _review = accepted(article, shown=shown, **own)
    (account,) = record.of(done.event)["readouts"]
    assert (account["side"], account["given_by"], account["given_as"]) == ("JP", builders.TAKAICHI, "to reporters")
    assert account["points"] == [
        {"text": "Whether Taiwan had come up.", "certainty": "reported", "disclosure": "declined"}
    ]


def test_the_source_must_have_a_publisher_and_a_title():
    article = store(CALL).article
    Article.objects.update(publisher="")
    done, review = accepted(Article.objects.get())
    assert done is None
    assert "first say below the text who published it" in errors(review)["__all__"][0]
    Article.objects.update(publisher="The Wire", title="")
    assert accepted(Article.objects.get(pk=article.pk))[0] is None


# Into an entry that is there ---------------------------------------------------------------------------------


def a_call(state=State.PUBLISHED, **more):
    return builders.write(builders.call(format="phone", **more), state=state)


def test_a_known_event_gets_one_more_source_and_never_a_second_entry():
    event = a_call(place="Tokyo")
    done, _review = accepted(store(CALL).article)
    assert (done.event, done.created, done.changed) == (event, False, True)
    stands = record.of(event)
    assert [one["source"] for one in stands["citations"]] == [builders.SOURCE, "the-wire-leaders-talk"]
    assert stands["citations"][1]["supports"] == ["participants", "occurrence", "date", "format", "duration_minutes"]
    assert (stands["duration_minutes"], stands["place"]) == (25, "Tokyo")
    assert event.versions.last().reason == "One more source."
    assert Event.objects.count() == 1
    # A second article of the same event is one more. What it contradicts stands, and it supports the rest.
    text = "From our staff.\n\n" + CALL.replace("25 minutes", "35 minutes")
    done, _review = accepted(store(text, url="https://other.example/2", title="They talk").article)
    assert done.event == event
    stands = record.of(event)
    assert (len(stands["citations"]), stands["duration_minutes"]) == (3, 25)
    assert stands["citations"][2]["supports"] == ["participants", "occurrence", "date", "format"]


def test_a_conflict_on_a_published_entry_needs_its_note():
    event = a_call(duration_minutes=20)
    article = store(CALL).article
    shown = page(article)
    assert [(row.label, row.is_conflict, row.standing) for row in shown.rows if row.is_conflict] == [
        ("Duration in minutes", True, "The entry says: 20.")
    ]
    done, review = accepted(article, shown=shown, take_duration_minutes="on")
    assert done is None
    assert "say what was wrong and what is right" in errors(review)["correction"][0]
    assert record.of(event)["duration_minutes"] == 20
    note = "It lasted 25 minutes, not 20."
    done, review = accepted(article, shown=shown, take_duration_minutes="on", correction=note)
    assert record.of(event)["duration_minutes"] == 25
    assert Correction.objects.get().text == note


def test_an_entry_a_day_away_is_the_editors_to_choose():
    event = a_call(date="2025-11-24")
    article = store(CALL).article
    review = page(article)
    assert review.form
    assert (review.match, review.form["event"].value()) == (None, "")
    done, review = accepted(article, shown=review)
    assert (done, list(errors(review))) == (None, ["event"])
    chosen = page(article, {f"p{review.proposal.pk}-event": str(event.pk)}, str(review.proposal.pk))
    assert chosen.match
    assert chosen.match.event == event
    assert [row.standing for row in chosen.rows if row.is_conflict] == ["The entry says: 24 November 2025."]


def test_other_words_of_one_occasion_are_shown_with_one_stop_and_replace_nothing_unasked():
    said = REPORTERS.replace(
        "spoke to reporters on Tuesday.", "told reporters on Tuesday, “We will act as one in this.”"
    )
    builders.write(builders.statement(words="We wait for you."), state=State.PUBLISHED)
    article = store(said).article
    review = page(article)
    shown = [(row.standing, row.is_conflict) for row in review.rows if row.label == "Words"]
    assert shown == [("The entry says: We wait for you.", False)]
    done, _review = accepted(article, shown=review)
    assert record.of(done.event)["words"] == "We wait for you."
    Proposal.objects.update(standing=Standing.WAITING)
    done, review = accepted(article, take_words="on")
    assert (done, list(errors(review))) == (None, ["correction"])


def test_a_draft_takes_it_without_a_note_and_a_published_one_only_of_who_may_publish():
    event = a_call(State.DRAFT)
    article = store(CALL).article
    with pytest.raises(PermissionDenied):
        accepted(article, may(change=lambda event: False))
    builders.publish(record.of(event))
    with pytest.raises(PermissionDenied):
        accepted(article, may(publish=lambda event: False))
    assert record.of(event)["duration_minutes"] is None
    with record.writing() as writer:
        writer.withdraw(builders.event("call"), "A mistake.")
    with pytest.raises(PermissionDenied):
        accepted(article, may(add=lambda kind: False))


def test_what_moved_meanwhile_is_looked_at_again():
    article = store(CALL).article
    sent = filled(page(article))
    by = User.objects.get(username="pat")

    def again():
        with record.writing():
            review = page(article, sent, sent["proposal"])
            assert review.form
            try:
                return accept(review, by, may())
            finally:
                review.form.look_again()
                held.append(filled(review))

    held: list[dict[str, str]] = []
    event = a_call()
    with pytest.raises(Held, match="come in meanwhile"):
        again()
    sent = filled(page(article))
    builders.publish(record.of(event) | {"place": "Tokyo"})
    with pytest.raises(Held, match="has been changed since"):
        again()
    assert not Source.objects.filter(url="https://wire.example/1").exists()
    # Having looked again, the editor may go on.
    sent = held[-1]
    assert again().event == event


def test_an_amended_article_offers_its_changes_to_the_accepted_entry():
    article = store(CALL).article
    done, _review = accepted(article)
    store(CALL.replace("25 minutes", "35 minutes"))
    review = page(article)
    assert [(one.label, one.lines[0].after) for one in review.news] == [("duration in minutes", [("35", True)])]
    done, _review = accepted(article, shown=review, take_duration_minutes="on")
    assert (done.created, record.of(done.event)["duration_minutes"]) == (False, 35)
    assert not Proposal.objects.waiting().exists()
    assert len(record.of(done.event)["citations"]) == 1


# Through the admin -------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client):
    client.force_login(User.objects.get(username="pat"))
    return client


def test_an_editor_accepts_and_the_second_is_told(desk):
    article = store(CALL).article
    address = f"/admin/timeline/article/{article.pk}/change/"
    sent = filled(page(article)) | {"_accept": "1"}
    answer = desk.post(address, sent)
    assert answer.status_code == 302
    assert Event.objects.get().state == State.DRAFT
    twice = desk.post(address, sent, follow=True)
    assert "This proposal has been accepted already, by pat; nothing was done now." in twice.text
    assert Event.objects.count() == 1
    assert f'href="/admin/timeline/event/{Event.objects.get().pk}/change/"' in twice.text
    # A draft that was thrown away may be taken up again.
    with record.writing() as writer:
        writer.discard(Event.objects.get())
    seen = {f"p{sent['proposal']}-seen": page(article).seen, "proposal": sent["proposal"]}
    desk.post(address, seen | {"_reopen": "1"})
    assert Proposal.objects.get().standing == Standing.WAITING


def test_an_editor_rejects_and_it_can_wait_again(desk):
    article = store(CALL).article
    address = f"/admin/timeline/article/{article.pk}/change/"
    sent = filled(page(article))
    assert desk.post(address, sent | {"_reject": "1"}).status_code == 302
    row = Proposal.objects.get()
    assert (row.standing, row.decided_by_name) == (Standing.REJECTED, "pat")
    desk.post(address, sent | {"_accept": "1"})
    assert not Event.objects.exists()
    sent[f"p{row.pk}-seen"] = page(article).seen
    desk.post(address, sent | {"_keep": "1"})
    assert Proposal.objects.get().standing == Standing.REJECTED
    for nonsense in ({"proposal": "\x00"}, {"proposal": "9" * 5000, "_accept": "1"}, {}):
        assert desk.post(address, nonsense).status_code == 302


def test_an_article_is_pasted_or_sent_as_a_file(desk):
    address = "/admin/timeline/article/add/"
    given = {"published": "2025-11-26", "url": "https://wire.example/1", "publisher": "The Wire", "home": "japan"}
    text = f"{CALL}\nThey said that the talks had gone well and that they would speak with each other again."
    assert desk.post(address, given | {"text": text}).status_code == 302
    assert (Article.objects.get().home, Proposal.objects.count()) == ("JP", 1)
    again = desk.post(address, given | {"file": SimpleUploadedFile("a.txt", text.encode())}, follow=True)
    assert "Unchanged: 1 proposal." in again.text
    again = desk.post(address, given | {"text": text, "published": "26 Nov 2025"}, follow=True)
    assert "Unchanged: 1 proposal." in again.text
    for field, wrong, said in (
        ("published", {"text": text, "published": "Nov 2025"}, "“2025-11” is no day: expected its day of publication"),
        ("published", {"text": text, "published": "0001-01-20"}, "is too early"),
        ("published", {"text": text, "published": "2999-01-20"}, "lies in the future"),
        ("url", {"text": text, "url": "javascript:alert(1)"}, "is no address"),
        ("text", {}, "Paste the text or choose a file"),
        ("__all__", {"text": "1234 5678"}, "holds no words"),
        ("__all__", {"file": SimpleUploadedFile("a.txt", b"word " * 300_000)}, "larger than 1 MB"),
    ):
        refused = desk.post(address, given | wrong)
        assert said in str(refused.context_data["form"].errors[field])
        assert said in refused.text
        assert "--" not in str(refused.context_data["form"].errors)
    assert Article.objects.count() == 1


def test_who_may_not_review_only_looks_or_stays_outside(client):
    article = store(CALL).article
    address = f"/admin/timeline/article/{article.pk}/change/"
    reader = User.objects.create_user("reader", is_staff=True)
    client.force_login(reader)
    assert client.get(address).status_code == 403
    reader.user_permissions.add(Permission.objects.get(codename="view_article"))
    shown = client.get(address)
    assert "telephone talks" in shown.text
    assert 'name="_accept"' not in shown.text
    assert client.post(address, {"_accept": "1"}).status_code == 403
    assert client.get("/admin/timeline/article/add/").status_code == 403
    # A contributor reviews, and leaves what readers see to others.
    Group.objects.get(name="contributor").user_set.add(reader)
    client.force_login(User.objects.get(username="reader"))
    event = a_call()
    shown = client.get(address)
    assert "only who may publish can accept evidence into it" in shown.text
    assert 'name="_accept"' not in shown.text
    sent = filled(page(article)) | {"_accept": "1"}
    assert client.post(address, sent).status_code == 403
    assert len(record.of(event)["citations"]) == 1


# The parts ---------------------------------------------------------------------------------------------------


def test_the_text_is_whole_and_each_mark_is_made_of_its_parts():
    text = "They met in Tokyo on Tuesday."
    marks = [Mark(1, "kind", 5, 8), Mark(1, "place", 5, 17), Mark(2, "place", 12, 17), Mark(2, "date", 3, 99)]
    parts = review_text.parts(text, marks)
    assert "".join(part.text for part in parts) == text
    assert [(part.text, part.keys, [mark.proposal for mark in part.ends]) for part in parts if part.keys] == [
        ("met", "p1-kind p1-place", [1]),
        (" in ", "p1-place", []),
        ("Tokyo", "p1-place p2-place", [1, 2]),
    ]


def test_an_amended_text_shows_its_paragraphs():
    lines = review_text.amendments("One.\n\nTwo is old.\n\nThree.", "One.\n\nTwo is new.\n\nThree.\n\nFour.")
    assert [
        ("".join(text for text, _own in one.before), [own for own, is_own in one.after if is_own]) for one in lines
    ] == [
        ("Two is old.", ["new"]),
        ("", ["Four."]),
    ]


def test_a_title_says_what_is_proposed():
    said = {
        "kind": "meeting",
        "participants": ["A B", "C D"],
        "format": None,
        "place": "Tokyo",
        "occurrence": "planned",
    }
    assert suggested.title(said) == "A B and C D are to meet in Tokyo"
    assert suggested.title({**said, "kind": "call", "format": "video"}) == "A B and C D are to speak by video"
    assert suggested.title({**said, "kind": "statement", "participants": ["A B"]}) == "A B makes a statement"


@pytest.mark.parametrize(
    ("before", "office"),
    [
        ("Then French President ", "President"),
        ("The French foreign minister, ", ""),
        ("French Minister of Foreign Affairs ", "Minister of Foreign Affairs"),
        ("said Prime Minister ", "Prime Minister"),
        ("held talks with ", ""),
    ],
)
def test_the_office_before_a_new_name_is_suggested(before, office):
    span = {"start": len(before), "end": len(before) + 5}
    assert suggested.office(f"{before}Morel", [span], frozenset({"french"})) == office


def test_a_locator_is_short_and_exact():
    text = "They spoke by phone on Tuesday evening for about half an hour or so, at the request of the other side then."
    evidence = {
        "kind": [{"start": 5, "end": 19}],
        "date": [{"start": 23, "end": 38}],
        "place": [{"start": 0, "end": 107}],
    }
    assert quoting.locator(text, evidence) == "spoke by phone […] Tuesday evening"
    assert quoting.short("an open stance,”") == "an open stance"
    assert quoting.short("word " * 13) == ""
