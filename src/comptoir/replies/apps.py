"""Names this room to Django."""

from django.apps import AppConfig


class RepliesConfig(AppConfig):
    """The app `comptoir.replies`."""

    name = "comptoir.replies"
    label = "replies"
    default_auto_field = "django.db.models.BigAutoField"
