"""The admin as an editor uses it, for tests: what stands in a form, what is sent, what is refused and where.

Writing a page out takes ten times as long as making its forms, and these tests ask for some hundreds. Where a test
looks at the forms alone, the page is not written out: `form_at`, `refusal` and `unshown`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.contrib.messages import get_messages
from django.template.response import SimpleTemplateResponse
from django.urls import reverse

from tests import builders
from timeline.models import Event, Leader, Source, Topic

ADD = "/admin/timeline/call/add/"
NO_CORRECTION = {"not_correction": "a typing error"}


def change(event: Event) -> str:
    """Where the event is changed."""
    return reverse(f"admin:timeline_{event.kind}_change", args=[event.pk])


@contextmanager
def unshown() -> Iterator[None]:
    """Answers keep what their page would be made from (`context_data`), but no page is made."""
    with mock.patch.object(SimpleTemplateResponse, "rendered_content", "not written out"):
        yield


def form_at(client: Any, address: str) -> dict[str, Any]:
    """Every value that stands in the form at this address, as a browser would send it."""
    with unshown():
        return as_a_browser_sends_it(client.get(address))


def form_of(event: Event) -> dict[str, Any]:
    """What `form_at` finds for a call without accounts, topics and links; no page is asked for."""
    names = ("title", "date", "part_of_day", "time_zone", "format", "occurrence", "slug", "place", "summary", "note")
    found = {name: getattr(event, name) or "" for name in names}
    found |= {"chosen_topics": [], "reason": event.withdrawn_reason, "seen": str(event.versions.count())}
    found["work"] = "0123456789abcdef"
    rows: dict[str, Any] = {
        "participations": event.participations.values("leader", "role", "country", "title", "event"),
        "readouts": [],
        "citations": event.citations.values("source", "supports", "excerpt", "event"),
        "links": [],
    }
    for part, held in rows.items():
        counts = {"TOTAL": len(held), "INITIAL": 0, "MIN_NUM": 0, "MAX_NUM": 300}
        found |= {f"{part}-{name}_FORMS": str(count) for name, count in counts.items()}
        for number, one in enumerate(held):
            values = {name: value if name == "supports" else str(value or "") for name, value in one.items()}
            found |= row(part, number, **values)
    return found


def refusal(client: Any, address: str, sent: dict[str, Any]) -> dict[str, list[str]]:
    """What is said where when this is sent: see `errors_on`."""
    with unshown():
        return errors_on(client.post(address, sent))


def forms_on(response: Any) -> tuple[Any, dict[str, Any]]:
    """The form and its rows, as the page shows them."""
    context = response.context_data
    sets = [inline.formset for inline in context["inline_admin_formsets"]]
    return context["adminform"].form, {getattr(formset, "part", formset.prefix): formset for formset in sets}


def as_a_browser_sends_it(response: Any) -> dict[str, Any]:
    """Every value that stands in the page's form; line ends as browsers write them."""
    form, formsets = forms_on(response)
    sent: dict[str, Any] = {}
    rows = [form] + [row for formset in formsets.values() for row in [formset.management_form, *formset.forms]]
    for one in rows:
        for bound in one:
            value = bound.value()
            if value is True:
                sent[bound.html_name] = "on"
            elif isinstance(value, list):
                sent[bound.html_name] = [str(item) for item in value]
            elif value is not None and value is not False:
                sent[bound.html_name] = str(value).replace("\n", "\r\n")
    return sent


def row(part: str, number: int, **values: Any) -> dict[str, Any]:
    """A row of a part of the form: `participations-0-leader` and so on."""
    return {f"{part}-{number}-{name}": value for name, value in values.items()}


def pk(slug: str) -> int:
    """The id of the leader, source or topic of this slug."""
    models = (Leader, Source, Topic)
    return next(found for model in models for found in model.objects.filter(slug=slug).values_list("pk", flat=True))


_EMPTY: dict[str, Any] = {}


def a_call(client: Any, **more: Any) -> dict[str, Any]:
    """What an editor types for a call, from the empty form: it is the same for all of them, and asked for once."""
    if not _EMPTY:
        _EMPTY.update(form_at(client, ADD))
    return filled_in(dict(_EMPTY)) | more


def filled_in(sent: dict[str, Any]) -> dict[str, Any]:
    """An empty form with what a call needs."""
    sent |= {"title": "Takaichi and Trump speak by telephone", "date": "2025-11-25"}
    sent |= row("participations", 0, leader=pk(builders.TAKAICHI))
    sent |= row("participations", 1, leader=pk(builders.TRUMP))
    sent |= row("citations", 0, source=pk(builders.SOURCE), supports=["title", "date"])
    return sent


def errors_on(response: Any) -> dict[str, list[str]]:
    """What is said where: {"title": [...], "participants 0 leader": [...], "citations": [...]}."""
    assert response.status_code == 200, "it has been saved"
    form, formsets = forms_on(response)
    found = {name or "": list(errors) for name, errors in form.errors.items()}
    for part, formset in formsets.items():
        if formset.non_form_errors():
            found[part] = list(formset.non_form_errors())
        for number, one in enumerate(formset.forms):
            for name, errors in one.errors.items():
                found[f"{part} {number} {name}"] = list(errors)
    return found


def told(response: Any) -> str:
    """What the next page will say of what was done."""
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def saved(response: Any) -> Any:
    assert response.status_code == 302, errors_on(response)
    return response
