"""The words of schema.org that we use: what each type has, and what may stand there. Told by schema.org's own pages.

As a JSON-LD context it has these words alone: a processor drops whatever is not among them.
"""

from typing import Any

from pyld import jsonld

S = "https://schema.org/"
_THING = ("name", "description", "url", "mainEntityOfPage", "alternateName", "subjectOf")
_CREATIVE_WORK = (
    *_THING,
    "about",
    "citation",
    "creator",
    "dateModified",
    "datePublished",
    "inLanguage",
    "publisher",
    "text",
    "version",
)
PROPERTIES = {
    "Event": (
        *_THING,
        "attendee",
        "duration",
        "endDate",
        "eventAttendanceMode",
        "eventStatus",
        "inLanguage",
        "location",
        "startDate",
    ),
    "Claim": _CREATIVE_WORK,
    "Statement": _CREATIVE_WORK,
    "Quotation": (*_CREATIVE_WORK, "spokenByCharacter"),
    "CreativeWork": _CREATIVE_WORK,
    "WebPage": _CREATIVE_WORK,
    "Person": (*_THING, "jobTitle"),
    "Organization": _THING,
    "Place": (*_THING, "address"),
    "PostalAddress": (*_THING, "addressCountry"),
}
_MEMBERS = {
    "eventStatus": {f"{S}Event{one}" for one in ("Scheduled", "Postponed", "Cancelled", "Rescheduled", "MovedOnline")},
    "eventAttendanceMode": {f"{S}{one}EventAttendanceMode" for one in ("Online", "Offline", "Mixed")},
}
_IRIS = ("url", "mainEntityOfPage", "eventStatus", "eventAttendanceMode")
_RANGES = {
    "attendee": {"Person", "Organization"},
    "spokenByCharacter": {"Person", "Organization"},
    "creator": {"Person", "Organization"},
    "publisher": {"Person", "Organization"},
    "location": {"Place"},
    "address": {"PostalAddress"},
    "subjectOf": {"WebPage"},
    "citation": {"CreativeWork"},
}
_WORDS = {word for words in PROPERTIES.values() for word in words}
_CONTEXT = {
    "@context": {
        **{name: f"{S}{name}" for name in PROPERTIES},
        **{word: {"@id": f"{S}{word}", "@type": "@id"} if word in _IRIS else f"{S}{word}" for word in _WORDS},
    }
}


def _loaded(url: str, _options: Any) -> dict[str, Any]:
    assert url == "https://schema.org", url
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": _CONTEXT}


def faults(thing: dict[str, Any]) -> list[str]:
    """What a JSON-LD processor, and then schema.org, find wrong with a description; empty where it is sound."""
    expanded = jsonld.expand(thing, {"documentLoader": _loaded, "base": "relative:"})
    if len(expanded) != 1:
        return [f"It describes {len(expanded)} things."]
    plain = {key: value for key, value in thing.items() if key != "@context"}
    return list(_faults(expanded[0], plain))


def _faults(node: dict[str, Any], given: dict[str, Any]) -> Any:
    (kind,) = (one.removeprefix(S) for one in node.get("@type", ["none"]))
    known = PROPERTIES.get(kind, ())
    words = {key.removeprefix(S) for key in node if not key.startswith("@")}
    for word in (set(given) - {"@id", "@type"}) - words:
        yield f"{word}: no processor knows it."
    for word in words - set(known):
        yield f"{kind} has no {word}."
    for word in words & set(known):
        values = given[word] if isinstance(given[word], list) else [given[word]]
        for value, one in zip(node[f"{S}{word}"], values, strict=True):
            if word in _IRIS and not value.get("@id", "").startswith("http"):
                yield f"{word} is no address: {value}."
            if word in _MEMBERS and value.get("@id") not in _MEMBERS[word]:
                yield f"{word} can't be {value.get('@id')}."
            if "@type" in value:
                if value["@type"][0].removeprefix(S) not in _RANGES.get(word, PROPERTIES.keys()):
                    yield f"{word} can't be a {value['@type']}."
                yield from _faults(value, one)
