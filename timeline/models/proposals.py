"""Articles that were read, and what each proposes for the record. None of it is public: only an editor sees it."""

import hashlib
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .events import Event, Kind
from .sources import Source, web_address


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


class Article(models.Model):
    """A news article or an official readout that proposals were read from.

    Its text stands in `texts`, every one it ever had; `published` is the day given with it, `home` the code of the
    country whose “prime minister” needs no name in it. `source` is the record's own row for it, once one of its
    proposals has been accepted.
    """

    url = models.CharField(_("address"), max_length=2000, blank=True, validators=[web_address])
    # An address may be longer than what a database puts into an index.
    url_sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    publisher = models.CharField(_("publisher"), max_length=300, blank=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    published = models.DateField(_("published"), db_index=True)
    home = models.CharField(_("at home in"), max_length=8, blank=True)
    source = models.ForeignKey(
        Source, models.SET_NULL, related_name="articles", null=True, editable=False, verbose_name=_("source")
    )
    received_at = models.DateTimeField(_("received"), auto_now_add=True)

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-received_at", "-id"]

    def __str__(self) -> str:
        return self.title or self.url or f"{self.publisher} {self.published}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.url_sha256 = digest(self.url) if self.url else ""
        super().save(*args, **kwargs)


class ArticleText(models.Model):
    """An article's text as it stood once, verbatim; the offsets of evidence are code points of it. Never changed."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="texts", verbose_name=_("article"))
    number = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("text of an article")
        verbose_name_plural = _("texts of articles")
        ordering = ["article", "number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="article_text_number_once")]

    def __str__(self) -> str:
        return f"{self.article_id}, {self.number}"


class Standing(models.TextChoices):
    """What became of a proposal. Superseded: the amended article tells of it no longer, and nobody had decided."""

    WAITING = "waiting", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    SUPERSEDED = "superseded", _("superseded")


class ProposalQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Those that an editor should look at: undecided, or told differently since they were accepted."""
        return self.filter(Q(standing=Standing.WAITING) | Q(is_changed=True))


class Proposal(models.Model):
    """One event that an article tells of, for an editor to decide on.

    It is known again by its article, by `about` (its kind and its people) and by `number` among those of the same
    kind and people: not by its date, so that a better date changes it instead of doubling it. What each of the
    article's texts says of it stands in `readings`; `decided` holds the values that were decided on.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="proposals", verbose_name=_("article"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    about = models.CharField(max_length=300)
    number = models.PositiveIntegerField(default=1)
    order = models.PositiveIntegerField(default=0)
    standing = models.CharField(_("state"), max_length=12, choices=Standing, default=Standing.WAITING)
    is_changed = models.BooleanField(_("changed since it was accepted"), default=False)
    event = models.ForeignKey(
        Event, models.SET_NULL, related_name="proposals", null=True, editable=False, verbose_name=_("event")
    )
    decided: "models.JSONField[Any, Any]" = models.JSONField(null=True, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["article", "order", "id"]
        indexes = [models.Index(fields=["about", "standing"], name="proposal_about")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="proposal_kind_known"),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="proposal_standing_known"),
            models.CheckConstraint(
                condition=Q(is_changed=False) | Q(standing=Standing.ACCEPTED), name="proposal_changed_is_accepted"
            ),
            models.UniqueConstraint(fields=["article", "about", "number"], name="proposal_known_again"),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.number}"


class Reading(models.Model):
    """What one text of an article says of a proposal: its values, and where in that text each of them stands.

    `values` are those of a proposal of `timeline.ingest.extract` with `slugs` and `countries` by name, `evidence` the
    spans of each: {field: [{start, end, certainty, attribution}]}.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="readings")
    text = models.ForeignKey(ArticleText, models.CASCADE, related_name="readings")
    values = models.JSONField()
    evidence = models.JSONField()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["proposal", "text__number"]
        constraints = [models.UniqueConstraint(fields=["proposal", "text"], name="reading_once_a_text")]

    def __str__(self) -> str:
        return f"{self.proposal_id}, {self.text_id}"
