"""An event as plain text, to be read on a terminal or put into a mail."""

from textwrap import fill, indent

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from timeline import edtf
from timeline.entry import Entry, Person, giver, word_of
from timeline.models import Event, Readout

from . import citation
from .publication import Publication

CONTENT_TYPE = "text/plain; charset=utf-8"
WIDTH = 78


def text(event: Event, made: Publication, url: str) -> str:
    """Everything that the event's entry says; `event` comes from `with_entry()`."""
    entry = Entry(event)
    blocks = [
        fill(event.title, WIDTH),
        fill(capfirst(f"{entry.kind}, {entry.outcome}, {entry.date_words}{entry.details}."), WIDTH),
        "\n".join(_person(one) for one in entry.people),
        fill(event.summary, WIDTH) if event.summary else "",
        f"“{event.words}”" if event.words else "",
        *(_account(readout) for readout in entry.readouts),
        fill(_("Where the record is unsure: %s") % event.note, WIDTH) if event.note else "",
        _sources(event),
        _("Cite as:") + "\n" + citation.words(event, made, url),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _person(one: Person) -> str:
    title = f", {one.title}{one.of_country}" if one.title else ""
    return f"{one.country.code}  {one.name}{title}"


def _account(readout: Readout) -> str:
    side = f"{readout.side.name}, {giver(readout)}"
    if not readout.issued:
        return _("%s: no readout issued.") % readout.side.name
    when = f", {edtf.words(readout.date, unknown=False)}" if readout.date else ""
    points = [
        fill(f"{point.text} [{word_of(point)}]", WIDTH - 2, initial_indent="- ", subsequent_indent="  ")
        for point in readout.points.all()
    ]
    return _("According to %s:") % f"{side}{when}" + "\n" + indent("\n".join(points), "  ")


def _sources(event: Event) -> str:
    lines = []
    for number, one in enumerate(event.citations.all(), start=1):
        source = one.source
        when = f", {source.published_words}" if source.published else ""
        lines.append(f"{number}. {source.publisher}: {source.title}{when}")
        lines += [f"   {address}" for address in (source.url, source.archived_url) if address]
    return "\n".join([_("Sources:"), *lines]) if lines else ""
