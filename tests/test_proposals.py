"""Articles and their proposals in the database: known again, amended, matched with what the record has."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests import builders
from timeline.ingest import article, articles, matching, proposals
from timeline.ingest.articles import Told
from timeline.ingest.extract import extract
from timeline.ingest.matching import How, Known, findings, matches
from timeline.models import Article, ArticleText, DataVersion, Event, Proposal, Standing

pytestmark = pytest.mark.django_db

DAY = date(2025, 11, 26)
CALL = (
    "TOKYO, Nov. 26 (Wire) -- Prime Minister Sanae Takaichi of Japan and U.S. President Donald Trump held telephone"
    " talks on Tuesday. The call lasted about 25 minutes, officials said.\n"
)
MEETING = "\nChinese President Xi Jinping met Takaichi in Beijing on Monday, the ministry said.\n"


def told(text, url="https://wire.example/1", title="Leaders talk", leaders=None):
    """What an article of this text tells of."""
    known = articles.known_leaders() if leaders is None else leaders
    whole = article.Article(text, title, "The Wire", DAY, url)
    return Told(whole, "JP", extract(text, DAY, home="JP", publisher="The Wire", leaders=known))


def store(text, **given):
    return proposals.store(told(text, **given))


def values(row):
    return proposals.latest(row.readings.select_related("text")).values


def rows():
    """Every proposal as (kind, its date, standing)."""
    return [(row.kind, values(row)["date"], row.standing) for row in Proposal.objects.all()]


# Storing -----------------------------------------------------------------------------------------------------


def test_the_same_article_again_changes_nothing():
    first = store(CALL + MEETING)
    assert proposals.in_words(first, 0) == "2 proposals."
    before = builders.dump()
    again = store(CALL + MEETING)
    assert again.is_unchanged
    assert proposals.in_words(again, 0) == "Unchanged: 2 proposals."
    assert builders.dump() == before
    # Without its address it is known by its text, without its text by its title.
    assert store(CALL + MEETING, url="").article == first.article
    assert store(CALL, url="").article == first.article
    # An editor has said meanwhile who published it.
    Article.objects.update(publisher="The Wire of Tokyo")
    unsigned = told(CALL.replace("25", "26"), url="")
    assert proposals.store(replace(unsigned, article=replace(unsigned.article, publisher=""))).article == first.article
    assert Article.objects.count() == 1


def test_nothing_of_it_is_public():
    builders.cast()
    before = DataVersion.objects.get().number
    store(CALL + MEETING)
    store(CALL)
    assert DataVersion.objects.get().number == before
    assert not Event.objects.exists()


def test_a_better_date_changes_a_proposal_and_the_old_text_stays_readable():
    store(CALL + MEETING)
    row = Proposal.objects.get(kind="call")
    amended = store((CALL + MEETING).replace("on Tuesday", "on Monday"))
    assert proposals.in_words(amended, 0) == "Amended: 2 proposals, 0 added, 1 changed, 0 gone, 1 same."
    assert proposals.lines(amended) == [
        "changed  2025-11-24 (was 2025-11-25)  call, took place: Sanae Takaichi, Donald Trump"
    ]
    assert rows() == [("call", "2025-11-24", "waiting"), ("meeting", "2025-11-24", "waiting")]
    readings = row.readings.select_related("text").order_by("text__number")
    dates = [(one.evidence["date"][0], one.text.text) for one in readings]
    assert [text[span["start"] : span["end"]] for span, text in dates] == ["Tuesday", "Monday"]


def test_what_an_amended_article_tells_no_longer_is_superseded_and_comes_back_with_it():
    store(CALL + MEETING)
    gone = store(CALL)
    assert [row.kind for row in gone.gone] == ["meeting"]
    assert rows() == [("call", "2025-11-25", "waiting"), ("meeting", "2025-11-24", "superseded")]
    store(CALL + MEETING)
    assert rows() == [("call", "2025-11-25", "waiting"), ("meeting", "2025-11-24", "waiting")]
    assert ArticleText.objects.count() == 3


def decide(standing):
    for row in Proposal.objects.all():
        row.standing, row.decided = standing, values(row)
        row.save()


def test_what_was_rejected_does_not_come_back():
    store(CALL + MEETING)
    decide(Standing.REJECTED)
    store(CALL.replace("on Tuesday", "on Monday") + MEETING)
    assert not Proposal.objects.waiting().exists()


def test_what_was_accepted_stays_and_says_that_the_article_has_changed():
    store(CALL + MEETING)
    decide(Standing.ACCEPTED)
    store(CALL.replace("25 minutes", "35 minutes") + MEETING)
    assert [(row.kind, row.standing) for row in Proposal.objects.waiting()] == [("call", "accepted")]
    # What the article now leaves out altogether is told, too, and once.
    Proposal.objects.update(is_changed=False)
    store(CALL.replace("25 minutes", "35 minutes"))
    assert [row.kind for row in Proposal.objects.filter(is_changed=True)] == ["call", "meeting"]
    Proposal.objects.update(is_changed=False)
    store(CALL.replace("25 minutes", "about 35 minutes"))
    assert [row.kind for row in Proposal.objects.filter(is_changed=True)] == ["call"]


def test_a_full_name_that_the_record_learns_makes_no_second_proposal():
    text = "Takaichi told reporters on Tuesday that the talks with the United States had gone well, and that was that."
    first = store("Prime Minister " + text)
    assert [row.about for row in first.added] == ["statement:takaichi"]
    builders.cast()
    assert not store("Prime Minister " + text).added
    assert [row.about for row in Proposal.objects.all()] == ["statement:sanae-takaichi"]


# Matching ----------------------------------------------------------------------------------------------------


def matched(row):
    said = values(row)
    return matches(said, Known([said]), DAY)


def a_call(**more):
    (event,) = builders.publish(builders.call(format="phone", **more))
    return event


def test_a_proposal_about_a_known_event_is_evidence_with_what_agrees_and_what_does_not():
    builders.cast()
    event = a_call(duration_minutes=20, part_of_day="evening")
    store(CALL)
    (match,) = matched(Proposal.objects.get())
    assert (match.event, match.is_sure) == (event, True)
    assert {one.name: str(one.how) for one in match.findings} == {
        "occurrence": "agrees",
        "date": "agrees",
        "format": "agrees",
        "duration_minutes": "conflicts",
    }
    assert match.summary == "Agrees: outcome, date, format. Conflicts: duration in minutes."
    assert matching.about_known(Proposal.objects.all(), DAY) == 1


def test_an_event_a_day_away_is_offered_and_never_chosen():
    builders.cast()
    event = a_call(date="2025-11-24")
    store(CALL)
    assert [(one.event, one.is_near, one.is_sure) for one in matched(Proposal.objects.get())] == [(event, True, False)]
    assert matching.about_known(Proposal.objects.all(), DAY) == 0
    # Who speaks every day has said something else the day before, but for the same words.
    builders.publish(builders.statement(date="2025-11-24", words="We wait."))
    said: dict[str, Any] = {"kind": "statement", "date": "2025-11-25", "slugs": {}}
    said |= {"participants": ["Sanae Takaichi"], "format": None, "occurrence": "took_place"}
    found = [matches({**said, "words": words}, Known([said]), DAY) for words in ("We wait", "We act")]
    assert [[one.event.kind for one in told_of] for told_of in found] == [["statement"], []]


@pytest.mark.parametrize(
    "other",
    [{"date": "2025-11-23"}, {"participants": [builders.person(builders.TAKAICHI), builders.person(builders.XI)]}],
)
def test_another_day_or_other_people_are_another_event(other):
    builders.cast()
    a_call(**other)
    store(CALL)
    assert matched(Proposal.objects.get()) == []


def test_of_two_events_that_fit_alike_an_editor_chooses():
    builders.cast()
    a_call()
    builders.publish(builders.call("second", format="phone"))
    store(CALL)
    assert [match.is_sure for match in matched(Proposal.objects.get())] == [False, False]
    # The one that agrees more is the likelier one.
    builders.publish(builders.call("second", format="phone", duration_minutes=5))
    found = matched(Proposal.objects.get())
    assert [(match.event.slug, match.is_sure) for match in found] == [("call", True), ("second", False)]


def test_a_leader_who_is_entered_later_is_found_by_the_articles_name():
    store(CALL)
    assert matched(Proposal.objects.get()) == []
    builders.cast()
    a_call()
    assert [match.is_sure for match in matched(Proposal.objects.get())] == [True]


def test_an_unknown_name_is_perhaps_somebody_of_the_event_whose_name_it_shares():
    builders.cast()
    event = a_call()
    said: dict[str, Any] = {
        "kind": "call",
        "date": "2025-11-25",
        "occurrence": "took_place",
        "slugs": {},
        "format": None,
    }
    others = (["Sanae Takaichi", "Donald J. Trump"], ["Sanae Takaichi", "Luc Morel"])
    told_of = [{**said, "participants": people} for people in others]
    found = [[(match.event, match.is_sure) for match in matches(one, Known([one]), DAY)] for one in told_of]
    assert found == [[(event, False)], []]


def test_an_undated_proposal_finds_the_event_by_its_outcome():
    builders.cast()
    builders.publish(builders.meeting(date="2025-11-22", occurrence="did_not_take_place"))
    told_of: dict[str, Any] = {
        "kind": "meeting",
        "date": None,
        "participants": ["Sanae Takaichi", "Xi Jinping"],
        "slugs": {},
    }
    said = {"format": None, "place": None, **told_of}
    found = [
        matches({**said, "occurrence": one}, Known([said]), DAY)[0].is_sure for one in ("planned", "did_not_take_place")
    ]
    assert found == [False, True]


def test_two_articles_about_one_unknown_event_name_each_other():
    store(CALL)
    store("By the Wire's staff.\n\n" + CALL, url="https://other.example/2", title="They talk")
    one, other = Proposal.objects.all()
    assert matching.also_told([one, other]) == {one.pk: [other], other.pk: [one]}


@pytest.mark.parametrize(
    ("name", "known", "told", "how"),
    [
        ("date", "2025-11-25", "2025-11", How.AGREES),
        ("date", "2025-11", "2025-11-25", How.ADDS),
        ("date", "2025-11-25", "2025-11-24", How.CONFLICTS),
        ("date", "2025-11-24/2025-11-25", "2025-11-25/2025-11-26", How.CONFLICTS),
        ("place", "Tokyo, Japan", "tokyo", How.AGREES),
        ("place", "Tokyo", "Osaka", How.CONFLICTS),
        ("words", "We maintain an open stance.", "an open stance,", How.AGREES),
        ("words", "I would prefer to refrain …", "As it is, “I would prefer to refrain from commenting.”", How.AGREES),
        ("words", "It’s ... early [...] to say", "It's too early for anyone to say.", How.AGREES),
        ("words", "We can now say.", "no", How.ADDS),
        ("words", None, "no", How.ADDS),
        ("part_of_day", None, "evening", How.ADDS),
        ("occurrence", "planned", "took_place", How.CONFLICTS),
    ],
)
def test_what_is_the_same_to_a_reader_agrees(name, known, told, how):
    (found,) = findings({name: told}, {name: known})
    assert found.how == how


def test_an_entry_with_any_words_that_the_article_quotes_agrees_and_others_are_further_ones():
    text = "“We refute them,” he said. “We maintain an open stance.”"
    evidence = {"words": [{"start": 0, "end": 16}, {"start": text.index("“We m"), "end": len(text)}]}
    quoted = matching.quotations(text, evidence)
    said = {"words": "We refute them"}
    (same,) = findings(said, {"words": "We maintain an open stance."}, quoted)
    (other,) = findings(said, {"words": "No comment."}, quoted)
    assert [(one.how, one.is_instead) for one in (same, other)] == [(How.AGREES, False), (How.ADDS, True)]
