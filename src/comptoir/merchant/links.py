"""One-time links: a random token that only its holder knows, stored as a hash.

Finding what a link stands for raises `Refused` when it no longer works: `link_unknown` (never
made, copied in part, or replaced by a newer one), `link_used`, `link_expired`, `inactive`.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Invitation, PasswordLink

Link = TypeVar("Link", Invitation, PasswordLink)


@dataclass(frozen=True, slots=True)
class Token:
    """What goes into the link, and what goes into the database instead."""

    text: str
    sha256: str


def fresh() -> Token:
    """Make a token of 256 bits; a plain hash is enough, since nobody can guess so many."""
    text = secrets.token_urlsafe(32)
    return Token(text=text, sha256=hashed(text))


def hashed(text: str) -> str:
    """Give what is stored instead of a token."""
    return hashlib.sha256(text.encode()).hexdigest()


def first_administrator(token: str, *, now: datetime, lock: bool = False) -> Invitation:
    """Find the link printed at the first start: the one that names nobody."""
    return _open(_find(Invitation.objects.filter(email=""), token, lock), now)


def invitation(token: str, *, now: datetime, lock: bool = False) -> Invitation:
    """Find the invitation of somebody by address."""
    return _open(_find(Invitation.objects.exclude(email=""), token, lock), now)


def password(token: str, *, now: datetime, lock: bool = False) -> PasswordLink:
    """Find the link by which a person chooses a new password."""
    links = PasswordLink.objects.select_related("person")
    link = _open(_find(links, token, lock), now)
    if not link.person.is_active:
        raise Refused("inactive")
    return link


def _find(links: QuerySet[Link], token: str, lock: bool) -> Link | None:
    found = links.filter(token_sha256=hashed(token))
    return (found.select_for_update(of=("self",)) if lock else found).first()


def _open(link: Link | None, now: datetime) -> Link:
    if link is None:
        raise Refused("link_unknown")
    if link.used_at is not None:
        raise Refused("link_used")
    if not link.is_open(now):
        raise Refused("link_expired")
    return link
