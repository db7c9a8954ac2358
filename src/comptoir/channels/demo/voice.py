"""How a script becomes one person's words: names and days filled in, greeting and farewell varied.

Everything is drawn from a key, so that the same message is the same text again.
"""

from __future__ import annotations

import random
import re
from datetime import date, datetime, timedelta

from comptoir.channels.demo.goods import articles, words_for
from comptoir.channels.demo.orders import KnownOrder
from comptoir.channels.demo.rhythm import ZONE
from comptoir.channels.demo.talk import fill

MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
    " dicembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "en": "January February March April May June July August September October November December",
}
DAY_FORMS = {
    "fr": "{d} {m}",
    "de": "{d}. {m}",
    "it": "{d} {m}",
    "es": "{d} de {m}",
    "en": "{d} {m}",
}
EVENING_FROM_HOUR = 18

GREETINGS = {
    "fr": re.compile(r"^(?:Bonjour|bonjour|Bonsoir)(?:,\n|, |\n)"),
    "de": re.compile(r"^(?:Guten Tag|Guten Abend|Hallo|Moin)(?:,\n|, )"),
    "it": re.compile(r"^(?:Buongiorno|Buonasera|Salve)(?:,\n|, )"),
    "es": re.compile(r"^(?:Buenos días|Buenas tardes|Hola|Buenas)(?:,\n|, )"),
    "en": re.compile(r"^(?:Hi|Hello|Morning)(?:,\n|, |! )"),
}
OTHER_GREETINGS = {
    "fr": ("Bonjour,\n", "Bonjour Madame, Monsieur,\n\n", "Bonjour à vous,\n", "Bjr, ", ""),
    "de": ("Guten Tag,\n\n", "Hallo,\n", "Hallo zusammen,\n\n", "Liebes Team,\n", ""),
    "it": ("Buongiorno,\n", "Salve,\n\n", "Buongiorno a tutti, ", ""),
    "es": ("Hola, ", "Buenos días,\n\n", "Buenas, ", ""),
    "en": ("Hello,\n\n", "Hi there, ", "Hi,\n", ""),
}
EVENING_GREETINGS = {
    "fr": "Bonsoir,\n",
    "de": "Guten Abend,\n",
    "it": "Buonasera,\n",
    "es": "Buenas noches,\n",
    "en": "Good evening,\n",
}
FAREWELLS = {
    "fr": ("Merci", "Merci d'avance", "Cordialement,\n{full}", "{first}", "Bonne journée", "Cdt"),
    "de": (
        "Danke",
        "Danke im Voraus",
        "Mit freundlichen Grüßen\n{full}",
        "LG {first}",
        "VG\n{full}",
    ),
    "it": ("Grazie", "Grazie mille", "Cordiali saluti\n{full}", "{first}"),
    "es": ("Gracias", "Un saludo", "Saludos,\n{full}", "{first}"),
    "en": ("Thanks", "Many thanks,\n{full}", "Regards,\n{full}", "{first}", "Cheers"),
}
HAS_THANKED = re.compile(
    r"\{(?:full|first)\}|merci|dank|grazie|gracias|saludo|thank|cheers|cordialement|grüß|mfg"
    r"|[!?]{2}|avis|étoile|opposition|plateforme|garantie a|bewert|rezension|stern|zurückbuchen"
    r"|käuferschutz|recensione|stella|storno|reclamo|opini|estrella|reclamaci|feedback|claim"
    r"|my bank|trustpilot|blague",
    re.IGNORECASE,
)
"""Texts that already end politely, or that nobody would end so."""


def buyers_words(
    text: str, order: KnownOrder, key: str, at: datetime, *, opens: bool = True
) -> str:
    """Make a buyer's script this buyer's message; only who `opens` greets and takes leave."""
    if opens:
        dice = random.Random(key)  # noqa: S311 - a text, not a secret
        language = order.buyer.language
        text = _greeted(text, language, at, dice)
        if len(text) > 40 and dice.random() < 0.4 and not HAS_THANKED.search(text):
            text = f"{text}\n{dice.choice(FAREWELLS[language])}"
    return fill(text, slots(order, at=at))


def agents_words(text: str, order: KnownOrder, *, agent: str, at: datetime) -> str:
    """Make an agent's script the reply to this buyer."""
    return fill(text, {**slots(order, at=at), "agent": agent.partition(" ")[0]})


def slots(order: KnownOrder, *, at: datetime) -> dict[str, str]:
    """Give everything a script may name."""
    buyer, language = order.buyer, order.buyer.language
    is_woman = buyer.gender == "f"
    dear = {
        "de": f"Sehr geehrte Frau {buyer.last}" if is_woman else f"Sehr geehrter Herr {buyer.last}",
        "es": f"Estimada Sra. {buyer.last}" if is_woman else f"Estimado Sr. {buyer.last}",
    }
    return {
        **words_for(articles()[order.sku], language),
        "first": buyer.user or buyer.first,
        "last": buyer.last,
        "full": buyer.full,
        "mr": "Frau" if is_woman else "Herr",
        "dear": dear.get(language, buyer.full),
        "e_name": "e" if is_woman else "",
        "agent": "",
        "order": order.number,
        "placed": day(order.placed_at.date(), language),
        "promised": day(order.promised_on, language),
        "later": day((at + timedelta(days=12)).date(), language),
        "carrier": order.carrier,
        "tracking": order.tracking,
    }


def day(value: date, language: str) -> str:
    """Write a day as people of that language do, without the year."""
    month = MONTHS[language].split()[value.month - 1]
    number = "1er" if language == "fr" and value.day == 1 else str(value.day)
    return DAY_FORMS[language].format(d=number, m=month)


def _greeted(text: str, language: str, at: datetime, dice: random.Random) -> str:
    found = GREETINGS[language].match(text)
    if not found:
        return text
    rest = text[found.end() :]
    if at.astimezone(ZONE).hour >= EVENING_FROM_HOUR and dice.random() < 0.7:
        return EVENING_GREETINGS[language] + _begin(rest)
    if dice.random() < 0.5:
        return text
    greeting = dice.choice(OTHER_GREETINGS[language])
    return greeting + (rest if greeting.endswith(" ") else _begin(rest))


def _begin(text: str) -> str:
    return text if text.startswith("{") else text[:1].upper() + text[1:]
