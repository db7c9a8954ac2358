"""The addresses of the pages agents live in, a file a subject."""

from django.urls import include, path

urlpatterns = [
    path("", include("comptoir.web.urls.queue")),
    path("", include("comptoir.web.urls.tickets")),
    path("", include("comptoir.web.urls.orders")),
]
