"""Records as events in the dossier's schema: each with its own source, and an id made from the record's."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from . import people, places, remarks
from .files import Trip, Visit
from .people import Cast, Mention

PUBLISHER = "Office of the Historian, US Department of State"
SITE = "https://history.state.gov/departmenthistory"
MOST_NAMED = 4  # people in a title

Row = dict[str, Any]


@dataclass(frozen=True)
class Skipped:
    """A record that no event is made of, and why."""

    file: str
    id: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, record {self.id}: {self.reason}"


@dataclass
class Made:
    """What one record gives: a source, events, and words on what was left out of them."""

    source: Row
    events: list[Row]
    doubts: list[str]


# Visits ------------------------------------------------------------------------------------------------------------


def visitors(visit: Visit) -> list[Mention]:
    """The people that the record lists as its visitors; empty where its country isn't known."""
    code = places.code(visit.country_id, visit.country, visit.start)
    if code is None:
        return []
    where = f"{visit.file}, record {visit.id}"
    return [Mention(title, name, code, visit.start, visit.end, where) for title, name in _named(visit.visitor)]


def _named(text: str) -> list[tuple[str, str]]:
    """“President Anwar Sadat, Prime Minister Mustafa Khalil” as titles and names."""
    found = []
    text = re.sub(r"\b(Prime Minister|President)(?=[A-Z])", r"\1 ", text)
    for part in re.split(rf",\s+(?=(?:{people.TITLE}) )|(?<!^Premier) and (?=(?:{people.TITLE}) [A-Z])", text):
        match = re.match(rf"({people.TITLE}) (.+)", part)
        found.append((people.normal_title(match[1]), match[2]) if match else ("", part))
    return found


def of_visit(visit: Visit, cast: Cast) -> Made | Skipped:
    """A visit to the United States: the visitors, and those Americans whom the record says they met."""
    mentions = visitors(visit)
    if not mentions:
        return Skipped(visit.file, visit.id, f"no known country: {visit.country} ({visit.country_id})")
    doubts: list[str] = []
    guests = [_participant(one, "principal", cast, doubts) for one in mentions]
    met, named, day, place = _americans(visit, doubts)
    kind = remarks.kind_of(visit.description)
    gathering = not met and remarks.is_gathering(visit.description) and kind in ("", "private", "unofficial")
    one_day = visit.start == visit.end or day is not None
    is_bilateral = bool(met) and one_day and kind in ("", "private", "informal", "unofficial")
    # The list's own notes: each visit in it included a meeting with the President, or with the Vice President where the
    # President was ill or abroad.
    host = met or [{"leader": None, "role": "host", "country": "US", "title": "President or Vice President"}]
    who = f"{_and([one.words for one in mentions])} of {places.states()[mentions[0].country].in_sentence}"
    verb = ("meets", "visits", "pays", "attends") if len(mentions) == 1 else ("meet", "visit", "pay", "attend")
    if gathering:
        title, form = f"{who} {verb[3]} {remarks.occasion(visit.description)} in the United States", "multilateral"
        host = [{"leader": None, "role": "host", "country": "US", "title": "Government of the United States"}]
    elif is_bilateral:
        title, form = f"{who} {verb[0]} {_and(named)}{f' in {place}' if place else ''}", "bilateral"
    else:
        visiting = f"{verb[2]} {_article(kind)} visit to" if kind else verb[1]
        title, form = f"{who} {visiting} the United States", "visit"
        if named:
            title += f" and {verb[0]} {_and(named)}"
    event = {
        "id": f"historian-visit-{visit.id}",
        "kind": "meeting",
        "title": title,
        "summary": _visit_summary(visit, kind, is_bilateral),
        "date": (day or visit.start).isoformat() if is_bilateral else _dates(visit.start, visit.end),
        "occurrence": "took_place",
        "format": form,
        "place": place,
        "country": "US",
        "participants": guests + host,
    }
    source = _source(f"historian-visit-{visit.id}", f"Visits by foreign leaders, record {visit.id}: {visit.country}",
                     f"{SITE}/visits/{visit.country_id}")  # fmt: skip
    return Made(source, [_cited(event, source)], doubts)


def _americans(visit: Visit, doubts: list[str]) -> tuple[list[Row], list[str], date | None, str | None]:
    """Whom the visitors met: as participants, as words, the day if one is named, the place if one is."""
    met: list[Row] = []
    named: list[str] = []
    days: list[date | None] = []
    spots: set[str | None] = set()
    for one in remarks.hosts(visit.description, visit.start, visit.end):
        words = f"{one.title} {one.name}"
        office = people.in_office(one.name, one.title, visit.start, visit.end)
        if office is not None:
            met.append({"leader": office.leader, "role": "host", "country": "US", "title": None})
        elif one.title in ("Vice President", "President-elect"):
            met.append({"leader": None, "role": "host", "country": "US", "title": words})
        else:
            doubts.append(f"{visit.file}, record {visit.id}: {words} did not hold this office then.")
            continue
        named.append(words)
        days.append(one.day)
        spots.add(remarks.place_in(one.clause))
    return met, named, days[0] if len(days) == 1 else None, spots.pop() if len(spots) == 1 else None


def _visit_summary(visit: Visit, kind: str, is_bilateral: bool) -> str:
    if kind:
        return f"Recorded as {_article(kind)} visit."
    if is_bilateral and visit.start != visit.end:
        return "Recorded as part of a longer stay in the United States."
    return ""


# Trips ---------------------------------------------------------------------------------------------------------------


def met_on(trip: Trip) -> list[Mention]:
    """The people whom the record says the traveller met, where their country can be told."""
    code = places.code(trip.country_id, trip.country, trip.start)
    if code is None:
        return []
    return [
        Mention(one.title, one.name, one.country or code, trip.start, trip.end, f"{trip.file}, record {trip.id}", True)
        for one in remarks.companions(trip.remarks)
        if one.country not in ("?", "US")
    ]


def of_trip(trip: Trip, cast: Cast) -> Made | Skipped:
    """A US president or secretary of state abroad: one event for each country whose people they met."""
    code = places.code(trip.country_id, trip.country, trip.start)
    office = people.traveller(trip.who, trip.start)
    if code is None:
        return Skipped(trip.file, trip.id, f"no known country: {trip.country} ({trip.country_id})")
    if office is None:
        return Skipped(trip.file, trip.id, f"no known traveller: {trip.who}")
    doubts: list[str] = []
    unclear: list[str] = []
    by_country: dict[str, list[Mention]] = {}
    for one in met_on(trip):
        if one.country == code and cast.is_foreign(one):
            unclear.append(one.words)
        else:
            by_country.setdefault(one.country, []).append(one)
    kind = "" if remarks.is_company(trip.remarks) else remarks.kind_of(trip.remarks)
    if code not in by_country and remarks.officials(trip.remarks, code):
        by_country[code] = [Mention("", "Officials", code, trip.start, trip.end)]
    if not by_country and kind in ("state", "official", "official working", "working"):
        by_country[code] = []
    if not by_country:
        if unclear:
            return Skipped(trip.file, trip.id, f"not of which country they were: {_and(unclear)}")
        return Skipped(trip.file, trip.id, _why_not(trip))
    doubts += [f"{trip.file}, record {trip.id}: {words} is left out, of which country isn't said." for words in unclear]
    identity = f"historian-travel-{trip.id}"
    source = _source(identity, f"Travels abroad, record {trip.id}: {office.family_name} in {trip.country}",
                     f"{SITE}/travels/{trip.role}/{trip.who}")  # fmt: skip
    events = []
    for at, (country, mentions) in enumerate(sorted(by_country.items(), key=lambda item: item[0] != code)):
        event = _trip_event(trip, office, code, country, mentions, kind, cast, doubts)
        event["id"] = (
            identity if country == code or (at == 0 and code not in by_country) else f"{identity}-{country.lower()}"
        )
        events.append(_cited(event, source))
    return Made(source, events, doubts)


def _trip_event(
    trip: Trip, office: people.Office, code: str, country: str, mentions: list[Mention], kind: str, cast: Cast,
    doubts: list[str],
) -> Row:  # fmt: skip
    role = "host" if country == code else "principal"
    hosts = [_participant(one, role, cast, doubts) for one in mentions]
    state, there = places.states()[country], places.states()[code]
    held = office.since <= trip.end and trip.start <= office.until
    traveller = f"{office.title} {office.family_name}" if held else people.us_leaders()[office.leader]["name"]
    spot = (
        trip.locale
        if trip.locale and not any(mark in trip.locale for mark in ",;(") and len(trip.locale) < 60
        else None
    )
    if not mentions:
        hosts = [{"leader": None, "role": role, "country": country, "title": f"Government of {state.in_sentence}"}]
        title = f"{traveller} pays {_article(kind)} visit to {state.in_sentence}"
    else:
        words = [one.words for one in mentions]
        if words == ["Officials"]:
            met = f"officials of {state.in_sentence}"
        else:
            more = len(words) - MOST_NAMED
            met = _and([*words[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])]) + f" of {state.in_sentence}"
        title = f"{traveller} meets {met}"
        if spot or country != code:
            title += f" in {spot or there.in_sentence}"
    # Two titles of one person are one participant.
    unique = list({one["leader"] or one["title"]: one for one in reversed(hosts)}.values())[::-1]
    return {
        "id": "",
        "kind": "meeting",
        "title": title[:300],
        "summary": f"Recorded as {_article(kind)} visit." if kind and country == code else "",
        "date": _dates(trip.start, trip.end),
        "occurrence": "took_place",
        "format": "bilateral" if trip.start == trip.end else "visit",
        "place": trip.locale if trip.locale and len(trip.locale) <= 300 else None,
        "country": code,
        "participants": [{"leader": office.leader, "role": "principal", "country": "US", "title": None}, *unique],
    }


def _why_not(trip: Trip) -> str:
    text = trip.remarks.lower()
    if remarks.is_company(trip.remarks):
        return "accompanied the president, whose own record says whom he met"
    if any(word in text for word in ("attended", "participated", "addressed", "conference", "summit")):
        return "a gathering or a speech; it doesn't say who met whom"
    if any(word in text for word in ("en route", "stopped", "overnight", "vacation", "fishing", "returning", "refuel")):
        return "a stop or a holiday; it names nobody who was met"
    return "it names nobody who was met"


# Parts of events ------------------------------------------------------------------------------------------


def _participant(mention: Mention, role: str, cast: Cast, doubts: list[str]) -> Row:
    """A leader where it is sure who is meant, else a delegation with the words of the record."""
    person = cast.find(mention)
    if person is not None:
        return {"leader": person.slug, "role": role, "country": mention.country, "title": None}
    if mention.title:
        doubts.append(f"{mention.where}: {mention.words} ({mention.country}) has no whole name.")
    return {"leader": None, "role": role, "country": mention.country, "title": mention.words}


def _source(identity: str, title: str, url: str) -> Row:
    return {"id": identity, "publisher": PUBLISHER, "title": title[:300], "url": url, "language": "en"}


def _cited(event: Row, source: Row) -> Row:
    supports = ["date", "occurrence", "participants", *(["place"] if event["place"] else [])]
    return {**event, "citations": [{"source": source["id"], "supports": supports}]}


def _dates(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first}/{last}"


def _article(kind: str) -> str:
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
