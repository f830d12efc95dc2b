"""Slugs for new rows: words, and a number behind them where that is taken."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import builders
from timeline import record
from timeline.models import Leader, Source
from timeline.record import slugs


@given(st.lists(st.text(st.sampled_from("aÜ_- 日\n.") | st.characters(), max_size=60), max_size=3))
@settings(max_examples=30)
def test_a_slug_is_one_whatever_it_is_made_from(words):
    made = slugs.slug(*words)
    assert not made or (re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", made) and len(made) <= 100)


@pytest.mark.parametrize(
    ("people", "date", "slug"),
    [
        (["Takaichi", "Trump"], "2025-11-25", "takaichi-trump-call-2025-11-25"),
        (["Takaichi", "JP", "Trump", "Xi"], "2025-11-22/2025-11-23", "takaichi-jp-trump-call-2025-11-22"),
        (["de la Cruz_Á"], "../2025-11~", "de-la-cruz-a-call-2025-11"),
        (["習"], "2025-21/..", "xi-jinping-call-2025-21"),
        ([], "", "call"),
    ],
)
def test_an_event_is_called_by_three_names_its_kind_and_its_first_day(people, date, slug):
    named = [one if one == "JP" else Leader(slug="xi-jinping", family_name=one) for one in people]
    assert slugs.of_event(named, "call", date) == slug


@pytest.mark.django_db
def test_a_taken_slug_gets_the_next_number_in_few_queries(django_assert_max_num_queries):
    taken = ["jiji", *(f"jiji-{number}" for number in range(2, 41)), "nhk"]
    with record.writing():
        Source.objects.bulk_create(Source(slug=slug, publisher="P", title="T") for slug in taken)
    with django_assert_max_num_queries(6):
        assert slugs.free("jiji", Source) == "jiji-41"
    assert slugs.free("nhk", Source) == "nhk-2"
    assert slugs.free("ap", Source) == "ap"
    with django_assert_max_num_queries(8):
        bases = ["jiji", "ap", "nhk", "ap", "jiji", "nhk-2", *["afp"] * 30]
        assert slugs.free_all(bases, Source, used=["ap", "afp-5"]) == [
            "jiji-41",
            "ap-2",
            "nhk-3",
            "ap-3",
            "jiji-42",
            "nhk-2",
            "afp",
            *(f"afp-{number}" for number in range(2, 32) if number != 5),
        ]


@pytest.mark.django_db
def test_a_number_fits_behind_a_long_slug():
    long = f"{'a' * 109}-{'b' * 10}"
    builders.source(long)
    assert slugs.free(long, Source) == f"{'a' * 109}-2"
