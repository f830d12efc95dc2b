"""Text into sentences and tokens, with offsets that hold."""

from hypothesis import given
from hypothesis import strategies as st

from timeline.ingest.extract.text import sentences


def split(text):
    return [text[one.start : one.end] for one in sentences(text)]


def test_it_keeps_abbreviations_inside_a_sentence():
    assert split("Mr. Ito met U.S. President J. Doe on Nov. 3. They spoke.") == [
        "Mr. Ito met U.S. President J. Doe on Nov. 3.",
        "They spoke.",
    ]


def test_it_ends_a_sentence_behind_an_abbreviation_where_a_new_one_starts():
    assert split("She flew to the U.S. The visit was short.") == ["She flew to the U.S.", "The visit was short."]


def test_it_keeps_a_question_in_quotation_marks_with_its_speaker():
    assert split("“Really?” he said. “Yes.” She nodded.") == ["“Really?” he said.", "“Yes.”", "She nodded."]


def test_it_takes_a_line_without_a_full_stop_for_a_heading():
    found = sentences("Leaders meet in Oslo\nThe leaders met in Oslo on Monday.\n")
    assert [one.heading for one in found] == [True, False]


def test_it_joins_lines_that_were_wrapped_at_the_margin():
    text = "The prime minister of Norway met the president of Finland in Oslo on\nMonday. They had lunch."
    assert len(sentences(text)) == 2


def test_it_marks_what_stands_in_quotation_marks():
    tokens = sentences("He said “we met in Rome” and ‘all went well’, the leaders’ aide noted.")[0].tokens
    assert [token.text for token in tokens if token.quoted] == ["we", "met", "in", "Rome", "all", "went", "well"]


def test_it_sets_the_possessive_apart():
    assert [token.text for token in sentences("Japan’s premier left.")[0].tokens][:2] == ["Japan", "’s"]


@given(st.text(max_size=300))
def test_every_token_is_the_text_at_its_offsets(text):
    for sentence in sentences(text):
        for token in sentence.tokens:
            assert text[token.start : token.end] == token.text
