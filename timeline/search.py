"""Search: words are folded into plain ASCII tokens by Python, for the index and for a query alike.

PostgreSQL (GIN over an array of tokens) and SQLite (FTS5) only ever see those tokens, so both find the same
events. Case and diacritics are folded away; Chinese, Japanese and Korean text becomes pairs of characters.

A query: all words must match; "quotes" hold a phrase together; -word excludes.
"""

import json
import re
import threading
import time
import unicodedata
from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from pyroaring import BitMap

from timeline.batches import in_batches
from timeline.models import Event, Participation, Point, SearchText, Tagging

if TYPE_CHECKING:
    from timeline.index import Index

# Letters that have no decomposition of their own.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "ħ": "h", "ŋ": "n"}
)
_KANA_MARKS = {"\u3099", "\u309a"}  # が is not か
_POSSESSIVE = re.compile(r"['’]s\b")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_CJK = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002ffff"
_RUN = re.compile(rf"(?P<cjk>[{_CJK}]+)|(?P<word>(?:(?![{_CJK}])[^\W_])+)")
# The same in text as it was written: a word keeps its marks, dots inside and apostrophes.
_WRITTEN = re.compile(
    rf"(?P<cjk>[{_CJK}]+)"
    rf"|(?:[^\W\d_]\.){{2,}}"
    rf"|(?:(?![{_CJK}])(?:[^\W_]|[\u0300-\u036f]|(?<=\w)['’](?=[^\W_])))+"
)
_LONGEST = 60
_BREAK = "."  # stands between two fields, so that no phrase reaches from one into the next
_MOST_TERMS = 20


def fold(text: str) -> str:
    """Lower case without diacritics, dots of acronyms or possessive endings; kana keep their marks."""
    text = text.casefold()
    if not text.isascii():
        # Some letters show their case only once they are taken apart: ™ becomes TM.
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = "".join(char for char in text if char in _KANA_MARKS or not unicodedata.combining(char))
        text = unicodedata.normalize("NFC", text).translate(_LETTERS)
    text = _POSSESSIVE.sub("", text)
    return _DOTTED.sub(lambda match: match.group().replace(".", ""), text)


def tokens(text: str) -> list[str]:
    """The tokens of a text in its order: ASCII letters and digits, each beginning with a letter."""
    found: list[str] = []
    for run in _RUN.finditer(fold(text)):
        if word := run["word"]:
            found.append(_ascii(word))
        else:
            characters = run["cjk"]
            pairs = [characters[at : at + 2] for at in range(len(characters) - 1)] or [characters]
            found += [_ascii(pair) for pair in pairs]
    return found


def _ascii(word: str) -> str:
    plain = "".join(char if char.isascii() else f"x{ord(char):x}" for char in word)[:_LONGEST]
    return plain if plain[0].isalpha() else f"n{plain}"


def _single_characters(text: str) -> list[str]:
    """Tokens for each character of Chinese, Japanese or Korean text, so that one alone is found too."""
    if text.isascii():
        return []
    return sorted({_ascii(char) for run in _RUN.finditer(fold(text)) if run["cjk"] for char in run["cjk"]})


# The index -----------------------------------------------------------------------------------------------


def refresh(event_ids: Iterable[int]) -> None:
    """Write the tokens of these events anew; part of the one writer's transaction."""
    for batch in in_batches(sorted(event_ids)):
        old = dict(SearchText.objects.filter(pk__in=batch).values_list("pk", "tokens"))
        new = {pk: _document(texts) for pk, texts in _texts(batch).items()}
        changed = {pk: text for pk, text in new.items() if old.get(pk) != text}
        _unindex({pk: old[pk] for pk in changed if pk in old})
        SearchText.objects.bulk_create(
            [SearchText(pk=pk, tokens=text) for pk, text in changed.items()],
            update_conflicts=True,
            update_fields=["tokens"],
            unique_fields=["event"],
        )
        _index(changed)


def _texts(ids: list[int]) -> dict[int, list[str]]:
    """What is searched of each of these events, by its id, always in one order; four queries."""
    events = Event.objects.filter(pk__in=ids).order_by()
    found = {pk: texts for pk, *texts in events.values_list("pk", "title", "summary", "note", "place", "words")}
    points = Point.objects.filter(readout__event__in=ids).order_by("readout__order", "readout", "order", "id")
    for pk, text in points.values_list("readout__event", "text"):
        found[pk].append(text)
    people = Participation.objects.filter(event__in=ids).order_by("order", "id")
    names = ("leader__name", "leader__native_name", "leader__other_names")
    for pk, title, country, name, native, others in people.values_list("event", "title", "country__name", *names):
        found[pk] += [title, country] if name is None else [title, country, name, native, *others]
    topics = Tagging.objects.filter(event__in=ids).order_by("topic__name")
    for pk, name in topics.values_list("event", "topic__name"):
        found[pk].append(name)
    return found


def _document(texts: list[str]) -> str:
    written = [found for text in texts if (found := tokens(text))]
    alone = [[character] for character in _single_characters(" ".join(texts))]
    return f" {_BREAK} ".join(" ".join(found) for found in [*written, *alone])


def _index(texts: dict[int, str]) -> None:
    if connection.vendor == "sqlite" and texts:
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO timeline_search(rowid, tokens) VALUES (%s, %s)", list(texts.items()))


def _unindex(texts: dict[int, str]) -> None:
    """FTS5 keeps no text of its own: to forget a row it must be shown what the row said."""
    if connection.vendor == "sqlite" and texts:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO timeline_search(timeline_search, rowid, tokens) VALUES ('delete', %s, %s)",
                list(texts.items()),
            )


def forget(event_ids: Iterable[int]) -> None:
    """Take events that are about to be deleted out of the index."""
    _unindex(dict(SearchText.objects.filter(pk__in=event_ids).values_list("pk", "tokens")))


# Queries -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Query:
    """What a reader typed, as tokens: each inner tuple of `phrases` must stand together."""

    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    words: tuple[str, ...] = field(default=(), compare=False)

    def __bool__(self) -> bool:
        return bool(self.phrases or self.excluded)


_TERM = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


def parse(text: str) -> Query:
    """Words, "phrases" and -exclusions; what holds no letter or digit is passed over."""
    wanted: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []
    words: list[str] = []
    for term in _TERM.finditer(text):
        written = term["phrase"] if term["phrase"] is not None else term["word"]
        found = tuple(tokens(written))
        if not found or len(wanted) + len(excluded) >= _MOST_TERMS:
            continue
        # “policy-speech” and “高市早苗” are several tokens that belong together.
        (excluded if term["minus"] else wanted).append(found)
        if not term["minus"]:
            words.append(written)
    return Query(tuple(wanted), tuple(excluded), tuple(words))


def hits(text: str, query: Query) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the words that were asked for."""
    wanted = {token for phrase in query.phrases for token in phrase}
    pieces: list[tuple[str, bool]] = []
    at = 0
    for run in _WRITTEN.finditer(text):
        for start, end in _hit_spans(run, wanted):
            if start > at:
                pieces.append((text[at:start], False))
            pieces.append((text[start:end], True))
            at = end
    if at < len(text):
        pieces.append((text[at:], False))
    return pieces


def _hit_spans(run: re.Match[str], wanted: set[str]) -> list[tuple[int, int]]:
    """Where in a run of letters something wanted stands; pairs of characters that overlap become one span."""
    if not run["cjk"]:
        return [run.span()] if wanted & set(tokens(run.group())) else []
    spans: list[tuple[int, int]] = []
    for at in range(run.start(), run.end()):
        for length in (2, 1):
            part = run.string[at : min(at + length, run.end())]
            if len(part) == length and wanted & set(tokens(part)):
                if spans and at <= spans[-1][1]:
                    spans[-1] = (spans[-1][0], max(spans[-1][1], at + length))
                else:
                    spans.append((at, at + length))
    return spans


# Which events ------------------------------------------------------------------------------------------------

_MOST_KEPT = 64  # queries
_COMMON = 1000  # events; a word or phrase that so many have is kept with the index
_MOST_COMMON = 128  # of them
_LEARNED_FROM = 50_000  # events; below, a common word is found as quickly as it is asked for
_MOST_LEARNED = 64  # words that are asked for before any reader does
_SAMPLE = 2000  # texts that tell which
_LEARNING = 8.0  # seconds after which what is still to be asked for is left to readers
_MOST_ALONE = 3  # words of one query that are asked for one by one
_kept: "OrderedDict[tuple[int, Query], BitMap]" = OrderedDict()
_lock = threading.Lock()


def ids(query: Query, index: "Index") -> BitMap:
    """The published events that a query matches; one query of the database, or none where it was asked before."""
    asked = index.version, query
    with _lock:
        if (found := _kept.get(asked)) is not None:
            _kept.move_to_end(asked)
            return found
    found = _found(query, index)
    with _lock:
        _kept[asked] = found
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return found


def in_any_state(query: Query) -> BitMap:
    """The events that a query matches whose words are known, published or not: for the desk. One query.

    The query has to name something that is wanted, not only what is not.
    """
    needed = {token for phrase in query.phrases for token in phrase}
    without = [_holding(needed | {*phrase}, [phrase]) for phrase in query.excluded]
    found, *excluded = _asked([_holding(needed, query.phrases), *without])
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
    parts = [_holding({*word}, []) for word in alone]
    parts += [_holding(needed, together)] if together else []
    # Only among what is wanted does it matter what else an event holds.
    parts += [_holding(needed | {*phrase}, [phrase]) for phrase in without]
    sets = _asked(parts)
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
    parts = [_holding(needed, query.phrases)] if needed else []
    parts += [_holding(needed | {*phrase}, [phrase]) for phrase in query.excluded]
    sets = _asked(parts)
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
            counts.update({*text.split()} - {_BREAK})
    found = {}
    until = time.monotonic() + _LEARNING
    for word, _number in counts.most_common(_MOST_LEARNED):
        if time.monotonic() > until:
            break
        (ids,) = _asked([_holding({word}, [])])
        if len(ids) >= _COMMON:
            ids.run_optimize()
            found[word] = ids
    return found


def _asked(parts: list[tuple[str, list[str]]]) -> list[BitMap]:
    """The ids that each part gives, in one statement; none where there is no part."""
    if not parts:
        return []
    statement = " UNION ALL ".join(f"SELECT {place}, {sql}" for place, (sql, _values) in enumerate(parts))
    with connection.cursor() as cursor:
        cursor.execute(
            _SEARCHES[connection.vendor].around % statement, [value for _sql, values in parts for value in values]
        )
        while cursor.description is None:
            cursor.nextset()
        rows = sorted(cursor.fetchall())
    # Hundreds of thousands of numbers may stand there: JSON's parser reads them in half of the time of split and int.
    return [BitMap(json.loads(f"[{joined}]")) if joined else BitMap() for _place, joined in rows]


def _holding(tokens: set[str], phrases: Iterable[tuple[str, ...]]) -> tuple[str, list[str]]:
    """SQL that gives the ids of the texts that hold all tokens and each phrase, in one value with commas."""
    together = [f" {' '.join(phrase)} " for phrase in phrases if len(phrase) > 1]
    wanted = _SEARCHES[connection.vendor]
    if not together:
        return wanted.plain, [wanted.joined(tokens)]
    return f"{wanted.among}{wanted.phrase * len(together)}", [wanted.joined(tokens), *together]


@dataclass(frozen=True)
class _Search:
    """How one database is asked for ids: by tokens alone, among texts, and for a phrase in such a text."""

    around: str
    operator: str
    quote: str
    plain: str
    among: str
    phrase: str

    def joined(self, tokens: set[str]) -> str:
        return self.operator.join(f"{self.quote}{token}{self.quote}" for token in sorted(tokens))


# PostgreSQL would rather read every text than ask the index for a common word, and then takes each text apart: 20
# times as long. With too little memory it forgets which rows of a page were meant, and takes them all apart again.
_BY_INDEX = """SET LOCAL enable_seqscan TO off; SET LOCAL work_mem TO '64MB';
%s;
SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL work_mem TO DEFAULT"""
_GIN = """string_agg(event_id::text, ',') FROM timeline_searchtext
WHERE array_to_tsvector(string_to_array(tokens, ' ')) @@ %s::tsquery"""
_SEARCHES = {
    "sqlite": _Search(
        around="%s",
        operator=" AND ",
        quote='"',
        plain="group_concat(rowid) FROM timeline_search WHERE timeline_search MATCH %s",
        among="""group_concat(event_id) FROM timeline_searchtext
        WHERE event_id IN (SELECT rowid FROM timeline_search WHERE timeline_search MATCH %s)""",
        phrase=" AND instr(' ' || tokens || ' ', %s) > 0",
    ),
    "postgresql": _Search(
        around=_BY_INDEX,
        operator=" & ",
        quote="'",
        plain=_GIN,
        among=_GIN,
        phrase=" AND strpos(' ' || tokens || ' ', %s) > 0",
    ),
}


def matching(query: Query) -> QuerySet[SearchText]:
    """The search texts that a query matches; their primary keys are event ids."""
    found = SearchText.objects.alias(padded=Concat(Value(" "), "tokens", Value(" "), output_field=TextField()))
    if needed := sorted({token for phrase in query.phrases for token in phrase}):
        found = found.filter(_holds_all(needed))
    for phrase in query.phrases:
        if len(phrase) > 1:
            found = found.filter(padded__contains=f" {' '.join(phrase)} ")
    for phrase in query.excluded:
        together = Q(padded__contains=f" {' '.join(phrase)} ") if len(phrase) > 1 else Q()
        found = found.exclude(Q(_holds_all(sorted(set(phrase)))) & together)
    return found


class _InFts5(Func):
    """SQLite: the row is among those that the full-text table gives."""

    template = "(%(expressions)s))"
    arg_joiner = " IN (SELECT rowid FROM timeline_search WHERE timeline_search MATCH "
    output_field = BooleanField()


class _InGin(Func):
    """PostgreSQL: the row's tokens, as the index holds them, match."""

    template = "(array_to_tsvector(string_to_array(%(expressions)s::tsquery)"
    arg_joiner = ", ' ')) @@ "
    output_field = BooleanField()


def _holds_all(needed: list[str]) -> Func:
    if connection.vendor == "sqlite":
        return _InFts5(F("pk"), Value(" AND ".join(f'"{token}"' for token in needed)))
    return _InGin(F("tokens"), Value(" & ".join(f"'{token}'" for token in needed)))
