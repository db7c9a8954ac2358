"""Addresses of one's own alerts, and of the settings about alerts."""

from django.urls import path

from comptoir.web.alerts.views import breaches, endpoints, log, mine, notifications, sending

own = [
    path("alerts", mine.show_list, name="alerts"),
    path("alerts/news", mine.news, name="alert_news"),
    path("alerts/acknowledge", mine.acknowledge_all, name="acknowledge_all"),
    path("alerts/<int:alert_id>/acknowledge", mine.acknowledge, name="acknowledge"),
    path("account/notifications", notifications.show, name="notifications"),
]

settings = [
    path("alerts", endpoints.show_list, name="alert_settings"),
    path("alerts/breaches", breaches.show, name="breach_states"),
    path("alerts/log", log.show, name="alert_log"),
    path("alerts/log/<uuid:delivery_id>/retry", log.retry, name="retry_delivery"),
    path("alerts/sender", sending.choose_sender, name="alert_sender"),
    path("alerts/escalation", sending.set_escalation, name="alert_escalation"),
    path("alerts/endpoints/add", endpoints.add, name="add_endpoint"),
    path("alerts/endpoints/<int:endpoint_id>", endpoints.show, name="endpoint"),
    path("alerts/endpoints/<int:endpoint_id>/secret", endpoints.rotate, name="rotate_endpoint"),
    path("alerts/endpoints/<int:endpoint_id>/test", endpoints.test, name="test_endpoint"),
    path("alerts/endpoints/<int:endpoint_id>/switch", endpoints.switch, name="switch_endpoint"),
    path("alerts/endpoints/<int:endpoint_id>/remove", endpoints.remove, name="remove_endpoint"),
]
