"""The fixed words of marketplaces' mails, by language: subjects, frames, footers."""

from __future__ import annotations

from dataclasses import dataclass

STORES = {
    "FR": ("amazon.fr", "A13V1IB3VIYZZH", "fr"),
    "DE": ("amazon.de", "A1PA6795UKMFR9", "de"),
    "IT": ("amazon.it", "APJ6JRA9NG5V4", "it"),
    "ES": ("amazon.es", "A1RKKUPIHCS9HS", "es"),
    "GB": ("amazon.co.uk", "A1F83G8C2ARO7P", "en"),
}
"""Domain, store id and language of the Amazon stores the demo sells on."""


@dataclass(frozen=True, slots=True)
class AmazonWords:
    """One store's wording. `order` and `product` head the mail, `begin` and `end` frame the text."""

    about_order: str
    about_product: str
    order: str
    opening: str
    begin: str
    end: str
    footer: str


AMAZON = {
    "fr": AmazonWords(
        "Demande de renseignements de la part du client Amazon {name} (Commande : {number})",
        "Demande de renseignements sur un produit de la part du client Amazon {name}",
        "Nº de commande",
        "Vous avez reçu un message.",
        "Début du message",
        "Fin du message",
        "Aucune réponse nécessaire :",
    ),
    "de": AmazonWords(
        "Anfrage zu Bestellinformationen von Amazon-Kunde {name} (Bestellung: {number})",
        "Anfrage zu Produktdetails von Amazon-Kunde {name}",
        "Bestellnummer",
        "Sie haben eine Nachricht erhalten.",
        "Nachricht",
        "Ende der Nachricht",
        "Keine Antwort erforderlich:",
    ),
    "it": AmazonWords(
        "Richiesta di informazioni dal cliente Amazon {name} (Ordine: {number})",
        "Richiesta di informazioni su un prodotto dal cliente Amazon {name}",
        "N. ordine",
        "Hai ricevuto un messaggio.",
        "Messaggio",
        "Fine messaggio",
        "Nessuna risposta necessaria:",
    ),
    "es": AmazonWords(
        "Consulta del cliente de Amazon {name} (Pedido: {number})",
        "Consulta sobre un producto del cliente de Amazon {name}",
        "N.º de pedido",
        "Ha recibido un mensaje.",
        "Mensaje",
        "Fin del mensaje",
        "No se necesita respuesta:",
    ),
    "en": AmazonWords(
        "Order information enquiry from Amazon customer {name} (Order: {number})",
        "Product details enquiry from Amazon customer {name}",
        "Order ID",
        "You have received a message.",
        "Message",
        "End message",
        "No response needed:",
    ),
}

SUBJECTS = {
    "fr": ("Commande {number}", "Question sur ma commande {number}", "Commande {number} – {full}"),
    "de": ("Bestellung {number}", "Frage zu Bestellung {number}", "Bestellnr. {number} {last}"),
    "it": ("Ordine {number}", "Domanda sull'ordine {number}", "Ordine n. {number} – {full}"),
    "es": ("Pedido {number}", "Duda sobre el pedido {number}", "Pedido {number} – {full}"),
    "en": ("Order {number}", "Question about order {number}", "Order {number} – {full}"),
}
"""How people who write themselves begin."""

SUBJECTS_WITHOUT_ORDER = {
    "fr": ("Renseignement", "Question avant achat", "Bonjour"),
    "de": ("Frage", "Produktfrage", "Anfrage"),
    "it": ("Informazioni", "Domanda", "Richiesta"),
    "es": ("Consulta", "Pregunta", "Información"),
    "en": ("Question", "Product question", "Hello"),
}

WROTE = {
    "fr": "Le {at:%d/%m/%Y} à {at:%H:%M}, {who} a écrit :",
    "de": "Am {at:%d.%m.%Y} um {at:%H:%M} schrieb {who}:",
    "it": "Il {at:%d/%m/%Y} {at:%H:%M}, {who} ha scritto:",
    "es": "El {at:%d/%m/%Y} a las {at:%H:%M}, {who} escribió:",
    "en": "On {at:%d/%m/%Y} at {at:%H:%M}, {who} wrote:",
}
