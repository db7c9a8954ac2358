"""Mails by nobody in particular: bounces, absences, newsletters, suppliers, and what fits nowhere."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime

from comptoir.channels.demo.letters.buyers import digest
from comptoir.channels.demo.letters.envelope import Letter, write
from comptoir.channels.demo.orders import KnownOrder


def out_of_office(order: KnownOrder, text: str, *, at: datetime, answers: str, key: str) -> Letter:
    """Write what a customer's mailbox answers by itself."""
    subject = {
        "fr": "Réponse automatique : absence",
        "de": "Automatische Antwort: abwesend",
        "it": "Risposta automatica: fuori ufficio",
        "es": "Respuesta automática: fuera de la oficina",
        "en": "Automatic reply: out of office",
    }[order.buyer.language]
    domain = order.buyer.address.rpartition("@")[2]
    return Letter(
        sender=order.buyer.address,
        sender_name=order.buyer.full,
        recipient=order.recipient,
        subject=subject,
        text=text,
        at=at,
        message_id=f"{digest('absent', key)[:26]}@{domain}",
        in_reply_to=answers,
        headers=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
    )


def bounce(
    *, recipient: str, reached: str, message_id: str, subject: str, at: datetime, key: str
) -> bytes:
    """Write a relay's report that it did not pass a reply on (RFC 3464)."""
    relay = reached.rpartition("@")[2]
    boundary = f"=_{digest('bounce', key)[:20]}"
    letter = Letter(
        sender=f"mailer-daemon@{relay}",
        sender_name="Mail Delivery System",
        recipient=recipient,
        subject="Undelivered Mail Returned to Sender",
        text="",
        at=at,
        message_id=f"{digest('dsn', key)[:26]}@{relay}",
        headers=(("Auto-Submitted", "auto-replied"),),
    )
    head = write(letter).split(b"Content-Type:")[0].decode()
    report = "multipart/report; report-type=delivery-status"
    return (
        f'{head}Content-Type: {report}; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"The message to <{reached}> was rejected: sender not authorised.\r\n"
        f"--{boundary}\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; {relay}\r\n\r\nFinal-Recipient: rfc822; {reached}\r\n"
        "Action: failed\r\nStatus: 5.7.1\r\n"
        "Diagnostic-Code: smtp; 550 5.7.1 sender not authorised for this relay\r\n\r\n"
        f"--{boundary}\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: <{message_id}>\r\nSubject: {subject.encode('ascii', 'replace').decode()}\r\n"
        f"To: {reached}\r\n\r\n--{boundary}--\r\n"
    ).encode()


NEWSLETTERS = (
    (
        "Emballages Rhône",
        "bonjour@emballages-rhone.example",
        "Cartons double cannelure : -15 % jusqu'à vendredi",
        "Bonjour,\n\nPréparez la haute saison : -15 % sur tous nos cartons double cannelure,"
        " livraison en 48 h à Lyon et environs. Catalogue complet sur"
        " https://emballages-rhone.example/catalogue\n\nVous recevez cette lettre parce que vous"
        " êtes client. Se désabonner : https://emballages-rhone.example/stop",
    ),
    (
        "Salon Ambiente",
        "news@ambiente-salon.example",
        "Ihr Aussteller-Newsletter",
        "Guten Tag,\n\ndie Hallenpläne sind da. Sichern Sie sich Ihren Stand bis Monatsende:"
        " https://ambiente-salon.example/standplan\n\nAbmelden:"
        " https://ambiente-salon.example/abmelden",
    ),
)


def newsletter(number: int, *, recipient: str, at: datetime, key: str) -> Letter:
    """Write an advert that went to many."""
    name, address, subject, text = NEWSLETTERS[number % len(NEWSLETTERS)]
    domain = address.rpartition("@")[2]
    return Letter(
        sender=address,
        sender_name=name,
        recipient=recipient,
        subject=subject,
        text=text,
        at=at,
        message_id=f"{digest('news', key)[:26]}@{domain}",
        headers=(("List-Unsubscribe", f"<https://{domain}/stop>"), ("Precedence", "bulk")),
    )


STRANGERS = (
    (
        "Marketplace Support",
        "case-team@partner-desk.amazon.fr",
        "Votre dossier 14829937",
        "Bonjour,\n\nvotre dossier concernant la mise à jour de vos documents est en cours"
        " d'examen. Nous reviendrons vers vous.\n\nL'équipe partenaires",
    ),
    (
        "eBay Verkäuferteam",
        "verkaeuferteam@ebay.de",
        "Ihre Angebote im Winterkatalog",
        "Hallo,\n\nfür die Aufnahme in unseren Winterkatalog fehlen noch Produktbilder ohne"
        " Hintergrund. Können Sie uns diese bis Freitag schicken?\n\nIhr Verkäuferteam",
    ),
    (
        "Account Security",
        "service@ebay-verkaeufer-schutz.example",
        "Dringend: Bestätigen Sie Ihr Verkäuferkonto",
        "Sehr geehrter Verkäufer,\n\nIhr Konto wird in 24 Stunden gesperrt. Bestätigen Sie Ihre"
        " Daten: http://ebay-verkaeufer-schutz.example/login",
    ),
)


def stranger(number: int, *, recipient: str, at: datetime, key: str) -> Letter:
    """Write a mail that no channel can claim."""
    name, address, subject, text = STRANGERS[number % len(STRANGERS)]
    return Letter(
        sender=address,
        sender_name=name,
        recipient=recipient,
        subject=subject,
        text=text,
        at=at,
        message_id=f"{digest('stranger', key)[:26]}@{address.rpartition('@')[2]}",
    )


def damaged(*, recipient: str, at: datetime, key: str) -> bytes:
    """Write a mail that broke on its way: a part cut off, a charset nobody knows."""
    letter = Letter(
        sender="contact@atelier-verre.example",
        sender_name="Atelier du Verre",
        recipient=recipient,
        subject="Bon de livraison",
        text="",
        at=at,
        message_id=f"{digest('damaged', key)[:26]}@atelier-verre.example",
    )
    head = write(letter).split(b"Content-Type:")[0]
    body = b64encode(b"\xff\xfe\x00Bon de livraison 2291\x00\x81\x8d" * 9)
    return head + (
        b'Content-Type: multipart/mixed; boundary="cut"\r\n\r\n--cut\r\n'
        b"Content-Type: text/plain; charset=x-atelier-7\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + body[:-7]
    )
