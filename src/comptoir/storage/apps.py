"""Names this room to Django."""

from django.apps import AppConfig


class StorageConfig(AppConfig):
    """The app `comptoir.storage`."""

    name = "comptoir.storage"
    label = "storage"
    default_auto_field = "django.db.models.BigAutoField"
