"""Names this room to Django."""

from django.apps import AppConfig


class MerchantConfig(AppConfig):
    """The app `comptoir.merchant`."""

    name = "comptoir.merchant"
    label = "merchant"
    default_auto_field = "django.db.models.BigAutoField"
