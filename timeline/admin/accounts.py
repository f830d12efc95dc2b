"""Accounts: who may work at the desk, and as what."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from timeline import roles
from timeline.accounts import SECOND_FACTORS

from .by_order import DeskList

# Django registers its own two when they are imported. What a role may do is said in the code, so groups have no pages.
admin.site.unregister(Group)
admin.site.unregister(User)


class RoleField(forms.ChoiceField):
    """One of the roles, or none: then the account can't sign in to the desk."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Role"),
            required=False,
            choices=[("", _("none")), *roles.Role.choices],
            help_text=_(
                "A contributor enters drafts; an editor publishes them; a chief editor also withdraws, merges, changes"
                " people and manages accounts."
            ),
        )


class NewAccountForm(AdminUserCreationForm):
    role = RoleField()


class AccountForm(UserChangeForm):
    role = RoleField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "role" in self.fields:
            self.initial["role"] = roles.role_of(self.instance) or ""


@admin.action(permissions=["change"], description=_("Remove the second factor of the selected accounts"))
def forget_second_factor(modeladmin: Any, request: HttpRequest, queryset: QuerySet[User]) -> None:
    """For who has lost a telephone or a key: the password alone is asked for, until another factor is set up."""
    accounts = [user for user in queryset if modeladmin.has_change_permission(request, user)]
    if any(user.pk == request.user.pk for user in accounts):
        modeladmin.message_user(request, _t("Your own is removed on the page of your account."), messages.ERROR)
        return
    Authenticator.objects.filter(user__in=accounts).delete()
    for user in accounts:
        modeladmin.log_change(request, user, "Removed the second factor.")
    modeladmin.message_user(request, _t("%d accounts have no second factor now.") % len(accounts), messages.SUCCESS)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """A chief editor makes accounts and gives roles. One is switched off, never deleted: its work has its name."""

    form = AccountForm
    add_form = NewAccountForm
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("At the desk"), {"fields": ("role", "is_active", "last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "role", "email", "usable_password", "password1", "password2")}),)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    list_display = ("username", "name", "role", "second_factor", "is_active", "last_login")
    list_filter = ("is_active",)
    actions = (forget_second_factor,)
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
        accounts: QuerySet[User] = super().get_queryset(request)
        return accounts.prefetch_related("groups").annotate(has_second_factor=Exists(factors))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeskList]:
        return DeskList

    @admin.display(description=_("name"))
    def name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=_("role"))
    def role(self, user: User) -> str:
        if user.is_superuser:
            return _t("superuser")
        names = {group.name for group in user.groups.all()}
        return ", ".join(str(role.label) for role in roles.Role if role.value in names)

    @admin.display(description=_("second factor"), boolean=True)
    def second_factor(self, user: User) -> bool:
        return bool(user.has_second_factor)  # type: ignore[attr-defined]

    # What may be done to whom --------------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser's account is a superuser's affair."""
        allowed = bool(super().has_change_permission(request, obj))
        return allowed and (obj is None or not obj.is_superuser or _is_superuser(request))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody: what an account has done would go with it."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Nothing of an account can be guessed from which rows a filter leaves."""
        return lookup.split("__")[0] == "is_active"

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        user = self.get_object(request, id)
        if user is not None and not self.has_change_permission(request, user):
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "role" not in form.cleaned_data:
            return
        wanted = roles.Role(form.cleaned_data["role"]) if form.cleaned_data["role"] else None
        if form.instance.pk == request.user.pk and not _is_superuser(request) and "role" in form.changed_data:
            self.message_user(request, _t("Nobody changes their own role."), messages.WARNING)
        elif not change or "role" in form.changed_data:
            roles.give(form.instance, wanted)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
