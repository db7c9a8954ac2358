"""Coarse jobs of alerts, each harmless when run twice."""

from __future__ import annotations

import logging
from datetime import timedelta

from procrastinate.contrib.django import app

from comptoir.alerts import breaching
from comptoir.alerts.models import Alert, Delivery
from comptoir.storage.clock import now

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=180)


@app.task(name="alerts.judge_channels", queueing_lock="alerts.judge_channels")
def judge_channels(timestamp: int) -> None:
    """Judge every channel by its late messages."""
    del timestamp
    breaching.judge_channels(now=now())


@app.task(name="alerts.forget_old", queueing_lock="alerts.forget_old")
def forget_old(timestamp: int) -> None:
    """Drop alerts that are over, and their deliveries, after half a year."""
    del timestamp
    before = now() - KEPT_FOR
    Delivery.objects.filter(created_at__lt=before).exclude(state=Delivery.State.WAITING).delete()
    count, _ = Alert.objects.filter(recorded_at__lt=before, over_at__isnull=False).delete()
    log.info("alerts: %s old rows dropped", count)
