"""Addresses of a form's settings, below `/settings/`; they come before those of all connectors."""

from django.urls import path

from comptoir.web.contact_form import setting

urlpatterns = [
    path("connect/contact_form", setting.make, name="new_contact_form"),
    path("connections/<int:connection_id>/form", setting.change, name="contact_form_settings"),
]
