"""The forms by which an article comes in, and by which readers will know it as a source."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from timeline.ingest import articles
from timeline.models import Article

from .dates import DateField
from .review_forms import CountryField


class ParticularsForm(forms.ModelForm):
    """What readers see of an article as a source."""

    class Meta:
        model = Article
        fields = ("publisher", "title", "url")


class ReceiveForm(forms.Form):
    """An article as a text or a file, with what is known of it."""

    text = forms.CharField(
        required=False,
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 12, "cols": 80}),
        help_text=_("The whole article, in English."),
    )
    file = forms.FileField(
        required=False, label=_("Or a file"), help_text=_("A text (.txt) or a saved page (.html), of at most 1 MB.")
    )
    published = DateField(label=_("Published on"), help_text=_("Its day of publication, as in 2025-11-25."))
    url = forms.CharField(
        required=False, max_length=2000, label=_("Address"), widget=forms.URLInput(attrs={"size": 60})
    )
    publisher = forms.CharField(required=False, max_length=300, label=_("Publisher"))
    title = forms.CharField(
        required=False, max_length=300, label=_("Title"), widget=forms.TextInput(attrs={"size": 60})
    )
    home = CountryField(label=_("At home in"), help_text=_("The country whose “prime minister” needs no name in it."))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if bool(values.get("text")) == bool(values.get("file")) and not self.errors:
            self.add_error("text", _t("Paste the text or choose a file: one of the two."))
        return values

    def told(self) -> articles.Told:
        """What the article tells of; raises ArticleError."""
        values = self.cleaned_data
        file: UploadedFile | None = values["file"]
        is_page = file is not None and str(file.name).lower().endswith((".html", ".htm"))
        given = articles.Given(
            values["published"],
            values["url"],
            values["publisher"],
            values["title"],
            values["home"].code if values["home"] else "",
        )
        with TemporaryDirectory() as directory:
            path = Path(directory) / ("article.html" if is_page else "article.txt")
            path.write_bytes(file.read() if file else values["text"].replace("\r\n", "\n").encode())
            return articles.tell(path, given, articles.known_leaders())
