"""Made-up facts for a preview where no ticket is chosen: a late parcel of a known kind of buyer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from comptoir.merchant.models import Person
from comptoir.replies.facts import Amount, Facts, Item, OrderFacts, ParcelFacts, ReturnFacts
from comptoir.tickets.template_facts import working_days

BUYERS = {
    "de": ("Anna Berg", "DE", "EUR", "Gusseiserner Bräter, 24 cm"),
    "fr": ("Claire Martin", "FR", "EUR", "Cocotte en fonte, 24 cm"),
    "en": ("Emma Taylor", "GB", "GBP", "Cast-iron casserole, 24 cm"),
    "it": ("Giulia Conti", "IT", "EUR", "Casseruola in ghisa, 24 cm"),
    "es": ("Lucía Romero", "ES", "EUR", "Cazuela de hierro, 24 cm"),
    "nl": ("Sanne de Vries", "NL", "EUR", "Gietijzeren braadpan, 24 cm"),
}


def country_of(language: str) -> str:
    """Give the country of the sample buyer."""
    return BUYERS.get(language, BUYERS["en"])[1]


def sample(language: str, *, by: Person, now: datetime) -> Facts:
    """Make facts up in which every variable has a value."""
    name, country, currency, article = BUYERS.get(language, BUYERS["en"])
    today: date = now.astimezone(ZoneInfo(by.time_zone)).date()
    return Facts(
        today=today,
        buyer_name=name,
        order=OrderFacts(
            number="302-4471983-1029384",
            placed_on=today - timedelta(days=8),
            total=Amount(Decimal("1249.90"), currency),
            state="shipped",
            items=(Item(article),),
        ),
        parcel=ParcelFacts(
            carrier="DHL",
            tracking_number="00340434292135100186",
            tracking_link="https://www.dhl.com/tracking?id=00340434292135100186",
            shipped_on=today - timedelta(days=6),
            promised_on=today - timedelta(days=2),
            delivered_on=today,
        ),
        returned=ReturnFacts(
            number="R-20418",
            state="received",
            requested_on=today - timedelta(days=4),
            received_on=today - timedelta(days=1),
            refund=Amount(Decimal("49.90"), currency),
            refunded_on=today,
        ),
        working_days=working_days(today, country),
        channel_name="Amazon.de",
        brand_name="Maison Perrin",
        agent_name=by.name,
        ticket_number=20418,
    )
