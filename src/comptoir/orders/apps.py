"""Names this room to Django."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The app `comptoir.orders`."""

    name = "comptoir.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"
