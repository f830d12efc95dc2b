"""The rows that the full-text indexes stand on: an event's words as tokens, kept in step by the one writer."""

from collections.abc import Iterable

from django.db import connection

from timeline.batches import in_batches
from timeline.models import Event, Participation, Point, SearchText, Tagging

from .words import BREAK, single_characters, tokens


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
    alone = [[character] for character in single_characters(" ".join(texts))]
    return f" {BREAK} ".join(" ".join(found) for found in [*written, *alone])


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
