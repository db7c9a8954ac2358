"""Deadlines that a mail names in its text: "respond within three calendar days"."""

from __future__ import annotations

import re
from datetime import timedelta

from comptoir.channels.mail.message import Mail
from comptoir.core.understanding.normal import plain

TEXT_CHARS_MAX = 4_000

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "ten": 10,
    "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "dix": 10,
    "einem": 1, "zwei": 2, "drei": 3, "vier": 4, "funf": 5, "sieben": 7, "zehn": 10,
    "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "siete": 7, "diez": 10,
    "due": 2, "tre": 3, "quattro": 4, "cinque": 5, "sette": 7, "dieci": 10,
}  # fmt: skip
_WITHIN = re.compile(
    r"(?:within|innerhalb(?: von)?|binnen|in den nachsten|sous|dans (?:les|un delai de)"
    r"|d'ici|en (?:un plazo de|el plazo de|los proximos)|dentro de|entro(?: i prossimi)?)"
    r"(?: (?:the|a|next))* (\d{1,3}|" + "|".join(_NUMBERS) + r")[ -](?:\(?\d{1,3}\)? )?"
    r"(?:(?:calendar|calendario|calendrier|kalender|naturales|giorni di|business|working) )?"
    r"(hours?|stunden|heures?|horas?|ore|(?:kalender)?tagen?|days?|jours?|dias?|giorni|giorno)"
)


def answer_within(mail: Mail) -> timedelta | None:
    """Read how long we have to answer, when the mail says so ("within three calendar days")."""
    found = _WITHIN.search(plain(mail.text[:TEXT_CHARS_MAX]))
    if not found:
        return None
    count = int(found[1]) if found[1].isdigit() else _NUMBERS[found[1]]
    is_hours = found[2].startswith(("hour", "stunde", "heure", "hora", "ore"))
    return timedelta(hours=count) if is_hours else timedelta(days=count)
