from django.apps import AppConfig, apps
from django.contrib.admin.apps import SimpleAdminConfig
from django.db.models.signals import post_migrate, post_save, pre_save
from django.utils.translation import gettext_lazy as _


class TimelineConfig(AppConfig):
    name = "timeline"
    verbose_name = _("Timeline")

    def ready(self) -> None:
        from timeline import reference, roles
        from timeline.models import guard

        post_migrate.connect(reference.after_migrate, sender=self)
        post_migrate.connect(roles.after_migrate, sender=self)
        for model in self.get_models():
            pre_save.connect(guard.before_loaded, sender=model)
            post_save.connect(guard.after_loaded, sender=model)


class DeskConfig(SimpleAdminConfig):
    """Django's admin with our own site, and with what `timeline.admin` registers alone."""

    default_site = "timeline.admin.site.Desk"

    def ready(self) -> None:
        super().ready()
        from timeline import admin  # noqa: F401

        apps.get_app_config("auth").verbose_name = _("Accounts")
