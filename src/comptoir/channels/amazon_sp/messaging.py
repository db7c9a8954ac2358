"""What a seller may say of their own accord: typed messages, and one request for a review an order.

Which of them an order allows now is Amazon's to say, and is asked each time. They are no replies:
buyers are answered by mail.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from comptoir.channels.amazon_sp.account import HAL, Account, object_of, text_in
from comptoir.channels.kernel.card import Form
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import pages_of, receipt_of
from comptoir.channels.kernel.outreach import MayGo, Offer, always, problem
from comptoir.channels.kernel.protocol import ChannelError, Outcome, OutgoingFile, Receipt

MESSAGES = "/messaging/v1/orders"
SOLICITATIONS = "/solicitations/v1/orders"
OF_ALL = ("auth_failed", "consent_revoked", "unreachable")
"""What concerns the whole account: asking for more only takes time."""
REVIEW = "productReviewAndSellerFeedback"


def kinds() -> Mapping[str, Form]:
    """Give the types of messages by Amazon's names, as the card has them."""
    card = card_of("amazon_sp")
    return {form.name: form for form in card.outreach.forms} if card else {}


def allowed(account: Account, order: str, marketplace_id: str) -> frozenset[str]:
    """Name the typed messages that an order allows now. Raises `ApiError`."""
    return _actions(account, "messaging", f"{MESSAGES}/{order}", marketplace_id) & set(kinds())


def language(account: Account, order: str, marketplace_id: str) -> str:
    """Give the language the buyer is to be written in (`de-DE`), empty where Amazon does not say."""
    answer = object_of(account.read(
        "messaging", f"{MESSAGES}/{order}/attributes", headers=HAL,
        params={"marketplaceIds": marketplace_id},
    ))  # fmt: skip
    buyer = answer.get("buyer")
    return str((buyer.get("locale") if isinstance(buyer, dict) else "") or "")


def send(
    account: Account,
    kind: str,
    order: str,
    marketplace_id: str,
    *,
    text: str = "",
    files: Sequence[OutgoingFile] = (),
    more: Mapping[str, str] | None = None,
    may_go: MayGo = always,
) -> Receipt:
    """Send a typed message, where the order allows it now. Never raises for what Amazon says.

    `more` are the dates of a warranty (`coverageStartDate`, `coverageEndDate`). Refused here:
    what `kernel.outreach.problem` names, and `not_allowed_now`.
    """
    if code := problem(kinds().get(kind), text, len(files)):
        return Receipt(Outcome.REFUSED, code)
    resource = f"{MESSAGES}/{order}/messages/{kind}"
    body: dict[str, Any] = dict(more or {}) | ({"text": text} if text else {})
    try:
        if kind not in allowed(account, order, marketplace_id):
            return Receipt(Outcome.REFUSED, "not_allowed_now")
        if files:
            body["attachments"] = [
                _uploaded(account, resource, marketplace_id, one) for one in files
            ]
    except ChannelError as error:
        return _not_begun(error)
    if not may_go():
        return Receipt(Outcome.DEFERRED, "claim_lost")
    try:
        account.write(
            "messaging", resource, headers=HAL, params={"marketplaceIds": marketplace_id}, json=body
        )
    except ChannelError as error:
        return receipt_of(error)
    return Receipt(Outcome.ACCEPTED)


def may_ask_for_review(account: Account, order: str, marketplace_id: str) -> bool:
    """Tell whether a review may be asked for now. Raises `ApiError`."""
    return REVIEW in _actions(account, "solicitations", f"{SOLICITATIONS}/{order}", marketplace_id)


def ask_for_review(
    account: Account, order: str, marketplace_id: str, may_go: MayGo = always
) -> Receipt:
    """Let Amazon ask the buyer for a review, once an order. Never raises for what Amazon says.

    `not_allowed_now`: it was asked for before, or the order is too young (5 days) or too old (30).
    """
    path = f"{SOLICITATIONS}/{order}"
    try:
        if REVIEW not in _actions(account, "solicitations", path, marketplace_id):
            return Receipt(Outcome.REFUSED, "not_allowed_now")
    except ChannelError as error:
        return _not_begun(error)
    if not may_go():
        return Receipt(Outcome.DEFERRED, "claim_lost")
    try:
        account.write(
            "solicitations", f"{path}/solicitations/{REVIEW}", headers=HAL,
            params={"marketplaceIds": marketplace_id},
        )  # fmt: skip
    except ChannelError as error:
        return receipt_of(error)
    return Receipt(Outcome.ACCEPTED)


def offer(account: Account, order: str, marketplace_id: str) -> Offer:
    """Ask for forms, the review and the language, each apart: one that fails hides no other.

    Raises `ChannelError` where neither forms nor the review are told, or none could be.
    """
    forms: frozenset[str] = frozenset()
    forms_trouble, review_trouble, may_ask = "", "", False
    try:
        forms = allowed(account, order, marketplace_id)
    except ChannelError as error:
        if error.code in OF_ALL:
            raise
        forms_trouble = error.code
    try:
        may_ask = may_ask_for_review(account, order, marketplace_id)
    except ChannelError as error:
        if forms_trouble:
            raise
        review_trouble = error.code
    spoken = ""
    if forms:
        with suppress(ChannelError):
            spoken = language(account, order, marketplace_id)
    return Offer(forms, may_ask, spoken, forms_trouble, review_trouble)


def dates(more: Mapping[str, str]) -> dict[str, str]:
    """Give the days of a warranty (`from`, `until`) under Amazon's names."""
    names = {"from": "coverageStartDate", "until": "coverageEndDate"}
    return {names[name]: f"{day}T00:00:00Z" for name, day in more.items() if name in names}


def _not_begun(error: ChannelError) -> Receipt:
    """Say what became of a message that failed before it was handed over: nothing left."""
    outcome = Outcome.REFUSED if error.permanent else Outcome.DEFERRED
    return Receipt(outcome, error.code, error.detail)


def _actions(account: Account, operation: str, path: str, marketplace_id: str) -> frozenset[str]:
    answer = object_of(
        account.read(operation, path, headers=HAL, params={"marketplaceIds": marketplace_id})
    )
    links = pages_of(answer.get("_links"), "actions")
    return frozenset(
        str(one.get("name") or str(one.get("href")).partition("?")[0].rpartition("/")[2])
        for one in links
    )


def _uploaded(
    account: Account, resource: str, marketplace_id: str, file: OutgoingFile
) -> dict[str, str]:
    """Put a file where Amazon wants it, and give what a message names it by. Raises `ApiError`."""
    digest = base64.b64encode(hashlib.md5(file.content, usedforsecurity=False).digest()).decode()
    answer = object_of(account.write(
        "uploads", f"/uploads/2020-11-01/uploadDestinations/{resource.lstrip('/')}",
        params={
            "marketplaceIds": marketplace_id, "contentMD5": digest,
            "contentType": file.content_type,
        },
    ))  # fmt: skip
    url = text_in(answer, "payload", "url")
    destination = text_in(answer, "payload", "uploadDestinationId")
    given = answer["payload"].get("headers")
    headers = given if isinstance(given, dict) else {}
    account.upload(
        url, file.content,
        {"content-type": file.content_type, "content-md5": digest,
         **{name: str(value) for name, value in headers.items()}},
    )  # fmt: skip
    return {"uploadDestinationId": destination, "fileName": file.name}
