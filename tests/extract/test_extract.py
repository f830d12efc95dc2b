"""Articles into proposals: what is an event, whose, when, and whether it happened."""

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.eval.scoring import readings
from tests.extract.evidence import check
from timeline.ingest.extract import extract

DAY = date(2025, 11, 25)
PAIR = "Japanese Prime Minister Aiko Ito and French President Luc Morel"


def events(text, **known):
    return [(one.kind, one.occurrence, one.date, sorted(one.participants)) for one in extract(text, DAY, **known)]


BOTH = ["Aiko Ito", "Luc Morel"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (f"{PAIR} spoke by phone on Monday.", ("call", "took_place", "2025-11-24", BOTH)),
        (f"{PAIR} held talks in Paris on Monday.", ("meeting", "took_place", "2025-11-24", BOTH)),
        (f"On Monday, {PAIR} met for lunch.", ("meeting", "took_place", "2025-11-24", BOTH)),
        (f"{PAIR} will meet on Friday.", ("meeting", "planned", "2025-11-28", BOTH)),
        (f"{PAIR} were to meet on Friday, but it was called off.", ("meeting", "cancelled", "2025-11-28", BOTH)),
        (f"{PAIR} had been expected to meet on Friday but will not.", ("meeting", "cancelled", "2025-11-28", BOTH)),
        (f"A call between {PAIR} that was set for Friday was postponed.", ("call", "postponed", "2025-11-28", BOTH)),
        (f"{PAIR} did not meet in Oslo on Monday.", ("meeting", "did_not_take_place", "2025-11-24", BOTH)),
        (f"{PAIR} met by video link on Nov. 3.", ("call", "took_place", "2025-11-03", BOTH)),
    ],
)  # fmt: skip
def test_it_tells_what_became_of_a_contact(sentence, expected):
    assert events(sentence) == [expected]


@pytest.mark.parametrize(
    "sentence",
    [
        f"{PAIR} may meet on Friday.",
        f"{PAIR} have no plans to meet.",
        f"It is not clear whether {PAIR} met on Monday.",
        "Prime Minister Aiko Ito hopes to meet French President Luc Morel on Friday.",
        "Prime Minister Aiko Ito offered to meet French President Luc Morel on Friday.",
        f"{PAIR} are believed to have met on Monday.",
        "Aides denied reports that Prime Minister Aiko Ito had met French President Luc Morel.",
        "Prime Minister Aiko Ito called on French President Luc Morel to release the men.",
        "Prime Minister Aiko Ito called French President Luc Morel a friend.",
        "Prime Minister Aiko Ito met the Danish foreign minister on Monday.",
        "“When Prime Minister Aiko Ito met President Luc Morel, all was well,” a diplomat said.",
        "A senior official said on Monday that nothing was decided.",
        "Neither Prime Minister Aiko Ito nor French President Luc Morel commented on Monday.",
        "Prime Minister Aiko Ito left Paris on Monday without meeting French President Luc Morel.",
        "Officials from Prime Minister Aiko Ito’s office met French President Luc Morel’s aides on Monday.",
        "Prime Minister Aiko Ito welcomed French President Luc Morel’s proposal on Monday.",
        "Prime Minister Aiko Ito is considering a meeting with French President Luc Morel in May.",
        "The Foreign Ministry said in a statement on Monday that nothing was decided.",
    ],
)
def test_it_invents_nothing(sentence):
    assert events(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "form"),
    [
        ("French President Luc Morel told reporters on Monday that he was glad.", "to_reporters"),
        ("French President Luc Morel said at a news conference on Monday that he was glad.", "press_conference"),
        ("French President Luc Morel said in an interview on Monday that he was glad.", "interview"),
        ("French President Luc Morel told parliament on Monday that he was glad.", "parliament"),
        ("French President Luc Morel wrote on X on Monday that he was glad.", "social_media"),
        ("“I am glad,” said French President Luc Morel in a speech on Monday.", "speech"),
        ("French President Luc Morel said on Monday that he was glad.", None),
    ],
)
def test_it_tells_where_something_was_said(sentence, form):
    (one,) = extract(sentence, DAY)
    assert (one.kind, one.date, one.speaker, one.format) == ("statement", "2025-11-24", "Luc Morel", form)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (f"{PAIR} ran into each other in Rome on Monday.", ("meeting", "took_place", "2025-11-24", BOTH)),
        (f"No meeting took place between {PAIR} on Monday.", ("meeting", "did_not_take_place", "2025-11-24", BOTH)),
        (f"On Monday {PAIR} spoke in a videoconference.", ("call", "took_place", "2025-11-24", BOTH)),
        (
            "French President Luc Morel had been due to see Japanese Prime Minister Aiko Ito on Friday, but an aide "
            "announced on Monday that the visit had been postponed.",
            ("meeting", "postponed", "2025-11-28", BOTH),
        ),
        (
            "Prime Minister Aiko Ito received in Kyoto, on Monday, French President Luc Morel.",
            ("meeting", "took_place", "2025-11-24", BOTH),
        ),
        (
            "Prime Minister Aiko Ito left on Friday for Paris, where she will see President Luc Morel on Saturday.",
            ("meeting", "planned", "2025-11-29", BOTH),
        ),
    ],
)
def test_it_reads_turns_of_phrase(sentence, expected):
    assert events(sentence) == [expected]


@pytest.mark.parametrize(
    "sentence",
    [
        "An aide, speaking to reporters on Monday, said Prime Minister Aiko Ito could visit France.",
        "According to Prime Minister Aiko Ito, French President Luc Morel said that he would come.",
        "Prime Minister Aiko Ito left without speaking to reporters on Monday.",
        "Former French president Luc Morel said on Monday that he was glad.",
        "Chancellor Eva Brandt, in Bonn on Monday, said President Luc Morel “is wrong”.",
        "Tokyo said on Monday that President Luc Morel was wrong.",
        "French President Luc Morel flew to Tokyo on Monday for talks with Prime Minister Aiko Ito.",
        "Will Prime Minister Aiko Ito meet French President Luc Morel on Friday?",
        f"{PAIR} agreed to hold intergovernmental consultations in May.",
        "The General Assembly and the Global Governance Initiative met on Monday.",
    ],
)
def test_nobody_is_made_to_say_or_do_what_another_did(sentence):
    assert [one for one in events(sentence) if one[3] != ["Eva Brandt"]] == []


def test_what_is_said_while_meeting_someone_is_no_statement():
    text = "When meeting Prime Minister Aiko Ito on Monday, French President Luc Morel said that he was glad."
    assert events(text) == [("meeting", "took_place", "2025-11-24", BOTH)]


def test_two_who_were_not_named_together_last_are_not_guessed():
    text = (
        "French President Luc Morel spoke by phone with Japanese Prime Minister Aiko Ito on Monday. Morel and Ito have "
        "quarrelled over German Chancellor Eva Brandt. "
    )
    assert len(events(text + "The three met in Rome in May.")) == 1


def test_what_they_did_last_year_is_not_what_the_report_is_about():
    text = f"{PAIR} have met in Rome. The two leaders last met in Paris on Oct. 3."
    assert [one[2] for one in events(text)] == ["2025-11-25", "2025-10-03"]


def test_a_spokesperson_speaks_for_themselves():
    (one,) = extract("Macedonian government spokesman Ivo Petrov told reporters on Monday that all is well.", DAY)
    assert one.speaker == "Ivo Petrov"


def test_what_one_tells_the_other_in_a_call_is_no_statement():
    text = f"{PAIR} spoke by phone on Monday. Ito told Morel that Japan was ready. Morel said France was too."
    assert [one.kind for one in extract(text, DAY)] == ["call"]


def test_a_statement_after_the_talks_inherits_their_day_and_says_so():
    text = f"{PAIR} held talks on Monday. Ito told reporters after the talks that she was content."
    meeting, statement = extract(text, DAY)
    assert (statement.date, statement.basis) == ("2025-11-24", {"date": "after the talks"})
    assert not meeting.basis
    assert {one.certainty for one in statement.evidence["date"]} == {"inferred"}


def test_a_whole_saying_is_kept_as_its_words_and_a_refusal_is_told():
    text = (
        "French President Luc Morel told reporters on Monday, “We will wait and see what comes of it.” "
        "Morel declined to comment on the “quite remarkable letter” at the news conference."
    )
    (one,) = extract(text, DAY)
    assert one.words == "We will wait and see what comes of it."
    assert [said.startswith("Morel declined") for said in one.declined] == [True]


def test_a_dateline_dates_no_event():
    text = "Oslo, Nov 22 (Wire) French President Luc Morel said Japanese Prime Minister Aiko Ito was his friend."
    (one,) = extract(text, DAY)
    assert one.basis == {"date": "the day that the report stands in"}


def test_a_plan_that_nobody_speaks_of_once_its_day_is_past_is_let_go():
    assert events(f"{PAIR} were scheduled to meet on Monday.") == []


def test_two_calls_in_a_sentence_are_two():
    text = (
        "French President Luc Morel spoke by phone with Japanese Prime Minister Aiko Ito on Monday and with "
        "German Chancellor Eva Brandt on Sunday."
    )
    assert events(text) == [
        ("call", "took_place", "2025-11-24", ["Aiko Ito", "Luc Morel"]),
        ("call", "took_place", "2025-11-23", ["Eva Brandt", "Luc Morel"]),
    ]


def test_separately_and_respectively_are_honoured():
    met = "French President Luc Morel met Japanese Prime Minister Aiko Ito and German Chancellor Eva Brandt"
    assert len(events(f"{met} on Monday.")) == 1
    assert len(events(f"{met} separately on Monday.")) == 2
    days = {one[2] for one in events(f"{met} on Sunday and Monday, respectively.")}
    assert days == {"2025-11-23", "2025-11-24"}


def test_details_come_from_the_sentences_around():
    text = f"{PAIR} held telephone talks on Monday. The call, requested by the French side, lasted about half an hour."
    (one,) = extract(text, DAY)
    assert (one.duration_minutes, one.duration_approximate, one.initiated_by) == (30, True, "FR")


def test_the_second_since_tells_of_an_earlier_one():
    text = f"{PAIR} spoke by phone on Monday. It was the second call between Ito and Morel since Oct. 3."
    assert [one.date for one in extract(text, DAY)] == ["2025-11-24", "2025-10-03"]


def test_the_dateline_gives_the_day_and_the_home():
    text = "TOKYO, Nov. 24 (Wire) -- Prime Minister Aiko Ito said at a press conference today that all is well."
    (one,) = extract(text, DAY)
    assert one.date == "2025-11-24"
    assert one.countries == {"Aiko Ito": "JP"}


def test_the_same_event_told_twice_is_one():
    text = f"{PAIR} met on Monday. The meeting between Ito and Morel took place in Paris."
    assert len(events(text)) == 1


SMITHS = (
    "New Zealand Prime Minister Anna Smith and Australian Foreign Minister John Smith met in Wellington on Monday. "
)


@pytest.mark.parametrize(
    ("sentence", "speakers"),
    [
        ("Smith told reporters that the talks were good.", []),
        ("Smith told reporters that all was well. He spoke by phone with French President Luc Morel on Tuesday.", []),
        ("Prime Minister Smith told reporters that the talks were good.", ["Anna Smith"]),
        ("Australia’s Smith told reporters that the talks were good.", ["John Smith"]),
    ],
)
def test_a_surname_of_two_is_nobody_s_unless_title_or_country_tells(sentence, speakers):
    found = extract(SMITHS + sentence, DAY)
    assert found[0].participants == ("Anna Smith", "John Smith")
    assert [one.speaker for one in found[1:]] == speakers


def test_a_shared_surname_is_that_of_the_only_one_named_so_far():
    text = (
        "New Zealand Prime Minister Anna Smith told reporters on Monday that she was glad. Smith said it was late. "
        "Australian Foreign Minister John Smith left."
    )
    assert [one.speaker for one in extract(text, DAY)] == ["Anna Smith"]


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        (f"{PAIR} met in Oslo on Thursday, and the two spoke for about an hour, officials said.", "officials"),
        (f"A meeting between {PAIR}, set for Friday, was called off, the White House said.", "the White House"),
        (f"{PAIR} spoke by phone on Monday, according to the Elysee.", "the Elysee"),
        (f"According to the Kremlin, {PAIR} met on Monday.", "the Kremlin"),
        (f"{PAIR} met on Monday. Ito told reporters after the talks that she was glad.", ""),
    ],
)
def test_the_source_is_named_in_the_text_s_own_words(sentence, source):
    contact = extract(sentence, DAY)[0]
    assert {span.attribution for span in contact.evidence["occurrence"]} == {source}


@pytest.mark.parametrize(
    ("sentence", "form", "words"),
    [
        (f"{PAIR} spoke on Monday by phone.", "phone", ["by phone"]),
        (f"{PAIR} held a video call on Monday.", "video", ["video call"]),
        (f"{PAIR} held bilateral talks on Monday.", "bilateral", ["bilateral talks"]),
        (f"{PAIR} held a summit on Monday.", "summit", ["summit"]),
        (f"{PAIR} met on Monday.", None, []),
    ],
)
def test_a_format_is_given_only_where_words_stand_for_it(sentence, form, words):
    [one] = extract(sentence, DAY)
    assert one.format == form
    assert [sentence[span.start : span.end] for span in one.evidence.get("format", [])] == words


@pytest.mark.parametrize(
    ("told", "date", "cue"),
    [
        ("declined to meet French President Luc Morel last week", "2025-11-17/2025-11-23", "declined to meet"),
        ("declined a meeting with French President Luc Morel on Saturday", "2025-11-22", "declined"),
        ("declined to meet French President Luc Morel", None, ""),
        ("declined to discuss a meeting with French President Luc Morel on Saturday", None, ""),
        ("did not decline a meeting with French President Luc Morel on Saturday", None, ""),
        ("declined a meeting with French President Luc Morel scheduled for Friday", None, ""),
    ],
)
def test_what_was_declined_for_a_day_did_not_take_place(told, date, cue):
    text = f"Japanese Prime Minister Aiko Ito {told}."
    found = [
        (one.occurrence, one.date, text[span.start : span.end])
        for one in extract(text, DAY)
        for span in one.evidence["occurrence"][:1]
    ]
    assert found == ([("did_not_take_place", date, cue)] if date else [])


WORDS = re.findall(
    r"[^|]+",
    "Prime Minister|President|Aiko Ito|Luc Morel|French|Japan’s|met|with|and|spoke|by phone|on|Monday|told reporters|"
    "said|“|”|,|.|\n\n|the|call|talks|will|not|after|who|that|he|they|Nov. 25|between|respectively|separately|"
    "cancelled|a day after|his counterpart|—|(|)|’s|since",
)


@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_any_row_of_words_is_read_without_a_fault(words):
    text = " ".join(words)
    check(text, [one.as_dict(text) for one in extract(text, DAY)])


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_fault(text):
    extract(text, DAY)


@pytest.fixture(scope="module")
def elsewhere():
    """What another process, with a hash seed of its own, says of a set, and of the modules that it has loaded."""
    script = (
        "import json, sys; from tests.eval.scoring import readings;"
        "print(json.dumps(readings('eighth')));"
        "print('django' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": "77"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        text=True,
    )
    return told.stdout.splitlines()


def test_the_same_bytes_come_with_every_hash_seed(elsewhere):
    assert sys.flags.hash_randomization
    assert readings("eighth")
    assert elsewhere[0] == json.dumps(readings("eighth"))


def test_nothing_of_django_is_loaded(elsewhere):
    assert elsewhere[1] == "False"
