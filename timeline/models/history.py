"""What was public when: slugs, versions, corrections, the change log and the data version."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .guard import PublicModel, PublicQuerySet, WriteRefused


class Slug(PublicModel):
    """Every slug that an event ever had; never given to another. The event's own column holds today's."""

    slug = models.SlugField(primary_key=True, max_length=120)
    event = models.ForeignKey("Event", models.CASCADE, related_name="slugs")
    since = models.DateTimeField(auto_now_add=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("slug")
        verbose_name_plural = _("slugs")

    def __str__(self) -> str:
        return self.slug

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise WriteRefused(f"The slug “{self.slug}” leads to its event for ever; only a discarded draft's goes.")


class Origin(models.TextChoices):
    """Who brought a version in."""

    EDITOR = "editor", _("an editor")
    INGEST = "ingest", _("ingest")


_NEVER_CHANGED = "A version is never changed; a new one is made."


class VersionQuerySet(PublicQuerySet):
    def public(self) -> "VersionQuerySet":
        """Those that changed what readers see."""
        return self.filter(public_number__isnull=False)

    def update(self, **kwargs: Any) -> int:
        # A deleted account's versions keep its name.
        if kwargs == {"by": None}:
            return models.QuerySet.update(self, **kwargs)
        raise TypeError(_NEVER_CHANGED)


class Version(PublicModel):
    """An event's whole record as JSON (the dossier's event schema) at one save. Immutable.

    `public_number` counts the versions that changed what readers see; None: readers saw no difference.
    """

    event = models.ForeignKey("Event", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    public_number = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=12)
    record = models.JSONField()
    reason = models.TextField(blank=True)
    origin = models.CharField(max_length=12, choices=Origin)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["event", "number"]
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["event", "public_number"],
                condition=models.Q(public_number__isnull=False),
                name="version_public_number_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(_NEVER_CHANGED)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(_NEVER_CHANGED)


class AppendedQuerySet(models.QuerySet):
    def update(self, **kwargs: Any) -> int:
        raise TypeError(_ONLY_ADDED)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError(_ONLY_ADDED)


_ONLY_ADDED = "What was is never changed: such rows are added, by the one writer."


class Appended(models.Model):
    """A row that says what was; it is never changed."""

    if not TYPE_CHECKING:  # each model declares its own again, which mypy's plugin needs to see
        objects = AppendedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(_ONLY_ADDED)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(_ONLY_ADDED)


class Former(Appended):
    """A country, leader, topic or source as it was until it changed (in the dossier's schema, a leader with posts).

    Versions name them by code or slug: with this, a former version is read with the names of its day. Appended by
    the one writer, in its transaction, with who changed it. `correction` is what readers were told of the change, and
    `reason`, for editors, why they were told nothing.
    """

    noun = models.CharField(max_length=10)
    key = models.CharField(max_length=120)
    until = models.DateTimeField()
    row = models.JSONField()
    by_name = models.CharField(max_length=150, blank=True)
    correction = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    objects = AppendedQuerySet.as_manager()

    class Meta:
        verbose_name = _("former state")
        constraints = [models.UniqueConstraint(fields=["noun", "key", "until"], name="former_once")]
        indexes = [models.Index(fields=["until", "id"], condition=~models.Q(correction=""), name="former_corrected")]

    def __str__(self) -> str:
        return f"{self.noun} {self.key} until {self.until}"


class Discarded(Appended):
    """A draft that was discarded before any reader saw it, with what each of its versions held. Immutable.

    `number` is the key that it had, which no other event gets. `versions` are its versions in their order, as JSON:
    number, state, record, reason, origin, by, by_name, at.
    """

    number = models.PositiveBigIntegerField(db_index=True)
    kind = models.CharField(_("kind"), max_length=12)
    slug = models.SlugField(_("slug"), max_length=120)
    title = models.CharField(_("title"), max_length=300)
    versions = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()

    objects = AppendedQuerySet.as_manager()

    class Meta:
        verbose_name = _("discarded draft")
        verbose_name_plural = _("discarded drafts")
        default_permissions = ()
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title


class Correction(PublicModel):
    """A dated public note on what was wrong in a published event, and what is right."""

    event = models.ForeignKey("Event", models.PROTECT, related_name="corrections", verbose_name=_("event"))
    version = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="+")
    date = models.DateField(_("date"))
    text = models.TextField(_("text"))

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-date", "-id"]

    def __str__(self) -> str:
        return f"{self.date}: {self.text[:60]}"


class DataVersion(models.Model):
    """One row that counts the writes to public content: the same number means that nothing changed."""

    number = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("data version")

    def __str__(self) -> str:
        return f"{self.number}"


class What(models.TextChoices):
    """What happened to the row that a change names."""

    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")


class Change(Appended):
    """The change log: which row changed in which data version. Appended by the one writer, in its transaction."""

    version = models.PositiveBigIntegerField(db_index=True)
    noun = models.CharField(max_length=20)
    key = models.CharField(max_length=20)
    what = models.CharField(max_length=12, choices=What)

    objects = AppendedQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.version}: {self.noun} {self.key} {self.what}"


class SearchText(models.Model):
    """An event's words as ASCII tokens (`timeline.search` makes them), which full-text indexes stand on."""

    event = models.OneToOneField("Event", models.CASCADE, primary_key=True, related_name="search_text")
    tokens = models.TextField()

    class Meta:
        verbose_name = _("search text")

    def __str__(self) -> str:
        return f"{self.event_id}"
