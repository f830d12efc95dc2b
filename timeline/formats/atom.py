"""Feeds (Atom, RFC 4287, paged after RFC 5005) of a view, of all changes, and of corrections."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any

from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from timeline.changes import Step
from timeline.entry import Entry
from timeline.log import Line
from timeline.models import Event

from .citation import NAME
from .publication import Publication

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
# What XML has no form for.
_UNTAKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Feed:
    """A feed that is being written; `updated` stands for it while it is empty."""

    def __init__(
        self, *, title: str, subtitle: str, base: str, url: str, page: str, updated: datetime | None, next_url: str = ""
    ) -> None:
        self._base = base
        self._feed = _Paged(
            title=_clean(title),
            description="",
            subtitle=_clean(subtitle),
            link=page,
            feed_url=url,
            feed_guid=_tag(base, f"feed:{url.removeprefix(base)}", None),
            author_name=NAME,
            language="en",
            next_url=next_url,
            updated=updated or datetime.fromtimestamp(0, UTC),
        )

    def add_event(self, event: Event, made: Publication) -> None:
        """An event as it is now; it comes from `with_entry()`. A rename leaves its id as it is."""
        entry = Entry(event)
        words = [f"{entry.kind}, {entry.outcome}, {entry.date_words}{entry.details}", event.summary, entry.sources]
        self._add(
            title=event.title,
            link=self._base + event.get_absolute_url(),
            html=_paragraphs(words),
            guid=_tag(self._base, f"event:{made.first_slug}", made.first_at),
            published=made.first_at,
            updated=made.at,
            categories=[event.kind, event.occurrence, *dict.fromkeys(one.country.code for one in entry.people)],
        )

    def add_step(self, step: Step, made: Publication) -> None:
        """A change; of a withdrawal only the reason, never the claim."""
        row, event = step.version, step.event
        words = {
            "new": _("New: %s") % event.title,
            "changed": _("Changed: %s") % event.title,
            "again": _("Published again: %s") % event.title,
            "withdrawn": _("Withdrawn: %s") % event.slug,
            "merged": _("Merged: %s") % event.slug,
        }[step.what]
        gone = step.what in ("withdrawn", "merged")
        into = event.merged_into or event
        self._add(
            title=words,
            link=self._base + into.get_absolute_url(),
            html=_paragraphs([row.reason if gone else row.record["summary"]]),
            guid=_tag(self._base, f"change:{made.first_slug}:{row.number}", made.first_at),
            published=row.at,
            updated=row.at,
            categories=[step.what, event.kind],
        )

    def add_line(self, line: Line) -> None:
        """A correction or a withdrawal of the public log."""
        if line.event is not None:
            name = line.event.slug if line.event.state == "withdrawn" else line.event.title
            address = line.event.get_absolute_url()
        else:
            assert line.named is not None
            name, address = line.named.name, line.named.address or reverse("corrections")
        words = _("Withdrawn: %s") % name if line.is_withdrawal else _("Correction: %s") % name
        moment = datetime.combine(line.place.day, time(), UTC)
        text = line.text or _("What was corrected went with the entry, which has been withdrawn since.")
        self._add(
            title=words,
            link=self._base + address,
            html=_paragraphs([text]),
            guid=_tag(self._base, f"log:{line.place.cursor}", moment),
            published=moment,
            updated=moment,
            categories=["withdrawal" if line.is_withdrawal else "correction"],
        )

    def written(self) -> bytes:
        """The feed as UTF-8."""
        return str(self._feed.writeString("utf-8")).encode()

    def _add(
        self,
        *,
        title: str,
        link: str,
        html: SafeString,
        guid: str,
        published: datetime,
        updated: datetime,
        categories: Iterable[str],
    ) -> None:
        self._feed.add_item(
            title=_clean(title),
            link=link,
            description=_clean(html),
            unique_id=guid,
            pubdate=published,
            updateddate=updated,
            categories=list(categories),
        )


class _Paged(Atom1Feed):
    """Django's Atom feed with a link to the next page, and never the time of writing as its own."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["next_url"]:
            handler.addQuickElement("link", "", {"rel": "next", "href": self.feed["next_url"]})

    def latest_post_date(self) -> datetime:
        moments = [item["updateddate"] for item in self.items]
        moment: datetime = max(moments) if moments else self.feed["updated"]
        return moment


def _tag(base: str, name: str, since: datetime | None) -> str:
    """A tag URI (RFC 4151): the host, the year in which the thing was first published, and its name."""
    host = base.partition("://")[2].partition(":")[0] or "localhost"
    return f"tag:{host},{since.year if since else 2025}:{name}"


def _paragraphs(texts: Iterable[str]) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((text,) for text in texts if text))


def _clean(text: str) -> str:
    return _UNTAKEN.sub("\N{REPLACEMENT CHARACTER}", text)
