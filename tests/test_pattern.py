"""Templates that are filled in show what they would show if they were rendered."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.pattern import each, filled

texts = st.text(max_size=12) | st.sampled_from(
    ["", "<b>", "{0}", "{}", "{{ x }}", "%s", "\ue0000\ue001", "&amp;", "'\""]
)
shown = texts | texts.map(mark_safe)


@settings(max_examples=20)
@given(shown, shown, shown, shown, st.booleans())
def test_it_shows_the_same_as_rendering(name, href, title, country, is_addressed):
    rendered = {"name": name, "href": href, "title": title, "of_country": title, "is_addressed": is_addressed}
    whole = {**rendered, "country": {"code": "JP", "name": country}}
    given_texts = {f"person.{key}": text for key, text in rendered.items() if key != "is_addressed"}
    given_texts |= {"person.country.code": "JP", "person.country.name": country}
    made = filled("timeline/_person.html", given_texts, {"person.is_addressed": is_addressed})
    assert made == render_to_string("timeline/_person.html", {"person": whole})


@settings(max_examples=20)
@given(st.lists(texts, max_size=5), st.lists(st.sampled_from(["", "both", "declined"]), max_size=4), texts)
def test_it_shows_lists_of_texts(according_to, strokes, sources):
    entry = {"according_to": according_to, "strokes": strokes, "sources": sources, "tally": "2 reported"}
    given_texts = {"entry.according_to": according_to, "entry.sources": sources, "entry.tally": "2 reported"}
    made = filled("timeline/_side.html", given_texts, {"entry.strokes": tuple(strokes)})
    assert made == render_to_string("timeline/_side.html", {"entry": entry})


@dataclass
class Line:
    css: str
    start: str
    end: str


@settings(max_examples=20)
@given(st.lists(st.builds(Line, shown, shown, shown), max_size=4))
def test_it_fills_in_every_row(rows):
    rendered = [render_to_string("timeline/_lane_line.html", {"line": vars(row)}) for row in rows]
    assert each("timeline/_lane_line.html", "line", rows) == "".join(rendered)
