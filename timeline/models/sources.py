"""On whose word: sources, what they support, and each side's account."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from timeline import edtf

from .fields import EdtfField
from .guard import PublicModel, PublicQuerySet
from .people import Country, Leader

web_address = RegexValidator(r"^https?://\S+$", _("Expected an address that begins with http:// or https://."))


class Source(PublicModel):
    """A document that the record rests on (schema.org: CreativeWork)."""

    slug = models.SlugField(_("slug"), max_length=120, unique=True, help_text=_("Permanent."))
    publisher = models.CharField(_("publisher"), max_length=300)
    title = models.CharField(_("title"), max_length=300)
    url = models.CharField(_("address"), max_length=2000, blank=True, validators=[web_address])
    published = EdtfField(_("published"), blank=True, help_text=_("EDTF, as in 2025-11-25; empty: not recorded."))
    language = models.CharField(_("language"), max_length=20, blank=True, help_text=_("BCP 47, as in en or ja."))
    archived_url = models.CharField(_("archived copy"), max_length=2000, blank=True, validators=[web_address])
    ingested = models.JSONField(null=True, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["publisher", "slug"]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}"

    @property
    def published_words(self) -> str:
        return edtf.words(self.published, unknown=False) if self.published else ""

    @property
    def language_name(self) -> str:
        """The language's name for readers, or its tag where Django knows none."""
        try:
            return str(get_language_info(self.language.lower())["name_translated"])
        except KeyError:
            return self.language


class Citation(PublicModel):
    """What one source supports of one event, with the exact words where they may be kept."""

    SUPPORTS = {
        "title": _("title"),
        "summary": _("summary"),
        "note": _("note"),
        "date": _("date"),
        "part_of_day": _("part of day"),
        "occurrence": _("outcome"),
        "format": _("format"),
        "place": _("place"),
        "participants": _("participants"),
        "initiated_by": _("who began it"),
        "duration_minutes": _("duration"),
        "words": _("words"),
        "readouts": _("accounts"),
        "links": _("links"),
    }

    event = models.ForeignKey("Event", models.CASCADE, related_name="citations", verbose_name=_("event"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="citations", verbose_name=_("source"))
    supports = models.JSONField(_("supports"), default=list, blank=True)
    excerpt = models.CharField(_("excerpt"), max_length=400, blank=True, help_text=_("Exact and short."))
    order = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "source"],
                name="citation_once_a_source",
                violation_error_message=_("This source is cited already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}"

    @property
    def supports_words(self) -> list[str]:
        """What the source supports, in a reader's words."""
        return [str(self.SUPPORTS.get(name, name)) for name in self.supports]


class Readout(PublicModel):
    """One side's account of one event; `issued` false says that this side issued none."""

    event = models.ForeignKey("Event", models.CASCADE, related_name="readouts", verbose_name=_("event"))
    side = models.ForeignKey(Country, models.PROTECT, related_name="+", verbose_name=_("side"))
    given_by = models.ForeignKey(
        Leader,
        models.PROTECT,
        related_name="readouts_given",
        null=True,
        blank=True,
        verbose_name=_("given by"),
    )
    given_as = models.CharField(
        _("given as"),
        max_length=300,
        blank=True,
        help_text=_("Who gave it where no leader did, or in what form: “to reporters”."),
    )
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="readouts", null=True, blank=True, verbose_name=_("source")
    )
    date = EdtfField(_("given on"), blank=True)
    issued = models.BooleanField(_("issued"), default=True, help_text=_("Off: this side issued no readout."))
    order = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("readout")
        verbose_name_plural = _("readouts")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return f"{self.side_id}"


class Certainty(models.TextChoices):
    """How well one point is known. Confirmed: both sides have said so."""

    CONFIRMED = "confirmed", _("confirmed by both sides")
    REPORTED = "reported", _("reported")
    BELIEVED = "believed", _("believed, not confirmed")
    SPECULATED = "speculated", _("speculated")
    DISPUTED = "disputed", _("disputed")


class Disclosure(models.TextChoices):
    """What the asked side did about one point."""

    TOLD = "told", _("told")
    DECLINED = "declined", _("declined to say")
    DENIED = "denied", _("denied")


class Point(PublicModel):
    """One thing that a readout says, with how sure the record is and what the asked side did."""

    readout = models.ForeignKey(Readout, models.CASCADE, related_name="points", verbose_name=_("readout"))
    text = models.CharField(_("text"), max_length=1000)
    certainty = models.CharField(_("certainty"), max_length=12, choices=Certainty, default=Certainty.REPORTED)
    disclosure = models.CharField(_("disclosure"), max_length=12, choices=Disclosure, default=Disclosure.TOLD)
    order = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("point")
        verbose_name_plural = _("points")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(certainty__in=Certainty.values), name="point_certainty_known"),
            models.CheckConstraint(condition=models.Q(disclosure__in=Disclosure.values), name="point_disclosure_known"),
            models.CheckConstraint(condition=~models.Q(text=""), name="point_says_something"),
        ]

    def __str__(self) -> str:
        return self.text
