"""An article into proposals: what `manage.py ingest ARTICLE --published ...` reads, before anything is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from timeline.models import Leader
from timeline.models.sources import web_address

from .article import Article, ArticleError, read
from .dossier import Fault
from .extract import Proposal, extract
from .extract.lexicon import countries

_LONGEST = {"url": 2000, "publisher": 300, "title": 300}  # characters, as the columns have it


@dataclass(frozen=True)
class Given:
    """What whoever hands in an article says of it; `published` is YYYY-MM-DD, `home` a country's code."""

    published: str | None
    url: str = ""
    publisher: str = ""
    title: str = ""
    home: str = ""


@dataclass(frozen=True)
class Told:
    """An article with the proposals that were read from it, in the order of its text."""

    article: Article
    home: str
    proposals: list[Proposal]

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON: `{"article": {title, published, sha256, text, ...}, "proposals": [...]}`.

        Offsets are code points of the text, dates EDTF, countries codes.
        """
        article = self.article
        return {
            "article": {
                "title": article.title,
                "publisher": article.publisher or None,
                "url": article.url or None,
                "published": article.published.isoformat(),
                "found_published": article.found.isoformat() if article.found else None,
                "sha256": article.sha256,
                "text": article.text,
                "notes": article.notes,
            },
            "proposals": [proposal.as_dict(article.text) for proposal in self.proposals],
        }


def tell(path: Path, given: Given, leaders: Iterable[Mapping[str, Any]] = ()) -> Told:
    """What the article in a file tells of; raises ArticleError with one sentence.

    `leaders` are those that the record knows, as `known_leaders` gives them.
    """
    _check(str(path), given)
    article = read(path, given.published, title=given.title, publisher=given.publisher, url=given.url)
    article = replace(article, title=article.title[: _LONGEST["title"]])
    article = replace(article, publisher=article.publisher[: _LONGEST["publisher"]])
    found = extract(article.text, article.published, home=given.home, publisher=article.publisher, leaders=leaders)
    return Told(article, given.home, found)


def _check(name: str, given: Given) -> None:
    """Raise ArticleError where what was given can't be."""
    for key, most in _LONGEST.items():
        value = getattr(given, key)
        if len(value) > most:
            raise _fault(name, f"The {key} is too long: expected at most {most:,} characters.", key)
        if any(letter in value for letter in "\x00\n\r"):
            raise _fault(name, f"The {key} has a line end or a NUL in it: expected one line.", key)
    if given.url:
        try:
            web_address(given.url)
        except ValidationError as error:
            expected = "expected one that begins with https://"
            raise _fault(name, f"“{given.url[:60]}” is no address: {expected}.", "url") from error
    if given.home and given.home not in countries().zones:
        raise _fault(name, f"“{given.home[:20]}” is no country that Readout knows: expected a code as in JP.", "home")


def _fault(name: str, expected: str, about: str) -> ArticleError:
    return ArticleError([Fault(name, "", "", expected)], about)


def known_leaders() -> list[dict[str, Any]]:
    """The record's leaders with their names and posts, as the extractor takes them; two queries."""
    return [
        {
            "slug": leader.slug,
            "name": leader.name,
            "family_name": leader.family_name,
            "native_name": leader.native_name,
            "other_names": list(leader.other_names),
            "posts": [
                {"title": post.title, "country": post.country_id, "since": post.since, "until": post.until}
                for post in leader.posts.all()
            ],
        }
        for leader in Leader.objects.prefetch_related("posts").order_by("slug")
    ]


def in_words(told: Told) -> str:
    """The proposals as lines for a terminal; the last one is their number."""
    return "\n".join([*told.article.notes, *(line(one) for one in told.proposals), f"{numbered(told)}."])


def numbered(told: Told) -> str:
    """“7 proposals”."""
    number = len(told.proposals)
    return f"{number} proposal{'' if number == 1 else 's'}"


def line(proposal: Proposal) -> str:
    """“2025-11-25  call, took place: Sanae Takaichi, Donald Trump”."""
    occurrence = proposal.occurrence.replace("_", " ")
    return f"{proposal.date or 'undated'}  {proposal.kind}, {occurrence}: {', '.join(proposal.participants)}"
