"""How well the extractor reads a labelled set: `python -m tests.eval` (`make eval`) prints it.

An event is right when kind, people and date are all right. `occurrence` is counted among those that are right
otherwise, and so are speaker, part of day, duration and who asked for it, where the label gives them.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from timeline.ingest.extract import extract
from timeline.ingest.extract.lexicon import fold

SETS = (
    "development", "held_out", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "twentyfirst", "twentysecond", "twentythird", "twentyfourth", "twentyfifth", "twentysixth",
    "twentyseventh", "twentyeighth", "twentyninth", "thirtieth", "thirtyfirst",
    "thirtysecond", "thirtythird", "thirtyfourth",
)  # fmt: skip
KINDS = ("call", "meeting", "statement")
DETAILS = ("speaker", "part_of_day", "duration_minutes", "duration_approximate", "initiated_by")
Event = dict[str, Any]


@dataclass
class Score:
    """Counts of one set: by kind how many were `found`, `labelled` and `right`; what was wrong, in words."""

    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    labelled: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    occurrence: list[bool] = field(default_factory=list)
    details: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in DETAILS})
    errors: list[str] = field(default_factory=list)

    def rates(self, kinds: Iterable[str] = KINDS) -> tuple[float, float, float]:
        """Precision, recall and F1 of these kinds together, from 0 to 1."""
        kinds = tuple(kinds)
        right = sum(self.right[kind] for kind in kinds)
        precision = right / (sum(self.found[kind] for kind in kinds) or 1)
        recall = right / (sum(self.labelled[kind] for kind in kinds) or 1)
        return precision, recall, 2 * precision * recall / ((precision + recall) or 1)

    def occurrence_rate(self) -> float:
        """Of the events that are right, the share whose outcome is right too."""
        return sum(self.occurrence) / (len(self.occurrence) or 1)


@cache
def articles(name: str) -> list[dict[str, Any]]:
    """The articles of a set, with their labels under `events`."""
    path = Path(__file__).parent / f"{name}.toml"
    found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["article"]
    return found


def proposals(article: dict[str, Any]) -> list[Event]:
    """What the extractor proposes for an article, as JSON."""
    text = article["text"].lstrip("\n")
    published = date.fromisoformat(article["published"])
    return [one.as_dict(text) for one in extract(text, published, publisher=article.get("publisher", ""))]


@cache
def readings(name: str) -> list[list[Event]]:
    """What the extractor proposes for each article of a set, read once."""
    return [proposals(article) for article in articles(name)]


def score(*names: str) -> Score:
    """The score of these sets together."""
    total = Score()
    for name in names:
        for article, found in zip(articles(name), readings(name), strict=True):
            _compare(article["id"], found, article["events"], total)
    return total


def _compare(where: str, found: list[Event], labelled: list[Event], total: Score) -> None:
    wanted = list(labelled)
    for event in labelled:
        total.labelled[event["kind"]] += 1
    wrong = []
    for event in found:
        total.found[event["kind"]] += 1
        label = next((one for one in wanted if _key(one) == _key(event)), None)
        if not label:
            wrong.append(event)
            continue
        wanted.remove(label)
        total.right[event["kind"]] += 1
        total.occurrence.append(label["occurrence"] == event["occurrence"])
        if label["occurrence"] != event["occurrence"]:
            total.errors.append(f"{where}: {_words(event)} should be {label['occurrence']}")
        for name in DETAILS:
            if name in label:
                total.details[name].append(label[name] == event[name])
                if label[name] != event[name]:
                    total.errors.append(f"{where}: {name} {event[name]!r} should be {label[name]!r} in {_words(event)}")
    total.errors += [f"{where}: missed {_words(event)}" for event in wanted]
    total.errors += [f"{where}: not there {_words(event)}" for event in wrong]


def _key(event: Event) -> tuple[str, frozenset[str], str]:
    return event["kind"], frozenset(fold(name) for name in event["participants"]), event["date"] or ""


def _words(event: Event) -> str:
    return f"{event['kind']} {event['date'] or 'undated'} {', '.join(event['participants'])} ({event['occurrence']})"


def report(name: str, total: Score) -> Iterator[str]:
    """A score in lines, under the name of its set."""
    yield f"{name}: {sum(total.labelled.values())} events"
    for kind in (*KINDS, "all"):
        precision, recall, f1 = total.rates(KINDS if kind == "all" else [kind])
        yield f"  {kind:<10} precision {precision:.2f}  recall {recall:.2f}  F1 {f1:.2f}"
    yield f"  {'occurrence':<10} {total.occurrence_rate():.2f}"
    for detail, marks in total.details.items():
        if marks:
            yield f"  {detail:<20} {sum(marks)} of {len(marks)}"
    yield from (f"  - {error}" for error in total.errors)
