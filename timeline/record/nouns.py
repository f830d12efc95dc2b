"""Countries, leaders, topics and sources as rows (plain dicts in the dossier's schema, every key present) and back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from timeline.batches import in_batches
from timeline.models import Country, Leader, Post, Source, Topic

Row = dict[str, Any]


def country_row(country: Country) -> Row:
    """A country as a dossier has it, every key present."""
    return {name: getattr(country, name) for name in ("code", *NOUNS[Country].plain)}


def source_row(source: Source) -> Row:
    """A source as a dossier has it, every key present."""
    return {
        "id": source.slug,
        "publisher": source.publisher,
        "title": source.title,
        "url": source.url or None,
        "published": source.published or None,
        "language": source.language or None,
        "archived_url": source.archived_url or None,
    }


def topic_row(topic: Topic) -> Row:
    """A topic as a dossier has it."""
    return {"id": topic.slug, "name": topic.name}


def leader_row(leader: Leader) -> Row:
    """A leader as a dossier has it, with all posts in their order; reads `posts`, which may be prefetched."""
    return {
        "id": leader.slug,
        "name": leader.name,
        "family_name": leader.family_name,
        "native_name": leader.native_name or None,
        "native_language": leader.native_language or None,
        "other_names": leader.other_names,
        "wikidata": leader.wikidata or None,
        "posts": [
            {
                "title": post.title,
                "country": post.country_id,
                "since": post.since or None,
                "until": post.until or None,
            }
            for post in sorted(leader.posts.all(), key=lambda post: post.pk)
        ],
    }


def second_posts(posts: Iterable[Row]) -> dict[int, int]:
    """The places of those posts that are another's before them, in title, country and since; with that one's place."""
    first: dict[tuple[Any, ...], int] = {}
    found = {}
    for place, post in enumerate(posts):
        own = first.setdefault((post["title"], post["country"], post["since"]), place)
        if own != place:
            found[place] = own
    return found


def give_posts(leader: Leader, rows: Iterable[Row]) -> None:
    """Let a leader have these posts in this order, and no others; inside a writing block."""
    leader.posts.all().delete()
    for row in rows:
        post_of(leader, row).save()


def post_of(leader: Leader | None, row: Row, pk: int | None = None) -> Post:
    """A post as a row has it, with its first and last day; not saved. Keys may be missing."""
    since, until = row.get("since") or "", row.get("until") or ""
    post = Post(pk=pk, leader=leader, title=row["title"], country_id=row["country"], since=since, until=until)
    post.derive()
    return post


def fill(noun: models.Model, row: Row) -> None:
    """Let a country, leader, source or topic say what a row says; what the row leaves out is emptied.

    The key stays, and so do a leader's posts: see `give_posts`.
    """
    for name in NOUNS[type(noun)].plain:
        value = row.get(name)
        empty = noun._meta.get_field(name).get_default()  # type: ignore[union-attr]
        setattr(noun, name, empty if value is None else value)


@dataclass(frozen=True)
class Noun:
    """What one sort of these rows is called, the key that a row is known by, and how it is made.

    `plain` are the other keys whose values stand in columns of the same name.
    """

    name: str
    key: str
    row: Callable[[Any], Row]
    plain: tuple[str, ...]


NOUNS: Mapping[type[models.Model], Noun] = {
    Country: Noun(
        "country",
        "code",
        country_row,
        ("name", "article", "adjective", "capital", "time_zone", "native_language"),
    ),
    Leader: Noun(
        "leader",
        "id",
        leader_row,
        ("name", "family_name", "native_name", "native_language", "other_names", "wikidata"),
    ),
    Source: Noun(
        "source",
        "id",
        source_row,
        ("publisher", "title", "url", "published", "language", "archived_url"),
    ),
    Topic: Noun("topic", "id", topic_row, ("name",)),
}


def held(model: Any, keys: Iterable[str]) -> dict[str, tuple[Any, Row]]:
    """The rows of a noun that the record holds under these keys, each with its instance; a few queries a thousand."""
    noun, found = NOUNS[model], {}
    column = "slug" if noun.key == "id" else noun.key
    rows = model.objects.prefetch_related("posts") if model is Leader else model.objects.all()
    for batch in in_batches(keys):
        found.update({getattr(one, column): (one, noun.row(one)) for one in rows.filter(**{f"{column}__in": batch})})
    return found
