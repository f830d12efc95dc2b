"""The query string, what it selects, and how many entries each further choice would give."""

import json
import random
from itertools import chain
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import example, given
from hypothesis import strategies as st

from tests import builders, oracle
from tests.rounds import fewer, rounds
from timeline import edtf, paging, position, search
from timeline.facets import by_outcome, facets
from timeline.filters import FACETS, TimelineFilter
from timeline.ingest import dossier
from timeline.models import Citation, Event, Kind, Occurrence, SearchText

pytestmark = pytest.mark.usefixtures("bundled")


def files():
    return [json.loads(path.read_text(encoding="utf-8")) for path in dossier.bundled()]


ROWS = builders.bundled_events()
LEADERS = sorted({row["id"] for file in files() for row in file["leaders"]})
TOPICS = sorted({row["id"] for file in files() for row in file["topics"]})
SOURCES = sorted({one["source"] for row in ROWS[:6] for one in row["citations"]})
COUNTRIES = sorted({one["country"] for row in ROWS for one in row["participants"] if one.get("country")})
DATES = [
    "2025",
    "2025-11",
    "2025-11-25",
    "2025-10-20/2025-11-24",
    "2026-03~",
    "2025-23",
    "../2025-12",
    "2026/..",
    "1999",
]
WORDS = ["Taiwan", "trump -taiwan", '"prime minister"', "高市", "talks", "nowhere-at-all"]


def read(query: str | list[tuple[str, str]]) -> TimelineFilter:
    return TimelineFilter.from_query(QueryDict(query if isinstance(query, str) else urlencode(query)))


def selected(asked: TimelineFilter) -> set[str]:
    return set(Event.objects.filter(pk__in=asked.ids()).values_list("slug", flat=True))


# Reading and writing -----------------------------------------------------------------------------------------


def some(values):
    return st.lists(st.sampled_from(values), max_size=4, unique=True)


ASKED = st.fixed_dictionaries(
    {
        "q": some(WORDS).map(lambda some: some[:1]),
        "kind": some(Kind.values),
        "occurrence": some(Occurrence.values),
        "country": some(COUNTRIES),
        "leader": some(LEADERS),
        "topic": some(TOPICS),
        "source": some(SOURCES),
        "match": some(["all", "any"]).map(lambda some: some[:1]),
        "since": some(DATES).map(lambda some: some[:1]),
        "until": some(DATES).map(lambda some: some[:1]),
        "order": some(["newest", "oldest"]).map(lambda some: some[:1]),
        "after": st.lists(st.integers(1 << 31, position.MAX_THREAD).map(paging.write_cursor), max_size=1),
    }
)


@fewer
@given(ASKED)
def test_it_writes_back_what_it_read(asked):
    first = read([(name, value) for name, values in asked.items() for value in values])
    assert {one.name for one in first.ignored} <= {"until"}, "a date before the other at most"
    second = read(first.parameters())
    assert second == first
    assert second.ignored == ()
    assert second.parameters() == first.parameters()
    assert hash(second) == hash(first)
    assert read(first.address.lstrip("?.")) == first


@fewer
@given(ASKED, st.randoms(use_true_random=False))
def test_it_reads_the_same_in_any_order_and_twice(asked, chance):
    pairs = [(name, value) for name, values in asked.items() for value in values]
    mixed = chance.sample(pairs, len(pairs)) + pairs[:1] + [("unheard-of", "x")]
    assert read(mixed).parameters() == read(pairs).parameters()


def test_it_writes_only_what_differs_from_the_default():
    assert read("q=&kind=&match=any&order=newest&since=&after=&page=2&fbclid=x").parameters() == []
    assert read("").address == "."
    assert read("").is_empty
    assert read("order=oldest").is_empty
    assert read("q=+").has_blanks
    assert not read("q=x").has_blanks
    asked = read(
        "leader=xi-jinping&kind=statement&kind=call&leader=donald-trump&order=oldest&q=+rare++earth+&since=2025-11"
    )
    assert asked.address == (
        "?q=rare+earth&kind=call&kind=statement&leader=donald-trump&leader=xi-jinping&since=2025-11&order=oldest"
    )


def test_it_toggles_a_value_and_goes_back_to_the_first_page():
    asked = read("kind=call&after=zzzzzzz")
    assert asked.after is not None
    assert asked.toggled("kind", "meeting").parameters() == [("kind", "meeting"), ("kind", "call")]
    assert asked.toggled("kind", "call").parameters() == []
    assert asked.toggled("kind", "meeting") == read("kind=meeting&kind=call"), "as if read from an address"


@pytest.mark.parametrize(
    ("query", "name", "value", "reason"),
    [
        ("kind=letter", "kind", "letter", "Expected meeting or call or statement."),
        ("occurrence=perhaps", "occurrence", "perhaps", "Expected took_place or planned"),
        ("country=jp", "country", "jp", "knows none"),
        ("country=XY", "country", "XY", "knows none"),
        ("leader=nobody", "leader", "nobody", "knows none"),
        ("leader=Donald+Trump", "leader", "Donald Trump", "knows none"),
        ("topic=%00", "topic", "�", "knows none"),
        ("match=some", "match", "some", "Expected any or all."),
        ("order=up", "order", "up", "Expected newest or oldest."),
        ("order=oldest&order=newest", "order", "oldest", "Only the last one counts."),
        ("since=yesterday", "since", "yesterday", "is not a date"),
        ("since=2025-11&until=2025-10", "until", "2025-10", "lies before the first date"),
        ("after=x", "after", "x", "no place in the timeline"),
        ("before=-1", "before", "-1", "no place in the timeline"),
        ("q=%E2%80%A6", "q", "…", "no letter or digit"),
        ("q=" + "a" * 201, "q", "a" * 59 + "…", "At most 200 characters"),
        ("&".join(f"leader=l{n}" for n in range(41)), "leader", "l40", "At most 40 values"),
        ("after=zzzzzzz&before=yyyyyyy", "before", "yyyyyyy", "“after” stands in the address too"),
        ("after=zzzzzzz&before=yyyyyyy&before=", "before", "yyyyyyy", "“after” stands in the address too"),
    ],
)
def test_it_tells_what_it_ignored(query, name, value, reason):
    told = {(one.name, one.value): one.reason for one in read(query).ignored}
    assert reason in told[name, value]


def test_it_takes_what_is_good_beside_what_is_not():
    asked = read("kind=call&kind=letter&leader=nobody&leader=donald-trump&since=x&until=2026")
    assert asked.parameters() == [("kind", "call"), ("leader", "donald-trump"), ("until", "2026")]
    assert len(asked.ignored) == 3


NAMES = ["q", *FACETS, "match", "since", "until", "order", "after", "before", "page", "since_change"]
GOOD = [*WORDS, *Kind.values, *COUNTRIES[:3], *LEADERS[:3], *TOPICS[:3], *DATES, "all", "oldest", "zzzzzzz"]
AWKWARD = ["\0", "9" * 5000, "1e999", "-0", "null", "[]", "%", "'", '"', "../..", "高" * 300]
ANYTHING = (
    st.text(max_size=30)
    | st.text(st.characters(categories=["Cc", "Zs", "Nd", "Lo", "Po"]), max_size=8)
    | st.integers().map(str)
    | st.sampled_from([*AWKWARD, *GOOD])
)


@fewer
@given(st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=5), ANYTHING), max_size=12))
@example([("kind", "\0")])
@example([("q", "\0" * 300)])
@example([("after", "1" * 5000), ("before", "٣")])
@example([("country", "JP"), ("country", "JP "), ("country", "\0JP")])
def test_it_bears_any_nonsense_and_says_what_it_ignored(pairs):
    asked = read(pairs)
    for one in asked.ignored:
        assert one.name in NAMES
        assert one.value
        assert one.value.isprintable()
        assert len(one.value) <= 60
        assert one.reason.endswith((".", "?"))
    kept = {value for _, value in asked.parameters()}
    told = {one.name for one in asked.ignored}
    for name, value in pairs:
        if name in FACETS and value.strip() and value.strip() not in kept:
            assert name in told
    assert read(asked.parameters()) == asked
    assert set(asked.ids()) == oracle.ids(asked)


def _nonsense(chance: random.Random) -> str:
    """A query string of names that are known, mostly, with values that mean something, nearly, or nothing."""
    pairs = []
    for _ in range(chance.randint(1, 8)):
        name = chance.choice([*NAMES, "since_change", "page", chance.choice(["\0", "[]", "q[]", "%00", ""])])
        drawn = "".join(chr(chance.choice((chance.randrange(128), chance.randrange(0xD800)))) for _ in range(9))
        pairs.append((name, chance.choice([*AWKWARD, *GOOD, drawn, drawn, str(chance.getrandbits(70))])))
    query = urlencode(pairs, errors="surrogatepass")
    return query if chance.random() < 0.8 else query.replace("%", chance.choice(["%%", "", "%f"]))


PATHS = ["/", "/", "/entries/", "/timeline.json", "/timeline.csv", "/timeline.ics", "/corrections/"]


@rounds(4, 5000, long=500)
def test_no_nonsense_is_a_server_error(client, number):
    chance = random.Random(9)
    shown = 0
    for _ in range(number):
        path = chance.choice(
            ["/", "/", "/entries/", "/timeline.json", "/timeline.csv", "/timeline.ics", "/corrections/"]
        )
        address = f"{path}?{_nonsense(chance)}"
        response = client.get(address)
        assert response.status_code in (200, 400), address
        shown += response.status_code == 200
    assert shown > number // 5


# Selecting -------------------------------------------------------------------------------------------------


class Slow:
    """The published events as plain values, and every question answered by looking at all of them."""

    def __init__(self) -> None:
        events = Event.objects.published().prefetch_related("participations__leader", "topics")
        self.events = list(events)
        self.texts = dict(SearchText.objects.values_list("pk", "tokens"))
        self.countries = {event.pk: {one.country_id for one in event.participations.all()} for event in self.events}
        self.leaders = {
            event.pk: {one.leader.slug for one in event.participations.all() if one.leader} for event in self.events
        }
        self.topics = {event.pk: {topic.slug for topic in event.topics.all()} for event in self.events}
        self.sources: dict[int, set[str]] = {event.pk: set() for event in self.events}
        for event, slug in Citation.objects.values_list("event", "source__slug"):
            self.sources[event].add(slug)

    def matches(self, asked: TimelineFilter, event: Event, without: str = "") -> bool:
        def meets(name: str, chosen: tuple[str, ...], has: set[str]) -> bool:
            if name == without or not chosen:
                return True
            if asked.match == "all" and name in ("country", "leader"):
                return set(chosen) <= has
            return bool(set(chosen) & has)

        text = f" {self.texts[event.pk]} "
        query = search.parse(asked.q)
        return (
            all(f" {' '.join(phrase)} " in text for phrase in query.phrases)
            and not any(f" {' '.join(phrase)} " in text for phrase in query.excluded)
            and meets("kind", asked.kinds, {event.kind})
            and meets("occurrence", asked.occurrences, {event.occurrence})
            and meets("country", asked.countries, self.countries[event.pk])
            and meets("leader", asked.leaders, self.leaders[event.pk])
            and meets("topic", asked.topics, self.topics[event.pk])
            and meets("source", asked.sources, self.sources[event.pk])
            and (not asked.since or event.latest >= edtf.parse(asked.since).earliest)
            and (not asked.until or event.earliest <= edtf.parse(asked.until).latest)
        )

    def select(self, asked: TimelineFilter, without: str = "") -> list[Event]:
        return [event for event in self.events if self.matches(asked, event, without)]

    def values(self, name: str, event: Event) -> set[str]:
        match name:
            case "kind" | "occurrence":
                return {getattr(event, name)}
            case "country":
                return self.countries[event.pk]
            case "leader":
                return self.leaders[event.pk]
        return self.topics[event.pk]


def random_filters(number: int, seed: int) -> list[TimelineFilter]:
    chance = random.Random(seed)
    sample = {
        "kind": Kind.values,
        "occurrence": Occurrence.values,
        "country": COUNTRIES[:6],
        "leader": [*LEADERS[:4], "sanae-takaichi", "donald-trump", "xi-jinping"],
        "topic": TOPICS,
        "source": SOURCES,
        "q": WORDS,
        "since": DATES,
        "until": DATES,
    }
    found = []
    for _ in range(number):
        pairs = [("match", chance.choice(["any", "all"]))]
        for name, values in sample.items():
            if chance.random() < 0.3:
                pairs += [(name, value) for value in chance.sample(values, chance.choice([1, 1, 2]))]
        found.append(read(pairs))
    return found


@rounds(25, 1000)
def test_it_selects_what_looking_at_every_event_selects(number):
    slow, hits = Slow(), 0
    for asked in random_filters(number, seed=1):
        expected = {event.pk for event in slow.select(asked)}
        assert set(asked.ids()) == expected == oracle.ids(asked), asked.address
        hits += 0 < len(expected) < len(slow.events)
    assert hits > number // 4


@rounds(8, 300)
def test_it_counts_what_looking_at_every_event_counts(number):
    slow = Slow()
    for asked in random_filters(number, seed=2):
        shown = facets(asked)
        assert {*shown} <= {*FACETS}
        assert {*shown} >= {"kind", "occurrence", "country", "leader", "topic"}
        for name in shown:
            attribute = FACETS[name]
            narrows = asked.match == "all" and name in ("country", "leader")
            events = slow.select(asked, without="" if narrows else name)
            counts: dict[str, int] = dict.fromkeys(getattr(asked, attribute), 0)
            if name in ("kind", "occurrence"):
                counts |= dict.fromkeys((Kind if name == "kind" else Occurrence).values, 0)
            for value in chain.from_iterable(slow.values(name, event) for event in events):
                counts[value] = counts.get(value, 0) + 1
            assert {one.value: one.count for one in shown[name].values} == counts, (name, asked.address)
            assert {one.value for one in shown[name].values if one.chosen} == set(getattr(asked, attribute))
            for one in shown[name].values:
                assert one.share == (round(100 * one.count / len(events)) if events else 0)
            if not narrows:
                some = shown[name].values[:2]
                for one in some:
                    chosen = asked.but(**{attribute: (one.value,)})
                    assert len(chosen.ids()) == one.count
        assert sum(by_outcome(asked).values()) == len(slow.select(asked))


def test_it_names_what_it_counts():
    leaders = {one.value: one.name for one in facets(read("country=JP"))["leader"].values}
    assert leaders["donald-trump"] == "Donald Trump"
    chosen = facets(read("leader=mao-ning&kind=call"))["leader"]
    assert ("mao-ning", "Mao Ning", 0) in [(one.value, one.name, one.count) for one in chosen.first]
    assert {*chosen.first} | {*chosen.rest} == {*chosen.values}


def test_it_gives_the_calls_of_trump():
    calls = {
        row["id"]
        for row in ROWS
        if row["kind"] == "call" and "donald-trump" in [one.get("leader") for one in row["participants"]]
    }
    assert len(calls) >= 3
    assert selected(read("kind=call&leader=donald-trump")) == calls


def test_it_gives_what_did_not_take_place():
    assert len(selected(read("occurrence=did_not_take_place"))) == 4


def test_it_gives_what_overlaps_a_date():
    assert "g20-johannesburg-summit-2025-11-22" in selected(read("since=2025-11-23&until=2025-11-23"))
    assert "g20-johannesburg-summit-2025-11-22" in selected(read("until=2025-11-22"))
    assert "g20-johannesburg-summit-2025-11-22" not in selected(read("since=2025-11-24"))
    year = {row["id"] for row in ROWS if row["date"] == "2026"}
    assert year
    assert year <= selected(read("since=2026-07-04&until=2026-07-04"))


def test_it_joins_values_by_any_and_with_match_by_all():
    def with_all(*leaders):
        return {row["id"] for row in ROWS if {*leaders} <= {one.get("leader") for one in row["participants"]}}

    pair = "leader=donald-trump&leader=xi-jinping"
    assert selected(read(f"{pair}&match=all")) == with_all("donald-trump", "xi-jinping")
    assert selected(read(pair)) == with_all("donald-trump") | with_all("xi-jinping")
