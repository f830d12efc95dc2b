"""The index itself: for one data version, which published events have what, as compressed bitmaps of event ids.

Nothing here asks the database. An index never changes: threads read it without a lock, and the next data version's
shares with it all that stayed the same. Bitmaps that it hands out are its own: take them apart, never write to them.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from heapq import heappush, heappushpop
from itertools import groupby
from typing import Any, TypeVar

from pyroaring import BitMap

from timeline import position
from timeline.models import Kind, Occurrence

from .column import Column
from .lists import Lists

Key = str | int | tuple[int, str]
Family = dict[Key, BitMap]
Found = TypeVar("Found")

# The families of bitmaps. A country's key is its code; a leader's, a topic's and a source's its primary key.
FLAG = "flag"  # PUBLISHED and the other three
KIND, OCCURRENCE = "kind", "occurrence"
COUNTRY, LEADER, TOPIC, SOURCE = "country", "leader", "topic", "source"
SPOKE = "spoke"  # (leader, country): the leader took part for that country; 0 for its delegations without a leader
ADDRESSED = "addressed"  # by leader's key: the statements that they are only addressed in
SPELL = "spell"  # see spell_of()
END = "end"  # the month of the last day, as month_of() counts them
FAMILIES = (FLAG, KIND, OCCURRENCE, COUNTRY, LEADER, TOPIC, SOURCE, SPOKE, ADDRESSED, SPELL, END)

PUBLISHED = "published"
CONTACT = "contact"  # took place, a meeting or call, not multilateral
MET = "met"  # contact between at least two countries
MULTILATERAL = "multilateral"

NOUNS = (COUNTRY, LEADER, TOPIC, SOURCE)  # whose names are kept
_FEW = 256  # so many ids are put in order at once, whatever their months
_MOST_CONTAINERS = 0.75
_SPELLS = 24  # in a year
_PAIRS = 512  # whose contacts are kept


def month_of(day: date) -> int:
    """A month as a number: 12 for each year since the year 0."""
    return day.year * 12 + day.month - 1


def spell_of(thread: int) -> int:
    """Where a thread's heading stands: twice its month, plus one unless it is known to its year alone.

    That is the order of positions: what is known to its year alone comes before the first day of January.
    """
    return month_of(position.day_of(thread)) * 2 + (not position.is_year_only(thread))


@dataclass(frozen=True)
class Names:
    """The rows of one noun: (slug, name) by key, and the key by slug. A country's slug is its code."""

    by_key: dict[Key, tuple[str, str]] = field(default_factory=dict)
    by_slug: dict[str, Key] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Index:
    """What stood in the record at one data version; made by `timeline.index.build`.

    `leaders` has for each event what the family LEADER has for each leader: so few events are counted quickly, and
    many leaders.
    `changed_at` is the time of its last write. `positions` are those of `timeline.position`; `earliest` and `latest`
    count days as date.toordinal. The three columns hold numbers for published events only. In `kept` others may keep
    what they have read of countries and leaders: it holds until one of those changes.
    `words` are the search's: the events, drafts too, whose text holds a common word, or some in a row with blanks.
    """

    version: int
    changed_at: datetime | None
    families: dict[str, Family]
    names: dict[str, Names]
    positions: Column
    earliest: Column
    latest: Column
    leaders: Lists
    kept: dict[str, Any] = field(default_factory=dict)
    words: dict[str, BitMap] = field(default_factory=dict)
    _orders: "dict[int, array[int]]" = field(default_factory=dict)
    _meetings: dict[tuple[int, int], BitMap] = field(default_factory=dict)
    _histories: "dict[tuple[int, int], array[int]]" = field(default_factory=dict)
    _years: dict[int, BitMap] = field(default_factory=dict)

    # One value -------------------------------------------------------------------------------------------------

    @property
    def published(self) -> BitMap:
        return self.of(FLAG, PUBLISHED)

    def of(self, family: str, key: Key) -> BitMap:
        """The events that have one value; empty where there are none."""
        return self.families[family].get(key, _NONE)

    def any_of(self, family: str, keys: Iterable[Key]) -> BitMap:
        """The events that have at least one of these values."""
        return union(self.of(family, key) for key in keys)

    def all_of(self, family: str, keys: Iterable[Key]) -> BitMap:
        """The events that have every one of these values, of which there is at least one."""
        return BitMap.intersection(*(self.of(family, key) for key in keys))

    def key(self, noun: str, slug: str) -> Key | None:
        """The key of the row of this slug (a country's code), or None where there is no such row."""
        return self.names[noun].by_slug.get(slug)

    def name(self, noun: str, key: Key) -> tuple[str, str]:
        """The slug and the name of a row."""
        return self.names[noun].by_key[key]

    # Counting --------------------------------------------------------------------------------------------------

    def counts(self, family: str, among: BitMap) -> dict[Key, int]:
        """How many of these published events each value has, for those that have any."""
        if family == LEADER and len(among) <= len(self.families[LEADER]):
            return dict(self.leaders.counts(among).items())
        bitmaps = self.families[family].items()
        if self._is_thin(among):
            others = self.published - among
            found = ((key, len(bitmap) - others.intersection_cardinality(bitmap)) for key, bitmap in bitmaps)
        else:
            found = ((key, among.intersection_cardinality(bitmap)) for key, bitmap in bitmaps)
        return {key: count for key, count in found if count}

    def _is_thin(self, ids: BitMap) -> bool:
        """Whether they are few in most of the containers that bitmaps are made of.

        Containers of few, which list them, take long to compare with one another. All the others of the same record
        are many, and those are looked up by their bits.
        """
        lists = ids.get_statistics()["n_array_containers"]
        return lists >= _MOST_CONTAINERS * int(self.published.get_statistics()["n_containers"])

    @cached_property
    def _ranked(self) -> dict[str, list[tuple[int, Key]]]:
        return {}

    def ranked(self, family: str) -> list[tuple[int, Key]]:
        """(number of events, key) of every value, the most first."""
        found = self._ranked.get(family)
        if found is None:
            found = sorted(((len(bitmap), key) for key, bitmap in self.families[family].items()), key=_by_number)
            self._ranked[family] = found
        return found

    # Time ------------------------------------------------------------------------------------------------------

    @cached_property
    def spells(self) -> list[int]:
        """The spells that hold anything, the earliest first."""
        return sorted(key for key in self.families[SPELL] if isinstance(key, int))

    @cached_property
    def months(self) -> list[tuple[int, BitMap]]:
        """Each month (as month_of() counts them) of a first day, with its events, the earliest first."""
        pairs = groupby(self.spells, key=lambda spell: spell >> 1)
        return [(month, self.any_of(SPELL, spells)) for month, spells in pairs]

    @cached_property
    def years(self) -> list[tuple[int, BitMap]]:
        """Each year of a first day, with its events, the earliest first."""
        pairs = groupby(self.months, key=lambda pair: pair[0] // 12)
        return [(year, union(bitmap for _month, bitmap in months)) for year, months in pairs]

    def since(self, day: date) -> BitMap:
        """The events that may have been on this day or later."""
        month, ordinal = month_of(day), day.toordinal()
        ends = self.families[END]
        found = self.any_of(END, (key for key in ends if isinstance(key, int) and key > month))
        return found | BitMap(one for one in self.of(END, month) if self.latest[one] >= ordinal)

    def until(self, day: date) -> BitMap:
        """The events that may have been on this day or earlier."""
        month, ordinal = month_of(day), day.toordinal()
        at = next((bitmap for known, bitmap in self.months if known == month), _NONE)
        found = union(bitmap for known, bitmap in self.months if known < month)
        return found | BitMap(one for one in at if self.earliest[one] <= ordinal)

    # Order -----------------------------------------------------------------------------------------------------

    def walk(self, ids: BitMap, *, falling: bool, beyond: int | None = None) -> Iterator[int]:
        """These events one after the other by (position, id), the newest first if `falling`.

        `beyond` is a position: only what stands behind it, on the way that is walked, and not at it.
        """
        if len(ids) <= _FEW:
            yield from self._from(self.in_order(ids), falling, beyond)
            return
        for spell in self._spells_from(falling, beyond):
            members = self.of(SPELL, spell)
            if not members.intersect(ids):
                continue
            found = members.intersection_cardinality(ids)
            if found * 8 < len(members):
                yield from self._from(self.in_order(members & ids), falling, beyond)
            else:
                # As many as are wanted are looked at; the order of the whole month is kept.
                yield from (one for one in self._from(self._order(spell), falling, beyond) if one in ids)

    def in_order(self, ids: Iterable[int]) -> "array[int]":
        """Events by (position, id), the oldest first; `ids` come in their order, as a bitmap gives them."""
        found = list(ids)
        places = self.positions.of(found)
        return array("I", [found[at] for at in sorted(range(len(found)), key=places.__getitem__)])

    def earlier(self, ids: BitMap, event_id: int) -> BitMap:
        """Those of these events that come before one event in the order of (position, id)."""
        place = self.positions[event_id]
        spell = spell_of(position.thread_of(place))
        year = spell // _SPELLS
        found = ids & self._before(year)
        for one in range(year * _SPELLS, spell):
            found |= ids & self.of(SPELL, one)
        near = ids & self.of(SPELL, spell)
        return found | BitMap([one for one in near if (self.positions[one], one) < (place, event_id)])

    def _before(self, year: int) -> BitMap:
        """All events that stand before a year."""
        found = self._years.get(year)
        if found is None:
            found = self._years[year] = self.any_of(SPELL, (one for one in self.spells if one < year * _SPELLS))
        return found

    def _order(self, spell: int) -> "array[int]":
        order = self._orders.get(spell)
        if order is None:
            order = self._orders[spell] = self.in_order(self.of(SPELL, spell))
        return order

    def _from(self, order: "array[int]", falling: bool, beyond: int | None) -> Iterator[int]:
        if beyond is None:
            return reversed(order) if falling else iter(order)
        if falling:
            end = bisect_left(order, beyond, key=self.positions.__getitem__)
            return (order[place] for place in range(end - 1, -1, -1))
        start = bisect_left(order, beyond + 1, key=self.positions.__getitem__)
        return (order[place] for place in range(start, len(order)))

    def _spells_from(self, falling: bool, beyond: int | None) -> Iterator[int]:
        if beyond is None:
            return reversed(self.spells) if falling else iter(self.spells)
        at = spell_of(position.thread_of(beyond))
        if falling:
            return reversed(self.spells[: bisect_right(self.spells, at)])
        return iter(self.spells[bisect_left(self.spells, at) :])

    def top(self, family: str, among: BitMap, number: int) -> list[tuple[int, Key]]:
        """(events among these, key) of the values that have most of them, the most first; even ones besides."""
        best: list[int] = []
        found: list[tuple[int, Key]] = []
        for whole, key in self.ranked(family):
            if len(best) == number and whole < best[0]:
                break
            count = among.intersection_cardinality(self.of(family, key))
            if not count or (len(best) == number and count < best[0]):
                continue
            found.append((count, key))
            (heappush if len(best) < number else heappushpop)(best, count)
        return sorted((one for one in found if one[0] >= best[0]), key=_by_number)

    def newest(self, ids: BitMap) -> int | None:
        """The newest of these events: what walk() gives first, without putting the others in order."""
        for spell in reversed(self.spells):
            if found := ids & self.of(SPELL, spell):
                return max(found, key=lambda one: (self.positions[one], one))
        return None

    # Pairs -----------------------------------------------------------------------------------------------------

    @cached_property
    def spoke_for(self) -> dict[int, list[str]]:
        """The countries that each leader took part for; 0: those that sent a delegation without a named leader."""
        found: dict[int, list[str]] = {}
        for key in self.families[SPOKE]:
            if isinstance(key, tuple):
                found.setdefault(key[0], []).append(key[1])
        return found

    @property
    def met(self) -> BitMap:
        """The contacts between at least two countries."""
        return self.of(FLAG, MET)

    @cached_property
    def hollow(self) -> BitMap:
        """The meetings and calls, not multilateral, that did not take place, or not yet."""
        found = self.any_of(KIND, (Kind.MEETING, Kind.CALL))
        found -= self.of(OCCURRENCE, Occurrence.TOOK_PLACE)
        found -= self.of(FLAG, MULTILATERAL)
        return found

    def between_leaders(self, one: int, other: int, among: BitMap | None = None) -> BitMap:
        """The contacts of two leaders (or of `among`): in which they did not speak for one and the same country."""
        if among is None:
            return _kept(
                self._meetings, (min(one, other), max(one, other)), lambda: self._between(one, other, self.met)
            )
        return self._between(one, other, among)

    def _between(self, one: int, other: int, among: BitMap) -> BitMap:
        found = self.of(LEADER, one) & self.of(LEADER, other)
        found &= among
        for code in {*self.spoke_for.get(one, ())} & {*self.spoke_for.get(other, ())}:
            found -= self.of(SPOKE, (one, code)) & self.of(SPOKE, (other, code))
        return found

    def with_delegation(self, leader: int, code: str, among: BitMap) -> BitMap:
        """Those of `among` in which a leader met a country's delegation without a named leader."""
        return (self.of(LEADER, leader) & self.of(SPOKE, (0, code)) & among) - self.of(SPOKE, (leader, code))

    def between_countries(self, one: str, other: str, among: BitMap | None = None) -> BitMap:
        """The contacts between two countries, or those of `among`."""
        found = self.of(COUNTRY, one) & self.of(COUNTRY, other)
        found &= self.met if among is None else among
        return found

    def country_of(self, leader: int, event_id: int) -> str:
        """The country that a leader spoke for that day; KeyError where they took no part."""
        for code in self.spoke_for.get(leader, ()):
            if event_id in self.of(SPOKE, (leader, code)):
                return code
        raise KeyError(event_id)

    def history(self, one: int, other: int) -> "array[int]":
        """The contacts of two leaders in order, the oldest first."""
        pair = min(one, other), max(one, other)
        return _kept(self._histories, pair, lambda: self.in_order(self.between_leaders(*pair)))

    # Size ------------------------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """Bytes of all bitmaps and columns, about; names and what was put in order for reading not among them."""
        bitmaps = sum(_size(bitmap) + _OVERHEAD for family in self.families.values() for bitmap in family.values())
        bitmaps += sum(
            _size(bitmap) + _OVERHEAD
            for bitmap in [*self.words.values(), *self._years.values(), *self._meetings.values()]
        )
        return bitmaps + self.positions.size + self.earliest.size + self.latest.size + self.leaders.size


_NONE = BitMap()
_OVERHEAD = 200  # bytes of a bitmap without its containers, its key and its place in a dictionary


def _kept(known: dict[tuple[int, int], Found], pair: tuple[int, int], made: Callable[[], Found]) -> Found:
    """What is known of a pair, or what is made now; after many pairs it begins anew."""
    found = known.get(pair)
    if found is None:
        if len(known) >= _PAIRS:
            known.clear()
        found = known[pair] = made()
    return found


def union(bitmaps: Iterable[BitMap]) -> BitMap:
    """A new bitmap of all that stands in any of these."""
    return BitMap.union(_NONE, *bitmaps)


def _by_number(one: tuple[int, Key]) -> tuple[int, str]:
    return -one[0], str(one[1])


def _size(bitmap: BitMap) -> int:
    found = bitmap.get_statistics()
    return (
        found["n_bytes_array_containers"]
        + found["n_bytes_run_containers"]
        + found["n_bytes_bitset_containers"]
        + 32 * found["n_containers"]
    )
