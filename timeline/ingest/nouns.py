"""Sources, topics and leaders of a dossier into the record; what an editor has changed since is kept.

Each row remembers in its own `ingested` what ingest wrote.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet

from timeline import bundled
from timeline.batches import in_batches
from timeline.models import Country, Leader, Post, Source, Topic
from timeline.record.nouns import country_row, fill, leader_row, post_of, source_row, topic_row

Row = dict[str, Any]
Noun = TypeVar("Noun", Source, Topic, Leader)


def our_countries(rows: Sequence[Row]) -> list[Row]:
    """Those that ingest may write: the ones that stand as they came with Readout, then the new ones.

    In this order a new one may have the name that a known one gives up.
    """
    from_the_start = bundled.countries()
    known = Country.objects.in_bulk([row["code"] for row in rows])
    as_they_came = {code for code, country in known.items() if country_row(country) == from_the_start.get(code)}
    return [
        *(row for row in rows if row["code"] in as_they_came),
        *(row for row in rows if row["code"] not in known),
    ]


def store_countries(rows: Iterable[Row]) -> None:
    """Write these countries, which ingest may write, one after the other."""
    for row in rows:
        country = Country(code=row["code"])
        fill(country, row)
        country.save()


def store_sources(rows: Sequence[Row]) -> None:
    """Write these sources, where they are new or stand as ingest left them."""
    new: list[Source] = []
    for source, row in _ours(Source.objects.all(), rows, source_row):
        _keep(source, row, new)
    Source.objects.bulk_create(new)


def store_topics(rows: Sequence[Row]) -> None:
    """Write these topics, where they are new or stand as ingest left them."""
    new: list[Topic] = []
    for topic, row in _ours(Topic.objects.all(), rows, topic_row):
        _keep(topic, row, new)
    Topic.objects.bulk_create(new)


def store_leaders(rows: Sequence[Row]) -> None:
    """Write these leaders with their posts, where they are new or stand as ingest left them."""
    new: list[Leader] = []
    posts: list[Post] = []
    for leader, row in _ours(Leader.objects.prefetch_related("posts"), rows, leader_row):
        if not leader._state.adding:
            leader.posts.all().delete()
        _keep(leader, row, new)
        posts += [post_of(leader, post) for post in row.get("posts") or []]
    Leader.objects.bulk_create(new)
    Post.objects.bulk_create(posts)


def _keep(noun: Noun, row: Row, new: list[Noun]) -> None:
    """Fill a row in and save it; put one that is not there with the others that are written together."""
    fill(noun, row)
    noun.ingested = row
    if noun._state.adding:
        new.append(noun)
    else:
        noun.save()


def _ours(held: QuerySet[Noun], rows: Iterable[Row], as_row: Callable[[Any], Row]) -> list[tuple[Noun, Row]]:
    """The rows that ingest may write, each with its instance among those `held` or a new one."""
    wanted = {row["id"]: row for row in rows}
    known: dict[str, Noun] = {}
    for batch in in_batches(wanted):
        known.update({row.slug: row for row in held.filter(slug__in=batch)})
    pairs = [(known.get(slug) or held.model(slug=slug), row) for slug, row in wanted.items()]
    return [(noun, row) for noun, row in pairs if _is_ours(noun, row, as_row)]


def _is_ours(row: Source | Topic | Leader, new: Row, as_row: Callable[[Any], Row]) -> bool:
    """Whether ingest may write this row: it is new, or stands as ingest left it and the dossier says otherwise."""
    if row._state.adding:
        return True
    today = as_row(row)
    blank: Row = {key: [] if isinstance(value, list) else None for key, value in today.items()}
    if today == _plain({**blank, **new}):
        return False
    return row.ingested is not None and today == _plain({**blank, **row.ingested})


def _plain(row: Row) -> Row:
    if "posts" in row:
        keys = ("title", "country", "since", "until")
        row = {**row, "posts": [{key: post.get(key) for key in keys} for post in row["posts"]]}
    return row
