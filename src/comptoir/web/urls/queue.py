"""Addresses of the lists."""

from django.urls import path

from comptoir.web.views import changes, keys, queue

urlpatterns = [
    path("", queue.show, name="queue"),
    path("rows", queue.rows, name="rows"),
    path("next", queue.go_to_next, name="next"),
    path("changes", changes.since, name="changes"),
    path("keys", keys.show, name="keys"),
]
