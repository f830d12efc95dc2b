"""An event as a record: a plain dict in the dossier's event schema (`ingest/schema.json`), every key present."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch

from timeline.models import Citation, Event, Link, Participation, Readout, Tagging
from timeline.models.guard import PublicModel

from .batches import in_batches

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


def of(event: Event) -> Record:
    """The record of an event as its rows stand."""
    return of_all([event.pk])[event.pk]


def of_all(event_ids: Iterable[int]) -> dict[int, Record]:
    """The records of these events as their rows stand, by id; a constant number of queries a thousand."""
    return {event.pk: _of(event) for batch in in_batches(event_ids) for event in _WHOLE.filter(pk__in=batch)}


_WHOLE = Event.objects.order_by().prefetch_related(
    Prefetch("participations", Participation.objects.select_related("leader")),
    Prefetch("taggings", Tagging.objects.select_related("topic")),
    Prefetch("readouts", Readout.objects.select_related("given_by", "source")),
    "readouts__points",
    Prefetch("citations", Citation.objects.select_related("source")),
    Prefetch("links", Link.objects.select_related("target")),
)


def _of(whole: Event) -> Record:
    return canonical(
        {
            "id": whole.slug,
            "kind": whole.kind,
            "title": whole.title,
            "summary": whole.summary,
            "note": whole.note,
            "date": whole.date,
            "part_of_day": whole.part_of_day,
            "time_zone": whole.time_zone,
            "occurrence": whole.occurrence,
            "format": whole.format,
            "place": whole.place,
            "country": whole.country_id,
            "participants": [
                {"leader": _slug(one.leader), "role": one.role, "country": one.country_id, "title": one.title}
                for one in whole.participations.all()
            ],
            "initiated_by": whole.initiated_by_id,
            "duration_minutes": whole.duration_minutes,
            "duration_approximate": whole.duration_approximate,
            "words": whole.words,
            "topics": [tagging.topic.slug for tagging in whole.taggings.all()],
            "readouts": [
                {
                    "side": readout.side_id,
                    "given_by": _slug(readout.given_by),
                    "given_as": readout.given_as,
                    "source": _slug(readout.source),
                    "date": readout.date,
                    "issued": readout.issued,
                    "points": [
                        {"text": point.text, "certainty": point.certainty, "disclosure": point.disclosure}
                        for point in readout.points.all()
                    ],
                }
                for readout in whole.readouts.all()
            ],
            "citations": [
                {"source": one.source.slug, "supports": one.supports, "excerpt": one.excerpt}
                for one in whole.citations.all()
            ],
            "links": [{"relation": link.relation, "event": link.target.slug} for link in whole.links.all()],
        }
    )


def _slug(row: PublicModel | None) -> str | None:
    return row.slug if row is not None else None  # type: ignore[attr-defined]
