"""Mails for measuring: 5 kB each, a third of them answers in a thread that is known.

As in marketplaces' mail, the buyer's own words are the smaller part: around them stand relay
headers with a signature, and the frame's standing text.
"""

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
FRAME = "\n".join(
    f"Hinweis {n}: Bitte beantworten Sie diese Nachricht innerhalb von 24 Stunden; Ihre Antwort "
    "wird an den Käufer weitergeleitet. Weitere Hilfe finden Sie im Verkäuferportal."
    for n in range(1, 21)
)
SIGNATURE = "\n".join(
    "\t" + "b=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFy" for _ in range(9)
)


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
DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple; d=relay.example;
{SIGNATURE}
X-Space-Notification-Type: BBC_MESSAGE_SENT_TO_MERCHANT
X-Marketplace-ID: A1PA6795UKMFR9
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

------------- Nachrichtenbeginn -------------

{rng.choice(TEXTS)} ({number})
Die Bestellung habe ich am Montag aufgegeben und seitdem nichts mehr gehört, auch auf meine erste
Nachricht kam keine Antwort. Es wäre schön, wenn sich jemand melden könnte.
Mit freundlichen Grüßen

------------- Nachrichtenende -------------

{FRAME}
""".encode()
        )
    return made
