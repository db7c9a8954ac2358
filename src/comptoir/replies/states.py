"""What orders and returns are called in a buyer's language, as one would write it in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, tuple[str, ...]]

ORDER: Words = {
    "en": ("being prepared", "on its way", "delivered", "returned", "cancelled"),
    "fr": ("en préparation", "en cours de livraison", "livrée", "retournée", "annulée"),
    "de": ("in Vorbereitung", "unterwegs", "zugestellt", "zurückgesendet", "storniert"),
    "it": ("in preparazione", "in consegna", "consegnato", "reso", "annullato"),
    "es": ("en preparación", "en camino", "entregado", "devuelto", "cancelado"),
    "nl": ("in voorbereiding", "onderweg", "bezorgd", "geretourneerd", "geannuleerd"),
}
ORDER_STATES = ("pending", "shipped", "delivered", "returned", "cancelled")

RETURN: Words = {
    "en": ("requested", "accepted", "refused", "on its way back", "received", "closed"),
    "fr": ("demandé", "accepté", "refusé", "en cours d'acheminement", "reçu", "clôturé"),
    "de": ("angefragt", "angenommen", "abgelehnt", "auf dem Rückweg", "eingegangen", "abgeschlossen"),
    "it": ("richiesto", "accettato", "rifiutato", "in viaggio verso di noi", "ricevuto", "chiuso"),
    "es": ("solicitada", "aceptada", "rechazada", "en camino hacia nosotros", "recibida", "cerrada"),
    "nl": ("aangevraagd", "geaccepteerd", "geweigerd", "onderweg naar ons", "ontvangen", "gesloten"),
}  # fmt: skip
RETURN_STATES = ("requested", "accepted", "refused", "sent", "received", "closed")


def of_order(state: str, language: str) -> str:
    """Name an order's state; empty for one nobody knows."""
    return _word(state, ORDER_STATES, ORDER, language)


def of_return(state: str, language: str) -> str:
    """Name a return's state; empty for one nobody knows."""
    return _word(state, RETURN_STATES, RETURN, language)


def _word(state: str, states: tuple[str, ...], words: Words, language: str) -> str:
    if state not in states:
        return ""
    return words.get(language, words["en"])[states.index(state)]
