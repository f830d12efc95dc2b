"""Where an entry went that turned out to be a second one of the same event."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0003_import"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="merged_into",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="timeline.event",
                verbose_name="merged into",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | (Q(state="withdrawn") & ~Q(merged_into=F("id"))),
                name="event_merged_is_withdrawn",
            ),
        ),
    ]
