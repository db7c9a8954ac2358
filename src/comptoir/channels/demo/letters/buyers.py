"""A buyer's message in the dress of its channel: relay address, subject, frame, footer.

Shapes follow the rulebook's recognition blocks; where it knows none (Fnac, Rakuten) the mail is a
plain notice of the portal to an address of ours that only this channel knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from html import escape

from comptoir.channels.demo.letters.envelope import Letter
from comptoir.channels.demo.letters.words import (
    AMAZON,
    STORES,
    SUBJECTS,
    SUBJECTS_WITHOUT_ORDER,
    WROTE,
)
from comptoir.channels.demo.orders import KnownOrder
from comptoir.channels.kernel.protocol import OutgoingFile

OPERATORS = {"darty": "Darty", "leroy_merlin": "Leroy Merlin", "conforama": "Conforama"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a buyer says and when. `answers` is the Message-ID of ours it replies to, with its text."""

    text: str
    at: datetime
    key: str
    answers: str = ""
    quoted: str = ""
    quoted_at: datetime | None = None
    files: tuple[OutgoingFile, ...] = ()


def buyer_letter(order: KnownOrder, said: Said) -> Letter:
    """Dress a buyer's words as the order's channel does."""
    return _DRESSES[order.marketplace](order, said)


def digest(*parts: str) -> str:
    """Give hexadecimal digits that stay the same for the same words."""
    return sha256("|".join(parts).encode()).hexdigest()


def _amazon(order: KnownOrder, said: Said) -> Letter:
    domain, store, language = STORES[order.country]
    words = AMAZON[language]
    buyer = order.buyer
    pattern = words.about_order if order.number else words.about_product
    token = digest("token", said.key)[:40].upper()
    local, _, relay = buyer.address.partition("@")
    link = f"https://sellercentral.{domain}/messaging/no-response-needed?token={token}"
    about = [f"{words.order} {order.number}:"] if order.number else []
    text = "\n".join(
        [
            words.opening, "", *about, f"1  {order.title} [{order.sku}]", "",
            f"------------- {words.begin}: -------------", "", said.text, "",
            f"------------- {words.end} -------------", "",
            f"{words.footer} {link}", f"[commMgrTok:{token}]",
        ]
    )  # fmt: skip
    return replace(
        _base(order, said, domain=relay),
        sender=f"{local}+{digest('case', order.number or buyer.address)[:14]}@{relay}",
        sender_name=buyer.full,
        subject=pattern.format(name=buyer.full, number=order.number),
        text=text,
        html=f"<html><body><p>{escape(text).replace(chr(10), '<br>')}</p></body></html>",
        headers=(
            ("X-Space-Notification-Type", "BBC_MESSAGE_SENT_TO_MERCHANT"),
            ("X-Marketplace-ID", store),
        ),
    )


def _ebay(order: KnownOrder, said: Said) -> Letter:
    item = str(350_000_000_000 + int(digest(order.sku)[:8], 16))
    about = f"Bestellung {order.number}" if order.number else f"Artikel {item}"
    text = f"{said.text}\n\n-- \n{about}: {order.title}\nGesendet über das eBay-Nachrichtencenter"
    return replace(
        _base(order, said, domain="members.ebay.de"),
        sender_name=order.buyer.user,
        subject=f"{order.buyer.user} hat eine Nachricht zu {about} gesendet",
        text=text,
    )


def _mirakl(order: KnownOrder, said: Said) -> Letter:
    operator = OPERATORS[order.marketplace]
    about = f"la commande n° {order.number}" if order.number else f"l'offre {order.sku}"
    footer = f"-- \nMessage transmis par {operator} au sujet de {about}."
    return replace(
        _base(order, said, domain="notification.mirakl.net"),
        sender_name=f"{_short_name(order)} - Marketplace {operator}",
        subject=f"[{operator}] Nouveau message sur {about}",
        text=f"{said.text}\n\n{footer}",
    )


def _cdiscount(order: KnownOrder, said: Said) -> Letter:
    about = f"la commande {order.number}" if order.number else f"l'offre {order.sku}"
    footer = "-- \nMessage transmis par Cdiscount. Répondez depuis votre espace vendeur."
    return replace(
        _base(order, said, domain="clemarche.com"),
        sender_name=f"{_short_name(order)} - Marketplace Cdiscount",
        subject=f"Nouvelle question client concernant {about}",
        text=f"{said.text}\n\n{footer}",
    )


def _portal(order: KnownOrder, said: Said) -> Letter:
    """Fnac and Rakuten: a notice of the portal, which holds the words but no way back."""
    name, domain = {"fnac": ("Fnac", "fnac.com"), "rakuten_fr": ("Rakuten", "rakuten.com")}[
        order.marketplace
    ]
    about = f"la commande {order.number}" if order.number else f"l'annonce {order.sku}"
    footer = f"-- \n{name} Marketplace. Ne répondez pas à ce mail : répondez dans votre compte."
    return replace(
        _base(order, said, domain=domain),
        sender=f"noreply@{domain}",
        sender_name=f"{_short_name(order)} - Marketplace {name}",
        subject=f"Vous avez reçu un message de {_short_name(order)} sur {about}",
        text=f"{said.text}\n\n{footer}",
    )


def _kaufland(order: KnownOrder, said: Said) -> Letter:
    ticket = order.buyer.address.partition("@")[0].removeprefix("ticket-").upper()
    about = f"Bestellung {order.number}" if order.number else f"Artikel {order.sku}"
    footer = f"-- \nKaufland.de Ticket {ticket}, {about}. Antwort bitte im Seller Portal."
    return replace(
        _base(order, said, domain="kaufland-online.de"),
        sender_name=f"{order.buyer.full} – Marketplace Kaufland.de",
        subject=f"Neue Nachricht zu Ticket {ticket}",
        text=f"{said.text}\n\n{footer}",
    )


def _walmart(order: KnownOrder, said: Said) -> Letter:
    about = f"Purchase Order # {order.number}" if order.number else order.title
    return replace(
        _base(order, said, domain="relay.walmart.com"),
        sender_name=f"{order.buyer.full} (Walmart customer)",
        subject=f"Customer message about {about}",
        text=f"{said.text}\n\n-- \nSent through Walmart.com",
    )


def _shop(order: KnownOrder, said: Said) -> Letter:
    """The own shop: people write from their own mailbox, and quote when they answer."""
    language, buyer = order.buyer.language, order.buyer
    choices = SUBJECTS[language] if order.number else SUBJECTS_WITHOUT_ORDER[language]
    subject = choices[int(digest(said.key)[:4], 16) % len(choices)]
    subject = subject.format(number=f"#{order.number}", full=buyer.full, last=buyer.last)
    text = said.text
    if said.answers:
        subject = f"Re: {subject}"
        text += _quotation(order, said)
    return replace(
        _base(order, said, domain=buyer.address.rpartition("@")[2]),
        sender_name=buyer.full,
        subject=subject,
        text=text,
    )


def _quotation(order: KnownOrder, said: Said) -> str:
    if not said.quoted:
        return ""
    shop = order.recipient.partition("+")[0]
    head = WROTE[order.buyer.language].format(at=said.quoted_at or said.at, who=shop)
    return f"\n\n{head}\n" + "\n".join(f"> {line}" for line in said.quoted.splitlines())


def _base(order: KnownOrder, said: Said, *, domain: str) -> Letter:
    return Letter(
        sender=order.buyer.address,
        sender_name=order.buyer.full,
        recipient=order.recipient,
        subject="",
        text="",
        at=said.at,
        message_id=f"{digest('mail', said.key)[:26]}@{domain}",
        in_reply_to=said.answers,
        files=said.files,
    )


def _short_name(order: KnownOrder) -> str:
    """Give the name as French marketplaces show it: "Claire D."."""
    return f"{order.buyer.first} {order.buyer.last[:1]}."


_DRESSES: dict[str, Callable[[KnownOrder, Said], Letter]] = {
    "amazon": _amazon,
    "ebay": _ebay,
    "darty": _mirakl,
    "leroy_merlin": _mirakl,
    "conforama": _mirakl,
    "cdiscount": _cdiscount,
    "fnac": _portal,
    "rakuten_fr": _portal,
    "kaufland": _kaufland,
    "walmart": _walmart,
    "shopify": _shop,
    "generic_email": _shop,
}
