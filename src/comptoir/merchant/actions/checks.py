"""What several verbs make sure of before they change anything."""

from __future__ import annotations

from zoneinfo import available_timezones

from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Person, Role
from comptoir.merchant.rights import NotAllowed


def administrator(by: Person | None) -> None:
    """Let only administrators through; nobody (None) is whoever holds the server's command line."""
    if by is not None and not (by.is_active and by.role == Role.ADMIN):
        raise NotAllowed("administrators_only")


def time_zone(name: str) -> str:
    """Give the name of a zone that exists."""
    if name not in available_timezones():
        raise Refused("time_zone_unknown", name=name)
    return name


def filled(name: str) -> str:
    """Give a name without the blanks around it, and not an empty one."""
    if not (stripped := " ".join(name.split())):
        raise Refused("name_missing")
    return stripped


def free_address(email: str, *, of: Person | None = None) -> str:
    """Give the address in the form it is stored, unless somebody else has it."""
    address = email.strip().lower()
    others = Person.objects.exclude(pk=of.pk) if of else Person.objects.all()
    if others.filter(email=address).exists():
        raise Refused("email_known", email=address)
    return address
