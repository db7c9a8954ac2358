"""Names this room to Django."""

from django.apps import AppConfig


class SlaConfig(AppConfig):
    """The app `comptoir.sla`."""

    name = "comptoir.sla"
    label = "sla"
    default_auto_field = "django.db.models.BigAutoField"
