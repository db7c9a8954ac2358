"""The signature below a reply of one person on one ticket."""

from __future__ import annotations

from comptoir.merchant.models import Person
from comptoir.replies.signing import Signer, signature
from comptoir.tickets.models import Ticket


def signature_of(ticket: Ticket, by: Person) -> str:
    """Give what is put below a reply to the buyer; empty where nobody wrote a signature."""
    channel = ticket.channel
    return signature(
        own=by.signature,
        channel=channel.signature,
        brand=channel.brand.signature,
        signer=Signer(by.name, channel.brand.name, channel.name),
    )
