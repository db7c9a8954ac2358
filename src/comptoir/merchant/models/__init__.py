"""The tables of the merchant: people and teams, brands, connections and channels, calendars."""

from comptoir.merchant.models.assigning import AssignmentRule
from comptoir.merchant.models.calendars import Calendar
from comptoir.merchant.models.channels import (
    Brand,
    Channel,
    ChannelFigure,
    Connection,
    ConnectionToken,
    Route,
)
from comptoir.merchant.models.people import (
    Absence,
    Invitation,
    Merchant,
    PasswordLink,
    Person,
    Role,
    Team,
)
from comptoir.merchant.models.tokens import ApiToken

__all__ = [
    "Absence",
    "ApiToken",
    "AssignmentRule",
    "Brand",
    "Calendar",
    "Channel",
    "ChannelFigure",
    "Connection",
    "ConnectionToken",
    "Invitation",
    "Merchant",
    "PasswordLink",
    "Person",
    "Role",
    "Route",
    "Team",
]
