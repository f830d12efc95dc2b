"""Turns of phrase: a time for each, others who join, what comes of hopes, what is told across sentences."""

from datetime import date

import pytest

from timeline.ingest.extract import extract

DAY = date(2025, 11, 25)
PAIR = "Japanese Prime Minister Aiko Ito and French President Luc Morel"
ITO, MOREL, BRANDT = "Aiko Ito", "Luc Morel", "Eva Brandt"
BOTH = [ITO, MOREL]


def events(text, **known):
    return [(one.kind, one.occurrence, one.date, sorted(one.participants)) for one in extract(text, DAY, **known)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "French President Luc Morel spoke by phone on Monday with Japanese Prime Minister Aiko Ito and on Sunday "
            "with German Chancellor Eva Brandt.",
            [("call", "2025-11-24", BOTH), ("call", "2025-11-23", [BRANDT, MOREL])],
        ),
        (
            "French President Luc Morel met Japanese Prime Minister Aiko Ito on Monday and, later the same day, German "
            "Chancellor Eva Brandt.",
            [("meeting", "2025-11-24", BOTH), ("meeting", "2025-11-24", [BRANDT, MOREL])],
        ),
        (
            f"{PAIR} met on Sunday in Rome and again on Monday in Paris.",
            [("meeting", "2025-11-23", BOTH), ("meeting", "2025-11-24", BOTH)],
        ),
        (
            "It was French President Luc Morel's first call this week, after phone talks with Japanese Prime Minister "
            "Aiko Ito on Friday and German Chancellor Eva Brandt on Sunday.",
            [("call", "2025-11-21", BOTH), ("call", "2025-11-23", [BRANDT, MOREL])],
        ),
        (
            "French President Luc Morel phoned Japanese Prime Minister Aiko Ito on Nov. 20, the day after a call with "
            "German Chancellor Eva Brandt.",
            [("call", "2025-11-20", BOTH), ("call", "2025-11-19", [BRANDT, MOREL])],
        ),
        (
            "French President Luc Morel met on Monday with the German chancellor's envoy, Eva Brandt.",
            [("meeting", "2025-11-24", [BRANDT, MOREL])],
        ),
        (
            f"{PAIR}, in separate telephone calls with German Chancellor Eva Brandt on Monday, backed the plan.",
            [("call", "2025-11-24", [ITO, BRANDT]), ("call", "2025-11-24", [BRANDT, MOREL])],
        ),
        (
            f"{PAIR} sat down together in Oslo on Monday.",
            [("meeting", "2025-11-24", BOTH)],
        ),
        (
            f"The ministry said that on 20 November, {PAIR} had a telephone conversation.",
            [("call", "2025-11-20", BOTH)],
        ),
        (
            f"{PAIR} met on Monday. On Nov. 3, Ito and Morel did what nobody expected. They talked by telephone.",
            [("meeting", "2025-11-24", BOTH), ("call", "2025-11-03", BOTH)],
        ),
        (
            f"{PAIR} held talks in Paris on Monday, joined by German Chancellor Eva Brandt.",
            [("meeting", "2025-11-24", [ITO, BRANDT, MOREL])],
        ),
        (
            f"{PAIR} held talks on Monday. German Chancellor Eva Brandt also took part in the meeting.",
            [("meeting", "2025-11-24", [ITO, BRANDT, MOREL])],
        ),
    ],
)  # fmt: skip
def test_each_has_their_own_time_and_people(text, expected):
    assert [(kind, day, people) for kind, _outcome, day, people in events(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Aides had hoped for a meeting between Japanese Prime Minister Aiko Ito and French President Luc Morel on "
            "Nov. 20. It never took place.",
            [("meeting", "did_not_take_place", "2025-11-20", BOTH)],
        ),
        (
            "Reports had it that French President Luc Morel telephoned Japanese Prime Minister Aiko Ito on Monday. His "
            "office says that there was no such call.",
            [("call", "did_not_take_place", "2025-11-24", BOTH)],
        ),
        (
            "French President Luc Morel said on Monday he would not attend a meeting with Japanese Prime Minister Aiko "
            "Ito that was set for Friday.",
            [("meeting", "cancelled", "2025-11-28", BOTH), ("statement", "took_place", "2025-11-24", [MOREL])],
        ),
        (
            f"{PAIR} agreed on a treaty during a meeting in Rome on Monday that had been put off twice.",
            [("meeting", "took_place", "2025-11-24", BOTH)],
        ),
        (
            f"{PAIR} failed to agree in a second day of talks here on Monday.",
            [("meeting", "took_place", "2025-11-24", BOTH)],
        ),
        (f"During a meeting on Friday, {PAIR} are expected to sign.", [("meeting", "planned", "2025-11-28", BOTH)]),
    ],
)  # fmt: skip
def test_it_tells_what_came_of_it(text, expected):
    assert events(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"{PAIR} did not hold telephone talks as of yet.",
        "President Luc Morel said on Monday he has had at least three meetings with Prime Minister Aiko Ito.",
        "French President Luc Morel, speaking on Monday about his contacts with Prime Minister Aiko Ito, left.",
        "Chancellor Eva Brandt has spoken to both sides.",
        f"{PAIR} are old friends. Aides spoke on Monday of arrangements for an Ito-Morel meeting.",
        "German Chancellor Eva Brandt is still hopeful for a meeting with French President Luc Morel on Monday.",
        f"On Monday, officials said {PAIR} will meet in the coming months.",
        "Eva Brandt and Luc Morel have met.",
    ],
)
def test_it_leaves_out_what_is_no_event(text):
    assert [one for one in events(text) if one[0] != "statement"] == []


def test_what_both_say_next_is_said_on_the_stage_they_share():
    text = (
        f"{PAIR} held talks in Paris on Monday. The two leaders appeared at a joint news conference after the talks. "
        "Ito said that all is well. Morel said that it was high time."
    )
    said = [one for one in extract(text, DAY) if one.kind == "statement"]
    assert [(one.speaker, one.date, one.format) for one in said] == [
        (ITO, "2025-11-24", "press_conference"),
        (MOREL, "2025-11-24", "press_conference"),
    ]


def test_in_a_transcript_nothing_but_the_introduction_is_told():
    text = (
        f"{PAIR} met on Monday.\n\nPRESIDENT MOREL: I met Chancellor Eva Brandt on Sunday.\n\nQ: Will you meet her?\n\n"
        "PRESIDENT MOREL: She called President Ana Rojas on Friday, and President Rojas met her on Saturday."
    )
    assert events(text) == [("meeting", "took_place", "2025-11-24", BOTH)]


def test_them_whom_one_met_are_those_named_last():
    text = f"{PAIR} arrived in Bonn on Monday. German Chancellor Eva Brandt met them separately on Monday evening."
    assert [people for *_, people in events(text)] == [[ITO, BRANDT], [BRANDT, MOREL]]


def test_who_trails_a_sentence_is_whoever_spoke_before():
    text = (
        "Iranian spokesman Reza Amini told reporters on Monday that nothing had changed. French President Luc Morel, "
        "who arrived on Sunday, will attend a dinner, he added."
    )
    assert [one.speaker for one in extract(text, DAY)] == ["Reza Amini"]


def test_the_holders_of_two_offices_are_told_apart():
    text = (
        "The presidents of France and Peru met in Lima on Monday. French President Luc Morel praised his host, "
        "Peru's President Ana Rojas."
    )
    assert events(text) == [("meeting", "took_place", "2025-11-24", ["Ana Rojas", MOREL])]


def test_those_of_whom_the_text_speaks_on_meet_without_an_office_but_only_on_a_day():
    text = "Ronald Reed and Mikhail Gorin met in Reykjavik on October 11 and 12, 1986. Reed and Gorin parted early."
    assert events(text) == [("meeting", "took_place", "1986-10-11/1986-10-12", ["Mikhail Gorin", "Ronald Reed"])]
    assert events(text.replace(" on October 11 and 12, 1986", "")) == []


@pytest.mark.parametrize(
    ("words", "minutes"),
    [("an hour and a quarter", 75), ("from 5:00 p.m. to 5:25 p.m.", 25), ("from 11:50 to 13:05", 75)],
)
def test_how_long_it_lasted(words, minutes):
    (one,) = extract(f"{PAIR} spoke by phone on Monday. The call lasted {words}.", DAY)
    assert one.duration_minutes == minutes


def test_who_asked_for_it_may_be_a_pronoun():
    text = f"{PAIR} spoke by phone on Monday. Morel's office said that the call was made at his request."
    assert [one.initiated_by for one in extract(text, DAY)] == ["FR"]


def test_a_part_of_the_day_may_stand_apart_from_the_day():
    text = f"{PAIR} met on Monday. Ito told a press conference in Paris in the morning that she was glad."
    meeting, said = extract(text, DAY)
    assert (said.date, said.part_of_day, meeting.part_of_day) == ("2025-11-24", "morning", None)
    assert [text[one.start : one.end] for one in said.evidence["part_of_day"]] == ["in the morning"]
