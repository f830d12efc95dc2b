"""Countries, leaders and the posts they hold."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from timeline import edtf
from timeline.time_zones import is_time_zone

from .fields import EdtfField
from .guard import PublicModel, PublicQuerySet


def validate_time_zone(value: str) -> None:
    """Raise ValidationError where `value` names no IANA time zone."""
    from django.core.exceptions import ValidationError

    if not is_time_zone(value):
        raise ValidationError(
            _("“%(value)s” is no IANA time zone; expected one as in Asia/Tokyo."),
            params={"value": value},
            code="time_zone",
        )


class Country(PublicModel):
    """A side in diplomacy: a state, a former state, or an organisation that leaders speak for.

    `code` is ISO 3166-1 alpha-2; EU and UN for the organisations; ISO 3166-3 for states that are no more
    (SUHH), and codes of our own that begin with X where there is none.
    """

    code = models.CharField(
        _("code"),
        primary_key=True,
        max_length=8,
        validators=[
            RegexValidator(r"^[A-Z]{2,8}$", _("Expected an ISO 3166-1 code in upper case, as in JP.")),
        ],
    )
    name = models.CharField(_("name"), max_length=100, unique=True, help_text=_("In plain usage."))
    article = models.CharField(
        _("article"),
        max_length=8,
        blank=True,
        help_text=_("What stands before the name inside a sentence: “the” United States."),
    )
    adjective = models.CharField(
        _("adjective"),
        max_length=60,
        blank=True,
        help_text=_("What stands before “side”: the Japanese side."),
    )
    capital = models.CharField(_("capital"), max_length=100, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("The capital's IANA time zone, as in Asia/Tokyo."),
    )
    native_language = models.CharField(
        _("native language"),
        max_length=20,
        blank=True,
        help_text=_("BCP 47 tag of the script that leaders' names are natively written in, as in ja."),
    )

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code=Upper("code")) & ~models.Q(code=""), name="country_code_upper_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name_in_sentence(self) -> str:
        """“Japan”, “the United States”."""
        return f"{self.article} {self.name}".strip()

    @property
    def side(self) -> str:
        """“the US side”, “the Japanese side”."""
        return _("the %(adjective)s side") % {"adjective": self.adjective or self.name}


class Leader(PublicModel):
    """A person whom the record names (Popolo: Person)."""

    slug = models.SlugField(
        _("slug"), max_length=120, unique=True, help_text=_("Permanent: it stands in addresses and dossiers.")
    )
    name = models.CharField(_("name"), max_length=200)
    family_name = models.CharField(_("family name"), max_length=100, help_text=_("For short mentions."))
    native_name = models.CharField(_("name in the native script"), max_length=200, blank=True)
    native_language = models.CharField(
        _("language of the native name"),
        max_length=20,
        blank=True,
        help_text=_("BCP 47, as in ja or zh-Hans."),
    )
    other_names = models.JSONField(
        _("other names"),
        default=list,
        blank=True,
        help_text=_("A JSON list of spellings that search should find."),
    )
    wikidata = models.CharField(
        _("Wikidata id"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^Q[1-9][0-9]*$", _("Expected a Wikidata id, as in Q22686."))],
    )
    ingested = models.JSONField(null=True, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("leader")
        verbose_name_plural = _("leaders")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def post_on(self, first: date, last: date, country_code: str = "") -> "Post | None":
        """The post held between these two days, the one begun last where there are several.

        A post for `country_code` comes before one for another country. Reads `posts`, which may be prefetched.
        """
        return pick_post(self.posts.all(), first, last, country_code)


def pick_post(posts: "Iterable[Post]", first: date, last: date, country_code: str = "") -> "Post | None":
    """Of `posts`, the one held between two days; see Leader.post_on."""
    held = [post for post in posts if post.since_earliest <= last and post.until_latest >= first]
    if country_code:
        held = [post for post in held if post.country_id == country_code] or held
    return max(held, key=lambda post: (post.since_earliest, post.pk or 0), default=None)


class Post(PublicModel):
    """An office that a leader holds or held (Popolo: Membership with a Post).

    `since` and `until` are EDTF; the two date columns are derived: the first and the last day it can have
    been held. A post without an end is held still.
    """

    leader = models.ForeignKey(Leader, models.CASCADE, related_name="posts", verbose_name=_("leader"))
    title = models.CharField(_("title"), max_length=200)
    country = models.ForeignKey(Country, models.PROTECT, related_name="posts", verbose_name=_("country"))
    since = EdtfField(_("since"), blank=True, help_text=_("EDTF, as in 2025-10-21; empty: not recorded."))
    until = EdtfField(_("until"), blank=True, help_text=_("EDTF; empty: held still."))
    since_earliest = models.DateField(editable=False)
    until_latest = models.DateField(editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["leader", "since_earliest", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_latest__gte=models.F("since_earliest")),
                name="post_until_after_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.country_id}"

    def clean(self) -> None:
        from django.core.exceptions import ValidationError

        try:
            self.derive()
        except edtf.EdtfError:
            return  # the field's own validator has said so
        if self.until_latest < self.since_earliest:
            raise ValidationError({"until": _("This post ends before it begins.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Set the first and the last day that it can have been held; `bulk_create` saves rows without asking."""
        self.since_earliest = edtf.parse(self.since).earliest if self.since else date.min
        self.until_latest = edtf.parse(self.until).latest if self.until else date.max

    @property
    def names_its_country(self) -> bool:
        """Whether the title stands by itself: “Ambassador to China” takes no “of Japan” behind it."""
        within = any(word in self.title for word in (",", " to ", " in "))
        return within or self.country.name in self.title
