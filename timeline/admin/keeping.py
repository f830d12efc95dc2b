"""Forms from which nothing is lost: not to another editor's save, and not to a session that ran out."""

import re
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from . import unsaved
from .saving import ANSWER, Saving, Wanted
from .writing import WritingAdmin, editor

_REMEMBERED = 20  # forms that were saved last, for the browser to let go of


class KeepingAdmin(WritingAdmin):
    """Its forms are a DeskForm, and what they save goes through a Saving."""

    kind: ClassVar[str] = ""  # of events
    change_form_template = "admin/timeline/form.html"

    class Media:
        css = {"all": ("admin-readout/events.css",)}
        js = ("admin-readout/desk.js",)

    def saving(self, request: HttpRequest, obj: Any, formsets: list[Any], wanted: Wanted) -> Saving:
        """The last formset of a form that was sent; `obj` is None where it is new."""
        raise NotImplementedError

    def asks_for_note(self, request: HttpRequest, obj: Any) -> bool:
        """Whether the form has the two fields for what readers are told."""
        raise NotImplementedError

    # What was kept -----------------------------------------------------------------------------------------------

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "GET" and unsaved.PARAMETER in request.GET and not unsaved.bring_back(request):
            said = _("What was kept for this form is no longer there, or it is somebody else's.")
            self.message_user(request, said, messages.WARNING)
        try:
            response = super().changeform_view(request, *args, **kwargs)
        except PermissionDenied:
            if self.has_add_permission(request) and (moved := unsaved.move(request, self._add_address)):
                return HttpResponseRedirect(moved)
            if request.method == "POST" and unsaved.keep(request, self._add_address):
                raise PermissionDenied(_("What you typed is kept: the desk's first page leads to it.")) from None
            raise
        saving = saving_of(request)
        if saving and saving.is_done:
            if saving.beside:
                self.message_user(request, saving.beside, messages.WARNING)
            unsaved.forget_saved(request)
            _let_forget(request, response, saving.form.cleaned_data["work"])
        return response

    @property
    def _add_address(self) -> str:
        """Where what was typed is shown as a new one's, when its own form is there no more, or not for who typed it."""
        return reverse(f"admin:timeline_{self.opts.model_name}_add")

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        response: HttpResponse = super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc]
        if request.method != "POST" or not self.has_add_permission(request):
            return response
        kept = unsaved.move(request, self._add_address) or unsaved.keep(request, self._add_address)
        return HttpResponseRedirect(kept) if kept else response

    # What others saved meanwhile -----------------------------------------------------------------------------------

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Rows are sent back whole: what there is stands in the form as initial values."""
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method == "POST":
            kwargs["queryset"] = inline.model.objects.none()
        elif obj.pk and inline.has_change_permission(request, obj):
            kwargs["queryset"] = inline.model.objects.none()
            kwargs["initial"] = inline.rows_of(obj)
        return kwargs

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        if request.method == "POST":
            saving = self.saving(request, obj if change else None, list(formsets), self.wanted(request, obj))
            request.readout_saving = saving  # type: ignore[attr-defined]
            formsets.append(saving)
        return formsets, inlines

    def wanted(self, request: HttpRequest, obj: Any, state: str = "") -> Wanted:
        """What was asked for beside what stands in the form."""
        answers = {
            name.removeprefix(ANSWER): str(value) for name, value in request.POST.items() if name.startswith(ANSWER)
        }
        return Wanted(state, answers, unsaved.is_brought_back(request))

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        saved(request).form = form
        return form.instance

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: the rows are parts of what has been saved."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        if add:
            return [{"added": {}}]
        saving = saved(request)
        with override(None):  # it is translated when it is read
            names = [saving.label(name) for name in saving.changed]
        return [{"changed": {"fields": names}}] if names else []

    # What the form says ----------------------------------------------------------------------------------------------

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        saving = saving_of(request)
        if saving and saving.wanted.is_brought_back:
            said = _("This is what you typed before. It has not been saved yet.")
            self.message_user(request, said, messages.WARNING)
        form = context["adminform"].form
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        context |= {
            "may_save": may_save,
            "made_for": unsaved.made_for(editor(request)),
            "made_for_name": unsaved.FIELD,
            "show_notes": bool(obj) and may_save and self.asks_for_note(request, obj),
            "notes": [form[name] for name in ("correction", "not_correction") if name in form.fields],
            "questions": saving.questions() if saving and saving.conflicts else [],
            "answers": saving.wanted.answers.items() if saving and not saving.conflicts else (),
            "answer_prefix": ANSWER,
        }
        return super().render_change_form(request, context, *args, **kwargs)


def saving_of(request: HttpRequest) -> Saving | None:
    """How what was sent is saved; None where nothing was."""
    return getattr(request, "readout_saving", None)


def saved(request: HttpRequest) -> Any:
    """The same, where it is known that something was sent."""
    return request.readout_saving  # type: ignore[attr-defined]


def _let_forget(request: HttpRequest, response: HttpResponse, work: str) -> None:
    """Tell the browser that it may forget now what it has kept of this form, as of those saved just before."""
    if not re.fullmatch(r"[0-9a-f]+", work):
        return
    before = [one for one in request.COOKIES.get("saved", "").split(".") if re.fullmatch(r"[0-9a-f]{1,40}", one)]
    path, secure = reverse("admin:index"), request.is_secure()
    value = ".".join([*before[1 - _REMEMBERED :], work])
    response.set_cookie("saved", value, max_age=600, path=path, samesite="Strict", secure=secure)
