"""The addresses of the pages agents live in, a file a subject."""

from django.urls import include, path

from comptoir.web.urls import together

urlpatterns = [
    path("", include("comptoir.web.urls.queue")),
    path("", include("comptoir.web.urls.tickets")),
    path("", include("comptoir.web.urls.together")),
    path("", include(together.beside)),
    path("", include("comptoir.web.urls.orders")),
    path("", include("comptoir.web.urls.messages")),
]
