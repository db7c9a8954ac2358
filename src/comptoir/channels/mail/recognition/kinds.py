"""What kind of mail it is: a buyer's words, a copy of ours, a claim, a notice, a machine.

A platform's header decides first, then the sort of sender, then wordings, which count only on
mails of senders that use them. What a buyer's own text asks for is no matter of kinds: a relayed
"I want to return it" is a buyer's message.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from comptoir.channels.mail.message import Mail
from comptoir.channels.mail.recognition.channel import NOTIFICATION_HEADER
from comptoir.channels.mail.recognition.limits import answer_within
from comptoir.channels.mail.recognition.machines import (
    advert_sign,
    auto_reply_sign,
    bulk_sign,
    is_automatic,
    report_kind,
    spam_sign,
)
from comptoir.channels.mail.recognition.senders import is_machine, sender
from comptoir.channels.mail.recognition.values import (
    PLATFORM_ROLES,
    Kind,
    KindName,
    Recognition,
    Role,
)
from comptoir.core.understanding.normal import plain
from comptoir.rulebook.mail_wordings import Purpose, wording_in

HEADER_KINDS: dict[str, tuple[KindName, str]] = {
    "BBC_MESSAGE_SENT_TO_MERCHANT": (KindName.BUYER_MESSAGE, ""),
    "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT": (KindName.REPLY_COPY, ""),
    "BRC_SELLER_NOTIFICATION": (KindName.CANCELLATION, ""),
    "RETURN_REQUEST": (KindName.RETURN_REQUEST, ""),
    "REFUND_ISSUED": (KindName.NOTIFICATION, "refund"),
    "A_Z_CLAIM_RESPONDENT_NOTIFY": (KindName.CLAIM, "opened"),
    "A_Z_CLAIM_RESPONDENT_CLOSE": (KindName.CLAIM, "decided"),
    "BUYER_OPTED_OUT_BSM_MESSAGES": (KindName.BOUNCE, "opted_out"),
}
"""Amazon's notification types, as the rulebook lists them."""

STOPPING = frozenset({(KindName.REPLY_COPY, ""), (KindName.CLAIM, "decided")})
"""What ends a clock of ours: believed only of a sender at the marketplace's own domain."""

WORDED_KINDS: tuple[tuple[Purpose, KindName, str], ...] = (
    ("claim_decided", KindName.CLAIM, "decided"),
    ("claim_opened", KindName.CLAIM, "opened"),
    ("chargeback", KindName.CLAIM, "chargeback"),
    ("cancellation", KindName.CANCELLATION, ""),
    ("return_request", KindName.RETURN_REQUEST, ""),
    ("refund", KindName.NOTIFICATION, "refund"),
    ("reply_copy", KindName.REPLY_COPY, ""),
    ("message_notice", KindName.NOTIFICATION, "message_notice"),
)
"""Wordings of platforms, looked for in the subject in this order."""

TEXT_CHARS_MAX = 4_000

_MESSAGE_WORD = re.compile(
    r"\b(?:messages?|e-?mails?|nachrichten?|courriels?|mensajes?|messaggi\w?)\b"
)


def classify(mail: Mail, recognition: Recognition) -> Kind:
    """Say what kind of mail it is. Unknown rather than wrong."""
    for rule in (_by_report, _by_header, _by_role):
        found = rule(mail, recognition)
        if found is not None:
            return found
    return Kind(KindName.UNKNOWN, is_automatic=is_automatic(mail))


def _by_report(mail: Mail, recognition: Recognition) -> Kind | None:
    """Recognise reports of mail servers, on whatever channel."""
    kind = report_kind(mail)
    if not kind and recognition.role is Role.MAIL_SYSTEM and not auto_reply_sign(mail):
        kind = "failed"
    if not kind:
        return None
    evidence = (f"report:{kind}",)
    if kind in ("abuse_report", "delivered", "read_receipt"):
        return Kind(KindName.NOTIFICATION, kind, evidence, is_automatic=True)
    refusal = _refusal(mail) if kind == "failed" else ""
    subkind = refusal if refusal in ("opted_out", "not_authorised") else kind
    return Kind(
        KindName.BOUNCE,
        subkind,
        evidence,
        is_automatic=True,
        original_message_id=_original_message_id(mail),
    )


def _by_header(mail: Mail, recognition: Recognition) -> Kind | None:
    """Recognise Amazon's notification types: the header beats subject and sender."""
    if recognition.marketplace != "amazon" or recognition.role is Role.OWN:
        return None
    value = mail.header(NOTIFICATION_HEADER).strip().upper()
    if value not in HEADER_KINDS:
        return None
    name, subkind = HEADER_KINDS[value]
    if (name, subkind) in STOPPING and not sender(mail.sender.address).owner:
        return None
    evidence = (f"header:{value}",)
    if name is KindName.BUYER_MESSAGE:
        return _buyers(mail, evidence)
    return Kind(
        name,
        subkind,
        evidence,
        is_automatic=True,
        answer_within=answer_within(mail) if name is KindName.CLAIM else None,
        original_message_id=_original_message_id(mail) if name is KindName.BOUNCE else "",
    )


def _by_role(mail: Mail, recognition: Recognition) -> Kind | None:
    return _RULES[recognition.role](mail, recognition)


def _of_relay(mail: Mail, recognition: Recognition) -> Kind:
    """Take relayed mail for a buyer's, unless the platform's own sender words it as a notice."""
    writer = mail.sender.address
    if sender(writer).role is Role.BUYER_RELAY or not is_machine(writer):
        return _buyers(mail, (recognition.evidence[0],))
    worded = _worded(mail, is_sure_sender=True)
    if worded and worded.subkind != "message_notice":
        return worded
    return _buyers(mail, (recognition.evidence[0],))


def _of_direct(mail: Mail, recognition: Recognition) -> Kind:
    """Take direct mail for a customer's unless a machine, a list or a filter left its mark."""
    if "[no_sync]" in mail.subject:
        return Kind(KindName.NOTIFICATION, "shop", ("subject:no_sync",), is_automatic=True)
    if sign := spam_sign(mail):
        return Kind(KindName.MARKETING, "spam", (sign,), is_automatic=True)
    if sign := auto_reply_sign(mail):
        return Kind(KindName.AUTO_REPLY, "", (sign,), is_automatic=True)
    if sign := bulk_sign(mail, _own_domains(mail)):
        subkind = "newsletter" if "Unsubscribe" in sign or _is_advert(mail) else "list"
        return Kind(KindName.MARKETING, subkind, (sign,), is_automatic=True)
    if sign := advert_sign(mail):
        subkind = "spam" if sign == "text:spam" else "newsletter"
        return Kind(KindName.MARKETING, subkind, (sign,), is_automatic=True)
    if _is_generated(mail):
        return Kind(KindName.NOTIFICATION, "", ("auto_submitted:auto-generated",), True)
    return Kind(KindName.BUYER_MESSAGE, "", (recognition.evidence[-1],))


def _of_platform(mail: Mail, recognition: Recognition) -> Kind:
    """Tell notices of a listed platform sender apart by role and wording."""
    if recognition.role is Role.PLATFORM and (refusal := _refusal(mail)):
        return Kind(
            KindName.BOUNCE,
            refusal,
            (f"wording:{refusal}",),
            is_automatic=True,
            original_message_id=_original_message_id(mail),
        )
    worded = _worded(mail, is_sure_sender=True)
    if recognition.role is Role.PLATFORM_CLAIM:
        is_decided = worded is not None and worded.subkind == "decided"
        return _claim(mail, "decided" if is_decided else "opened", "role:claim_notification")
    if recognition.role is Role.PLATFORM_CHARGEBACK:
        return _claim(mail, "chargeback", "role:chargeback_notification")
    if worded:
        return worded
    if bulk_sign(mail) and _is_advert(mail):
        return Kind(KindName.MARKETING, "newsletter", (bulk_sign(mail),), is_automatic=True)
    return Kind(KindName.NOTIFICATION, "", (recognition.evidence[0],), is_automatic=True)


def _of_unlisted(mail: Mail, recognition: Recognition) -> Kind:
    """Judge an unlisted sender of a platform by its wording alone, and with care."""
    if worded := _worded(mail, is_sure_sender=False):
        return worded
    if sign := bulk_sign(mail):
        return Kind(KindName.MARKETING, "newsletter", (sign,), is_automatic=True)
    if is_machine(mail.sender.address) or is_automatic(mail):
        return Kind(KindName.NOTIFICATION, "", (recognition.evidence[0],), is_automatic=True)
    return Kind(KindName.UNKNOWN, "", (recognition.evidence[0],))


def _of_own(mail: Mail, recognition: Recognition) -> Kind:
    if recognition.marketplace:
        return Kind(KindName.REPLY_COPY, "", ("own_address",), is_automatic=True)
    return Kind(KindName.UNKNOWN, "", ("own_address",), is_automatic=True)


def _of_machine(mail: Mail, recognition: Recognition) -> Kind:
    if sign := auto_reply_sign(mail):
        return Kind(KindName.AUTO_REPLY, "", (sign,), is_automatic=True)
    if sign := spam_sign(mail) or bulk_sign(mail):
        subkind = "spam" if "Spam" in sign else "newsletter"
        return Kind(KindName.MARKETING, subkind, (sign,), is_automatic=True)
    if recognition.role is Role.MACHINE:
        return Kind(KindName.NOTIFICATION, "", ("machine",), is_automatic=True)
    return Kind(KindName.UNKNOWN, is_automatic=is_automatic(mail))


def _of_look_alike(mail: Mail, recognition: Recognition) -> Kind:
    return Kind(KindName.UNKNOWN, "suspicious", recognition.evidence[:1], is_automatic=True)


_RULES: dict[Role, Callable[[Mail, Recognition], Kind]] = {
    Role.BUYER_RELAY: _of_relay,
    Role.BUYER_DIRECT: _of_direct,
    **dict.fromkeys(PLATFORM_ROLES, _of_platform),
    Role.UNLISTED_PLATFORM: _of_unlisted,
    Role.OWN: _of_own,
    Role.MAIL_SYSTEM: _of_machine,
    Role.MACHINE: _of_machine,
    Role.NOBODY: _of_machine,
    Role.LOOK_ALIKE: _of_look_alike,
}


def _buyers(mail: Mail, evidence: tuple[str, ...]) -> Kind:
    """Take relayed mail for the buyer's, or for what his assistant sent in his absence.

    Only a header proves the latter: the marketplace counts what it relays as a message, so a
    wording must not keep its clock from starting.
    """
    sign = auto_reply_sign(mail)
    if sign and not sign.startswith(("subject:", "text:")):
        return Kind(KindName.AUTO_REPLY, "", (sign, *evidence), is_automatic=True)
    return Kind(KindName.BUYER_MESSAGE, "", evidence, is_automatic=is_automatic(mail))


def _worded(mail: Mail, *, is_sure_sender: bool) -> Kind | None:
    """Recognise a notice by its subject; by its body only from a listed sender."""
    subject, body = plain(mail.subject), plain(mail.text[:TEXT_CHARS_MAX])
    for source, text in (("subject", subject), ("text", body)):
        if source == "text" and not is_sure_sender:
            break
        for purpose, name, subkind in WORDED_KINDS:
            wording = wording_in(purpose, text)
            if not wording or (source == "text" and name is KindName.REPLY_COPY):
                continue
            evidence = f"{source}:{wording}"
            if name is KindName.CLAIM:
                return _claim(mail, subkind, evidence)
            return Kind(name, subkind, (evidence,), is_automatic=True)
    return None


def _claim(mail: Mail, subkind: str, evidence: str) -> Kind:
    return Kind(KindName.CLAIM, subkind, (evidence,), True, answer_within=answer_within(mail))


def _refusal(mail: Mail) -> str:
    """Say why a relay did not pass our reply on; empty when the mail speaks of no refusal."""
    text = plain(mail.subject) + "\n" + plain(mail.text[:TEXT_CHARS_MAX])
    if wording_in("opted_out", text):
        return "opted_out"
    if wording_in("not_authorised", text):
        return "not_authorised"
    return "refused" if _speaks_of_our_message(text) else ""


def _speaks_of_our_message(text: str) -> bool:
    """Say whether it is a message that did not arrive: buyers' parcels fail to arrive too."""
    return any(
        wording_in("not_delivered", sentence) and _MESSAGE_WORD.search(sentence)
        for sentence in re.split(r"[.!?\n]", text)
    )


def _original_message_id(mail: Mail) -> str:
    if mail.delivery_report and mail.delivery_report.original_message_id:
        return mail.delivery_report.original_message_id
    answered = (*mail.in_reply_to, *reversed(mail.references))
    return answered[0] if answered else ""


def _own_domains(mail: Mail) -> set[str]:
    """Give the domains of whoever received the mail, where a shared mailbox would be a list."""
    return {address.address.rpartition("@")[2] for address in mail.to if "@" in address.address}


def _is_advert(mail: Mail) -> bool:
    return bool(wording_in("marketing", plain(mail.subject + "\n" + mail.text[:20_000])))


def _is_generated(mail: Mail) -> bool:
    return mail.header("Auto-Submitted").strip().lower().startswith("auto-generated")
