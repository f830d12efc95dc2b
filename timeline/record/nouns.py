"""Countries, leaders, topics and sources as rows: plain dicts in the dossier's schema, every key present."""

from typing import Any

from timeline import reference
from timeline.models import Country, Leader, Source, Topic

Row = dict[str, Any]


def country_row(country: Country) -> Row:
    """A country as a dossier has it, every key present."""
    return {name: getattr(country, name) for name in reference.FIELDS}


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
