"""All addresses of the desk."""

from django.urls import include, path

from comptoir.web import health
from comptoir.web.alerts import urls as alerts
from comptoir.web.views.push import push

urlpatterns = [
    path("", include("comptoir.web.urls")),
    path("", include("comptoir.web.urls.search")),
    path("", include("comptoir.web.accounts.urls")),
    path("settings/", include("comptoir.web.contact_form.setting_urls")),
    path("settings/", include("comptoir.web.settings_pages.urls")),
    path("", include(alerts.own)),
    path("settings/", include(alerts.settings)),
    path("", include("comptoir.web.templates.urls")),
    path("settings/hours", include("comptoir.web.hours.urls")),
    path("push/<str:key>", push, name="push"),
    path("", include("comptoir.web.contact_form.urls")),
    path("api/v1/", include("comptoir.api.addresses")),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", health.metrics, name="metrics"),
]
