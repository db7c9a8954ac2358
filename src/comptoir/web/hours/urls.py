"""Addresses of the settings about hours, below `/settings/hours`."""

from django.urls import path

from comptoir.web.hours import views

urlpatterns = [
    path("", views.show_list, name="hours"),
    path("/new", views.add, name="add_calendar"),
    path("/new/preview", views.show_preview, name="preview_new_calendar"),
    path("/<slug:name>", views.show, name="calendar"),
    path("/<slug:name>/preview", views.show_preview, name="preview_calendar"),
    path("/<slug:name>/coverage", views.show_coverage, name="cover_calendar"),
    path("/<slug:name>/impact", views.show_impact, name="impact_of_calendar"),
]
