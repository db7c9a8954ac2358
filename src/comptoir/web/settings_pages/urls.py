"""Addresses of the settings about channels, below `/settings/`."""

from django.urls import path

from comptoir.web.settings_pages.views import (
    channels,
    connect,
    connections,
    demo_clock,
    quarantine,
    trials,
)

urlpatterns = [
    path("channels", channels.show_list, name="channels"),
    path("channels/connect", connect.connect, name="connect_channel"),
    path("channels/promise", trials.promise, name="preset_promise"),
    path("channels/<int:channel_id>", channels.show, name="channel"),
    path("channels/<int:channel_id>/go-live", channels.go_live, name="go_live"),
    path("channels/<int:channel_id>/watch", channels.watch, name="watch_channel"),
    path("channels/trials/<str:key>", trials.show, name="trial"),
    path("channels/trials/<str:key>/progress", trials.progress, name="trial_progress"),
    path("channels/trials/<str:key>/again", trials.again, name="try_again"),
    path("channels/trials/<str:key>/confirm", trials.confirm, name="confirm_channels"),
    path("channels/trials/<str:key>/store", trials.store_change, name="store_change"),
    path("connections", connections.show_list, name="connections"),
    path("connections/<int:connection_id>", connections.show, name="connection"),
    path("connections/<int:connection_id>/reading", connections.reading, name="reading"),
    path("connections/<int:connection_id>/change", connections.change, name="change_connection"),
    path("connections/<int:connection_id>/check", connections.check, name="check_connection"),
    path("connections/<int:connection_id>/pause", connections.pause, name="pause_connection"),
    path("connections/<int:connection_id>/resume", connections.resume, name="resume_connection"),
    path("connections/<int:connection_id>/channels/add", channels.add, name="add_channel"),
    path("quarantine", quarantine.show_list, name="quarantine"),
    path("quarantine/retry", quarantine.retry_all, name="retry_quarantine"),
    path("quarantine/<int:raw_item_id>", quarantine.show, name="quarantined"),
    path("quarantine/<int:raw_item_id>/source", quarantine.download, name="quarantined_source"),
    path("quarantine/<int:raw_item_id>/retry", quarantine.retry, name="retry_quarantined"),
    path("clock", demo_clock.show, name="demo_clock"),
]
