"""What each role may do: groups whose permissions are set anew after every migrate.

A contributor enters drafts. An editor publishes them too, and adds the people, topics and sources that they need. A
chief editor also withdraws and merges, changes people and countries, and manages accounts. The permissions are kept in
Django's groups, so that each page asks for a permission and none for a role.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, Permission, User
from django.db import connections
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from timeline.models import Event, State


class Role(TextChoices):
    """A role; its value is the name of its group."""

    CONTRIBUTOR = "contributor", _("contributor")
    EDITOR = "editor", _("editor")
    CHIEF_EDITOR = "chief editor", _("chief editor")


# What readers see is changed by these alone, whatever the kind of the event.
PUBLISH = "timeline.publish_event"
WITHDRAW = "timeline.withdraw_event"
MERGE = "timeline.merge_event"
MANAGE_ACCOUNTS = "auth.change_user"

KINDS = ("meeting", "call", "statement")
NOUNS = ("leader", "post", "country", "topic", "source")


def _named(verbs: Iterable[str], nouns: Iterable[str], app: str = "timeline") -> frozenset[str]:
    nouns = tuple(nouns)
    return frozenset(f"{app}.{verb}_{noun}" for verb in verbs for noun in nouns)


_CONTRIBUTOR = (
    _named(("view", "add", "change", "delete"), KINDS)
    | _named(("view",), NOUNS)
    | _named(("add",), ("source",))
    | _named(("view", "change"), ("article", "proposal", "bulkchange"))
)
_EDITOR = (
    _CONTRIBUTOR
    | {PUBLISH}
    | _named(("add",), ("leader", "post"))
    | _named(("add", "change"), ("topic", "source"))
    | _named(("add", "delete"), ("article", "proposal"))
)
_CHIEF_EDITOR = (
    _EDITOR
    | {WITHDRAW, MERGE}
    | _named(("add", "change", "delete"), NOUNS)
    | _named(("view", "add", "change"), ("user",), app="auth")
)

PERMISSIONS: Mapping[Role, frozenset[str]] = {
    Role.CONTRIBUTOR: _CONTRIBUTOR,
    Role.EDITOR: _EDITOR,
    Role.CHIEF_EDITOR: _CHIEF_EDITOR,
}


def after_migrate(using: str, **kwargs: Any) -> None:
    """Make the three groups and give them exactly their permissions. Also called after a flush."""
    if "auth_group" not in connections[using].introspection.table_names():
        return  # migrated back to before the tables stood
    # Django makes the permissions after each app's own turn: ours need those of both apps now.
    for app in ("timeline", "auth"):
        create_permissions(apps.get_app_config(app), verbosity=0, using=using)
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.using(using).values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    for role, names in PERMISSIONS.items():
        group, _created = Group.objects.using(using).get_or_create(name=role.value)
        group.permissions.set([known[name] for name in names if name in known])


def role_of(user: User) -> Role | None:
    """The highest role that somebody has; one query."""
    names = set(user.groups.values_list("name", flat=True))
    return next((role for role in reversed(Role) if role.value in names), None)


def give(user: User, role: Role | None) -> None:
    """Let somebody have this role and no other; without one, they can't sign in to the desk."""
    user.is_staff = role is not None or user.is_superuser
    user.save(update_fields=["is_staff"])
    user.groups.remove(*Group.objects.filter(name__in=Role.values))
    if role is not None:
        user.groups.add(Group.objects.get(name=role.value))


def may_touch(user: AbstractBaseUser | AnonymousUser | User, event: Event) -> bool:
    """Whether somebody may change what this event says, as far as its record state goes.

    A draft is everybody's who may change events; what readers see is for those who publish, and what was taken back for
    those who withdraw: nobody else undoes that.
    """
    needed = {State.PUBLISHED: PUBLISH, State.WITHDRAWN: WITHDRAW}.get(State(event.state))
    return needed is None or user.has_perm(needed)  # type: ignore[union-attr]
