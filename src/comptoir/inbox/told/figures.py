"""Figures by which a marketplace judges the seller: the latest of each name and period."""

from __future__ import annotations

from datetime import datetime

from comptoir.channels.kernel.told import FigureTold
from comptoir.inbox.routing import Candidate
from comptoir.merchant.models import ChannelFigure


def take(told: FigureTold, candidate: Candidate, *, now: datetime) -> None:
    """Keep a figure unless a later reading of it is there."""
    found = ChannelFigure.objects.filter(
        channel_id=candidate.channel_id, name=told.name, until=told.until
    ).first()
    at = min(told.at, now)
    if found is not None and found.at > at:
        return
    ChannelFigure.objects.update_or_create(
        channel_id=candidate.channel_id,
        name=told.name,
        until=told.until,
        defaults={
            "value": told.value,
            "unit": told.unit,
            "word": told.word,
            "threshold": told.threshold,
            "since": told.since,
            "at": at,
        },
    )
