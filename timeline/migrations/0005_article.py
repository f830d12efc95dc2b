"""Articles, their texts, and what they propose for the record."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0004_merged_into"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "url",
                    models.CharField(
                        blank=True,
                        max_length=2000,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^https?://\\S+$", "Expected an address that begins with http:// or https://."
                            )
                        ],
                        verbose_name="address",
                    ),
                ),
                ("url_sha256", models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ("publisher", models.CharField(blank=True, max_length=300, verbose_name="publisher")),
                ("title", models.CharField(blank=True, max_length=300, verbose_name="title")),
                ("published", models.DateField(db_index=True, verbose_name="published")),
                ("home", models.CharField(blank=True, max_length=8, verbose_name="at home in")),
                ("received_at", models.DateTimeField(auto_now_add=True, verbose_name="received")),
                (
                    "source",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="articles",
                        to="timeline.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "article",
                "verbose_name_plural": "articles",
                "ordering": ["-received_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ArticleText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="timeline.article",
                        verbose_name="article",
                    ),
                ),
            ],
            options={
                "verbose_name": "text of an article",
                "verbose_name_plural": "texts of articles",
                "ordering": ["article", "number"],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("meeting", "Meeting"), ("call", "Call"), ("statement", "Statement")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("about", models.CharField(max_length=300)),
                ("number", models.PositiveIntegerField(default=1)),
                ("order", models.PositiveIntegerField(default=0)),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("accepted", "accepted"),
                            ("rejected", "rejected"),
                            ("superseded", "superseded"),
                        ],
                        default="waiting",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("is_changed", models.BooleanField(default=False, verbose_name="changed since it was accepted")),
                ("decided", models.JSONField(editable=False, null=True)),
                ("decided_by_name", models.CharField(blank=True, max_length=150)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="timeline.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposals",
                        to="timeline.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposal",
                "verbose_name_plural": "proposals",
                "ordering": ["article", "order", "id"],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("values", models.JSONField()),
                ("evidence", models.JSONField()),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="readings", to="timeline.proposal"
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="readings", to="timeline.articletext"
                    ),
                ),
            ],
            options={
                "verbose_name": "reading",
                "verbose_name_plural": "readings",
                "ordering": ["proposal", "text__number"],
            },
        ),
        migrations.AddConstraint(
            model_name="articletext",
            constraint=models.UniqueConstraint(fields=("article", "number"), name="article_text_number_once"),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["about", "standing"], name="proposal_about"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["meeting", "call", "statement"])), name="proposal_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("standing__in", ["waiting", "accepted", "rejected", "superseded"])),
                name="proposal_standing_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_changed", False), ("standing", "accepted"), _connector="OR"),
                name="proposal_changed_is_accepted",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(fields=("article", "about", "number"), name="proposal_known_again"),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(fields=("proposal", "text"), name="reading_once_a_text"),
        ),
    ]
