"""Work that takes longer than anybody waits in front of an empty page: the page is sent while it is done.

The page's beginning goes out at once and says so; signs of life follow, so that neither the browser nor a proxy nor the
watch over requests gives up; what came of it ends the page. Whoever leaves meanwhile stops nothing: the work is done to
its end, or not at all.
"""

import logging
from collections.abc import Callable, Iterator
from threading import Thread

from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _

from timeline.patience import long_work

HERE = "<!-- what came of it -->"
_CONTENT = '<div id="content-main"'
_SIGN_OF_LIFE = "<!-- at work -->\n"
_SECONDS = 1.0
log = logging.getLogger(__name__)


def answer(page: TemplateResponse, work: Callable[[], HttpResponse]) -> StreamingHttpResponse:
    """The page, which holds HERE once, with the content of what `work` answers there; a redirect becomes a link.

    `work` is done in a thread of its own, with its own connection to the database. Where it fails, the page says so.
    """
    before, after = page.render().text.split(HERE)
    response = StreamingHttpResponse(_pieces(before, after, work))
    response["X-Accel-Buffering"] = "no"  # nginx would keep the beginning until the end
    return response


class _Work(Thread):
    """The work, and what it ends with."""

    def __init__(self, work: Callable[[], HttpResponse]) -> None:
        super().__init__(name="at work")
        self.work = work
        self.language = translation.get_language()
        self.content = ""

    def run(self) -> None:
        try:
            with long_work(), translation.override(self.language):
                self.content = _content(self.work())
        except PermissionDenied:
            self.content = _told(_("You may not do this. Nothing was written."))
        except Exception:
            log.exception("Work beside a page has failed.")
            self.content = _told(
                _("Something went wrong on our side. What is not among the bulk changes was not written: try again.")
            )
        finally:
            connections.close_all()


def _pieces(before: str, after: str, work: Callable[[], HttpResponse]) -> Iterator[str]:
    yield before
    thread = _Work(work)
    thread.start()
    while thread.is_alive():
        thread.join(_SECONDS)
        yield _SIGN_OF_LIFE
    yield thread.content
    yield after


def _content(response: HttpResponse) -> str:
    """What stands in the page's own part, of a page made from the same template."""
    if address := response.headers.get("Location"):
        return _told(_("It is done."), address)
    if isinstance(response, TemplateResponse):
        response.render()
    text = response.text
    start = text.index(_CONTENT)
    return text[start : text.rindex("<!-- end of content -->")]


def _told(sentence: str, address: str = "") -> str:
    return render_to_string("admin/timeline/tables/_done.html", {"sentence": sentence, "address": address})
