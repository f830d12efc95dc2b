"""Leaders as a table, with their posts in one cell: `Prime Minister (JP) since 2025-10-21; …`."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.models import Leader, Post
from timeline.record import Writer
from timeline.record.nouns import leader_row, post_of, second_posts

from . import cells
from .columns import Column, Known, Row, text
from .nouns import NounTable
from .plan import Plan, Planned
from .sheet import Fault

_POST = re.compile(
    rf"(?P<title>{cells.QUOTED}|[^\"]+?)\s*\((?P<country>[^()]+)\)"
    r"(?:\s+since\s+(?P<since>[^()]+?))?(?:\s+until\s+(?P<until>[^()]+?))?",
    re.DOTALL | re.IGNORECASE,
)


def _write_names(row: Row) -> str:
    return cells.join(cells.part(name) for name in row["other_names"])


def _read_names(cell: str, _row: Row, _known: Known) -> list[str]:
    return list(dict.fromkeys(cells.bare(one) for one in cells.split(cell)))


def _write_posts(row: Row) -> str:
    return cells.join(_written(post) for post in row["posts"])


def _written(post: dict[str, Any]) -> str:
    words = [f"{cells.part(post['title'])} ({post['country']})"]
    words += [f"{word} {post[word]}" for word in ("since", "until") if post[word]]
    return " ".join(words)


def _read_posts(cell: str, _row: Row, known: Known) -> list[dict[str, Any]]:
    return cells.each(cell, lambda one: _read(one, known))


def _read(text: str, known: Known) -> dict[str, Any]:
    match = _POST.fullmatch(text)
    if match is None:
        raise cells.CellError(
            _("“%s” can't be read: expected a post, as in Prime Minister (JP) since 2025-10-21.") % text
        )
    return cells.together(
        {
            "title": lambda: cells.bare(match["title"]),
            "country": lambda: known.country(match["country"].strip()),
            "since": lambda: cells.date(match["since"] or "") or None,
            "until": lambda: cells.date(match["until"] or "") or None,
        }
    )


class Leaders(NounTable):
    noun = "leaders"
    model = Leader
    required = ("name", "family_name")
    slug_from = ("name",)
    columns = (
        text(
            "slug",
            gettext_lazy("Permanent; by which the row is known again. Empty: a new leader, whose slug is the name's."),
            "sanae-takaichi",
            key="id",
        ),
        text("name", gettext_lazy("In full."), "Sanae Takaichi"),
        text("family_name", gettext_lazy("For short mentions."), "Takaichi"),
        text("native_name", gettext_lazy("In the native script."), "高市早苗"),
        text("native_language", gettext_lazy("The native name's, a BCP 47 tag."), "ja"),
        Column(
            "other_names",
            gettext_lazy("Other spellings that search should find."),
            "Takaichi Sanae; Sanae Yamamoto",
            _write_names,
            _read_names,
            "other_names",
        ),
        text("wikidata", gettext_lazy("A Wikidata id."), "Q22686"),
        Column(
            "posts",
            gettext_lazy(
                "All posts: title, country in brackets, since and until. An empty cell takes all posts away; without"
                " the column they stay."
            ),
            "Prime Minister (JP) since 21 Oct 2025; Minister of State (JP) since 2022 until 2024",
            _write_posts,
            _read_posts,
            "posts",
        ),
    )

    def held_rows(self, batch: Sequence[Any], by: str = "slug") -> list[Any]:
        return list(Leader.objects.filter(**{f"{by}__in": batch}).prefetch_related("posts"))

    def as_row(self, held: Any) -> Row:
        return leader_row(held)

    def blank(self) -> Row:
        return {**super().blank(), "other_names": [], "posts": []}

    def faults(self, rows: Sequence[Planned]) -> Iterator[Fault]:
        yield from super().faults(rows)
        for row in rows:
            if row.before and row.before["posts"] == row.after["posts"]:
                continue
            for place, first in second_posts(row.after["posts"]).items():
                expected = _("Post %(place)d is post %(first)d again: title, country and since are the same.") % {
                    "place": place + 1,
                    "first": first + 1,
                }
                yield Fault(row.line.number, "posts", row.line.cells.get("posts", ""), expected)

    def write(self, planned: Plan, writer: Writer, reason: str = "") -> None:
        super().write(planned, writer, reason)
        posts: list[Post] = []
        for row in [*planned.created, *planned.changed]:
            if row.before is not None:
                if row.before["posts"] == row.after["posts"]:
                    continue
                row.held.posts.all().delete()
            posts += [post_of(row.held, one) for one in row.after["posts"]]
        Post.objects.bulk_create(posts)


LEADERS = Leaders()
