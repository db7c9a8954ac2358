"""What a channel forbids in a message, as far as a text shows it for sure: links and contact data.

The channel's rules are sentences of the rulebook; which of them speak of links, e-mail addresses or
telephone numbers is read from their words. Everything else they forbid is a matter of judgement
and left to people. None of that blocks: it is said, with the rule. That a text speaks of a file which
none comes with holds a reply until somebody decides (`tickets.actions.sendable`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["link", "email", "phone"]

WORDS: dict[Kind, str] = {"link": "links", "email": "e-mail addresses", "phone": "telephone"}
"""By what the rulebook's sentences speak of, found as it stands there."""

# Every repetition is bounded: a long text in one piece would else be read anew at each of its signs.
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
LINK = re.compile(
    r"\b(?:(?i:https?://|www\.)\S+|(?:[a-z0-9-]{2,63}\.){1,8}(?:com|net|org|info|shop|store|eu|fr|de|it|es"
    r"|nl|be|at|ch|pl|co\.uk|example)\b(?:/\S*)?)"
)
"""Addresses without a scheme count in small letters only: "Ende.de" is a missing blank."""
PHONE = re.compile(
    r"(?<![\w-])(?:\+\d{1,3}|0)(?:[ \u00a0./()-]{0,3}\d){7,13}(?![\w-])(?![ \u00a0]\d)"
)
SPEAKS_OF_FILE = re.compile(
    r"\b(?:attached|attachments?|enclosed|ci-joint(?:e?s?)|pi[eè]ces? jointes?|en annexe"
    r"|im anhang|angehängt\w*|anbei|beigefügt\w*|adjunt[oa]s?|in allegato|allegat[oaie])\b",
    re.IGNORECASE,
)
THEIRS = re.compile(
    r"\b(?:you(?:['’]ve|[ ]have)[ ]attached|(?:files?|photos?|pictures?|documents?|what|that|which)[ ]you[ ]attached"
    r"|your[ ]attach(?:ed|ments?)|(?:no|without(?:[ ]an?|[ ]any)?)[ ]attachments?"
    r"|v(?:otre|os)[ ]pi[eè]ces?[ ]jointes?|(?:sans|aucune)[ ]pi[eè]ces?[ ]jointes?"
    r"|von[ ]Ihnen[ ](?:angehängt|beigefügt)\w*"
    r"|(?:das|die|den|was|dass)[ ]Sie(?:[ ]\w{1,20}){0,3}[ ](?:angehängt|beigefügt)[ ]ha\w+"
    r"|sus?[ ]adjunt[oa]s?|su(?:o|a|oi|e)[ ]allegat[oaie]"
    r"|(?:the|an|any)[ ]attachments?[ ](?:that[ ])?you|thank(?:s|[ ]you)[ ]for[ ](?:the|your)[ ](?:attached|attachments?)"
    r"|attached[ ](?:firmly[ ])?to[ ](?!th(?:is|e)[ ](?:e-?mail|mail|message|reply|answer)\b)"
    r"|enclosed[ ](?:in|with)[ ](?:your|the|each|every|this)[ ](?:parcel|package|box|carton|shipment|delivery|order)"
    r"|(?:(?:dem|Ihrem|im)[ ](?:Paket|Päckchen|Karton)|der[ ](?:Lieferung|Sendung))[ ]beigefügt\w*"
    r"|(?:merci|danke|vielen[ ]dank|gracias|grazie)[ ](?:pour|für|por|per)[ ](?:les?|la|das|die|den|el|los|las|il|gli)"
    r"(?:[ ]\w{1,20}){0,2}[ ](?:pi[eè]ces?[ ]jointes?|angehängt\w*|beigefügt\w*|adjunt[oa]s?|allegat[oaie]))\b",
    re.IGNORECASE,
)
"""A file that the buyer sent, that none is there, or what is fixed to an article or lies in a parcel:
nothing of ours goes along."""
ASKS_FOR_FILE = re.compile(
    r"\b(?:send|email|mail|provide|forward|share|give)[ ](?:us|me)\b"
    r"|\bplease[ ](?:attach|upload|provide|send)\b"
    r"|\b(?:nous|me|m['’])[ ]?(?:l['’]|les?[ ]|la[ ])?(?:envoyer|transmettre|adresser|fournir|joindre|faire[ ]parvenir)\b"
    r"|\b(?:envoyez|transmettez|adressez|joignez)\b"
    r"|\b(?:senden|schicken|übermitteln)[ ]Sie(?:[ ]es)?[ ](?:uns|mir)\b"
    r"|\b(?:uns|mir)\b(?:[ ][^\s.!?]{1,30}){0,8}[ ](?:zu)?(?:senden|schicken|kommen[ ]lassen)\b"
    r"|\b(?:envíe|envíen|mande|adjunte)(?:nos|me)?\b|\b(?:enviar|mandar|adjuntar)(?:nos|me)\b"
    r"|\b(?:invii|inviate|mandi|alleghi)(?:ci|mi)?\b|\b(?:inviar|mandar|allegar)(?:ci|mi)\b",
    re.IGNORECASE,
)
"""A sentence that asks the buyer for something."""
AS_ATTACHMENT = re.compile(
    r"\b(?:attachments?|pi[eè]ces? jointes?|en annexe|im anhang|adjunt[oa]s?|(?:in )?allegato)\b",
    re.IGNORECASE,
)
"""How they are to send it; "the attached form" in the same sentence is still ours."""
SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
PHONE_GAPS = re.compile(r"[ \u00a0./()-]")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something forbidden in a text: what it is, where it says so, and the channel's rule."""

    kind: Kind
    found: str
    rule: str


def speaks_of_file(text: str) -> bool:
    """Tell whether a text says that a file comes with it, in one of five languages."""
    ours = THEIRS.sub(" ", text)
    return any(
        SPEAKS_OF_FILE.search(AS_ATTACHMENT.sub(" ", one) if ASKS_FOR_FILE.search(one) else one)
        for one in SENTENCE.findall(ours)
    )


def findings(text: str, forbidden_content: Sequence[str]) -> tuple[Finding, ...]:
    """Look for what the channel's rules forbid; one finding a kind, in the order of the rules."""
    seen: list[Finding] = []
    for kind, rule in rules_of(tuple(forbidden_content)):
        if found := _look_for(kind, text):
            seen.append(Finding(kind, found, rule))
    return tuple(seen)


@lru_cache(maxsize=64)
def rules_of(forbidden_content: tuple[str, ...]) -> tuple[tuple[Kind, str], ...]:
    """Tell which kinds a channel forbids, each with the sentence that says so."""
    kinds: dict[Kind, str] = {}
    for kind, word in WORDS.items():
        for rule in forbidden_content:
            if word in rule.replace("social media links", "profiles"):
                kinds.setdefault(kind, rule)
    return tuple(kinds.items())


def _look_for(kind: Kind, text: str) -> str:
    match kind:
        case "email":
            return _first(EMAIL, text)
        case "link":
            return _first(LINK, EMAIL.sub(" ", text)).rstrip(".,;:!?)")
        case "phone":
            return _phone(text)


def _phone(text: str) -> str:
    """Find a telephone number: with a country's prefix, or written in groups from a zero on.

    Order and tracking numbers are longer, or stand in one piece.
    """
    for found in PHONE.finditer(text):
        number = found.group()
        digits = sum(char.isdigit() for char in number)
        if number.startswith("+") or (9 <= digits <= 12 and PHONE_GAPS.search(number)):
            return number.strip()
    return ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group() if found else ""
