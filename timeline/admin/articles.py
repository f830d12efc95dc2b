"""Articles, and the desk where an editor reviews what each of them proposes."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from timeline import edtf, record
from timeline.ingest import matching, proposals
from timeline.ingest.article import ArticleError
from timeline.models import Article, Kind, Leader, Origin, Proposal, Standing

from . import accepting, review_text
from .accepting import Held, May
from .pages import noun_page
from .receiving import ParticularsForm, ReceiveForm
from .review import Review, countries, event_of, is_only_compared, reviews
from .review_forms import PersonForm, ProposalForm
from .writing import WritingAdmin, editor, kind_admins


class WaitsFilter(admin.SimpleListFilter):
    """Articles with something left to decide."""

    title = _("what waits")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _t("Something waits")), ("no", _t("All is decided"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        waiting = Exists(Proposal.objects.waiting().filter(article=OuterRef("pk")))
        match self.value():
            case "yes":
                return queryset.filter(waiting)
            case "no":
                return queryset.exclude(waiting)
        return queryset


@admin.register(Article)
class ArticleAdmin(WritingAdmin):
    """The list of articles; each one's page is the review of its proposals."""

    list_display = ("name", "publisher", "when", "waiting", "decided", "received")
    list_display_links = ("name",)
    list_filter = (WaitsFilter,)
    search_fields = ("title", "publisher", "url")
    search_help_text = _("Title, publisher or address")
    ordering = ("-received_at", "-id")

    class Media:
        css = {"all": ("admin-readout/events.css", "admin-readout/review.css")}
        js = ("admin-readout/desk.js", "admin-readout/review.js")

    # The list ------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Any:
        done = Proposal.objects.filter(standing__in=(Standing.ACCEPTED, Standing.REJECTED), is_changed=False)
        rows = super().get_queryset(request)
        return rows.annotate(waits=_number(Proposal.objects.waiting()), done=_number(done))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description=_("article"), ordering="title")
    def name(self, article: Article) -> str:
        return str(article)

    @admin.display(description=_("published"), ordering="published")
    def when(self, article: Article) -> str:
        return edtf.words(article.published.isoformat())

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, article: Article) -> str:
        return date_format(article.received_at, "j M Y, H:i")

    @admin.display(description=_("waiting"), ordering="waits")
    def waiting(self, article: Any) -> str:
        return str(article.waits or "")

    @admin.display(description=_("decided"), ordering="done")
    def decided(self, article: Any) -> str:
        return str(article.done or "")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What the record rests on stays."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj and obj.proposals.filter(standing=Standing.ACCEPTED).exists())

    # Receiving one -------------------------------------------------------------------------------------------

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ReceiveForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                stored = proposals.store(form.told())
            except ArticleError as error:
                form.add_error(error.about or None, " ".join(fault.expected for fault in error.faults))
            else:
                known = matching.about_known(stored.article.proposals.all(), stored.article.published)
                self.message_user(request, proposals.in_words(stored, known), messages.SUCCESS)
                return HttpResponseRedirect(_address(stored.article))
        context = {"form": form, "countries": countries()}
        return self._page(request, "receive", _t("Read an article"), None, context)

    # Reviewing it --------------------------------------------------------------------------------------------

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        article = self.get_object(request, object_id or "")
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        may_change = self.has_change_permission(request, article)
        if not (may_change or self.has_view_permission(request, article)):
            raise PermissionDenied
        if request.method != "POST":
            return self._review(request, article)
        if not may_change:
            raise PermissionDenied
        # The writer's lock is held before anything is read, so nothing changes between check and write.
        with record.writing(origin=Origin.EDITOR, by=editor(request)):
            article.refresh_from_db()
            return (
                self._particulars(request, article)
                if "_particulars" in request.POST
                else self._decide(request, article)
            )

    def _particulars(self, request: HttpRequest, article: Article) -> HttpResponse:
        form = ParticularsForm(request.POST, instance=article)
        if not form.is_valid():
            article.refresh_from_db()
            return self._review(request, article, particulars=form)
        form.save()
        self.message_user(request, _t("The source's particulars are saved."), messages.SUCCESS)
        return HttpResponseRedirect(_address(article))

    def _decide(self, request: HttpRequest, article: Article) -> HttpResponse:
        """Do what one of the buttons says with the proposal that it belongs to."""
        key = request.POST.get("proposal", "")
        found = reviews(article, None, request.POST, key)
        review = next((one for one in found if str(one.proposal.pk) == key), None)
        do = next((name for name in _DO if name in request.POST), None)
        if review is None or do is None:
            self.message_user(request, _t("There is no such proposal any more."), messages.WARNING)
            return HttpResponseRedirect(_address(article))
        if request.POST.get(f"p{key}-seen") != review.seen or do not in review.buttons:
            self.message_user(request, _moved_on(review), messages.WARNING)
            return HttpResponseRedirect(_address(article, review))
        said = _DO[do](self, request, review)
        if said is None:
            return self._review(request, article, found, problem=review)
        self.log_change(request, article, f"{review.heading}: {said}")
        return HttpResponseRedirect(_address(article, _next(found, review)))

    def _accept(self, request: HttpRequest, review: Review) -> str | None:
        if is_only_compared(request.POST, review):
            self.message_user(
                request, _t("Compared with the entry that you chose: look at it, then accept."), messages.WARNING
            )
            return None
        try:
            accepted = accepting.accept(review, editor(request), self._may(request))
        except Held as held:
            if review.form:
                review.form.look_again()
            self.message_user(request, str(held), messages.WARNING)
            return None
        if accepted is None:
            return None
        said = _t("Accepted: “%s” is a draft now.") if accepted.created else _t("Accepted as evidence for “%s”.")
        self.message_user(request, said % accepted.event.title, messages.SUCCESS)
        return str(said % accepted.event.title)

    def _reject(self, request: HttpRequest, review: Review) -> str:
        accepting.decide(review, Standing.REJECTED, editor(request))
        said = _t("Rejected. It does not come back with the next reading of this article.")
        self.message_user(request, f"{review.heading}: {said}", messages.SUCCESS)
        return said

    def _keep(self, request: HttpRequest, review: Review) -> str:
        accepting.decide(review, Standing.ACCEPTED, editor(request), review.proposal.event)
        self.message_user(request, said := _t("The entry stays as it is."), messages.SUCCESS)
        return said

    def _reopen(self, request: HttpRequest, review: Review) -> str:
        accepting.reopen(review.proposal)
        self.message_user(request, said := _t("It waits again."), messages.SUCCESS)
        return said

    def _may(self, request: HttpRequest) -> May:
        kinds = kind_admins(self.admin_site)
        return May(
            add=lambda kind: bool(kinds[kind].has_add_permission(request)),
            change=lambda event: bool(kinds[event.kind].has_change_permission(request, event)),
            publish=lambda event: bool(kinds[event.kind].has_publish_permission(request, event)),
            add_leader=bool(self.admin_site.get_model_admin(Leader).has_add_permission(request)),
        )

    # The page ------------------------------------------------------------------------------------------------

    def _review(
        self,
        request: HttpRequest,
        article: Article,
        found: list[Review] | None = None,
        problem: Review | None = None,
        particulars: ParticularsForm | None = None,
    ) -> HttpResponse:
        texts = list(article.texts.order_by("number"))
        asked = request.GET.get("text", "")
        shown = next((text for text in texts if str(text.number) == asked), texts[-1])
        is_latest = shown == texts[-1]
        if not is_latest:
            found = reviews(article, shown)
        elif found is None:
            found = reviews(article)
        may_change = self.has_change_permission(request, article) and is_latest
        marks = [mark for one in found if _is_marked(one, is_latest) for mark in one.marks]
        before = next((text for text in reversed(texts) if text.number < shown.number), None)
        waiting = [one for one in found if one.is_open]
        may = self._may(request)
        for one in waiting:
            one.barred = accepting.barred(one.match.event if one.match else None, one.values["kind"], may)
        context = {
            "article": article,
            "texts": texts,
            "shown": shown,
            "is_latest": is_latest,
            "parts": review_text.parts(shown.text, marks),
            "amended": review_text.amendments(before.text, shown.text) if before else [],
            "before": before,
            "reviews": found,
            "waiting": waiting if may_change else [],
            "others": [(one, event_of(one.proposal)) for one in found if not may_change or not one.is_open],
            "summary": ngettext("%d proposal waits.", "%d proposals wait.", len(waiting)) % len(waiting),
            "problem": problem,
            "particulars": particulars or ParticularsForm(instance=article),
            "may_change": may_change,
            "may_add_leader": may.add_leader,
            "countries": countries() if waiting and may_change else [],
            "is_nav_sidebar_enabled": False,
        }
        return self._page(request, "review", str(article), article, context)

    def _page(
        self, request: HttpRequest, template: str, title: str, article: Article | None, context: dict[str, Any]
    ) -> HttpResponse:
        forms_media = PersonForm("-", None, "").media + ProposalForm(_NOTHING, "", {}, [], None).media
        own = {
            "media": self.media + forms_media,
            "has_delete_permission": self.has_delete_permission(request, article) if article else False,
        }
        return noun_page(self, request, f"article/{template}", title, **own, **context)


_DO: dict[str, Callable[[ArticleAdmin, HttpRequest, Review], str | None]] = {
    "_accept": ArticleAdmin._accept,
    "_reject": ArticleAdmin._reject,
    "_keep": ArticleAdmin._keep,
    "_reopen": ArticleAdmin._reopen,
}
_NOTHING: dict[str, Any] = {"kind": Kind.CALL, "duration_approximate": False}


def _number(of: Any) -> Any:
    """How many of these proposals an article has, counted for the rows that are shown alone."""
    counted = of.filter(article=OuterRef("pk")).order_by().values("article").annotate(number=Count("*"))
    return Coalesce(Subquery(counted.values("number")), 0)


def _address(article: Article, review: Review | None = None) -> str:
    address = reverse("admin:timeline_article_change", args=[article.pk])
    return f"{address}#p{review.number}" if review else address


def _next(found: list[Review], done: Review) -> Review | None:
    """The next proposal that waits, behind the one just decided."""
    rest = [one for one in found if one.is_open and one is not done]
    return next((one for one in rest if one.number > done.number), rest[0] if rest else done)


def _is_marked(review: Review, is_latest: bool) -> bool:
    """Of the newest text, what is rejected or stands there no longer is not marked."""
    if not is_latest:
        return True
    return review.is_latest and review.proposal.standing not in (Standing.REJECTED, Standing.SUPERSEDED)


def _moved_on(review: Review) -> str:
    """Why what an editor sent of a proposal can't be done any more."""
    proposal = review.proposal
    who = proposal.decided_by_name or _t("somebody")
    match proposal.standing:
        case Standing.ACCEPTED if not proposal.is_changed and proposal.event:
            event = event_of(proposal)
            link = reverse(f"admin:timeline_{proposal.kind}_change", args=[event.pk]) if event else ""
            said = _t("This proposal has been accepted already, by %s; nothing was done now. The entry:") % who
            return format_html('{} <a href="{}">{}</a>', said, link, event)
        case Standing.ACCEPTED if not proposal.is_changed:
            return _t("This proposal has been accepted already, by %s; nothing was done now.") % who
        case Standing.REJECTED:
            return _t("This proposal has been rejected already, by %s; nothing was done now.") % who
    return _t("This proposal has changed since the page was made: look at it again. Nothing was done.")
