"""All addresses of the desk."""

from django.urls import include, path

urlpatterns = [
    path("", include("comptoir.web.urls")),
    path("", include("comptoir.web.accounts.urls")),
]
