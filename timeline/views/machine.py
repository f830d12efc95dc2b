"""Answers for machines: any page's script may read them, and what was wrong with a question is said in words."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from timeline.filters import Ignored

JSON = "application/json; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
Response = TypeVar("Response", bound=HttpResponseBase)


def answer(content: str | bytes, content_type: str, *, status: int = 200) -> HttpResponse:
    """A whole answer."""
    return opened(HttpResponse(content, status=status, content_type=content_type))


def data(content: Any, *, status: int = 200, content_type: str = JSON) -> HttpResponse:
    """A value as JSON, laid out for people too."""
    return answer(json.dumps(content, ensure_ascii=False, indent=1) + "\n", content_type, status=status)


def streamed(chunks: Iterable[bytes], content_type: str) -> StreamingHttpResponse:
    """An answer that is made while it is sent."""
    return opened(StreamingHttpResponse(chunks, content_type=content_type))


def refused(faults: Sequence[Ignored], *, as_data: bool) -> HttpResponse:
    """400: which parameters make no sense, and why."""
    if as_data:
        listed = [{"parameter": one.name, "value": one.value, "reason": one.reason} for one in faults]
        return data({"errors": listed}, status=400)
    lines = [_("%(name)s=%(value)s: %(reason)s") % one._asdict() for one in faults]
    return answer("\n".join(lines) + "\n", PLAIN, status=400)


def missing_words(_request: HttpRequest) -> HttpResponse:
    """404 for those who read text."""
    return answer(_("There is no entry at this address.") + "\n", PLAIN, status=404)


def missing_data(_request: HttpRequest) -> HttpResponse:
    """404 for those who read JSON."""
    return data({"errors": [{"reason": _("There is no entry at this address.")}]}, status=404)


def opened(response: Response) -> Response:
    """The answer as other sites' scripts may read it; a redirect that they may not is one that they can't follow."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Link"
    response["X-Robots-Tag"] = "noindex"
    return response
