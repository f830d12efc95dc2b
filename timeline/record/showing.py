"""What published entries show of countries, leaders, sources and topics: who changes that owes readers a word."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models

from timeline.batches import in_batches
from timeline.models import (
    Citation,
    Country,
    Event,
    Leader,
    Participation,
    Post,
    Readout,
    Source,
    State,
    Tagging,
    Topic,
)
from timeline.models.people import pick_post

from .nouns import Row, post_of

# By what readers know them, and a source's address: their way to the word that an entry rests on. By what else one is
# found (other names) is not what an entry says of it.
_NAMES: Mapping[type[models.Model], tuple[str, ...]] = {
    Country: ("name", "article", "adjective", "capital", "time_zone"),
    Leader: ("name", "family_name", "native_name"),
    Source: ("publisher", "title", "published", "url"),
    Topic: ("name",),
}
# What may come to them without a word, but not be changed or taken away.
_COPIES: Mapping[type[models.Model], tuple[str, ...]] = {Source: ("archived_url",)}
# The rows of an event that show them.
_PLACES: Mapping[type[models.Model], tuple[tuple[type[models.Model], str], ...]] = {
    Country: ((Participation, "country"), (Readout, "side"), (Event, "country"), (Event, "initiated_by")),
    Leader: ((Participation, "leader"), (Readout, "given_by")),
    Source: ((Citation, "source"), (Readout, "source")),
    Topic: ((Tagging, "topic"),),
}


def shown(model: type[models.Model], keys: Collection[Any]) -> set[Any]:
    """Of the countries, leaders, sources or topics with these primary keys, those that a published entry shows.

    A few queries a thousand.
    """
    found: set[Any] = set()
    for batch in in_batches(keys):
        for place, column in _PLACES[model]:
            state = "state" if place is Event else "event__state"
            rows = place._base_manager.filter(**{f"{column}__in": batch, state: State.PUBLISHED}).order_by()
            found.update(rows.values_list(column, flat=True).distinct())
    return found


def shown_otherwise(model: type[models.Model], changes: Iterable[tuple[Any, Row, Row]]) -> set[Any]:
    """Of these rows, the primary keys of those that a published entry shows and will show otherwise.

    `changes` are each row's primary key and what it was and will be (`nouns`). A leader's posts count where an entry
    shows another one of them than before. A few queries a thousand.
    """
    named: set[Any] = set()
    posts: dict[Any, tuple[list[Post], list[Post]]] = {}
    for key, before, after in changes:
        names = [*_NAMES[model], *(name for name in _COPIES.get(model, ()) if before[name])]
        if any(before[name] != after[name] for name in names):
            named.add(key)
        elif model is Leader and before["posts"] != after["posts"]:
            posts[key] = (_posts(before), _posts(after))
    return shown(model, named) | _held_otherwise(posts)


def _posts(row: Row) -> list[Post]:
    return [post_of(None, one, place) for place, one in enumerate(row["posts"], start=1)]


def _held_otherwise(posts: Mapping[Any, tuple[list[Post], list[Post]]]) -> set[Any]:
    """The leaders of whom an entry shows another post than before."""
    found: set[Any] = set()
    for batch in in_batches(posts):
        rows = Participation.objects.filter(leader__in=batch, event__state=State.PUBLISHED).order_by()
        for key, first, last, country in rows.values_list("leader", "event__earliest", "event__latest", "country"):
            then, now = (pick_post(some, first, last, country) for some in posts[key])
            if (then and (then.title, then.country_id)) != (now and (now.title, now.country_id)):
                found.add(key)
    return found
