"""Mails for measuring: 5 kB each, a third of them answers in a thread that is known."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from email.utils import format_datetime

TEXTS = (
    "Guten Tag, wo ist mein Paket? Die Sendungsverfolgung zeigt seit Tagen nichts Neues.",
    "Bonjour, le produit est arrivé cassé, merci de me dire comment le renvoyer.",
    "Hello, could you send me the invoice with the VAT number of my company please?",
    "Salve, vorrei restituire l'articolo, non va bene per la mia cucina.",
    "Buenas tardes, sigo esperando el pedido y nadie contesta.",
)
PADDING = "Vielen Dank für Ihre Mühe. " * 90


def letters(count: int, start: datetime, seed: int = 7) -> list[bytes]:
    """Make `count` raw mails in the shape of Amazon's relay, a second apart."""
    rng = random.Random(seed)
    made = []
    threads: list[tuple[str, str]] = []
    for number in range(count):
        if threads and rng.random() < 1 / 3:
            alias, order = rng.choice(threads[-200:])
        else:
            alias = f"b{seed}x{number:07d}@marketplace.amazon.de"
            order = f"302-{number:07d}-{rng.randrange(10**7):07d}"
            threads.append((alias, order))
        at = format_datetime(start + timedelta(seconds=number))
        made.append(
            f"""Received: from smtp.relay.example by mx.example; {at}
From: "Buyer {number} - Amazon Marketplace" <{alias}>
To: info@maison-perrin.example
Subject: Anfrage (Bestellung: {order})
Date: {at}
Message-ID: <bench-{seed}-{number}@relay.example>
X-Space-Notification-Type: BBC_MESSAGE_SENT_TO_MERCHANT
X-Marketplace-ID: A1PA6795UKMFR9
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

------------- Nachrichtenbeginn -------------

{rng.choice(TEXTS)} ({number})
{PADDING}

------------- Nachrichtenende -------------
""".encode()
        )
    return made
