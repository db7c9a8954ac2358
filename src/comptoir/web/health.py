"""Pages for machines: is it alive, is it ready, and its figures for Prometheus.

Figures are for this machine, or for who sends the token of `COMPTOIR_METRICS_TOKEN`.
"""

from __future__ import annotations

import hmac
import os

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from psycopg_pool import PoolTimeout

from comptoir.inbox.health import figures
from comptoir.storage.clock import now

LOOPBACK = frozenset({"127.0.0.1", "::1"})


def live(request: HttpRequest) -> HttpResponse:
    """Say that this process answers."""
    del request
    return JsonResponse({"live": True})


def ready(request: HttpRequest) -> HttpResponse:
    """Say whether the database answers too."""
    del request
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM merchant_person LIMIT 1")
    except (DatabaseError, PoolTimeout):
        return JsonResponse({"ready": False}, status=503)
    return JsonResponse({"ready": True})


def metrics(request: HttpRequest) -> HttpResponse:
    """Give the desk's figures in Prometheus' text format."""
    if not _may_measure(request):
        return HttpResponse("Not from here, and no token.\n", status=403)
    registry = CollectorRegistry()
    for name, value in figures(now=now()).items():
        Gauge(name, name.removeprefix("comptoir_").replace("_", " "), registry=registry).set(value)
    return HttpResponse(generate_latest(registry), content_type="text/plain; version=0.0.4")


def _may_measure(request: HttpRequest) -> bool:
    token = os.environ.get("COMPTOIR_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        return hmac.compare_digest(token.encode(), given.encode())
    forwarded = "X-Forwarded-For" in request.headers
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not forwarded
