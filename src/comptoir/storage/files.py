"""Attachments by hash: the same file is stored once, and any host can serve it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from comptoir.storage.models import File


def keep(content: bytes, *, now: datetime) -> File:
    """Store a file unless it is there already, and give its row."""
    digest = sha256(content).hexdigest()
    File.objects.bulk_create(
        [File(sha256=digest, content=content, size_bytes=len(content), stored_at=now)],
        ignore_conflicts=True,
    )
    return File(sha256=digest, size_bytes=len(content), stored_at=now)
