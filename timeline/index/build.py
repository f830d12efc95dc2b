"""Making an index: whole from the record, or the next one from the last by reading what changed since.

Few large queries, the same on both databases; the rows stream, so that memory holds the index and little more.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from pyroaring import BitMap

from timeline import position, search
from timeline.batches import in_batches
from timeline.models import (
    Change,
    Citation,
    Country,
    DataVersion,
    Event,
    Format,
    Kind,
    Leader,
    Occurrence,
    Participation,
    Role,
    SearchText,
    Source,
    Tagging,
    Topic,
)

from . import bitmaps
from .bitmaps import (
    ADDRESSED,
    CONTACT,
    COUNTRY,
    END,
    FAMILIES,
    FLAG,
    KIND,
    LEADER,
    MET,
    MULTILATERAL,
    NOUNS,
    OCCURRENCE,
    PUBLISHED,
    SOURCE,
    SPELL,
    SPOKE,
    TOPIC,
    Family,
    Index,
    Key,
    Names,
    month_of,
    union,
)
from .column import Column
from .lists import Lists

MOST_TOUCHED = 20_000  # events; from there on making the whole index anew is as quick
_STREAM = 10_000  # rows in memory at a time


# Whole -------------------------------------------------------------------------------------------------------


def whole(version: int) -> Index:
    """The index of the record as it stands, under the number that the caller has read; nine queries.

    A large one asks for its common words besides.
    """
    found = _Found()
    found.read(None)
    families = found.families()
    return Index(
        version=version,
        changed_at=_changed_at(),
        families=families,
        names={noun: _names(noun) for noun in NOUNS},
        positions=found.positions,
        earliest=found.earliest,
        latest=found.latest,
        leaders=lists_of(families[LEADER]),
        words=search.learned(found.published),
    )


def lists_of(family: Family) -> Lists:
    """A family of primary keys, event by event."""
    return Lists.of((key, bitmap) for key, bitmap in family.items() if isinstance(key, int))


def _changed_at() -> Any:
    return DataVersion.objects.values_list("at", flat=True).first()


# What is known of events -------------------------------------------------------------------------------------


@dataclass
class _Found:
    """The facts of some events, gathered row by row."""

    ids: "dict[str, dict[Any, array[int]]]" = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: array("I")))
    )
    positions: Column = field(default_factory=lambda: Column("q"))
    earliest: Column = field(default_factory=lambda: Column("i"))
    latest: Column = field(default_factory=lambda: Column("i"))
    published: BitMap = field(default_factory=BitMap)

    def read(self, ids: list[int] | None) -> None:
        """Read the published ones among these events, or all that are published; four queries."""
        events = Event.objects.published().order_by()
        self._read_events(events if ids is None else events.filter(pk__in=ids))
        self.published |= BitMap(self.ids[FLAG][PUBLISHED])
        people = self._rows(Participation, ids).values_list("event_id", "leader_id", "country_id", "role")
        spoke, addressed, published = self.ids[SPOKE], self.ids[ADDRESSED], self.published
        for event, leader, country, role in people.iterator(_STREAM):
            if event in published:
                spoke[leader or 0, country].append(event)
                if leader and role == Role.ADDRESSEE:
                    addressed[leader].append(event)
        for family, model in ((TOPIC, Tagging), (SOURCE, Citation)):
            gathered = self.ids[family]
            for event, key in self._rows(model, ids).values_list("event_id", f"{family}_id").iterator(_STREAM):
                if event in published:
                    gathered[key].append(event)

    @staticmethod
    def _rows(model: Any, ids: list[int] | None) -> QuerySet[Any]:
        # Drafts' rows are few: to pass them over here costs less than a join.
        rows: QuerySet[Any] = model.objects.order_by()
        return rows if ids is None else rows.filter(event__in=ids)

    def _read_events(self, events: QuerySet[Event]) -> None:
        flags, kinds, outcomes, spells, ends = (self.ids[name] for name in (FLAG, KIND, OCCURRENCE, SPELL, END))
        published, contacts, crowds = flags[PUBLISHED], flags[CONTACT], flags[MULTILATERAL]
        fill_position, fill_earliest, fill_latest = self.positions.fill, self.earliest.fill, self.latest.fill
        known: dict[int, int] = {}  # spells by bucket: there are far fewer days than events
        fields = ("pk", "kind", "occurrence", "format", "earliest", "latest", "position")
        for pk, kind, outcome, form, earliest, latest, place in events.values_list(*fields).iterator(_STREAM):
            published.append(pk)
            kinds[kind].append(pk)
            outcomes[outcome].append(pk)
            if form == Format.MULTILATERAL:
                crowds.append(pk)
            elif kind != Kind.STATEMENT and outcome == Occurrence.TOOK_PLACE:
                contacts.append(pk)
            bucket = place // position.BUCKET
            spell = known.get(bucket)
            if spell is None:
                spell = known[bucket] = bitmaps.spell_of(position.thread_of(place))
            spells[spell].append(pk)
            ends[month_of(latest)].append(pk)
            fill_position(pk, place)
            fill_earliest(pk, earliest.toordinal())
            fill_latest(pk, latest.toordinal())

    def families(self) -> dict[str, Family]:
        """The bitmaps of all that was gathered, and those that follow from them."""
        found: dict[str, Family] = {name: {} for name in FAMILIES}
        for name, gathered in self.ids.items():
            found[name] = {key: _bitmap(ids) for key, ids in gathered.items() if ids}
        by_country: dict[Key, list[BitMap]] = defaultdict(list)
        by_leader: dict[Key, list[BitMap]] = defaultdict(list)
        for key, bitmap in found[SPOKE].items():
            assert isinstance(key, tuple)
            by_country[key[1]].append(bitmap)
            if key[0]:
                by_leader[key[0]].append(bitmap)
        found[COUNTRY] = {code: union(some) for code, some in by_country.items()}
        found[LEADER] = {leader: union(some) for leader, some in by_leader.items()}
        if met := _met(found):
            found[FLAG][MET] = met
        return found


def _bitmap(ids: "array[int]") -> BitMap:
    bitmap = BitMap(ids)
    bitmap.run_optimize()
    return bitmap


def _met(found: dict[str, Family]) -> BitMap:
    """The contacts in which at least two countries took part.

    All who take part in a meeting or a call are principals or hosts: the one writer sees to that.
    """
    contacts = found[FLAG].get(CONTACT, BitMap())
    once, twice = BitMap(), BitMap()
    for bitmap in found[COUNTRY].values():
        those = bitmap & contacts
        twice |= once & those
        once |= those
    return twice


# Names -------------------------------------------------------------------------------------------------------

_ROWS: dict[str, tuple[Any, str, str]] = {
    COUNTRY: (Country, "code", "name"),
    LEADER: (Leader, "slug", "name"),
    TOPIC: (Topic, "slug", "name"),
    SOURCE: (Source, "slug", "title"),
}


def _named(noun: str, keys: Iterable[Key] | None) -> Iterator[tuple[Key, str, str]]:
    model, slug, name = _ROWS[noun]
    rows = model.objects.order_by() if keys is None else model.objects.order_by().filter(pk__in=list(keys))
    yield from rows.values_list("pk", slug, name).iterator(_STREAM)


def _names(noun: str) -> Names:
    names = Names()
    for key, slug, name in _named(noun, None):
        names.by_key[key], names.by_slug[slug] = (slug, name), key
    return names


def _renamed(old: Names, noun: str, keys: set[Key]) -> Names:
    names = Names(dict(old.by_key), dict(old.by_slug))
    for key in keys:
        if key in names.by_key:
            slug, _name = names.by_key.pop(key)
            names.by_slug.pop(slug, None)
    for batch in in_batches(sorted(keys, key=str)):
        for key, slug, name in _named(noun, batch):
            names.by_key[key], names.by_slug[slug] = (slug, name), key
    return names


# The next one ------------------------------------------------------------------------------------------------


def advanced(index: Index, version: int) -> Index | None:
    """The index of a later data version, made from an earlier one by the change log.

    None where the log does not lead from the one to the other (the earlier one's write is not in it: it was rolled
    back, or the database is another), or where too much changed: then the index is made whole.
    """
    log = Change.objects.filter(version__gte=index.version, version__lte=version).order_by("version")
    first = log.values_list("version", flat=True).first()
    if first != index.version:
        return None
    touched: dict[str, set[Key]] = defaultdict(set)
    later = log.exclude(version=index.version).order_by().values_list("noun", "key")
    for noun, key in later.iterator(_STREAM):
        touched[noun].add(key if noun == COUNTRY else int(key))
        if len(touched["event"]) > MOST_TOUCHED:
            return None
    ids = sorted(key for key in touched["event"] if isinstance(key, int))
    found = _Found()
    for batch in in_batches(ids):
        found.read(batch)
    new = found.families()
    families = _merged(index.families, BitMap(ids), new)
    return Index(
        version=version,
        changed_at=_changed_at(),
        families=families,
        names={
            noun: _renamed(index.names[noun], noun, touched[noun]) if touched[noun] else index.names[noun]
            for noun in NOUNS
        },
        positions=index.positions.changed({pk: found.positions[pk] for pk in found.published}),
        earliest=index.earliest.changed({pk: found.earliest[pk] for pk in found.published}),
        latest=index.latest.changed({pk: found.latest[pk] for pk in found.published}),
        leaders=index.leaders.changed(BitMap(ids), lists_of(new[LEADER])) if ids else index.leaders,
        words=_searched(dict(index.words), ids),
        kept={} if touched[COUNTRY] or touched[LEADER] else index.kept,
        _orders={
            spell: order
            for spell, order in index._orders.items()
            if families[SPELL].get(spell) is index.families[SPELL].get(spell)
        },
    )


def _merged(old: dict[str, Family], touched: BitMap, new: dict[str, Family]) -> dict[str, Family]:
    """The bitmaps with the facts of the touched events taken out and put in anew; what they don't touch is shared."""
    if not touched:
        return old
    merged = {}
    for name in FAMILIES:
        family = dict(old[name])
        for key, bitmap in old[name].items():
            if bitmap.intersect(touched):
                left = bitmap - touched
                if left:
                    family[key] = left
                else:
                    del family[key]
        for key, bitmap in new[name].items():
            family[key] = family[key] | bitmap if key in family else bitmap
        merged[name] = family
    return merged


def _searched(words: dict[str, BitMap], touched: list[int]) -> dict[str, BitMap]:
    """The events that hold each of these words, with those of the touched ones read anew."""
    if not words or not touched:
        return words
    gone = BitMap(touched)
    holding: dict[str, list[int]] = {word: [] for word in words}
    for batch in in_batches(touched):
        for pk, tokens in SearchText.objects.filter(pk__in=batch).values_list("pk", "tokens"):
            text = f" {tokens} "
            for word, ids in holding.items():
                if f" {word} " in text:
                    ids.append(pk)
    return {word: (bitmap - gone) | BitMap(holding[word]) for word, bitmap in words.items()}
