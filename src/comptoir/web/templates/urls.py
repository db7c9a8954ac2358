"""Addresses of templates and signatures: settings, one's own page, and the composer's list."""

from django.urls import path

from comptoir.web.templates import files, signatures, views
from comptoir.web.views import templates as composing

TICKET = "tickets/<int:ticket_id>"
ORDER = "orders/<int:order_id>/message"

of_tickets = [
    path(f"{TICKET}/templates", composing.suggest, name="suggest_templates"),
    path(f"{TICKET}/templates/<int:template_id>", composing.one, name="write_template"),
    path(f"{TICKET}/hints", composing.hints, name="reply_hints"),
]

of_orders = [
    path(f"{ORDER}/templates", composing.suggest_on_order, name="suggest_templates_on_order"),
    path(f"{ORDER}/templates/<int:template_id>", composing.one_on_order, name="write_on_order"),
]

urlpatterns = [
    *of_tickets,
    *of_orders,
    path("account/signature", signatures.own, name="own_signature"),
    path("settings/templates", views.show_list, name="templates"),
    path("settings/templates/new", views.make, name="new_template"),
    path("settings/templates/preview", views.show_preview, name="preview_template"),
    path("settings/templates/signatures", signatures.show, name="signatures"),
    path("settings/templates/import", files.take, name="import_templates"),
    path("settings/templates/export.<slug:ending>", files.export, name="export_templates"),
    path("settings/templates/<int:template_id>", views.edit, name="template"),
    path("settings/templates/<int:template_id>/<slug:verb>", views.act, name="change_template"),
]
