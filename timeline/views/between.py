"""Two leaders, or two countries: every contact between them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from pyroaring import BitMap

from timeline import contact, counterparts, edtf, index, pairs, roster, years
from timeline.contact import Meeting
from timeline.index import Index
from timeline.index.bitmaps import COUNTRY, LEADER, SPOKE, Key
from timeline.lanes import Hollow
from timeline.models import Country, Event, Leader, Occurrence, Post
from timeline.since import since, today
from timeline.site import absolute
from timeline.views.own_timeline import own_timeline

OTHER_PAIRS = 6


@dataclass(frozen=True)
class Side:
    """One of the two: a leader with the country they stand for, or a country."""

    slug: str  # the leader's slug or the country's code
    name: str
    name_in_sentence: str
    country: Country | None
    leader: Leader | None = None
    post: str = ""

    @property
    def href(self) -> str:
        return reverse("leader" if self.leader else "country", args=[self.slug])


@require_safe
def between(request: HttpRequest, one: str, other: str) -> HttpResponse:
    """The contacts of two sides and all that involves both; another order or case redirects."""
    leaders = _leaders(one, other)
    codes = sorted(leaders) if leaders else sorted((one.upper(), other.upper()))
    countries = {} if leaders else Country.objects.in_bulk(codes)
    if len(leaders or countries) != 2:
        raise Http404
    first, second = codes
    path = reverse("between", args=codes)
    if (one, other) != (first, second):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
    if leaders:
        context = _of_leaders(leaders[first], leaders[second])
    else:
        if address := _another_pair(request):
            return HttpResponseRedirect(address)
        context = _of_countries(countries[first], countries[second])
    fixed = {"leaders" if leaders else "countries": (first, second), "match": "all"}
    context |= own_timeline(request, path, **fixed)
    context |= {"years": years.multiples(context["asked"], today()), "address": absolute(request, path)}
    return render(request, "timeline/between.html", context)


def _leaders(one: str, other: str) -> dict[str, Leader]:
    """Both leaders by slug, with their posts; nothing where one of them is unknown or both are the same."""
    posts = Prefetch("posts", Post.objects.select_related("country"))
    found = {leader.slug: leader for leader in Leader.objects.filter(slug__in=(one, other)).prefetch_related(posts)}
    return found if len(found) == 2 else {}


def _another_pair(request: HttpRequest) -> str:
    """Where the form “Another pair” leads; nothing where it was not sent, or names no two countries."""
    chosen = sorted({request.GET.get("a", ""), request.GET.get("b", "")} - {""})
    if len(chosen) != 2 or Country.objects.filter(code__in=chosen).count() != 2:
        return ""
    return reverse("between", args=chosen)


# Two leaders ---------------------------------------------------------------------------------------------


def _of_leaders(one: Leader, other: Leader) -> dict[str, Any]:
    day = today()
    pair = (min(one.pk, other.pk), max(one.pk, other.pk))
    contacts = contact.histories([pair])[pair]
    codes = _spoke_for(one, other, contacts[-1] if contacts else None)
    sides = [_side(leader, codes.get(leader.pk, ""), day) for leader in (one, other)]
    countries = [side.country for side in sides if side.country]
    abroad = len({country.code for country in countries}) == 2
    return {
        "sides": sides,
        "title": _("%(one)s and %(other)s") % {"one": one.name, "other": other.name},
        "short": _("%(one)s and %(other)s") % {"one": one.family_name, "other": other.family_name},
        "of_leaders": True,
        "countries_href": counterparts.between_address(*(country.code for country in countries)) if abroad else "",
        "countries": sorted(countries, key=lambda country: country.code),
        "countries_words": _and(countries) if abroad else "",
        **_facts(contacts, _hollow(LEADER, one.pk, other.pk), day),
    }


def _spoke_for(one: Leader, other: Leader, last: Meeting | None) -> dict[int, str]:
    """The countries that two leaders spoke for at their last contact, by leader's id."""
    held = index.current()
    return {leader.pk: held.country_of(leader.pk, last.event_id) for leader in (one, other)} if last else {}


def _side(leader: Leader, code: str, day: date) -> Side:
    post = roster.standing_post(leader.posts.all(), day, code)
    country = post.country if post else roster.spoke_for_last(leader)
    return Side(leader.slug, leader.name, leader.name, country, leader, roster.post_words(post, day))


# Two countries -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LeaderPair:
    """Two leaders who had contact for these countries, and how often."""

    names: str
    href: str
    number: int


def _of_countries(one: Country, other: Country) -> dict[str, Any]:
    day = today()
    contacts = contact.between_countries(one.code, other.code)
    sides = [Side(country.code, country.name, country.name_in_sentence, country) for country in (one, other)]
    words = _and([one, other])
    return {
        "sides": sides,
        "title": words[:1].upper() + words[1:],
        "short": words[:1].upper() + words[1:],
        "of_leaders": False,
        "leader_pairs": _leader_pairs(one.code, other.code),
        "other_pairs": _other_pairs(one, other),
        "choices": _choices(one, other),
        **_facts(contacts, _hollow(COUNTRY, one.code, other.code), day),
    }


def _and(countries: list[Country]) -> str:
    one, other = sorted(countries, key=lambda country: country.code)
    return _("%(one)s and %(other)s") % {"one": one.name_in_sentence, "other": other.name_in_sentence}


def _leader_pairs(code: str, other: str) -> list[LeaderPair]:
    """Which leaders had contact for two countries, the most frequent first; one query."""
    held = index.current()
    contacts = held.between_countries(code, other)
    ours, theirs = (_speakers(held, one, contacts) for one in (code, other))
    counts = {
        (one, two): number
        for one, its in ours.items()
        for two, others in theirs.items()
        if (number := its.intersection_cardinality(others))
    }
    leaders = Leader.objects.in_bulk({pk for pair in counts for pk in pair})
    found = []
    for (one, two), number in counts.items():
        a, b = leaders[one], leaders[two]
        names = _("%(one)s and %(other)s") % {"one": a.family_name, "other": b.family_name}
        found.append(LeaderPair(names, counterparts.between_address(a.slug, b.slug), number))
    return sorted(found, key=lambda pair: (-pair.number, pair.names, pair.href))


def _speakers(held: Index, code: str, contacts: BitMap) -> dict[int, BitMap]:
    """The contacts that each leader had for a country, among these."""
    leaders = (leader for leader, codes in held.spoke_for.items() if leader and code in codes)
    found = {leader: contacts & held.of(SPOKE, (leader, code)) for leader in leaders}
    return {leader: ids for leader, ids in found.items() if ids}


@dataclass(frozen=True)
class CountryPair:
    """Another pair of countries, one of which is on this page."""

    one: Country
    other: Country
    names: str
    href: str


def _other_pairs(one: Country, other: Country) -> list[CountryPair]:
    """The pairs that either country has had most contact in."""
    held = index.current()
    counts: dict[tuple[str, str], int] = {}
    for this in (one.code, other.code):
        for code in held.families[COUNTRY]:
            if isinstance(code, str) and code not in (one.code, other.code):
                counts[min(this, code), max(this, code)] = len(held.between_countries(this, code))
    chosen = sorted((pair for pair in counts if counts[pair]), key=lambda pair: (-counts[pair], pair))[:OTHER_PAIRS]
    known = Country.objects.in_bulk(sorted({code for pair in chosen for code in pair}))
    found = []
    for a, b in chosen:
        words = _and([known[a], known[b]])
        href = counterparts.between_address(a, b)
        found.append(CountryPair(known[a], known[b], words[:1].upper() + words[1:], href))
    return found


def _choices(one: Country, other: Country) -> list[Country]:
    """Who can be chosen for another pair: the countries that took part in published entries, and this page's two."""
    took_part = index.current().families[COUNTRY]
    return list(Country.objects.filter(pk__in=sorted({one.code, other.code, *map(str, took_part)})))


# Both ----------------------------------------------------------------------------------------------------


def _hollow(family: str, one: Key, other: Key) -> list[Hollow]:
    """What did not take place, or not yet, between two sides."""
    held = index.current()
    return counterparts.outlined(held, held.hollow & held.all_of(family, (one, other)))


def _facts(contacts: list[Meeting], hollow: list[Hollow], day: date) -> dict[str, object]:
    """What stands beside the timeline; two queries."""
    planned = [one for one in hollow if one.occurrence == Occurrence.PLANNED and one.latest >= day]
    ids = [contacts[0].event_id] if contacts else []
    ids += [planned[0].event_id] if planned else []
    last = since(contacts[-1] if contacts else None, day)
    events = {event.pk: event for event in Event.objects.filter(pk__in=ids)}
    return {
        "contacts": contacts,
        "contacts_words": pairs.contacts_words(contacts) if contacts else "",
        "first": events[contacts[0].event_id] if contacts else None,
        "first_words": edtf.words(events[contacts[0].event_id].date, unknown=False) if contacts else "",
        "planned": events[planned[0].event_id] if planned else None,
        "planned_words": edtf.words(events[planned[0].event_id].date, unknown=False) if planned else "",
        "longest": contact.longest_silence(contacts),
        "silences": pairs.silences(contacts),
        "last_words": edtf.words(last.event.date, unknown=False) if last else "",
        "since": last,
        "figure": pairs.figure(contacts, hollow, day),
        "hollow_words": counterparts.outlined_words(hollow),
    }
