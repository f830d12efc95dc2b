"""The timeline as a component: the same list, with the same paging, on every page that shows entries."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline import contact, paging
from timeline.filters import TimelineFilter
from timeline.index.bitmaps import spell_of
from timeline.pattern import Text, filled
from timeline.position import day_of, first_of, is_year_only, last_of
from timeline.site import contact_address
from timeline.views.threads import Shown, add_html


@dataclass
class Spell:
    """A month of the timeline, or a year for what is known to its year alone."""

    key: str
    words: str
    count: int
    has_heading: bool
    threads: list[Shown] = field(default_factory=list)

    def html(self, *, is_first: bool, is_last: bool) -> SafeString:
        """With its threads; `is_first` and `is_last` say that the view itself begins and ends with it."""
        texts: dict[str, Text] = {
            "spell.key": self.key,
            "spell.words": self.words,
            "spell.count": ngettext("%(n)s entry", "%(n)s entries", self.count) % {"n": self.count},
            "threads": mark_safe("".join(one.html + (_gap(one.gap) if one.gap else "") for one in self.threads)),
        }
        fixed = {"spell.has_heading": self.has_heading, "is_first": is_first, "is_last": is_last}
        return filled("timeline/_spell.html", texts, fixed)


def _gap(silence: contact.Silence) -> SafeString:
    texts: dict[str, Text] = {"days": str(silence.days), "words": silence.words, "contact": contact_address()}
    return filled("timeline/_gap.html", texts)


def results(
    asked: TimelineFilter, path: str, *, continues: bool = False, locked: tuple[str, ...] = ()
) -> dict[str, object]:
    """What `_entries.html` needs for one page of a view; a constant number of queries.

    `path` is the address of the page that the list stands on; `locked` names the parameters that this page itself
    stands for (a leader's page is that leader's), which its own links leave out. `continues` says that the
    entries are put behind others already shown.
    """
    index, found = asked.index, asked.ids()
    page = paging.page(index, found, order=asked.order, after=asked.after, before=asked.before, size=paging.PAGE)
    shown_before = _key(asked.after) if continues and asked.after is not None else None
    shown = [Shown(thread) for thread in page.threads]
    _add_gaps(asked, page, shown)
    add_html(asked, shown)
    spells: list[Spell] = []
    for thread, one in zip(page.threads, shown, strict=True):
        key = _key(thread.number)
        if not spells or spells[-1].key != key:
            # As many as match in all of the month, on whatever pages.
            count = found.intersection_cardinality(index.of("spell", spell_of(thread.number)))
            spells.append(Spell(key, _words(key), count, key != shown_before))
        spells[-1].threads.append(one)
    starts, following = asked.after is None and page.before is None, _next(asked, page.after, path, locked)
    return {
        "spells": [
            one.html(is_first=starts and one is spells[0], is_last=following is None and one is spells[-1])
            for one in spells
        ],
        "starts": starts,
        "next": following,
        "back": f"{path}{_own(asked.but(before=page.before), locked)}" if page.before is not None else "",
        "other_order": f"{path}{_own(asked.but(order='oldest' if asked.order == 'newest' else 'newest'), locked)}",
        "first_page": f"{path}{_own(asked.but(), locked)}",
        "asked": asked,
    }


def _own(asked: TimelineFilter, locked: tuple[str, ...]) -> str:
    """The query string without what the page itself stands for."""
    return asked.without_parameters(locked)


def _next(asked: TimelineFilter, after: int | None, path: str, locked: tuple[str, ...]) -> dict[str, str] | None:
    """Where the next entries are: a page of their own, and the part that a script puts here."""
    if after is None:
        return None
    following = asked.but(after=after)
    part = f"{reverse('entries')}{following.address}"
    return {"page": f"{path}{_own(following, locked)}", "part": part}


# Months ----------------------------------------------------------------------------------------------------


def _key(thread: int) -> str:
    day = day_of(thread)
    return f"{day.year:04}" if is_year_only(thread) else f"{day.year:04}-{day.month:02}"


def _words(key: str) -> str:
    year, _dash, month = key.partition("-")
    if not month:
        return _("%s, month unknown") % int(year)
    return f"{MONTHS[int(month)]} {int(year)}"


# Context ---------------------------------------------------------------------------------------------------


def _add_gaps(asked: TimelineFilter, page: paging.Page, shown: list[Shown]) -> None:
    """Mark the silences between the contacts of this view and its neighbours on other pages."""
    if not page.threads:
        return
    falling = asked.order == "newest"
    newer, older = _beyond(asked, page.threads, falling=falling)
    before, behind = (newer, older) if falling else (older, newer)
    known = [_contact(asked, thread) for thread in page.threads]
    stops = [(place, one) for place, one in enumerate([before, *known, behind], start=-1) if one]
    reach: contact.Meeting | None = None
    last = None
    for place, one in reversed(stops) if falling else stops:
        if reach and last is not None and (silence := contact.silence(reach, one)):
            _mark(shown, min(last, place), max(last, place), silence)
        reach, last = contact.further(reach, one), place


def _mark(shown: list[Shown], begin: int, end: int, silence: contact.Silence) -> None:
    if begin >= 0:
        shown[begin].gap = silence
    for place in range(max(begin + 1, 0), min(end, len(shown))):
        shown[place].is_gapped = True
    if end < len(shown):
        shown[end].ends_gap = True


def _contact(asked: TimelineFilter, thread: paging.Thread) -> contact.Meeting | None:
    """The thread's head as a contact, if it is one; only contacts count in a silence."""
    is_contact = thread.head is not None and thread.head in asked.index.of("flag", "contact")
    return contact.of_id(asked.index, thread.head) if thread.head is not None and is_contact else None


def _beyond(
    asked: TimelineFilter, threads: list[paging.Thread], *, falling: bool
) -> tuple[contact.Meeting | None, contact.Meeting | None]:
    """The contacts of this view next to the page: the one newer and the one older than all on it."""
    index = asked.index
    contacts = asked.ids() & index.of("flag", "contact")
    newest, oldest = (threads[0], threads[-1]) if falling else (threads[-1], threads[0])
    newer = next(index.walk(contacts, falling=False, beyond=last_of(newest.number)), None)
    older = next(index.walk(contacts, falling=True, beyond=first_of(oldest.number)), None)
    return (contact.of_id(index, newer) if newer else None), (contact.of_id(index, older) if older else None)
