"""Names this room to Django."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """The app `comptoir.tickets`."""

    name = "comptoir.tickets"
    label = "tickets"
    default_auto_field = "django.db.models.BigAutoField"
