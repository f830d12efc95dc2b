"""Who may do what: each role tries every address of the desk, and every button."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from tests import builders
from tests.desk import change, form_of, saved, told, unshown
from timeline import record, roles
from timeline.models import Country, DataVersion, Event, Leader, Source, State, Topic, Version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast(cast_all_along, db):
    pass


@pytest.fixture
def _unlogged(caplog):
    """Nothing is told of what was refused: writing out each traceback takes as long as refusing."""
    caplog.set_level(logging.CRITICAL, "django.request")


def somebody(role: roles.Role | None, name: str = "somebody") -> User:
    user = User.objects.create_user(name)
    roles.give(user, role)
    return user


def signed_in(role: roles.Role | None, name: str = "somebody") -> Any:
    client = Client()
    client.force_login(somebody(role, name))
    return client


def test_the_three_groups_have_their_permissions_and_keep_them():
    known = {f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")}
    assert set().union(*roles.PERMISSIONS.values()) <= known
    editors = Group.objects.get(name="editor")
    editors.permissions.add(Permission.objects.get(codename="withdraw_event"))
    editors.permissions.remove(Permission.objects.get(codename="publish_event"))
    for _again in range(2):
        roles.after_migrate("default")
    for role, names in roles.PERMISSIONS.items():
        rows = Group.objects.get(name=role.value).permissions.values_list("content_type__app_label", "codename")
        assert {f"{app}.{name}" for app, name in rows} == names
    assert roles.PERMISSIONS[roles.Role.CONTRIBUTOR] < roles.PERMISSIONS[roles.Role.EDITOR]
    assert roles.PERMISSIONS[roles.Role.EDITOR] < roles.PERMISSIONS[roles.Role.CHIEF_EDITOR]


# Every address ---------------------------------------------------------------------------------------------


def addresses(published: Event) -> Iterator[tuple[str, str]]:
    """Every address of the desk by its name, with a published event, or a noun, for what it is about."""
    nouns = {"leader": Leader, "country": Country, "topic": Topic, "source": Source, "user": User}
    for model, model_admin in admin.site._registry.items():
        noun = str(model._meta.model_name)
        if noun in ("meeting", "statement"):
            continue  # as calls: the same class
        key = published.pk
        if noun in nouns:
            key = nouns[noun]._default_manager.order_by("pk").values_list("pk", flat=True)[0]
        for pattern in model_admin.urls:
            if name := getattr(pattern, "name", None):
                wanted = pattern.pattern.converters if hasattr(pattern.pattern, "converters") else {}
                given = {"object_id": key, "id": key, "number": 1}
                yield name, reverse(f"admin:{name}", kwargs={one: given.get(one, 1) for one in wanted})


CONTRIBUTOR = {
    "user": "",
    "article": "changelist history change",
    "bulkchange": "changelist change put_back",
    "event": "choices date export import import_preview dossier dossier_preview changelist history change"
    " discarded discarded_list",
    "call": "export changelist add history",
    "leader": "choices post export changelist history",
    "country": "changelist history",
    "source": "known export import import_preview changelist add history",
    "topic": "changelist history",
}
EDITOR = {
    "article": "add delete",
    "call": "restore change",
    "leader": "add import import_preview",
    "source": "change",
    "topic": "add change",
}
CHIEF_EDITOR = {
    "user": "changelist add history change password_change",
    "call": "merge",
    "leader": "change delete",
    "country": "add change delete",
    "source": "delete",
    "topic": "delete",
}
MAY = dict(zip(roles.Role, [CONTRIBUTOR, EDITOR, CHIEF_EDITOR], strict=True))


@pytest.mark.long
@pytest.mark.usefixtures("_unlogged")
def test_every_address_of_the_desk_asks_who_is_there():
    """A published call, and what else readers see: who may send something to which of its addresses.

    Each role may all that the one below it may (see above): they try what that one was refused.
    """
    (published,) = builders.publish(builders.call())
    clients = {role: signed_in(role, role.value) for role in roles.Role}
    refused = {name.partition("_")[2]: address for name, address in addresses(published)}
    assert len(refused) > 50
    for role, theirs in MAY.items():
        client = clients[role]
        with unshown():
            tried = {name: client.post(address).status_code for name, address in refused.items()}
            may = {f"{noun}_{verb}" for noun, verbs in theirs.items() for verb in verbs.split()}
            assert {name for name, code in tried.items() if code != 403} == may
            refused = {name: address for name, address in refused.items() if name not in may}
            if role == roles.Role.CONTRIBUTOR:  # who may do least: what is not theirs is not even shown
                seen = {name for name, address in refused.items() if client.get(address).status_code != 403}
                looked_at = {f"{noun}_change" for noun in ("call", "leader", "country", "source", "topic")}
                assert seen == looked_at


def test_nobody_comes_to_the_desk_without_a_role(client):
    (published,) = builders.publish(builders.call())
    nobody = signed_in(None)
    with unshown():
        for number, (_name, address) in enumerate(addresses(published)):
            assert client.get(address)["Location"].startswith("/admin/login/?next=")
            if number % 8 == 0:  # it is the same door
                assert nobody.get(address)["Location"].startswith("/admin/login/?next=")
    assert nobody.get("/admin/login/").status_code == 403
    assert client.get("/admin/login/?next=/admin/timeline/call/")["Location"] == (
        "/account/login/?next=%2Fadmin%2Ftimeline%2Fcall%2F"
    )


# What readers see --------------------------------------------------------------------------------------------


def record_now() -> list[Any]:
    """The data version, which every write raises, and all events."""
    return [DataVersion.objects.get().number, *Event.objects.order_by("pk").values()]


def page(event: Event, name: str, *args: Any) -> str:
    return reverse(f"admin:timeline_{event.kind}_{name}", args=[event.pk, *args])


def all_that_is_not_a_draft(client: Client, event: Event, sent: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every way to change what readers see of an event."""
    chosen = {"_selected_action": [str(event.pk)], "reason": "x", "_withdraw": "1"}
    listed = reverse(f"admin:timeline_{event.kind}_changelist")
    return [
        (change(event), sent | {"title": "Mine", "correction": "x"}),
        (change(event), sent | {"_withdraw": "1", "reason": "x"}),
        (change(event), sent | {"_publish": "1"}),
        (page(event, "restore", 1), {"correction": "x"}),
        (page(event, "merge"), {"other": "1", "note": "x", "_merge": "1"}),
        (page(event, "delete"), {"post": "yes"}),
        (listed, chosen | {"action": "publish_selected"}),
        (listed, chosen | {"action": "withdraw_selected"}),
        (listed, chosen | {"action": "delete_selected", "post": "yes"}),
    ]


@pytest.mark.usefixtures("_unlogged")
def test_a_contributor_changes_drafts_and_nothing_that_readers_see():
    published, gone = builders.publish(builders.call(), builders.call("gone", date="2025-12-01"))
    with record.writing() as writer:
        writer.withdraw(gone, "An error.")
    draft = builders.write(builders.call("draft", date="2025-12-02"), state=State.DRAFT)
    contributor = signed_in(roles.Role.CONTRIBUTOR)
    forms = {event.pk: form_of(event) for event in (published, gone, draft)}
    before = record_now()
    for event in (published, gone):
        for address, sent in all_that_is_not_a_draft(contributor, event, forms[event.pk]):
            with unshown():
                assert contributor.post(address, sent).status_code in (403, 302), address
            assert record_now() == before, (address, sent)
    listed = reverse("admin:timeline_call_changelist")
    with unshown():
        assert contributor.post(change(draft), forms[draft.pk] | {"_publish": "1"}).status_code == 403
        contributor.post(listed, {"_selected_action": [str(draft.pk)], "action": "publish_selected"})
        assert contributor.post(page(draft, "delete"), {"post": "yes"}).status_code == 403  # another's work
    assert record_now() == before
    saved(contributor.post(change(draft), forms[draft.pk] | {"title": "Mine"}))
    assert (builders.event("draft").title, builders.event("draft").state) == ("Mine", State.DRAFT)


def test_an_editor_publishes_and_does_not_bring_back_what_was_withdrawn():
    published, gone = builders.publish(builders.call(), builders.call("gone", date="2025-12-01"))
    draft = builders.write(builders.call("draft", date="2025-12-02"), state=State.DRAFT)
    with record.writing() as writer:
        writer.withdraw(gone, "An error.")
    editor, chief = signed_in(roles.Role.EDITOR), signed_in(roles.Role.CHIEF_EDITOR, "chief")
    listed = reverse("admin:timeline_call_changelist")
    everything = {"_selected_action": [str(one.pk) for one in (published, gone, draft)]}
    published_some = editor.post(listed, everything | {"action": "publish_selected"})
    assert "1 entry is published. 2 were left as they are." in told(published_some)
    assert {event.slug: event.state for event in Event.objects.all()} == {
        "call": "published",
        "gone": "withdrawn",
        "draft": "published",
    }
    before = record_now()
    with unshown():
        assert editor.post(change(gone), form_of(gone) | {"_publish": "1"}).status_code == 403
        assert editor.post(page(published, "merge"), {"other": draft.pk, "_merge": "1"}).status_code == 403
        editor.post(listed, everything | {"action": "withdraw_selected", "reason": "x", "_withdraw": "1"})
    assert record_now() == before
    withdrawn = chief.post(listed, everything | {"action": "withdraw_selected", "reason": "x", "_withdraw": "1"})
    assert "2 entries are withdrawn." in told(withdrawn)
    assert not Event.objects.published().exists()


def test_a_bad_bulk_change_is_restored(client):
    """Each event by itself, from its history; what happened stays on record."""
    events = builders.publish(builders.call(), builders.call("other", date="2025-12-01"))
    chief = signed_in(roles.Role.CHIEF_EDITOR)
    chosen = {"_selected_action": [str(one.pk) for one in events], "action": "withdraw_selected"}
    chief.post(reverse("admin:timeline_call_changelist"), chosen | {"reason": "By mistake.", "_withdraw": "1"})
    assert client.get("/events/call/").status_code == 410
    chief.post(reverse("admin:timeline_call_changelist"), chosen | {"action": "publish_selected"})
    assert Event.objects.published().count() == 2
    assert client.get("/events/call/").status_code == 200
    states = Version.objects.filter(event=events[0]).order_by("number").values_list("state", flat=True)
    assert list(states) == ["published", "withdrawn", "published"]


def test_nobody_edits_the_audit_trail():
    registered = {model.__name__ for model in admin.site._registry}
    assert not registered & {"Version", "Change", "Correction", "Slug", "LogEntry", "DataVersion", "Group"}
    (published,) = builders.publish(builders.call())
    root = Client()
    root.force_login(User.objects.create_superuser("root"))
    with unshown():
        assert root.post(page(published, "delete"), {"post": "yes"}).status_code == 403
        user = reverse("admin:auth_user_delete", args=[somebody(roles.Role.EDITOR).pk])
        assert root.post(user, {"post": "yes"}).status_code == 403  # its entries in the log would go with it


# Accounts ----------------------------------------------------------------------------------------------------


def test_a_chief_editor_makes_accounts_and_gives_roles():
    chief = signed_in(roles.Role.CHIEF_EDITOR)
    sent = {"username": "new", "role": "editor", "usable_password": "true", "email": ""}
    words = {"password1": "correct horse battery", "password2": "correct horse battery"}
    assert chief.post(reverse("admin:auth_user_add"), sent | words).status_code == 302
    new = User.objects.get(username="new")
    assert (roles.role_of(new), new.is_staff, new.is_superuser) == (roles.Role.EDITOR, True, False)
    there = reverse("admin:auth_user_change", args=[new.pk])
    sent |= {"role": "contributor", "is_active": "on"}
    more = {"is_superuser": "on", "is_staff": "on", "groups": ["1", "2", "3"]}
    assert chief.post(there, sent | more).status_code == 302
    new = User.objects.get(username="new")
    assert (roles.role_of(new), new.is_superuser, new.groups.count()) == (roles.Role.CONTRIBUTOR, False, 1)
    chief.post(there, sent | {"role": ""})
    assert not User.objects.get(username="new").is_staff


def test_a_chief_editor_raises_nobody_above_themselves():
    chief = signed_in(roles.Role.CHIEF_EDITOR)
    root, own = User.objects.create_superuser("root"), User.objects.get(username="somebody")
    with unshown():
        for name in ("auth_user_change", "auth_user_password_change"):
            assert chief.post(reverse(f"admin:{name}", args=[root.pk]), {"username": "root"}).status_code == 403
    sent = {"username": "somebody", "role": "contributor", "is_active": "on"}
    chief.post(reverse("admin:auth_user_change", args=[own.pk]), sent)
    assert roles.role_of(own) == roles.Role.CHIEF_EDITOR
