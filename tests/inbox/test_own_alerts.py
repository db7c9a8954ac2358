"""An alert that comes back to a mailbox of the desk starts nothing."""

from __future__ import annotations

import pytest
from tests.inbox.conftest import Deliver, deliver
from tests.tickets.conftest import FRIDAY

from comptoir.alerts.transports.email import letter
from comptoir.alerts.transports.notices import Item, Notice
from comptoir.channels.mail.compose import build
from comptoir.storage.models import RawItem
from comptoir.tickets.models import Ticket

__all__ = ["deliver"]

ITEM = Item("First reply: less than 2 h to the limit.", "Limit: Sat 17:40.", "", "Ticket 1", "")
NOTICE = Notice("Ticket 1: less than 2 h", (ITEM,), "", "", "Open", "Sent by Comptoir.", True)


@pytest.mark.parametrize("sender", ["info@maison-perrin.example", "alerts@elsewhere.example"])
def test_an_alert_that_comes_back_makes_no_ticket(deliver: Deliver, sender: str) -> None:
    mail = letter(
        "0b4d",
        NOTICE,
        sender=sender,
        sender_name="Comptoir",
        recipient="info@maison-perrin.example",
        ticket_id=1,
    )

    deliver(build(mail, date=FRIDAY, automatic=True))

    assert not Ticket.objects.exists()
    assert RawItem.objects.get().state == "done"
