"""Bringing a file into the record, in three steps: send it, look at what it would do, agree to exactly that."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from timeline.differences import Difference
from timeline.models import BulkChange, Event
from timeline.record.bulk import as_one
from timeline.record.correcting import correct
from timeline.tables.sheet import LARGEST

from . import at_work, uploads
from .notes import NoteForm, plain_line_ends
from .pages import noun_page
from .uploads import Upload
from .writing import editor

SHOWN = 200  # of each sort: rows that are told one by one
_AT_ONCE = 100_000  # bytes: for more, nobody waits in front of an empty page

Found = TypeVar("Found")


@dataclass(frozen=True)
class Told:
    """Something that is wrong: where in the file, what stands there, what was expected."""

    where: str
    value: str
    expected: str


@dataclass(frozen=True)
class Shown:
    """A row that is made or changed, in words. `values` are a new one's, `changes` those of one that is there.

    `missing` says what is still to be done before readers may see it.
    """

    where: str
    name: str
    changes: Sequence[Difference] = ()
    values: Sequence[tuple[str, str]] = ()
    twins: Sequence[Event] = ()
    missing: Sequence[str] = ()
    is_public: bool = False


@dataclass(frozen=True)
class Preview:
    """What a file would do, as an editor is shown it. The counts are of all, the lists may be cut short.

    `wanting` is what faulty rows lack beside their faults before readers may see them.
    """

    faults: Sequence[Told] = ()
    wanting: Sequence[Told] = ()
    created: Sequence[Shown] = ()
    changed: Sequence[Shown] = ()
    beside: Sequence[str] = ()  # what else is made or kept, in sentences
    counts: dict[str, int] = field(default_factory=dict)
    digest: str = ""
    can_be_written: bool = False
    asks_for_note: bool = False

    @property
    def left_out(self) -> dict[str, int]:
        """How many of each sort are not told one by one."""
        told = {"faults": self.faults, "created": self.created, "changed": self.changed}
        return {name: self.counts.get(name, 0) - len(rows) for name, rows in told.items()}


class Refusal(Exception):
    """The file is not taken; `faults` says why."""

    def __init__(self, faults: Iterable[Told]) -> None:
        self.faults = list(faults)
        super().__init__(" ".join(fault.expected for fault in self.faults))


@dataclass(frozen=True)
class Note:
    """What readers are told of a change to what they could see, or why they are told nothing."""

    correction: str = ""
    not_correction: str = ""

    @property
    def reason(self) -> str:
        return self.correction or self.not_correction


# A country, leader, source or topic: what it was (None: it is new) and what it is.
ChangedNoun = tuple[type[models.Model], dict[str, Any] | None, dict[str, Any] | None]


@dataclass(frozen=True)
class Written:
    """What was made and changed, for the log; `public` are the events whose readers see something else now."""

    made: Sequence[Any] = ()
    changed: Sequence[Any] = ()
    public: Sequence[int] = ()
    nouns: Sequence[ChangedNoun] = ()


class _NotAgreed(Exception):
    """Nothing is written: it would be something else than was looked at, or readers would not be told of it."""

    def __init__(self, *, is_stale: bool) -> None:
        self.is_stale = is_stale
        super().__init__()


class Import(ABC, Generic[Found]):
    """The pages of one sort of file in the admin of one noun; `Found` is what a file turns out to do."""

    purpose: ClassVar[str]  # in its addresses
    doing: ClassVar[str]  # what the bulk change is called
    template: ClassVar[str]  # of the page where it is sent
    accept: ClassVar[str]  # the files that a browser offers

    def __init__(self, modeladmin: Any) -> None:
        self.admin = modeladmin
        self.site: admin.AdminSite = modeladmin.admin_site
        self.opts = modeladmin.opts
        self.name = f"{self.opts.model_name}_{self.purpose}"

    def urls(self) -> list[Any]:
        def page(route: str, view: Any, name: str) -> Any:
            return path(route, self.site.admin_view(view), name=f"timeline_{name}")

        return [
            page(f"{self.purpose}/", self.upload_view, self.name),
            page(f"{self.purpose}/<slug:token>/", self.preview_view, f"{self.name}_preview"),
        ]

    @property
    def address(self) -> str:
        return reverse(f"admin:timeline_{self.name}")

    # What a sort of file is ------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def link(self) -> str:
        """What the link to it is called."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What the page is called."""

    @abstractmethod
    def is_allowed(self, request: HttpRequest) -> bool:
        """Whether somebody may send such files at all."""

    @abstractmethod
    def check(self, request: HttpRequest, upload: Upload) -> None:
        """Raise Refusal where the file can't be read as what it should be."""

    @abstractmethod
    def look(self, request: HttpRequest, upload: Upload) -> Found:
        """What the file would do; raises Refusal where it would do nothing."""

    @abstractmethod
    def summary(self, found: Found) -> Preview:
        """The same in numbers, and whether it can be written."""

    @abstractmethod
    def preview(self, found: Found) -> Preview:
        """The same in words, with the rows."""

    @abstractmethod
    def carry_out(self, request: HttpRequest, upload: Upload, note: Note, agree: Callable[[Found], None]) -> Written:
        """Do it, inside a block that falls where `agree`, told what is being done, raises. Raises Refusal."""

    def answers(self, request: HttpRequest) -> dict[str, str]:
        """What was chosen along with the file; raises Refusal."""
        return {}

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """What the page where it is sent shows beside."""
        return {}

    # The pages -------------------------------------------------------------------------------------------------

    def upload_view(self, request: HttpRequest) -> HttpResponseBase:
        """Send a file."""
        self._check(request)
        if request.method != "POST":
            return self._upload_page(request)
        try:
            upload = self._sent(request)
        except Refusal as refusal:
            return self._upload_page(request, refusal.faults)
        return self._in_time(request, upload, self.title, lambda: self._taken(request, upload))

    def _taken(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        try:
            self.check(request, upload)
        except Refusal as refusal:
            return self._upload_page(request, refusal.faults)
        token = uploads.keep(request, upload)
        return HttpResponseRedirect(reverse(f"admin:timeline_{self.name}_preview", args=[token]))

    def _upload_page(self, request: HttpRequest, faults: Sequence[Told] = ()) -> HttpResponse:
        context = {
            "preview": _of_faults(faults),
            "accept": self.accept,
            "megabytes": LARGEST // 2**20,
        }
        return self._page(request, self.template, self.title, **context, **self.context(request))

    def preview_view(self, request: HttpRequest, token: str) -> HttpResponseBase:
        """Look at what it would do, and agree to it."""
        self._check(request)
        upload = uploads.kept(request, self.name, token)
        if upload is None:
            said = _("This file has been dealt with, or was sent too long ago: send it again.")
            self.admin.message_user(request, said, messages.WARNING)
            return HttpResponseRedirect(self.address)
        title = _("What “%s” would do") % upload.name
        return self._in_time(request, upload, title, lambda: self._looked_at(request, token, upload, title))

    def _looked_at(self, request: HttpRequest, token: str, upload: Upload, title: str) -> HttpResponse:
        form = NoteForm(request.POST if request.method == "POST" else None)
        faults: list[Told] = []
        is_stale = False
        if request.method == "POST":
            try:
                bulk = self._write(request, upload, form)
            except Refusal as refusal:
                faults = refusal.faults
            except _NotAgreed as error:
                is_stale = error.is_stale
            else:
                uploads.forget(token)
                return HttpResponseRedirect(reverse("admin:timeline_bulkchange_change", args=[bulk.pk]))
        try:
            preview = self.preview(self.look(request, upload))
        except Refusal as refusal:
            faults = refusal.faults
        if faults:
            preview = _of_faults(faults)
        if is_stale:
            form = NoteForm(initial=request.POST.dict())  # what was typed is not to blame, and not lost
        return self._page(
            request,
            "preview",
            title,
            preview=preview,
            is_stale=is_stale,
            form=form if preview.asks_for_note and preview.can_be_written else None,
            address=self.address,
        )

    def _write(self, request: HttpRequest, upload: Upload, form: NoteForm) -> BulkChange:
        """Do it, where it is still what was looked at and what readers are told has been said; what was done."""
        user, note = editor(request), _note(form)

        def agree(found: Found) -> None:
            summary = self.summary(found)
            if summary.digest != request.POST.get("seen") or not summary.can_be_written:
                raise _NotAgreed(is_stale=True)
            if summary.asks_for_note and not note.reason:
                raise _NotAgreed(is_stale=False)

        with as_one(self.doing, words=upload.name, by=user) as bulk:
            written = self.carry_out(request, upload, note, agree)
            if note.correction:
                correct(written.public, note.correction)
            for model, before, after in written.nouns:
                bulk.add(model, before, after)
            words = _("From the file “%s”.") % upload.name
            for flag, rows in ((ADDITION, written.made), (CHANGE, written.changed)):
                if rows:
                    LogEntry.objects.log_actions(user.pk, rows, flag, change_message=words)
        assert bulk.row is not None  # `agree` lets nothing pass that writes nothing
        return bulk.row

    # What they share -------------------------------------------------------------------------------------------

    def _in_time(
        self, request: HttpRequest, upload: Upload, title: str, work: Callable[[], HttpResponse]
    ) -> HttpResponseBase:
        """What `work` answers; of a large file, on a page that is sent while the work is done."""
        if len(upload.data) <= _AT_ONCE:
            return work()
        return at_work.answer(self._page(request, "at_work", title), work)

    def _check(self, request: HttpRequest) -> None:
        if not self.is_allowed(request):
            raise PermissionDenied

    def _sent(self, request: HttpRequest) -> Upload:
        file = request.FILES.get("file")
        if file is None:
            raise Refusal([Told("", "", _("Choose a file first."))])
        if file.size is None or file.size > LARGEST:
            raise Refusal([Told("", "", _("The file is larger than %d MB: part it.") % (LARGEST // 2**20))])
        return Upload(self.name, file.name or "", file.read(), self.answers(request))

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
        return noun_page(self.admin, request, f"tables/{template}", title, **context)


def _of_faults(faults: Sequence[Told]) -> Preview:
    return Preview(faults=faults[:SHOWN], counts={"faults": len(faults)})


def _note(form: NoteForm) -> Note:
    """What was said, where it can be taken."""
    if not form.is_valid():
        return Note()
    said = form.cleaned_data
    return Note(plain_line_ends(said["correction"]), plain_line_ends(said["not_correction"]))
