"""What an editor may begin with: a plain title for what an article tells of, and the office before a new name."""

import re
from collections.abc import Mapping
from typing import Any

from timeline.ingest.proposals import Values
from timeline.models import Format, Kind, Occurrence

_MEETINGS = {
    Occurrence.TOOK_PLACE: "meet",
    Occurrence.PLANNED: "are to meet",
    Occurrence.POSTPONED: "postpone their meeting",
    Occurrence.CANCELLED: "cancel their meeting",
    Occurrence.DID_NOT_TAKE_PLACE: "do not meet",
}
_CALLS = {
    Occurrence.TOOK_PLACE: "speak by telephone",
    Occurrence.PLANNED: "are to speak by telephone",
    Occurrence.POSTPONED: "postpone their telephone call",
    Occurrence.CANCELLED: "cancel their telephone call",
    Occurrence.DID_NOT_TAKE_PLACE: "do not speak by telephone",
}
_STATEMENTS = {
    Format.PRESS_CONFERENCE: "gives a press conference",
    Format.TO_REPORTERS: "speaks to reporters",
    Format.INTERVIEW: "gives an interview",
    Format.PARLIAMENT: "speaks in parliament",
    Format.SPEECH: "gives a speech",
    Format.WRITTEN: "issues a statement",
    Format.SOCIAL_MEDIA: "writes on social media",
}


def title(values: Values) -> str:
    """A plain sentence of what the article says, in the record's English; the editor makes it say more."""
    people = values["participants"]
    names = people[0] if len(people) == 1 else f"{', '.join(people[:-1])} and {people[-1]}" if people else ""
    if values["kind"] == Kind.STATEMENT:
        verb = _STATEMENTS.get(values["format"], "makes a statement")
        return f"{names} {verb}"
    verb = (_CALLS if values["kind"] == Kind.CALL else _MEETINGS)[Occurrence(values["occurrence"])]
    if values["format"] == Format.VIDEO:
        verb = verb.replace("telephone call", "video call").replace("telephone", "video")
    place = f" in {values['place']}" if values["kind"] == Kind.MEETING and values["place"] else ""
    return f"{names} {verb}{place}"


# What offices end with. It is a suggestion alone: an editor who makes a leader says what the office is.
_OFFICE = re.compile(
    r"((?:[A-Z][\w’'-]*|and|of|for|the|&)\s+)*"
    r"(?:President|Minister|Premier|Chancellor|Secretary|King|Queen|Emir|Sultan|Emperor|Prince|Spokesman|Spokeswoman"
    r"|Spokesperson|Ambassador|Adviser|Advisor|Envoy|Commissioner|Chief|Secretary-General|Taoiseach)"
    r"(?:\s+(?:of|for)(?:\s+(?:the|and|[A-Z][\w’'-]*))+)?\s+\Z"
)
_BEFORE = 80  # characters in front of a name


def office(text: str, spans: list[Mapping[str, Any]], adjectives: frozenset[str]) -> str:
    """The office that stands before a name where it is first told, without the country; or nothing."""
    if not spans:
        return ""
    start = spans[0]["start"]
    match = _OFFICE.search(text[max(0, start - _BEFORE) : start])
    if not match:
        return ""
    words = match[0].split()
    nations = [place for place, word in enumerate(words) if word.casefold() in adjectives]
    words = words[nations[-1] + 1 :] if nations else words
    while words and not words[0][0].isupper():
        words = words[1:]
    return " ".join(words)
