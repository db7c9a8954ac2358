"""Addresses of the lists."""

from django.urls import path

from comptoir.web.views import bulk, changes, keys, listed, queue

urlpatterns = [
    path("", queue.show, name="queue"),
    path("rows", queue.rows, name="rows"),
    path("next", queue.go_to_next, name="next"),
    path("filters", listed.show_filters, name="filters"),
    path("display", listed.set_display, name="display"),
    path("views", listed.show_views, name="views"),
    path("views/keep", listed.keep_view, name="keep_view"),
    path("views/<int:view_id>", listed.change_view, name="change_view"),
    path("views/<int:view_id>/move", listed.move_view, name="move_view"),
    path("views/<int:view_id>/delete", listed.delete_view, name="delete_view"),
    path("bulk", bulk.do, name="bulk"),
    path("bulk/tickets", bulk.tickets, name="bulk_tickets"),
    path("bulk/<int:change_id>/undo", bulk.undo, name="undo_bulk"),
    path("changes", changes.since, name="changes"),
    path("keys", keys.show, name="keys"),
]
