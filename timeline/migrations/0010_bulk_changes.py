"""What was done to many entries at once, to be looked at and put back as a whole."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0009_unsaved_and_discarded"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("table", "a table was imported"),
                            ("dossier", "a dossier was imported"),
                            ("published", "entries were published"),
                            ("withdrawn", "entries were withdrawn"),
                            ("put back", "a bulk change was put back"),
                        ],
                        max_length=12,
                        verbose_name="what",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="of what, or why")),
                ("by_name", models.CharField(blank=True, max_length=150, verbose_name="by")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("size", models.PositiveIntegerField(default=0, verbose_name="entries")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "puts_back",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="put_back_by",
                        to="timeline.bulkchange",
                    ),
                ),
            ],
            options={
                "verbose_name": "bulk change",
                "verbose_name_plural": "bulk changes",
                "ordering": ["-id"],
                "default_permissions": ("view", "change"),
            },
        ),
        migrations.CreateModel(
            name="BulkEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("noun", models.CharField(max_length=10)),
                ("key", models.CharField(max_length=120)),
                ("title", models.CharField(max_length=300)),
                ("was", models.PositiveIntegerField(default=0)),
                ("number", models.PositiveIntegerField(default=0)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                (
                    "bulk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="timeline.bulkchange"
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of a bulk change",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("bulk", "noun", "key"), name="bulk_entry_once")],
            },
        ),
    ]
