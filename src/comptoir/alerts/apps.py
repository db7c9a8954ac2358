"""Names this room to Django."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """The app `comptoir.alerts`."""

    name = "comptoir.alerts"
    label = "alerts"
    default_auto_field = "django.db.models.BigAutoField"
