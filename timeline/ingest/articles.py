"""An article into proposals: what `manage.py ingest ARTICLE --published ...` says of it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from timeline.models import Leader

from .article import ArticleError, read
from .dossier import Fault
from .extract import extract
from .extract.lexicon import countries


def summary(
    path: Path,
    published: str | None,
    *,
    url: str = "",
    publisher: str = "",
    title: str = "",
    home: str = "",
    leaders: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The article and its proposals, ready for JSON; raises ArticleError with one sentence.

    `{"article": {title, published, sha256, text, ...}, "proposals": [...]}`: offsets are code points of the text,
    dates EDTF, countries codes. `leaders` are those that the record knows, as `known_leaders` gives them.
    """
    if home and home not in countries().zones:
        fault = Fault(str(path), "", "", f"“{home[:20]}” is no country that Readout knows: expected --home JP, say.")
        raise ArticleError([fault])
    article = read(path, published, title=title, publisher=publisher, url=url)
    found = extract(article.text, article.published, home=home, publisher=article.publisher, leaders=leaders)
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
        "proposals": [proposal.as_dict(article.text) for proposal in found],
    }


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


def in_words(result: Mapping[str, Any]) -> str:
    """The proposals as lines for a terminal; the last one is their number."""
    lines = [_line(one) for one in result["proposals"]]
    number = len(lines)
    return "\n".join([*result["article"]["notes"], *lines, f"{number} proposal{'' if number == 1 else 's'}."])


def _line(proposal: Mapping[str, Any]) -> str:
    occurrence = proposal["occurrence"].replace("_", " ")
    return f"{proposal['date'] or 'undated'}  {proposal['kind']}, {occurrence}: {', '.join(proposal['participants'])}"
