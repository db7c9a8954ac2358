"""The signature below a reply of one person on one channel."""

from __future__ import annotations

from comptoir.merchant.models import Channel, Person
from comptoir.replies.signing import Signer, signature
from comptoir.tickets.models import Ticket


def signature_of(ticket: Ticket, by: Person) -> str:
    """Give what is put below a reply on a ticket; empty where nobody wrote a signature."""
    return signature_on(ticket.channel, by)


def signature_on(channel: Channel, by: Person) -> str:
    """Give what is put below messages of a person on a channel."""
    return signature(
        own=by.signature,
        channel=channel.signature,
        brand=channel.brand.signature,
        signer=Signer(by.name, channel.brand.name, channel.name),
    )
