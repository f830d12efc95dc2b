"""What a remark says for certain: what sort of visit it was, and who met whom.

Only clauses whose verb brings two sides together count (met, conferred, talks ... with); what was planned, put
off or only attempted does not. A name is read where a title stands before it, and a list of names only as far as
each part of it can be read.
"""

import re
from dataclasses import dataclass
from datetime import date

from . import people, places

# Dots inside abbreviations are no ends of sentences; they come back as they were in names.
_DOT = "\u2024"
_ABBREVIATION = re.compile(
    r"\b(U\.S\.S\.R|U\.S|U\.N|D\.C|Jr|Sr|St|Ft|Mt|Dr|Gen|Gov|Sen|Calif|Mass|Md|Va|Me|Pa|Fla|Tex|Conn|S\.C|N\.Y|[A-Z])\."
)
_ENDS = re.compile(r"[.;](?:\s+|$)|\]\s*|\[")

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH = "|".join([*MONTHS, *(f"{month[:3]}\\.?" for month in MONTHS), r"Sept\.?"])
_DAY = re.compile(rf"\b(?P<month>{_MONTH})[\s]+(?P<day>\d{{1,2}})(?!\d|\s*[–-]\s*\d|,? and \d)")

_KIND = re.compile(
    r"\b(?P<kind>state|official working|official|working|informal|unofficial|private|good ?will|pastoral|courtesy)"
    r"(?: select)?(?: and \w+)? (?:visit|trip)",
    re.I,
)
_UNSURE = re.compile(
    r"\b(?:attempted|scheduled|cancel\w*|postpon\w*|failed|planned|to (?:meet|confer)|had met|declined|unable|hoped"
    r"|expected|accompanied President|joined President|in President|did not|instead of|invited|telephone\w*|message)\b",
    re.I,
)
_TOGETHER = re.compile(
    r"\b(?:met|meets|meetings?|conferred|conferences?|consulted|consultations|talks|discussions?|discussed|reviewed"
    r"|negotiat\w+|audience|lunch\w*|dinner|breakfast|brunch|summit|briefed|conversations?|dined|discuss"
    r"|visits?(?= with ))\b",
    re.I,
)
_STOP = re.compile(
    r"(?:,? and|,)?\s(?:to|at|in|on|for|about|during|after|before|concerning|regarding|while|who|where|as|prior"
    r"|following|en route|over|by|from|aboard|near|under|since|when|until|within|upon|into|through|despite|between"
    r"|accompan\w+|which|that|attend\w*|address\w*|sign\w*|visit\w*|deliver\w*|discuss\w*|particip\w*|tour\w*|held"
    r"|laid|announc\w*|receiv\w*|spoke|observ\w*|join\w*|travel\w*|took|gave|made|hosted|opened|dedicat\w*|also)\b"
)
_WITH = re.compile(r"\bwith\s+")
_NAME = (
    r"(?:(?:al|bin|ben|da|das|de|del|den|der|di|do|dos|e|el|ibn|la|le|ter|van|von|y|zu)[ -]|d['’](?=[A-Z])|al-|el-)*"
    r"[A-ZÀ-ÞĀ-ž][\w\u2024'’‘–-]*"
)
_PERSON = re.compile(
    rf"(?:(?:then|newly elected|the|both) )*(?:(?P<adjective>{places.pattern()})(?:['’]s)? )?"
    rf"(?:(?P<title>{people.TITLE})(?: and (?P<second>{people.TITLE}))?) (?P<name>{_NAME}(?: {_NAME}){{0,6}})"
    rf"(?: of (?:the )?(?P<of>{places.pattern()}))?(?=$|,| and\b|\s*\()"
)
_OFFICIALS = re.compile(
    r"(?:\bwith |, |\band )(?:(?:with|senior|government|other|various|high-level|high-ranking) )*"
    rf"(?:(?P<adjective>{places.pattern()}) )?(?:(?:government|cabinet|military) )?officials\b"
)


@dataclass(frozen=True)
class Named:
    """A person as a remark names them: their country's code where it says so, "?" where it can't be told, else ""."""

    title: str
    name: str
    country: str


def clauses(text: str) -> list[str]:
    """The sentences and half-sentences of a remark."""
    text = re.sub(r"\b([Aa]l) ?[–-] ?(?=[A-Z])", r"\1-", re.sub(r"(?<=[a-z])/(?=[A-Z])", " and ", text))
    held = _ABBREVIATION.sub(lambda found: found[0].replace(".", _DOT), text)
    return [clause.strip() for clause in _ENDS.split(held) if clause.strip()]


def is_company(text: str) -> bool:
    """Whether the traveller went along with the president, whose visit it was."""
    return bool(re.search(r"\b(?:accompanied|joined) President\b", text, re.I))


def kind_of(text: str) -> str:
    """state, official working, official, working, informal, private ... or "": what the visit is called first."""
    found = _KIND.search(text)
    return re.sub(r"\s+", " ", found["kind"].lower()).replace("good will", "goodwill") if found else ""


def is_contact(clause: str) -> bool:
    return bool(_TOGETHER.search(clause)) and not _UNSURE.search(clause)


def companions(text: str) -> list[Named]:
    """Whom the traveller met, as far as it can be read; each once."""
    found: list[Named] = []
    for clause in clauses(text):
        if is_contact(clause):
            for start in _starts(clause):
                found += [one for one in _listed(clause[start:]) if one not in found]
    return found


def _starts(clause: str) -> list[int]:
    """Where lists of people begin: behind each “with”, and behind “briefed” and “met”."""
    after = [found.end() for found in _WITH.finditer(clause) if _TOGETHER.search(clause[: found.start()])]
    after += [found.end() for found in re.finditer(r"\b(?:[Bb]riefed|[Mm]et) (?=[A-Z])", clause)]
    return after


def _listed(text: str) -> list[Named]:
    """The people that a list at the start of a text names; what can't be read is left out."""
    text = re.sub(r"\s*\([^)]*\)", "", text)
    text = re.sub(r",? and (?:also )?with ", " and ", text)
    stop = _STOP.search(" " + text)
    text = text[: max(stop.start() - 1, 0)] if stop else text
    found: list[Named] = []
    while text:
        person = _PERSON.match(text)
        if person:
            found.append(_named(person))
            text = text[person.end() :]
        else:
            apart = re.search(r", and |, | and ", text)
            text = text[apart.start() :] if apart and apart.start() else "" if not apart else text
        parted = re.match(r"(?:, and |, | and )+", text)
        if not parted:
            break
        text = text[parted.end() :]
    return found


def _named(found: re.Match[str]) -> Named:
    word = found["of"] or found["adjective"]
    country = (places.named(word) or "?") if word else ""
    name = found["name"].replace(_DOT, ".").rstrip("-–’'")
    return Named(people.normal_title(found["second"] or found["title"]), name, country)


def officials(text: str, country: str) -> bool:
    """Whether it says that officials of this country, where the traveller was, were met, without names."""
    for clause in clauses(text):
        for found in _OFFICIALS.finditer(clause) if is_contact(clause) else ():
            if not found["adjective"] or places.named(found["adjective"]) == country:
                return True
    return False


def day_of(clause: str, first: date, last: date) -> date | None:
    """The one day between these two that a clause names; None where it names none, or several."""
    days = set()
    for found in _DAY.finditer(clause.replace(_DOT, ".")):
        month = next(at for at, name in enumerate(MONTHS, 1) if name.startswith(found["month"][:3]))
        for year in {first.year, last.year}:
            try:
                days.add(date(year, month, int(found["day"])))
            except ValueError:
                continue
    within = [day for day in days if first <= day <= last]
    return within[0] if len(within) == 1 and len({(day.month, day.day) for day in days}) == 1 else None


# Whom visitors of the United States met ------------------------------------------------------------------------------

_AMERICAN = re.compile(
    r"\b(?P<title>President-elect|President|Secretary of State|Vice President)"
    rf" (?:(?!{_MONTH})[A-Z][a-z]+ (?=[A-Z])(?!{_MONTH}))?(?P<name>[A-Z][a-z]+)\b"
)
_AS_OBJECT = re.compile(
    r"\b(?:[Mm]et|[Mm]eetings?|[Cc]onferred|[Dd]iscuss\w*|[Tt]alks|[Cc]onversations?|[Ll]unch\w*|[Dd]inner|brunch"
    r"|visit|[Ss]ummit|[Cc]onsult\w*|[Vv]isited)\b(?P<between>[^;]*?)(?<!-)\b(?:with |and |)"
    r"(?=(?:President|President-elect|Secretary of State|Vice President) [A-Z])"
)


@dataclass(frozen=True)
class Host:
    """An American whom a visitor met: title, surname, the one day if the clause names it, and the clause."""

    title: str
    name: str
    day: date | None
    clause: str


def hosts(text: str, first: date, last: date) -> list[Host]:
    """The Americans whom the remark says were met."""
    found: list[Host] = []
    for clause in clauses(text):
        if not is_contact(clause) and not re.search(r"\b[Vv]isited President\b", clause):
            continue
        for verb in _AS_OBJECT.finditer(clause):
            person = _AMERICAN.match(clause, verb.end())
            between = verb["between"]
            if person is None or re.search(r"\b(?:for|of|by|funeral|dedicat\w+|honor|invitation|guest)\s*$", between):
                continue
            host = Host(person["title"], person["name"], day_of(clause, first, last), clause.replace(_DOT, "."))
            if (host.title, host.name) not in [(one.title, one.name) for one in found]:
                found.append(host)
        alone = re.match(r"President (?P<name>[A-Z]\w+) met with the ", clause)
        if alone:
            found.append(Host("President", alone["name"], day_of(clause, first, last), clause.replace(_DOT, ".")))
    return found


_PLACE = re.compile(
    r"\b(?:at|in) (?P<place>Camp David|Hyde Park|Kennebunkport|Crawford|New York City|San Clemente|Key Biscayne"
    r"|Key West|Palm Beach|Mar-a-Lago|Warm Springs|Honolulu|Guam|Agana|Midway Island|Coronado|Palm Springs"
    r"|San Francisco|Chicago|Seattle|Washington|Williamsburg|Sea Island|Newport|Augusta|Gettysburg)\b(?! and [A-Z])"
)


def place_in(clause: str) -> str | None:
    """The one well-known place that a clause says something happened in."""
    said = re.split(r",? (?:after|before|following|en route|while|prior to|beginning) ", clause)[0]
    found = {match["place"] for match in _PLACE.finditer(said)}
    return found.pop() if len(found) == 1 else None


# What gatherings are called in a title, the first that fits.
_OCCASIONS = [
    (r"funeral of (?:[Ff]ormer )?(?P<whom>President [A-Z]\w+)", "the funeral of {whom}"),
    (r"memorial services? for (?:[Ff]ormer )?(?P<whom>President [A-Z]\w+)", "a memorial service for {whom}"),
    (r"Nuclear Security Summit", "the Nuclear Security Summit"),
    (r"Summit of the Americas", "the Summit of the Americas"),
    (r"Africa(?:n)? Leaders.? Summit", "a summit with African leaders"),
    (r"Pacific Islands?\b.* Summit|Pacific Islands? Nations", "a summit with the Pacific islands"),
    (r"ASEAN", "a summit with ASEAN"),
    (r"NATO|North Atlantic Alliance", "a NATO meeting"),
    (r"APEC|Asia-Pacific Economic", "an APEC summit"),
    (r"G-?20", "a G20 summit"),
    (r"G-?8", "a G8 summit"),
    (r"Economic Summit", "an economic summit"),
    (r"Panama Canal Treaty", "the signing of the Panama Canal Treaty"),
    (r"Anniversary of the U\.?\u2024?N", "a dinner for the anniversary of the United Nations"),
    (r"Holocaust Memorial Museum", "the dedication of the Holocaust Memorial Museum"),
    (r"Quad ", "a summit of the Quad"),
    (r"AUKUS", "an AUKUS summit"),
    (r"North American Leaders", "a summit of North American leaders"),
    (r"U\u2024N\u2024 Conference|United Nations Conference", "the United Nations Conference"),
]
_GATHERING = re.compile(
    r"\b(?:attended|participated in|led \w+(?: \w+)? delegation|invited guest|leaders?['’]? (?:conference|summit)"
    r"|funeral|economic summit|trilateral summit|aukus)\b",
    re.I,
)


def is_gathering(text: str) -> bool:
    """Whether it was a gathering of many, where being on the list says nothing of who met whom."""
    return bool(_GATHERING.search(text)) and "ilateral Commission" not in text


def occasion(text: str) -> str:
    """What a gathering was, in a few words of ours."""
    for pattern, words in _OCCASIONS:
        if found := re.search(pattern, text, re.I if pattern.islower() else 0):
            return words.format(**found.groupdict())
    return "a gathering"
