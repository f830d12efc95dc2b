"""Leaders with their posts, and countries."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from timeline import dates, edtf, waiting
from timeline.models import Country, Leader, Post
from timeline.models.people import pick_post
from timeline.tables import LEADERS

from .choices import can_be_key
from .desk_forms import NounForm
from .event_rows import RowForm, RowsInline
from .nouns import NounAdmin, PermanentSlugAdmin
from .tables import Tables, table_selected
from .writing import editor, lines, longest


class NamesField(forms.CharField):
    """Names, one a line; browsers send line ends of their own."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class LeaderForm(NounForm):
    other_names = NamesField(
        label=_("Other names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        help_text=_("Other spellings that search should find, one a line."),
    )

    class Meta:
        model = Leader
        fields = ("name", "slug", "family_name", "native_name", "native_language", "other_names", "wikidata")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["other_names"] = "\n".join(self.instance.other_names)

    def clean_other_names(self) -> list[str]:
        return longest(lines(self.cleaned_data["other_names"]), 300)


class PostForm(RowForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_fields()

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors and self.has_changed() and not values.get("DELETE"):
            try:
                Post(**{name: values[name] for name in PostInline.fields}).clean()
            except ValidationError as error:
                self.add_error(None, error)
        return values

    def as_record(self) -> dict[str, Any]:
        values = self.cleaned_data
        since, until = values["since"] or None, values["until"] or None
        return {"title": values["title"], "country": values["country"].code, "since": since, "until": until}


class PostInline(RowsInline, admin.TabularInline):
    """A leader's posts, by who may change the leader and posts."""

    model = Post
    form = PostForm
    fk_name = "leader"
    part = "posts"
    fields = ("title", "country", "since", "until")
    autocomplete_fields = ("country",)

    def rows_of(self, event: Any) -> list[dict[str, Any]]:
        posts = sorted(event.posts.all(), key=lambda post: post.pk)
        return [
            {"title": one.title, "country": one.country_id, "since": one.since, "until": one.until} for one in posts
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        verbs = ("add", "change", "delete") if obj else ("add",)
        return editor(request).has_perms(f"timeline.{verb}_post" for verb in verbs) and super().has_change_permission(
            request, obj
        )


class OpenPostFilter(admin.SimpleListFilter):
    """Leaders with a post of which nobody has said when it ended."""

    title = _("posts")
    parameter_name = "posts"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("With a post without an end"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() != "open":
            return queryset
        return queryset.filter(pk__in=waiting.open_posts().values("leader_id"))


@admin.register(Leader)
class LeaderAdmin(Tables, PermanentSlugAdmin):
    table = LEADERS
    actions = (table_selected,)
    form = LeaderForm
    inlines = (PostInline,)
    fields = ("name", "slug", "family_name", "native_name", "native_language", "other_names", "wikidata")
    list_display = ("name", "native_name", "last_post")
    list_filter = (OpenPostFilter,)
    search_fields = ("name", "family_name", "native_name", "other_names", "slug")
    search_help_text = _("Any of a leader's names, or a post")

    def get_urls(self) -> list[Any]:
        choices = self.admin_site.admin_view(LeaderChoices.as_view(admin_site=self.admin_site))
        return [
            path("choices/", choices, name="timeline_leader_choices"),
            path("post/", self.admin_site.admin_view(post_view), name="timeline_leader_post"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> Any:
        posts = Post.objects.select_related("country").order_by("since_earliest", "id")
        return super().get_queryset(request).prefetch_related(Prefetch("posts", posts))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        # SQLite keeps the list of other names with letters beyond ASCII escaped.
        for word in search_term.replace("\x00", "").split():
            found = Q(other_names__icontains=word) | Q(other_names__icontains=json.dumps(word)[1:-1])
            for name in ("name", "family_name", "native_name", "slug"):
                found |= Q(**{f"{name}__icontains": word})
            held = Post.objects.filter(Q(title__icontains=word) | Q(country__name__icontains=word))
            found |= Q(pk__in=held.values("leader_id"))
            queryset = queryset.filter(found)
        return queryset, False

    @admin.display(description=_("last post"))
    def last_post(self, leader: Leader) -> str:
        return last_post(leader)


def last_post(leader: Leader) -> str:
    """“Prime Minister, Japan”, or nothing; reads `posts`, which may be prefetched."""
    posts = list(leader.posts.all())
    return _post_words(posts[-1]) if posts else ""


def _post_words(post: Post) -> str:
    return f"{post.title}, {post.country.name}"


class LeaderChoices(AutocompleteJsonView):
    """As Django's own, with the native name and the last post behind the name: many share a family name."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        named = " ".join(part for part in (obj.name, obj.native_name) if part)
        words = ", ".join(part for part in (named, last_post(obj)) if part)
        return {"id": str(getattr(obj, to_field_name)), "text": words}


def post_view(request: HttpRequest) -> JsonResponse:
    """The post that `leader` (a key) held on `date` (as people write it): {"words": "Prime Minister, Japan"}.

    Or {"words": "", "error": a sentence} where no post covers it; {"words": ""} where there is nothing to say.
    """
    key = request.GET.get("leader", "")
    leader = Leader.objects.filter(pk=key).first() if key and can_be_key(Leader, key) else None
    try:
        day = dates.read(request.GET.get("date", ""))
    except edtf.EdtfError:
        day = None
    if leader is None or day is None:
        return JsonResponse({"words": ""})
    post = pick_post(leader.posts.select_related("country"), day.earliest, day.latest)
    if post is None:
        return JsonResponse({"words": "", "error": _t("No post of theirs covers this date.")})
    return JsonResponse({"words": _post_words(post)})


class CountryForm(NounForm):
    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()


@admin.register(Country)
class CountryAdmin(NounAdmin):
    form = CountryForm
    fields = ("code", "name", "article", "adjective", "capital", "time_zone", "native_language")
    list_display = ("name", "code", "capital", "time_zone")
    search_fields = ("name", "code")
    ordering = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Country | None = None) -> Any:
        return ("code",) if obj else ()
