"""The form of one proposal: each value with a box that takes it or leaves it, and whom its names mean."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from timeline import differences
from timeline.ingest.matching import How, Match
from timeline.ingest.proposals import Values
from timeline.models import FORMATS, Country, Format, Kind, Leader, Occurrence, Participation, PartOfDay, Post, State
from timeline.record import slugs

from . import quoting
from .choices import LeaderSelect, RowField
from .dates import DateField
from .event_forms import LONGEST_CALL
from .notes import correction_field, not_correction_field
from .points import PointsField, write

NEW = "new"  # the choice of no entry that is there
COUNTRIES = "countries"  # the id of the list of countries that the fields of all forms share
# Where English texts, too, name the family first.
FAMILY_FIRST = frozenset({"CN", "HK", "KH", "KP", "KR", "TW", "VN"})
# A new event has these, whatever the article leaves open.
NEEDED = ("occurrence", "date")


class CountryField(forms.CharField):
    """A country by its code or its name, chosen from a list or typed; its value is a Country or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(widget=forms.TextInput(attrs={"list": COUNTRIES, "size": 20, "autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = Country.objects.filter(Q(code=text.upper()) | Q(name__iexact=text)).first()
        if found is None:
            raise ValidationError(_t("“%s” is no country that Readout knows.") % text[:60])
        return found


class LeaderNameField(forms.CharField):
    """A leader of the record by any of their names or their slug, typed; its value is a Leader or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False, max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs
        )

    def clean(self, value: Any) -> Leader | None:
        text = " ".join(super().clean(value).split())
        if not text:
            return None
        found = _named(text)
        if not found:
            raise ValidationError(_t("The record has no leader “%s”: type a whole name, or a slug.") % text[:60])
        if len(found) > 1:
            slugs = get_text_list([one.slug for one in found[:5]], _t("or"))
            raise ValidationError(
                _t("“%(name)s” may be several: type %(slugs)s.") % {"name": text[:60], "slugs": slugs}
            )
        return found[0]


def _named(text: str) -> list[Leader]:
    """The leader with this slug; where nobody has it, all who bear this name."""
    if leader := Leader.objects.filter(slug=text.casefold()).first():
        return [leader]
    # SQLite keeps other names with letters beyond ASCII escaped, and folds the case of no such letters.
    bears = Q(other_names__icontains=json.dumps(text)) | Q(other_names__icontains=f'"{text}"')
    for name in ("name", "family_name", "native_name"):
        bears |= Q(**{name: text}) | Q(**{f"{name}__iexact": text})
    return list(Leader.objects.filter(bears).order_by("slug"))


class PersonForm(forms.Form):
    """Whom a name in the article means: a leader of the record, or a new one that an editor must tick."""

    take = forms.BooleanField(required=False, initial=True)
    leader = RowField(
        queryset=Leader.objects.all(),
        required=False,
        label=_("Known leader"),
        widget=LeaderSelect(Participation._meta.get_field("leader"), admin.site),
    )
    # In place of the list, which only a script fills.
    other = LeaderNameField(label=_("Another leader"), help_text=_("A name or slug, in place of the one above."))
    make = forms.BooleanField(required=False, label=_("Make this leader"))
    name = forms.CharField(required=False, max_length=200, label=_("Name"))
    family_name = forms.CharField(required=False, max_length=100, label=_("Family name"))
    office = forms.CharField(required=False, max_length=200, label=_("Office"))
    country = CountryField(label=_("Country"))

    def __init__(
        self,
        told: str,
        leader: Leader | None,
        country: str,
        sent: Any = None,
        *,
        prefix: str = "",
        office: str = "",
    ) -> None:
        super().__init__(sent, prefix=prefix)
        words = told.split() or [""]
        family_name = words[0] if country in FAMILY_FIRST else words[-1]
        self.initial.update(name=told, family_name=family_name, office=office, country=country)
        self.initial["leader"] = leader.pk if leader else None
        self.told = told
        self.fields["leader"].widget.attrs["aria-label"] = _t("Known leader for %s") % told

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not values.get("take") or "leader" in self.errors or "other" in self.errors:
            return values
        values["leader"] = values.get("other") or values.get("leader")
        if values.get("leader") and values.get("make"):
            self.add_error("make", _t("Choose a known leader or make a new one; not both."))
        elif values.get("make"):
            self._check_new(values)
        elif not values.get("leader"):
            message = _t("The record does not know %s: choose a leader, tick “make this leader”, or leave them out.")
            self.add_error("leader", message % self.told)
        return values

    def _check_new(self, values: dict[str, Any]) -> None:
        for name in ("name", "family_name", "office", "country"):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, _t("A new leader needs this."))
        if values.get("name") and Leader.objects.filter(name__iexact=values["name"]).exists():
            self.add_error("name", _t("The record has a leader of this name: choose them."))

    def make_leader(self) -> Leader:
        """The new leader with the post; inside a writing block, after the form has been found valid."""
        values = self.cleaned_data
        slug = slugs.free(slugs.slug(values["name"]) or "leader", Leader)
        others = [self.told] if self.told != values["name"] else []
        leader = Leader(slug=slug, name=values["name"], family_name=values["family_name"], other_names=others)
        leader.save()
        Post(leader=leader, title=values["office"], country=values["country"]).save()
        return leader


class ProposalForm(forms.Form):
    """What of a proposal goes into the record, and into which entry; `match` is the entry it was compared with."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    compared = forms.CharField(widget=forms.HiddenInput, required=False)
    as_of = forms.CharField(widget=forms.HiddenInput, required=False)
    one_more = ""  # why it is no correction, as long as the editor says nothing else
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        values: Values,
        text: str,
        evidence: dict[str, Any],
        matches: Iterable[Match],
        match: Match | None,
        sent: Any = None,
        *,
        prefix: str = "",
        title: str = "",
    ) -> None:
        super().__init__(sent, prefix=prefix)
        self.values, self.text, self.match = values, text, match
        self.kind: str = values["kind"]
        choices = [(str(one.event.pk), one.event.title) for one in matches]
        self.fields["event"] = forms.ChoiceField(
            choices=[*choices, (NEW, _("A new entry"))], widget=forms.RadioSelect, label=_("Which entry it is")
        )
        self.initial["event"] = str(match.event.pk) if match else "" if choices else NEW
        self.initial["compared"] = str(match.event.pk) if match else NEW
        self.initial["as_of"] = match.event.changed_at.isoformat() if match else ""
        self.initial["shown"] = ",".join(key for key, _title in choices)
        if match is None:
            self.fields["title"] = forms.CharField(
                max_length=300,
                label=_("Title"),
                help_text=_("A sentence with a verb that says what happened, or did not."),
                widget=forms.TextInput(attrs={"size": 60}),
            )
            self.initial["title"] = title
        self._add_values(evidence)
        self.fields["excerpt"] = forms.CharField(
            required=False,
            max_length=400,
            label=_("Where it stands"),
            help_text=_("The article's exact words, at most %d, with […] between them.") % quoting.MOST,
            widget=forms.TextInput(attrs={"size": 60}),
        )
        self.initial["excerpt"] = quoting.locator(text, evidence)
        if match and match.event.state == State.PUBLISHED:
            self.fields["correction"] = correction_field()
            self.fields["not_correction"] = not_correction_field(_("It is kept with the version, for editors."))
            self.initial["not_correction"] = self.one_more = _t("One more source.")

    def _add_values(self, evidence: dict[str, Any]) -> None:
        """A field and a box for each value that the article gives and the entry does not have already."""
        found = {one.name: one for one in self.match.findings} if self.match else {}
        for name, field in _fields(self.kind).items():
            value = self.values.get(name)
            is_needed = self.match is None and name in NEEDED
            known = found.get(name)
            if (value in (None, "") and not is_needed) or (known and known.how == How.AGREES):
                continue
            field.required = is_needed
            field.label = differences.label(name).capitalize()
            self.fields[name] = field
            self.initial[name] = quoting.short(value or "") if name == "words" else value
            if name == "duration_minutes":
                self.fields["duration_approximate"] = forms.BooleanField(required=False, label=_("about"))
                self.initial["duration_approximate"] = self.values["duration_approximate"]
            if not is_needed:
                self._add_box(name, not (known and known.is_instead) and bool(self.initial[name]))
        if self.kind == Kind.STATEMENT and evidence.get("declined"):
            self.fields["points"] = PointsField(widget=forms.Textarea(attrs={"rows": 3, "cols": 60}))
            self.initial["points"] = write([{"text": "…", "certainty": "reported", "disclosure": "declined"}])
            self._add_box("points", False)

    def _add_box(self, name: str, is_taken: bool) -> None:
        label = self.fields[name].label
        self.fields[f"take_{name}"] = forms.BooleanField(required=False, label=_t("Take: %s") % label)
        self.initial[f"take_{name}"] = is_taken

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for name in ("title", "place", "words", "correction"):
            self._check(name, values.get(name) or "", quoting.check_own_words)
        if self.takes("points"):
            for line in values.get("points") or ():
                self._check("points", line.text, quoting.check_own_words)
            if not values.get("points") and "points" not in self.errors:
                self.add_error("points", _t("Nothing stands here: say what was declined, or leave the box empty."))
        if values.get("excerpt"):
            self._check("excerpt", values["excerpt"], quoting.check_excerpt)
        for name in self.taken():
            if values.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _t("Nothing stands here: fill it in, or leave its box empty."))
        return values

    def look_again(self) -> None:
        """Have the hidden fields come back with what the page shows now, and the others as they were typed."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for field in self.hidden_fields():
            data[field.html_name] = str(self.initial.get(field.name, ""))
        self.data = data

    def _check(self, name: str, typed: str, check: Any) -> None:
        try:
            check(typed, self.text)
        except ValidationError as error:
            self.add_error(name, error)

    def takes(self, name: str) -> bool:
        """Whether this value goes into the record."""
        if name not in self.fields:
            return False
        return bool(self.cleaned_data.get(f"take_{name}")) if f"take_{name}" in self.fields else True

    def taken(self) -> list[str]:
        """The values that go into the record, by the record's names; rows apart."""
        return [name for name in _fields(self.kind) if self.takes(name)]

    def as_record(self) -> dict[str, Any]:
        """What goes into the record, under its names; rows apart."""
        values = self.cleaned_data
        found = {name: values[name] for name in self.taken()}
        if country := found.get("initiated_by"):
            found["initiated_by"] = country.code
        if "duration_minutes" in found:
            found["duration_approximate"] = values["duration_approximate"]
        if "title" in self.fields:
            found["title"] = values["title"]
        return found


def _fields(kind: str) -> dict[str, Any]:
    """The fields of a proposal's values, in the form's order."""
    fields: dict[str, Any] = {
        "occurrence": forms.ChoiceField(choices=Occurrence.choices),
        "date": DateField(required=False),
        "part_of_day": forms.ChoiceField(choices=[("", "---------"), *PartOfDay.choices], required=False),
        "format": forms.ChoiceField(
            choices=[("", "---------"), *((one, Format(one).label) for one in FORMATS[kind])], required=False
        ),
        "place": forms.CharField(max_length=300, required=False),
    }
    if kind == Kind.STATEMENT:
        fields["words"] = forms.CharField(max_length=200, required=False, widget=forms.TextInput(attrs={"size": 60}))
        return fields
    fields["initiated_by"] = CountryField()
    fields["duration_minutes"] = forms.IntegerField(
        required=False, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_CALL)]
    )
    return fields
