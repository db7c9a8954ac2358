"""The files that hang on messages: what a script calls `photo` is a picture, the rest a PDF."""

from __future__ import annotations

from comptoir.channels.demo.letters.buyers import digest
from comptoir.channels.demo.orders import KnownOrder
from comptoir.channels.demo.pictures import PHOTO_COUNT, paper, photo
from comptoir.channels.demo.voice import day
from comptoir.channels.kernel.protocol import OutgoingFile

PHOTO_NAMES = ("IMG_{n}.png", "photo_{n}.png", "2026{n}.png", "image{n}.png")
LABELS = frozenset({"etiquette", "etikett", "etichetta", "etiqueta", "label"})


def file_for(kind: str, order: KnownOrder, key: str) -> OutgoingFile:
    """Make the file that a turn of a script asks for."""
    number = int(digest(key)[:8], 16)
    if kind == "photo":
        name = PHOTO_NAMES[number % len(PHOTO_NAMES)].format(n=1000 + number % 9000)
        return OutgoingFile(name, "image/png", photo(number % PHOTO_COUNT))
    name = f"{kind}-{order.number or number % 10_000}.pdf"
    return OutgoingFile(name, "application/pdf", paper(_lines(kind, order)))


def _lines(kind: str, order: KnownOrder) -> list[str]:
    head = ["Maison Perrin", "14 rue des Tisseurs, 69004 Lyon", "", kind.capitalize(), ""]
    if kind in LABELS:
        return [*head, "Maison Perrin, Retours", order.number, order.carrier]
    return [
        *head,
        order.buyer.full,
        f"{order.number}   {day(order.placed_at.date(), order.buyer.language)}",
        "",
        f"{order.quantity} x {order.title}",
        f"{order.total} {order.currency}",
    ]
