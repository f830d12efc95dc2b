"""Which events a query matches. What is common is kept with the index, and what was asked last is kept here."""

import threading
import time
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING

from pyroaring import BitMap

from timeline.batches import in_batches
from timeline.models import SearchText

from .query import Query
from .statements import asked, holding
from .words import BREAK

if TYPE_CHECKING:
    from timeline.index import Index

_MOST_KEPT = 64  # queries
_COMMON = 1000  # events; a word or phrase that so many have is kept with the index
_MOST_COMMON = 128  # of them
_LEARNED_FROM = 50_000  # events; below, a common word is found as quickly as it is asked for
_MOST_LEARNED = 64  # words that are asked for before any reader does
_SAMPLE = 2000  # texts that tell which
_LEARNING = 30.0  # seconds after which what is still to be asked for is left to readers
_MOST_ALONE = 3  # words of one query that are asked for one by one
_kept: "OrderedDict[tuple[int, Query], BitMap]" = OrderedDict()
_lock = threading.Lock()


def ids(query: Query, index: "Index") -> BitMap:
    """The published events that a query matches; one query of the database, or none where it was asked before."""
    place = index.version, query
    with _lock:
        if (found := _kept.get(place)) is not None:
            _kept.move_to_end(place)
            return found
    found = _found(query, index)
    with _lock:
        _kept[place] = found
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return found


def in_any_state(query: Query) -> BitMap:
    """The events that a query matches whose words are known, published or not: for the desk. One query.

    The query has to name something that is wanted, not only what is not.
    """
    needed = {token for phrase in query.phrases for token in phrase}
    without = [holding(needed | {*phrase}, [phrase]) for phrase in query.excluded]
    found, *excluded = asked([holding(needed, query.phrases), *without])
    return found.difference(*excluded)


def _found(query: Query, index: "Index") -> BitMap:
    """What holds all the phrases, without what holds one of those excluded: all that in one statement at most.

    Common words are what takes long. Each is asked for by itself, and kept.
    """
    phrases = {*query.phrases, *query.excluded}
    known = {phrase: ids for phrase in phrases if (ids := _common(index, phrase)) is not None}
    alone = [phrase for phrase in phrases - known.keys() if len(phrase) == 1]
    if len(alone) > _MOST_ALONE:
        return _found_at_once(query, index.published)
    needed = {token for phrase in query.phrases for token in phrase}
    together = [phrase for phrase in query.phrases if len(phrase) > 1 and phrase not in known]
    without = [phrase for phrase in query.excluded if len(phrase) > 1 and phrase not in known]
    parts = [holding({*word}, []) for word in alone]
    parts += [holding(needed, together)] if together else []
    # Only among what is wanted does it matter what else an event holds.
    parts += [holding(needed | {*phrase}, [phrase]) for phrase in without]
    sets = asked(parts)
    for word in alone:
        known[word] = sets.pop(0)
        _keep(index, word, known[word])
    wanted = index.published
    if together:
        found = sets.pop(0)
        wanted = wanted & found
        if len(together) == 1 and needed == {*together[0]}:
            _keep(index, together[0], found)
    for phrase in query.phrases:
        wanted = wanted & known[phrase] if phrase in known else wanted
    return wanted.difference(*(known[phrase] for phrase in query.excluded if phrase in known), *sets)


def _found_at_once(query: Query, published: BitMap) -> BitMap:
    """The same for a query of many words: the few that hold all of them are quicker found than each word's many."""
    needed = {token for phrase in query.phrases for token in phrase}
    parts = [holding(needed, query.phrases)] if needed else []
    parts += [holding(needed | {*phrase}, [phrase]) for phrase in query.excluded]
    sets = asked(parts)
    wanted = published & sets.pop(0) if needed else published
    return wanted.difference(*sets)


def _common(index: "Index", phrase: tuple[str, ...]) -> BitMap | None:
    with _lock:
        return index.words.get(" ".join(phrase))


def _keep(index: "Index", phrase: tuple[str, ...], ids: BitMap) -> None:
    """The first common ones stay; how common a word is changes little."""
    with _lock:
        if len(ids) >= _COMMON and len(index.words) < _MOST_COMMON:
            ids.run_optimize()
            index.words[" ".join(phrase)] = ids


def learned(published: BitMap) -> dict[str, BitMap]:
    """Of a large record the words that most events hold, each with the events that do, drafts too.

    They are what takes long to find, and readers do not have to wait for them. A sample says which they are, and the
    commonest come first: on PostgreSQL a word of half a million events takes a third of a second.
    """
    if len(published) < _LEARNED_FROM:
        return {}
    counts: Counter[str] = Counter()
    sample = [published[place] for place in range(0, len(published), max(len(published) // _SAMPLE, 1))]
    for batch in in_batches(sample):
        for text in SearchText.objects.filter(pk__in=batch).values_list("tokens", flat=True):
            counts.update({*text.split()} - {BREAK})
    found = {}
    until = time.monotonic() + _LEARNING
    for word, _number in counts.most_common(_MOST_LEARNED):
        if time.monotonic() > until:
            break
        (ids,) = asked([holding({word}, [])])
        if len(ids) >= _COMMON:
            ids.run_optimize()
            found[word] = ids
    return found
