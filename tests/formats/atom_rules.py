"""What the Atom Syndication Format (RFC 4287) and paged feeds (RFC 5005) ask of a feed, rule by rule."""

import re
from datetime import datetime

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
# RFC 3339, as RFC 4287 (3.3) narrows it: T and Z in upper case, a zone always.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z")
_IRI = re.compile(r"(https?://[^\s<>\"{}|\\^`]+|tag:[A-Za-z0-9.-]+,\d{4}(-\d\d){0,2}:[^\s<>\"{}|\\^`#]+)\Z")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*\Z")
_ONCE = {
    "feed": ("id", "title", "updated"),
    "entry": ("id", "title", "updated"),
}
_AT_MOST_ONCE = {
    "feed": ("generator", "icon", "logo", "rights", "subtitle"),
    "entry": ("content", "published", "rights", "source", "summary"),
}


def faults(text: bytes, address: str) -> list[str]:
    """What is wrong with the feed that stands at an address, in words; empty where it keeps to the rules."""
    feed = etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))
    if feed.tag != f"{ATOM}feed":
        return ["The root is no atom:feed."]
    found = [*_counted(feed, "feed"), *_values(feed)]
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        found += _counted(entry, "entry")
        if not (_links(entry, "alternate") or entry.find(f"{ATOM}content") is not None):
            found.append("An entry has neither content nor an alternate link (4.1.2).")
        if feed.find(f"{ATOM}author") is None and entry.find(f"{ATOM}author") is None:
            found.append("An entry has no author, and its feed has none (4.1.2).")
    ids = [feed.findtext(f"{ATOM}id"), *(entry.findtext(f"{ATOM}id") for entry in entries)]
    if len(set(ids)) != len(ids):
        found.append("Two of its ids are the same (4.2.6).")
    if _links(feed, "self") != [address]:
        found.append(f"Its self link is {_links(feed, 'self')}, and it stands at {address} (4.1.1).")
    for rel in ("alternate", "next"):
        if len(_links(feed, rel)) > 1:
            found.append(f"It has two {rel} links (4.1.1, RFC 5005).")
    newest = max((entry.findtext(f"{ATOM}updated") or "" for entry in entries), default="")
    if (
        newest
        and not found
        and datetime.fromisoformat(feed.findtext(f"{ATOM}updated") or "") < datetime.fromisoformat(newest)
    ):
        found.append("An entry is newer than its feed.")
    return found


def _counted(holder: etree._Element, kind: str) -> list[str]:
    counts = {name: len(holder.findall(f"{ATOM}{name}")) for name in (*_ONCE[kind], *_AT_MOST_ONCE[kind])}
    found = [f"{kind} has {counts[name]} of {name} (4.1)." for name in _ONCE[kind] if counts[name] != 1]
    found += [f"{kind} has {counts[name]} of {name} (4.1)." for name in _AT_MOST_ONCE[kind] if counts[name] > 1]
    return found


def _values(feed: etree._Element) -> list[str]:
    found = []
    for one in feed.iter():
        name, text = str(one.tag).removeprefix(ATOM), (one.text or "").strip()
        if name in ("updated", "published") and not _MOMENT.match(text):
            found.append(f"{text} is no date of RFC 3339 (3.3).")
        if name in ("id", "uri", "icon", "logo") and not _IRI.match(text):
            found.append(f"{name} {text} is no absolute IRI.")
        if name == "link" and not _IRI.match(one.get("href") or ""):
            found.append(f"The link {one.get('href')} is not absolute.")
        if name == "author" and not one.findtext(f"{ATOM}name"):
            found.append("An author has no name (3.2.1).")
        if name == "category" and not one.get("term"):
            found.append("A category has no term (4.2.2.1).")
        if name == "title" and not text:
            found.append("A title is empty.")
        if name in ("title", "subtitle", "summary") and one.get("type", "text") not in ("text", "html"):
            found.append(f"{name} has the type {one.get('type')} (3.1.1).")
        if name in ("title", "subtitle", "summary") and len(one):
            found.append(f"{name} holds elements, and is no xhtml (3.1.1).")
        if name in ("title", "subtitle", "summary") and one.get("type") == "html":
            found += [
                f"An address in {name} is relative." for _ in re.findall(r"""(?:href|src)=["'](?!https?://)""", text)
            ]
        language = one.get("{http://www.w3.org/XML/1998/namespace}lang")
        if language is not None and not _LANGUAGE.match(language):
            found.append(f"{language} is no language (BCP 47).")
    return found


def _links(holder: etree._Element, rel: str) -> list[str]:
    return [one.get("href") or "" for one in holder.findall(f"{ATOM}link") if one.get("rel", "alternate") == rel]
