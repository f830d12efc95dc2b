"""A made-up record of any size, skewed as life is.

A few leaders, pairs and topics take part in most events, recent years are dense, words follow Zipf's law, statements
hang from what they are about, and some events did not happen. The same size gives the same record, and all sizes have
the same people, countries and topics. Each event has one version.

The rows go straight into their tables, with a version, their slugs, places in the order, contacts and search tokens as
the one writer would have derived them: it would take hours for a million events. It saves the rest, which raises the
data version and leaves its changes in the log.
"""

import itertools
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.core.management.color import no_style
from django.db import connection, models, transaction

from timeline import models as nouns
from timeline import position, record, search
from timeline.models import FORMATS, Country, Leader, Post, Source, Topic

LEADERS, TOPICS = 1500, 60
VOCABULARY, CLAUSES = 20_000, 20_000
COMMON_WORD, RARE_WORD = "talks", "quagmire"  # in most events; in one of some 4,000
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2026, 5, 31)
DENSITY = 0.45  # the power of a share of the events that gives the share of the days: recent years are dense
GREAT = ["US", "CN", "JP", "RU", "FR", "DE", "GB", "IN", "KR"]  # who is met most
USUAL = [COMMON_WORD, "ties", "trade", "security", "summit", "tariffs", "visit", "alliance", "missile", "fishery"]

_BATCH = 10_000  # events in memory at a time
_CHANGED_AT = "2026-06-01 00:00:00+00:00"
_SYLLABLES = ["ba", "den", "ka", "lo", "mi", "nor", "pe", "qui", "ras", "so", "tan", "ul", "ver", "wi", "yo", "zen"]
_OCCURRENCES = {"took_place": 90, "planned": 3, "postponed": 2, "cancelled": 2, "did_not_take_place": 3}
_GIVEN_AS, _SUPPORTS = "Foreign Ministry", ["date", "summary"]
_SCRIPT = ["首脳会談", "電話会談", "台湾海峡", "安全保障"]


def fill(size: int, *, seed: int = 0) -> None:
    """Write `size` events into the empty, migrated database."""
    with record.writing():
        people = _save_people()
        sources = Source.objects.bulk_create(
            Source(slug=f"source-{n}", publisher=f"Paper {n % 90}", title=f"What paper {n % 90} wrote, part {n}")
            for n in range(size // 20 + 50)
        )
    tables = _Tables()
    maker = _Maker(tables, people, [(source.pk, source.slug) for source in sources], random.Random(seed))
    with _without_indexes(tables.names()):
        for begin in range(0, size, _BATCH):
            for number in range(begin, min(begin + _BATCH, size)):
                maker.make(number, size)
            with transaction.atomic():
                tables.write()
    _finish()
    with record.writing():  # whoever has read the record meanwhile learns that it has changed
        Source(slug="source-last", publisher="Paper 0", title="What paper 0 wrote last").save()


# Words --------------------------------------------------------------------------------------------------------


class _Skewed:
    """Things of which the first are drawn far more often than the last (Zipf's law with this exponent)."""

    def __init__(self, things: list[Any], exponent: float = 1.0) -> None:
        self._things = things
        self._weights = list(itertools.accumulate(1 / (rank + 1) ** exponent for rank in range(len(things))))

    def draw(self, chance: random.Random, number: int) -> list[Any]:
        return chance.choices(self._things, cum_weights=self._weights, k=number)

    def draw_different(self, chance: random.Random, number: int) -> list[Any]:
        """At most so many, none of them twice."""
        return list(dict.fromkeys(self.draw(chance, number)))


class _Text(NamedTuple):
    """Some words, their search tokens with blanks between, and those of each Chinese or Japanese character alone."""

    text: str
    tokens: str
    characters: frozenset[str] = frozenset()


@cache
def _text(text: str) -> _Text:
    return _Text(text, " ".join(search.tokens(text)), frozenset(search.words.single_characters(text)))


def _joined(parts: list[_Text]) -> _Text:
    characters = frozenset[str]().union(*(part.characters for part in parts))
    return _Text(" ".join(part.text for part in parts), " ".join(part.tokens for part in parts), characters)


def _words() -> _Skewed:
    made = ("".join(parts) for parts in itertools.product(_SYLLABLES, repeat=4))
    return _Skewed([_text(word) for word in [*USUAL, *itertools.islice(made, VOCABULARY)]])


def _clauses(words: _Skewed, chance: random.Random) -> list[_Text]:
    """What is said again and again, eight words each; the rare word stands in one of them."""
    made = [_joined(words.draw(chance, 8)) for _ in range(CLAUSES - 1)]
    return [*made, _joined([*words.draw(chance, 7), _text(RARE_WORD)])]


def _document(texts: list[_Text]) -> str:
    """An event's search tokens. `texts` are its own and its people's, in the order in which the search reads them."""
    characters = sorted(_joined(texts).characters)
    return f" {search.words.BREAK} ".join([*(text.tokens for text in texts), *characters])


# People and topics --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Person:
    pk: int
    slug: str
    country: str
    family_name: _Text
    names: tuple[_Text, ...]  # the country's and the leader's own, as the search reads them


@dataclass(frozen=True)
class _People:
    """Who meets whom, and about what."""

    leaders: _Skewed  # of _Person
    pairs: _Skewed  # of tuple[_Person, _Person]: those that meet again and again
    topics: _Skewed  # of tuple[int, str, _Text]: key, slug and name


def _save_people() -> _People:
    chance = random.Random("people")
    names = dict(Country.objects.order_by("code").values_list("code", "name"))
    others = [code for code in names if code not in GREAT]
    chance.shuffle(others)
    codes = _Skewed([*GREAT, *others], 0.9).draw(chance, LEADERS)
    syllables = _Skewed([one.title() for one in _SYLLABLES], 0)
    families = [chance.choice(_SYLLABLES).title() + "".join(chance.choices(_SYLLABLES, k=2)) for _ in range(LEADERS)]
    leaders = Leader.objects.bulk_create(
        Leader(
            slug=f"leader-{n}",
            name=f"{syllables.draw(chance, 1)[0]}{chance.choice(_SYLLABLES)} {families[n]}",
            family_name=families[n],
            native_name="".join(chance.choices("高市早苗習近平李強石破茂王毅林芳正", k=4)) if n % 4 == 0 else "",
        )
        for n in range(LEADERS)
    )
    Post.objects.bulk_create(
        Post(
            leader=leader,
            country_id=code,
            title=title,
            since=since,
            since_earliest=date(2012, 1, 1) if since else date.min,
            until_latest=date.max,
        )
        for leader, code in zip(leaders, codes, strict=True)
        for title, since in (("Foreign Minister", ""), ("President", "2012"))
    )
    topics = Topic.objects.bulk_create(Topic(slug=f"topic-{n}", name=f"Topic {n:02}") for n in range(TOPICS))
    found = [
        _Person(
            leader.pk,
            leader.slug,
            code,
            _text(leader.family_name),
            tuple(_text(name) for name in (names[code], leader.name, leader.native_name) if name),
        )
        for leader, code in zip(leaders, codes, strict=True)
    ]
    well_known = [pair for pair in itertools.combinations(found[:25], 2) if pair[0].country != pair[1].country]
    chance.shuffle(well_known)
    return _People(
        leaders=_Skewed(found, 0.9),
        pairs=_Skewed(well_known[:80]),
        topics=_Skewed([(topic.pk, topic.slug, _text(topic.name)) for topic in topics]),
    )


# Tables -------------------------------------------------------------------------------------------------------


class _Tables:
    """Rows that wait for their tables, in the order in which these are written."""

    def __init__(self) -> None:
        self.event = _Table(
            nouns.Event,
            "slug kind title summary date part_of_day occurrence format place country duration_minutes words"
            " id state earliest latest hangs_from position changed_at",
        )
        self.slug = _Table(nouns.Slug, "slug event since")
        self.participation = _Table(nouns.Participation, "event leader role country title order")
        self.tagging = _Table(nouns.Tagging, "event topic order")
        self.citation = _Table(nouns.Citation, "event source supports order")
        self.link = _Table(nouns.Link, "event relation target order")
        self.readout = _Table(nouns.Readout, "id event side given_as order")
        self.point = _Table(nouns.Point, "readout text certainty disclosure order")
        self.contact = _Table(
            nouns.Contact, "event country_a country_b leader_a leader_b kind earliest latest position"
        )
        self.version = _Table(nouns.Version, "event number public_number state record origin at")
        self.search_text = _Table(nouns.SearchText, "event tokens")

    def _all(self) -> "list[_Table]":
        return list(vars(self).values())

    def names(self) -> list[str]:
        return [table.model._meta.db_table for table in self._all()]

    def write(self) -> None:
        for table in self._all():
            table.write()


class _Table:
    """A model's table: rows hold the named fields' values as the database takes them; the others get their defaults."""

    def __init__(self, model: type[models.Model], names: str) -> None:
        self.model = model
        self.rows: list[tuple[Any, ...]] = []
        fields = [model._meta.get_field(name) for name in names.split()]
        others = [field for field in model._meta.local_concrete_fields if field not in fields and not field.primary_key]
        self._columns = [getattr(field, "column", "") for field in [*fields, *others]]
        self._defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in others)

    def write(self) -> None:
        """Put the rows into the table and forget them."""
        rows = [row + self._defaults for row in self.rows]
        table = connection.ops.quote_name(self.model._meta.db_table)
        columns = ", ".join(connection.ops.quote_name(column) for column in self._columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(self._columns))
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)
        self.rows.clear()


@contextmanager
def _without_indexes(tables: list[str]) -> Iterator[None]:
    """Make these tables' indexes and checks of keys at the end, which is many times faster than row by row."""
    marks = ", ".join(["%s"] * len(tables))
    if connection.vendor == "postgresql":
        held = (
            f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({marks}) AND indexname NOT IN"
            " (SELECT conname FROM pg_constraint)"
        )
        speed = ["SET session_replication_role = replica", "SET maintenance_work_mem = '512MB'"]
    else:
        held = f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})"
        speed = ["PRAGMA cache_size = -500000"]
    with connection.cursor() as cursor:
        for statement in speed:
            cursor.execute(statement)
        cursor.execute(held, tables)
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    yield
    with connection.cursor() as cursor:
        for _name, definition in indexes:
            cursor.execute(definition)


def _finish() -> None:
    """Fill SQLite's full-text index, put PostgreSQL's counters behind the keys given here, read the statistics."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO timeline_search(timeline_search) VALUES ('rebuild')")
        else:
            for statement in connection.ops.sequence_reset_sql(no_style(), [nouns.Event, nouns.Readout]):
                cursor.execute(statement)
            cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


# Events -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Event:
    """What an event's rows have in common, and what statements about it need to know."""

    pk: int
    kind: str
    state: str
    edtf: str
    earliest: date
    latest: date
    part_of_day: str
    part: int  # as positions write it
    occurrence: str
    form: str
    position: int
    about: "_Event | None"
    hangs: bool  # from what it is about

    @property
    def slug(self) -> str:
        return f"{self.kind}-{self.pk}"


class _Maker:
    """Draws one event after the other, the oldest first, and adds its rows to the tables."""

    def __init__(self, tables: _Tables, people: _People, sources: list[tuple[int, str]], chance: random.Random) -> None:
        self._tables = tables
        self._people = people
        self._chance = chance
        self._words = _words()
        self._clauses = _clauses(self._words, chance)
        self._sources = _Skewed(sources, 0.5)
        self._recent: list[_Event] = []  # meetings and calls
        self._readouts = itertools.count(1)

    def make(self, number: int, size: int) -> None:
        """The event with this number, from 0, of `size` that there will be."""
        event = self._event(number, size)
        if event.kind != "statement":
            self._recent = [*self._recent[-11:], event]
        sides = self._sides(event.kind)
        topics = self._people.topics.draw_different(self._chance, self._chance.choice((1, 1, 2, 3)))
        own, texts = self._add_event(event, sides)
        readouts, said = self._add_readouts(event, sides)
        parts = self._add_parts(event, sides, [(key, slug) for key, slug, _name in topics])
        names = [*itertools.chain(*(side.names for side in sides)), *sorted(name for _key, _slug, name in topics)]
        self._tables.search_text.rows.append((event.pk, _document([*texts, *said, *names])))
        version = json.dumps(record.canonical({**own, **parts, "readouts": readouts}), ensure_ascii=False)
        public = 1 if event.state == "published" else None
        self._tables.version.rows.append((event.pk, 1, public, event.state, version, "ingest", _CHANGED_AT))

    def _event(self, number: int, size: int) -> _Event:
        chance, pk = self._chance, number + 1
        share = ((number + chance.random()) / size) ** DENSITY
        day = FIRST_DAY + timedelta(days=int(share * (LAST_DAY - FIRST_DAY).days))
        kind = chance.choices(("meeting", "call", "statement"), cum_weights=(45, 65, 100))[0]
        about = chance.choice(self._recent) if kind == "statement" and self._recent and chance.random() < 0.7 else None
        if about:
            day = about.earliest + timedelta(chance.choice((0, 0, 0, 1, 2, 12)))
        text, earliest, latest, part_of_day, part = self._date(day)
        place = position.of_head(earliest, part, pk)
        hangs = about is not None and _fits(earliest, part, about)
        if about and hangs:
            place = position.of_hanging(about.position, (earliest - about.earliest).days, part)
        return _Event(
            pk,
            kind,
            "draft" if chance.random() < 0.01 else "published",
            text,
            earliest,
            latest,
            part_of_day,
            part,
            chance.choices(list(_OCCURRENCES), list(_OCCURRENCES.values()))[0],
            chance.choice(("", *FORMATS[kind])),
            place,
            about,
            hangs,
        )

    def _date(self, day: date) -> tuple[str, date, date, str, int]:
        """EDTF text, first and last day, part of the day, how positions write that part."""
        match self._chance.choices(("day", "days", "month", "year"), cum_weights=(90, 96, 99, 100))[0]:
            case "days":
                last = day + timedelta(2)
                return f"{day}/{last}", day, last, "", position.PARTS[""]
            case "month":
                first = day.replace(day=1)
                last = (first + timedelta(31)).replace(day=1) - timedelta(1)
                return f"{day:%Y-%m}", first, last, "", position.MONTH
            case "year":
                return f"{day:%Y}", date(day.year, 1, 1), date(day.year, 12, 31), "", position.YEAR
        part = self._chance.choice(("", "", "", "morning", "evening"))
        return str(day), day, day, part, position.PARTS[part]

    def _sides(self, kind: str) -> list[_Person]:
        """One speaker; or two to eight who meet, often a pair that meets all the time."""
        chance = self._chance
        if kind == "statement":
            return self._people.leaders.draw(chance, 1)
        if chance.random() < 0.6:
            number = chance.choices((2, 3, 8), cum_weights=(85, 95, 100))[0]
            found = self._people.leaders.draw_different(chance, number)
            if len(found) > 1:
                return found
        return list(self._people.pairs.draw(chance, 1)[0])

    def _add_event(self, event: _Event, sides: list[_Person]) -> tuple[record.Record, list[_Text]]:
        """Add the event's own row and its slug; returns its record without the parts, and its texts."""
        chance = self._chance
        names = [side.family_name for side in sides[:2]]
        script = [_text(chance.choice(_SCRIPT))] if chance.random() < 0.05 else []
        title = _joined([*names, _text("on"), *self._words.draw(chance, 4), *script])
        summary = _joined(chance.choices(self._clauses, k=2))
        place = None if event.kind == "call" else sides[0].names[0]
        words = chance.choice(self._clauses) if event.kind == "statement" and chance.random() < 0.3 else None
        own = {
            "id": event.slug,
            "kind": event.kind,
            "title": title.text,
            "summary": summary.text,
            "date": event.edtf,
            "part_of_day": event.part_of_day,
            "occurrence": event.occurrence,
            "format": event.form,
            "place": place.text if place else "",
            "country": sides[0].country if place else None,
            "duration_minutes": None if event.kind == "statement" else chance.choice((None, None, 25, 90)),
            "words": words.text if words else "",
        }
        derived = (
            event.pk,
            event.state,
            str(event.earliest),
            str(event.latest),
            event.about.pk if event.about and event.hangs else None,
            event.position,
            _CHANGED_AT,
        )
        self._tables.event.rows.append((*own.values(), *derived))
        self._tables.slug.rows.append((event.slug, event.pk, _CHANGED_AT))
        return own, [text for text in (title, summary, place, words) if text]

    def _add_readouts(self, event: _Event, sides: list[_Person]) -> tuple[list[record.Record], list[_Text]]:
        """Add up to two sides' accounts; returns their records, and what their points say."""
        chance, accounts, said = self._chance, list[record.Record](), list[_Text]()
        codes = list(dict.fromkeys(one.country for one in sides))
        for order, code in enumerate(codes[: chance.choice((0, 1, 1, 2))]):
            readout = next(self._readouts)
            self._tables.readout.rows.append((readout, event.pk, code, _GIVEN_AS, order))
            accounts.append({"side": code, "given_as": _GIVEN_AS, "points": []})
            for place, text in enumerate(chance.choices(self._clauses, k=chance.choice((1, 2, 3)))):
                certainty = chance.choices(("reported", "confirmed", "believed"), cum_weights=(80, 92, 100))[0]
                self._tables.point.rows.append((readout, text.text, certainty, "told", place))
                accounts[-1]["points"].append({"text": text.text, "certainty": certainty})
                said.append(text)
        return accounts, said

    def _add_parts(self, event: _Event, sides: list[_Person], topics: list[tuple[int, str]]) -> record.Record:
        """Add the event's participants, topics, citations, link and contacts; returns those of its record."""
        tables, pk = self._tables, event.pk
        role = "speaker" if event.kind == "statement" else "principal"
        tables.participation.rows += [(pk, one.pk, role, one.country, "", order) for order, one in enumerate(sides)]
        tables.tagging.rows += [(pk, topic, order) for order, (topic, _slug) in enumerate(topics)]
        sources = self._sources.draw_different(self._chance, self._chance.choice((1, 1, 2, 3)))
        supports = json.dumps(_SUPPORTS)
        tables.citation.rows += [(pk, source, supports, order) for order, (source, _slug) in enumerate(sources)]
        if event.about:
            tables.link.rows.append((pk, "about", event.about.pk, 0))
        if (event.state, event.occurrence) == ("published", "took_place") and event.form != "multilateral":
            tables.contact.rows += _contacts(event, sides)
        return {
            "participants": [{"leader": one.slug, "role": role, "country": one.country} for one in sides],
            "topics": [slug for _topic, slug in topics],
            "citations": [{"source": slug, "supports": _SUPPORTS} for _source, slug in sources],
            "links": [{"relation": "about", "event": event.about.slug}] if event.about else [],
        }


def _fits(day: date, part: int, about: _Event) -> bool:
    """Whether a statement of this day hangs from what it is about."""
    return (
        about.state == "published"
        and position.YEAR not in (part, about.part)
        and (day.year, day.month) == (about.earliest.year, about.earliest.month)
        and about.earliest <= day <= about.latest + timedelta(7)
    )


def _contacts(event: _Event, sides: list[_Person]) -> Iterator[tuple[Any, ...]]:
    for one, other in itertools.combinations(sides, 2):
        if one.country != other.country:
            a, b = sorted((one, other), key=lambda side: side.country)
            days = str(event.earliest), str(event.latest)
            yield (event.pk, a.country, b.country, a.pk, b.pk, event.kind, *days, event.position)
