"""What waits for an editor, as querysets that the desk's first page counts and its lists filter by."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from timeline.models import Citation, Event, LinkCheck, Outcome, Post, Proposal, Source, State


def drafts() -> "QuerySet[Event]":
    """Entries that nobody has published yet."""
    return Event.objects.filter(state=State.DRAFT, merged_into=None)


def proposals() -> "QuerySet[Proposal]":
    """What articles propose and nobody has decided on."""
    return Proposal.objects.waiting()


def single_sourced(events: "QuerySet[Any] | None" = None) -> "QuerySet[Any]":
    """Published entries that rest on one source alone."""
    second = Citation.objects.filter(event=OuterRef("pk")).order_by("pk")[1:2]
    return (Event.objects.all() if events is None else events).filter(~Exists(second), state=State.PUBLISHED)


def failing_sources(sources: "QuerySet[Source] | None" = None) -> "QuerySet[Source]":
    """Sources whose address, as it is now, no longer leads to them."""
    failing = LinkCheck.objects.filter(source=OuterRef("pk"), url=OuterRef("url"), outcome=Outcome.FAILING)
    return (Source.objects.all() if sources is None else sources).filter(Exists(failing))


def open_posts() -> "QuerySet[Post]":
    """Posts without an end: held still, or nobody has said when they ended."""
    return Post.objects.filter(until="")
