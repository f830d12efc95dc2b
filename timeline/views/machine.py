"""Answers for machines: any page's script may read them, and what was wrong with a question is said in words."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from timeline.filters import Ignored

JSON = "application/json; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
Response = TypeVar("Response", bound=HttpResponseBase)


def answer(content: str | bytes, content_type: str, *, status: int = 200) -> HttpResponse:
    """A whole answer."""
    return _open(HttpResponse(content, status=status, content_type=content_type))


def data(content: Any, *, status: int = 200, content_type: str = JSON) -> HttpResponse:
    """A value as JSON, laid out for people too."""
    return answer(json.dumps(content, ensure_ascii=False, indent=1) + "\n", content_type, status=status)


def streamed(chunks: Iterable[bytes], content_type: str) -> StreamingHttpResponse:
    """An answer that is made while it is sent."""
    return _open(StreamingHttpResponse(chunks, content_type=content_type))


def refused(faults: Sequence[Ignored], *, as_data: bool) -> HttpResponse:
    """400: which parameters make no sense, and why."""
    if as_data:
        listed = [{"parameter": one.name, "value": one.value, "reason": one.reason} for one in faults]
        return data({"errors": listed}, status=400)
    lines = [_("%(name)s=%(value)s: %(reason)s") % one._asdict() for one in faults]
    return answer("\n".join(lines) + "\n", PLAIN, status=400)


def _open(response: Response) -> Response:
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Robots-Tag"] = "noindex"
    return response
