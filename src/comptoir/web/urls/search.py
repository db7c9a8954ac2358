"""Addresses of search."""

from django.urls import path

from comptoir.web.views import keys, palette, search

urlpatterns = [
    path("search", search.show, name="search"),
    path("search/box", search.box, name="search_box"),
    path("palette", palette.show, name="palette"),
    path("account/keys/", keys.choose, name="keys_of_mine"),
    path("account/display", palette.display, name="own_display"),
]
