"""The desk lists events of all record states in their order: an index for each way."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0007_former"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["position", "id"], name="event_desk"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["kind", "position", "id"], name="event_desk_of_kind"),
        ),
    ]
