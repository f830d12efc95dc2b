"""A readout's points, typed as lines."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from timeline.admin import points
from timeline.models import Certainty, Disclosure

# A point's text as the dossiers' schema has it: one line, no blanks at its ends.
TEXT = (
    st.one_of(
        st.text(st.characters(exclude_characters="\n\r\x00", exclude_categories=["Cs"]), max_size=60),
        st.text("[]\\, abelivd:", max_size=12),
    )
    .map(str.strip)
    .filter(bool)
)
POINT = st.fixed_dictionaries(
    {
        "text": TEXT,
        "certainty": st.sampled_from(Certainty.values),
        "disclosure": st.sampled_from(Disclosure.values),
    }
)


@given(st.lists(POINT, max_size=6))
def test_it_gives_back_the_points_that_it_wrote(found):
    assert [line.as_record() for line in points.read(points.write(found))] == found


@given(st.text(st.sampled_from("[]\\ ,\n\rabelivdcon"), max_size=80))
def test_it_reads_any_text_or_says_which_line_it_cant_read(text):
    try:
        read = points.read(text)
    except ValidationError as refused:
        wrong = [message for message in refused.messages if not message.startswith("Line ")]
        assert not wrong
        return
    again = points.read(points.write(line.as_record() for line in read))
    assert [line.as_record() for line in again] == [line.as_record() for line in read]


@pytest.mark.parametrize(
    ("line", "text", "certainty", "disclosure"),
    [
        ("Trump told her.", "Trump told her.", "reported", "told"),
        ("[believed] Takaichi explained.", "Takaichi explained.", "believed", "told"),
        ("[declined] Whether he asked", "Whether he asked", "reported", "declined"),
        ("[ Disputed , denied ] A pause", "A pause", "disputed", "denied"),
        ("[disputed] [denied] A pause", "A pause", "disputed", "denied"),
        (r"\[sic] stands there", "[sic] stands there", "reported", "told"),
        (r"[denied] \[sic] stands there", "[sic] stands there", "reported", "denied"),
        (r"\\ two", r"\ two", "reported", "told"),
    ],
)
def test_it_reads_marks(line, text, certainty, disclosure):
    assert points.read(line) == [points.Line(1, text, certainty, disclosure)]


def test_it_counts_lines_as_they_were_typed():
    assert [line.number for line in points.read("one\r\n\r\n  two\n")] == [1, 3]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("fine\n[maybe] x", "Line 2: ", "“maybe” is no mark; expected confirmed, reported, believed"),
        ("[believed x", "Line 1: ", "the bracket isn't closed"),
        ("[believed]", "Line 1: ", "a mark without a text"),
        ("[believed, disputed] x", "Line 1: ", "says the same thing twice"),
        ("[] x", "Line 1: ", "“” is no mark"),
        ("x" * 1001, "Line 1: ", "1001 characters are too many"),
    ],
)
def test_it_refuses_in_words(text, line, told):
    with pytest.raises(ValidationError) as refused:
        points.read(text)
    (message,) = refused.value.messages
    assert message.startswith(line)
    assert told in message
