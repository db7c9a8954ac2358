"""Names this room to Django."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The app `comptoir.inbox`."""

    name = "comptoir.inbox"
    label = "inbox"
    default_auto_field = "django.db.models.BigAutoField"
