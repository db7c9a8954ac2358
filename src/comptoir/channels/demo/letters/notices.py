"""Mails that marketplaces write themselves: claims, returns, refunds, copies of our replies."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from comptoir.channels.demo.letters.buyers import OPERATORS, digest
from comptoir.channels.demo.letters.envelope import Letter
from comptoir.channels.demo.letters.words import STORES
from comptoir.channels.demo.orders import KnownOrder

Notice = Literal["claim", "chargeback", "return_request", "cancellation", "refund", "claim_decided"]

AMAZON_TYPES: dict[Notice, tuple[str, str]] = {
    "claim": ("atoz-guarantee-no-reply", "A_Z_CLAIM_RESPONDENT_NOTIFY"),
    "claim_decided": ("atoz-guarantee-no-reply", "A_Z_CLAIM_RESPONDENT_CLOSE"),
    "chargeback": ("cb-seller-notification", ""),
    "return_request": ("donotreply", "RETURN_REQUEST"),
    "cancellation": ("donotreply", "BRC_SELLER_NOTIFICATION"),
    "refund": ("donotreply", "REFUND_ISSUED"),
}

AMAZON_WORDS: dict[str, dict[Notice, tuple[str, str]]] = {
    "fr": {
        "claim": (
            "Demande de remboursement reçue pour la commande {number}",
            "{name} a déposé une réclamation au titre de la garantie A à Z : article non reçu."
            "\nRépondez dans un délai de 3 jours calendaires depuis votre compte vendeur.",
        ),
        "claim_decided": (
            "Décision sur la réclamation – commande {number}",
            "La réclamation a été clôturée. Aucune somme n'a été débitée de votre compte.",
        ),
        "chargeback": (
            "Avis de rétrofacturation – commande {number}",
            "La banque de l'acheteur conteste le paiement de {total}. Envoyez vos justificatifs"
            " dans un délai de 7 jours.",
        ),
        "return_request": (
            "Demande d'autorisation de retour pour la commande {number}",
            "{name} souhaite retourner : {title}\nMotif : ne convient plus.",
        ),
        "cancellation": (
            "Demande d'annulation de la commande {number}",
            "{name} demande l'annulation de la commande avant expédition : {title}",
        ),
        "refund": (
            "Remboursement émis pour la commande {number}",
            "Un remboursement de {total} a été émis.",
        ),
    },
    "de": {
        "claim": (
            "Antrag auf Kostenerstattung zu Bestellung {number}",
            "{name} hat einen A-bis-Z-Garantieantrag gestellt: Artikel nicht erhalten."
            "\nBitte antworten Sie innerhalb von 3 Kalendertagen in Seller Central.",
        ),
        "claim_decided": (
            "Entscheidung über den Garantieantrag zu Bestellung {number}",
            "Der Garantieantrag wurde geschlossen. Ihr Konto wurde nicht belastet.",
        ),
        "chargeback": (
            "Rückbuchung zu Bestellung {number}",
            "Die Bank des Käufers hat {total} zurückgebucht. Bitte senden Sie uns Ihre Belege"
            " innerhalb von 7 Tagen.",
        ),
        "return_request": (
            "Rücksendeantrag zu Bestellung {number}",
            "{name} möchte zurücksenden: {title}\nGrund: entspricht nicht den Erwartungen.",
        ),
        "cancellation": (
            "Stornierungsanfrage zu Bestellung {number}",
            "{name} bittet um Stornierung vor dem Versand: {title}",
        ),
        "refund": (
            "Erstattung veranlasst für Bestellung {number}",
            "Eine Erstattung über {total} wurde veranlasst.",
        ),
    },
}


def amazon_notice(kind: Notice, order: KnownOrder, *, at: datetime, key: str) -> Letter:
    """Write what Amazon tells the seller about an order."""
    domain, store, language = STORES[order.country]
    mailbox, header = AMAZON_TYPES[kind]
    subject, text = AMAZON_WORDS["fr" if language == "fr" else "de"][kind]
    slots = {
        "number": order.number,
        "name": order.buyer.full,
        "title": order.title,
        "total": f"{order.total} {order.currency}",
    }
    headers = [("X-Marketplace-ID", store)]
    if header:
        headers.insert(0, ("X-Space-Notification-Type", header))
    return Letter(
        sender=f"{mailbox}@{domain}",
        sender_name=domain.capitalize(),
        recipient=order.recipient,
        subject=subject.format(**slots),
        text=f"{text.format(**slots)}\n\n{_AMAZON_ORDER[language]}: {order.number}",
        at=at,
        message_id=f"{digest('notice', key)[:26]}@{domain}",
        headers=tuple(headers),
    )


def reply_copy(order: KnownOrder, text: str, *, at: datetime, key: str) -> Letter:
    """Write the copy Amazon sends of a reply somebody wrote in its portal."""
    domain, store, language = STORES[order.country]
    subject = {
        "fr": "Votre e-mail à {}",
        "de": "Ihre E-Mail an {}",
        "it": "Il tuo messaggio a {}",
        "es": "Su e-mail a {}",
        "en": "Your e-mail to {}",
    }[language].format(order.buyer.full)
    lines = [f"{_AMAZON_ORDER[language]}: {order.number}", "", text]
    return Letter(
        sender=f"donotreply@{domain}",
        sender_name=domain.capitalize(),
        recipient=order.recipient,
        subject=f"{subject} ({_AMAZON_ORDER[language]}: {order.number})",
        text="\n".join(lines),
        at=at,
        message_id=f"{digest('copy', key)[:26]}@{domain}",
        headers=(
            ("X-Space-Notification-Type", "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT"),
            ("X-Marketplace-ID", store),
        ),
    )


def ebay_case(order: KnownOrder, *, at: datetime, key: str) -> Letter:
    """Write eBay's notice that a buyer opened a case."""
    return Letter(
        sender="ebay@ebay.de",
        sender_name="eBay",
        recipient=order.recipient,
        subject=f"{order.buyer.user} hat einen Fall eröffnet: Bestellung {order.number}",
        text=(
            f"Der Käufer {order.buyer.user} hat zu Bestellung {order.number} ({order.title}) einen"
            " Fall eröffnet: Artikel nicht erhalten.\nBitte antworten Sie innerhalb von 3 Tagen."
        ),
        at=at,
        message_id=f"{digest('case', key)[:26]}@ebay.de",
    )


def mirakl_incident(order: KnownOrder, *, at: datetime, key: str) -> Letter:
    """Write a Mirakl operator's notice that an incident was opened on an order."""
    operator = OPERATORS[order.marketplace]
    return Letter(
        sender="noreply@notification.mirakl.net",
        sender_name=f"Marketplace {operator}",
        recipient=order.recipient,
        subject=f"[{operator}] Incident ouvert sur la commande n° {order.number}",
        text=(
            f"Un incident ouvert par le client concerne la commande n° {order.number} :"
            f" {order.title}.\nMotif : colis non reçu. Répondez dans votre espace vendeur."
        ),
        at=at,
        message_id=f"{digest('incident', key)[:26]}@notification.mirakl.net",
    )


_AMAZON_ORDER = {
    "fr": "Commande",
    "de": "Bestellung",
    "it": "Ordine",
    "es": "Pedido",
    "en": "Order",
}
