"""The tables of the merchant: people and teams, brands, connections and channels, calendars."""

from comptoir.merchant.models.calendars import Calendar
from comptoir.merchant.models.channels import Brand, Channel, Connection, Route
from comptoir.merchant.models.people import Invitation, Merchant, PasswordLink, Person, Role, Team
from comptoir.merchant.models.tokens import ApiToken

__all__ = [
    "ApiToken",
    "Brand",
    "Calendar",
    "Channel",
    "Connection",
    "Invitation",
    "Merchant",
    "PasswordLink",
    "Person",
    "Role",
    "Route",
    "Team",
]
