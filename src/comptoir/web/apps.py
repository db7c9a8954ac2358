"""Names this room to Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The app `comptoir.web`."""

    name = "comptoir.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow log-ins into the audit trail."""
        from comptoir.web.accounts import trail

        trail.listen()
