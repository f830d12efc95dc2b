"""An event as a record: a plain dict in the dossier's event schema (`ingest/schema.json`), every key present."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.db.models import QuerySet

from timeline.batches import in_batches
from timeline.models import Citation, Event, Link, Participation, Point, Readout, Tagging
from timeline.models.guard import PublicModel

Record = dict[str, Any]

_DEFAULTS: dict[str, Any] = {
    "id": "",
    "kind": "",
    "title": "",
    "summary": "",
    "note": None,
    "date": "",
    "part_of_day": None,
    "time_zone": None,
    "occurrence": "took_place",
    "format": None,
    "place": None,
    "country": None,
    "participants": [],
    "initiated_by": None,
    "duration_minutes": None,
    "duration_approximate": False,
    "words": None,
    "topics": [],
    "readouts": [],
    "citations": [],
    "links": [],
}
_PART_DEFAULTS: dict[str, dict[str, Any]] = {
    "participants": {"leader": None, "role": "principal", "country": None, "title": None},
    "readouts": {
        "side": "",
        "given_by": None,
        "given_as": None,
        "source": None,
        "date": None,
        "issued": True,
        "points": [],
    },
    "citations": {"source": "", "supports": [], "excerpt": None},
    "links": {"relation": "", "event": ""},
}
_POINT_DEFAULTS = {"text": "", "certainty": "reported", "disclosure": "told"}


def canonical(record: Record) -> Record:
    """The same record with every key in the schema's order, and absent values in one way: null, [] or false."""
    whole = _filled(record, _DEFAULTS)
    for part, defaults in _PART_DEFAULTS.items():
        whole[part] = [_filled(row, defaults) for row in whole[part]]
    for readout in whole["readouts"]:
        readout["points"] = [_filled(point, _POINT_DEFAULTS) for point in readout["points"]]
    for citation in whole["citations"]:
        citation["supports"] = list(citation["supports"])
    whole["topics"] = list(whole["topics"])
    return whole


def _filled(row: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    filled = {}
    for key, default in defaults.items():
        value = row.get(key)
        if value in (None, ""):
            value = list(default) if isinstance(default, list) else default
        filled[key] = value
    return filled


def named(records: Iterable[Record]) -> dict[str, set[str]]:
    """The slugs of the leaders, topics and sources, and the codes of the countries, that records name."""
    found: dict[str, set[str | None]] = {"leaders": set(), "countries": set(), "topics": set(), "sources": set()}
    for record in records:
        people, accounts = record["participants"], record["readouts"]
        found["leaders"].update(one["leader"] for one in people)
        found["leaders"].update(one["given_by"] for one in accounts)
        found["countries"].update((record["country"], record["initiated_by"]))
        found["countries"].update(one["country"] for one in people)
        found["countries"].update(one["side"] for one in accounts)
        found["topics"].update(record["topics"])
        found["sources"].update(one["source"] for one in record["citations"])
        found["sources"].update(one["source"] for one in accounts)
    return {noun: {one for one in keys if one} for noun, keys in found.items()}


def of(event: Event) -> Record:
    """The record of an event as its rows stand."""
    return of_all([event.pk])[event.pk]


def of_all(event_ids: Iterable[int]) -> dict[int, Record]:
    """The records of these events as their rows stand, by id; a constant number of queries a thousand."""
    return {pk: record for batch in in_batches(event_ids) for pk, record in _of_all(batch)}


# Where the values of a record stand, under the record's own keys. Rows as such are not made: every save asks for
# records, and making rows would take most of its time.
_EVENT = {key: key for key in _DEFAULTS if key not in (*_PART_DEFAULTS, "id", "topics")} | {"id": "slug"}
_PARTICIPANT = {"leader": "leader__slug", "role": "role", "country": "country_id", "title": "title"}
_READOUT = {
    "pk": "pk",
    "side": "side_id",
    "given_by": "given_by__slug",
    "given_as": "given_as",
    "source": "source__slug",
    "date": "date",
    "issued": "issued",
}
_POINT = {key: key for key in _POINT_DEFAULTS}
_CITATION = {"source": "source__slug", "supports": "supports", "excerpt": "excerpt"}
_LINK = {"relation": "relation", "event": "target__slug"}


def _of_all(ids: list[int]) -> Iterator[tuple[int, Record]]:
    participants = _rows(Participation, ids, _PARTICIPANT)
    topics = _rows(Tagging, ids, {"topic": "topic__slug"})
    readouts = _rows(Readout, ids, _READOUT)
    readout_ids = [readout["pk"] for some in readouts.values() for readout in some]
    points = _rows(Point, readout_ids, _POINT, owner="readout") if readout_ids else {}
    citations = _rows(Citation, ids, _CITATION)
    links = _rows(Link, ids, _LINK)
    for pk, *values in Event.objects.filter(pk__in=ids).order_by().values_list("pk", *_EVENT.values()):
        record = dict(zip(_EVENT, values, strict=True))
        record["participants"] = participants.get(pk, [])
        record["topics"] = [tagging["topic"] for tagging in topics.get(pk, [])]
        record["readouts"] = [{**readout, "points": points.get(readout["pk"], [])} for readout in readouts.get(pk, [])]
        record["citations"] = citations.get(pk, [])
        record["links"] = links.get(pk, [])
        yield pk, canonical(record)


@cache
def _asked(model: type[PublicModel], owner: str, *columns: str) -> QuerySet[Any, tuple[Any, ...]]:
    """The question for these columns of all rows, put together once: that takes longer than the answer."""
    return model._default_manager.order_by("order", "pk").values_list(owner, *columns)


def _rows(
    model: type[PublicModel], owners: list[int], columns: dict[str, str], owner: str = "event"
) -> dict[int, list[dict[str, Any]]]:
    """The rows of these owners, each with its columns under the record's keys, in their order, by owner."""
    found: dict[int, list[dict[str, Any]]] = {}
    for pk, *values in _asked(model, owner, *columns.values()).filter(**{f"{owner}__in": owners}):
        found.setdefault(pk, []).append(dict(zip(columns, values, strict=True)))
    return found
