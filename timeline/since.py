"""How long it is since the last contact, counted on the UTC day on which a page is made."""

from dataclasses import dataclass
from datetime import date

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _

from timeline import edtf
from timeline.contact import Meeting
from timeline.models import Event, Kind


@dataclass(frozen=True)
class Since:
    """The last contact; `days` is text for a template, and empty where the date is too vague to count from."""

    days: str
    number: int
    event: Event
    words: str
    today_words: str

    @property
    def is_long(self) -> bool:
        """Whether the figure leaves no room beside it on a small screen."""
        return len(self.days) > 3


def today() -> date:
    """The UTC day."""
    return timezone.now().date()


def since(last: Meeting | None, day: date) -> Since | None:
    """Since the last of some contacts, or None where there is none; one query."""
    if last is None:
        return None
    event = Event.objects.get(pk=last.event_id)
    number = max((day - last.latest).days, 0)
    return Since(
        days=grouped(number) if last.is_exact else "",
        number=number,
        event=event,
        words=event_words(event),
        today_words=_("%(weekday)s %(day)d %(month)s %(year)d")
        % {"weekday": WEEKDAYS[day.weekday()], "day": day.day, "month": MONTHS[day.month], "year": day.year},
    )


def event_words(event: Event) -> str:
    """“call of 25 November 2025”."""
    words = _("call of %s") if event.kind == Kind.CALL else _("meeting of %s")
    return words % edtf.words(event.date, unknown=False)


def grouped(number: int) -> str:
    """“12,345”, in the reader's language."""
    return str(intcomma(number))
