"""Addresses of a ticket, its parts and its verbs."""

from django.urls import path

from comptoir.web.views import queue

urlpatterns = [
    path("tickets/<int:ticket_id>", queue.show, name="ticket"),
]
