"""An eBay of ours on loopback: stateful, built from eBay's specification, and not eBay's word.

Messages, orders, disputes and feedback are plain lists that a test adds to; lists are cut into
pages as eBay does, and what is sent comes back with the conversation.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.channels.loopback import Answer, Asked, Vendor, vendor

NOW = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
TOKEN_PATH = "/identity/v1/oauth2/token"
KEY_ID = "8e0b1f66-aaaa-bbbb-cccc-ddddeeeeffff"
SETTINGS = {"client_id": "app", "ru_name": "Maison-Ru", "username": "maison-perrin"}
UNHURRIED = {
    f"rate_{name}": "1000/1s burst 1000"
    for name in (
        "*",
        "send",
        "disputes",
        "feedback",
        "standards",
        "public_key",
        "media",
        "webhooks",
    )
}
SECRETS = {"client_secret": "cert", "refresh_token": "r1", "verification_token": "v" * 40}


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def message(
    number: int, text: str, sender: str = "anna_b", *, at: datetime = NOW, **more: Any
) -> dict[str, Any]:
    other = "maison-perrin" if sender != "maison-perrin" else "anna_b"
    return {
        "messageId": f"m{number}", "messageBody": text, "senderUsername": sender,
        "recipientUsername": other, "readStatus": False, "subject": "Lampe", "messageMedia": [],
        "createdDate": written(at + timedelta(minutes=number)), **more,
    }  # fmt: skip


def order(
    number: str = "12-34567-89012", site: str = "EBAY_DE", *, at: datetime = NOW, **more: Any
) -> dict[str, Any]:
    return {
        "orderId": number, "creationDate": written(at - timedelta(days=2)),
        "lastModifiedDate": written(at - timedelta(days=1)), "sellerId": "maison-perrin",
        "orderFulfillmentStatus": "FULFILLED", "orderPaymentStatus": "PAID",
        "buyer": {"username": "anna_b",
                  "buyerRegistrationAddress": {"fullName": "Anna Berg", "email": "a@members.ebay.com"}},
        "cancelStatus": {"cancelState": "NONE_REQUESTED", "cancelRequests": []},
        "pricingSummary": {"total": {"value": "54.80", "currency": "EUR"}},
        "paymentSummary": {"refunds": []},
        "fulfillmentHrefs": ["https://api.ebay.com/sell/fulfillment/v1/order/1/shipping_fulfillment/9"],
        "fulfillmentStartInstructions": [{
            "maxEstimatedDeliveryDate": written(at + timedelta(days=2)),
            "shippingStep": {"shipTo": {"fullName": "Anna Berg", "contactAddress": {"countryCode": "DE"}}},
        }],
        "lineItems": [{
            "lineItemId": "1", "legacyItemId": "335001", "sku": "L-1", "title": "Lampe",
            "quantity": 2, "lineItemCost": {"value": "49.90", "currency": "EUR"},
            "listingMarketplaceId": site, "purchaseMarketplaceId": site,
            "lineItemFulfillmentInstructions": {"shipByDate": written(at - timedelta(hours=20))},
        }],
        **more,
    }  # fmt: skip


@dataclass
class Ebay:
    """The state: what there is, which token counts, what was archived. `now` dates what is sent."""

    now: datetime = NOW
    conversations: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    disputes: list[dict[str, Any]] = field(default_factory=list)
    feedback: list[dict[str, Any]] = field(default_factory=list)
    profiles: list[dict[str, Any]] = field(default_factory=list)
    scopes_missing: tuple[str, ...] = ()
    token: str = "t1"
    refresh_works: bool = True
    marked: list[dict[str, Any]] = field(default_factory=list)
    alert_email: str = ""
    destinations: list[dict[str, Any]] = field(default_factory=list)
    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    vendor: Vendor = field(default_factory=lambda: Vendor(""))
    answered: list[tuple[Asked, int, Any]] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        url = self.vendor.url
        return {**SETTINGS, "api_url": url, "apiz_url": url, "auth_url": url, **UNHURRIED}

    def says(self, thread: str, *said: Mapping[str, Any], type_: str = "FROM_MEMBERS") -> None:
        """Let messages come into a conversation."""
        about = self.conversations.setdefault(thread, {
            "conversationId": thread, "conversationType": type_, "conversationStatus": "ACTIVE",
            "conversationTitle": "Lampe", "createdDate": said[0]["createdDate"],
            "referenceId": "335001" if type_ == "FROM_MEMBERS" else "", "unreadCount": 1,
            "referenceType": "LISTING" if type_ == "FROM_MEMBERS" else "",
        })  # fmt: skip
        kept = self.messages.setdefault(thread, [])
        kept += [dict(one) for one in said]
        about["latestMessage"] = kept[-1]

    def signature(self, body: bytes, *, key_id: str = KEY_ID) -> str:
        """Sign a body as eBay does."""
        signed = self.key.sign(body, ec.ECDSA(hashes.SHA1()))
        told = {"alg": "ecdsa", "kid": key_id, "digest": "SHA1",
                "signature": base64.b64encode(signed).decode()}  # fmt: skip
        return base64.b64encode(json.dumps(told).encode()).decode()

    def handle(self, asked: Asked) -> Answer:
        """Answer one request."""
        answer = self._answer(asked)
        if answer.status < 300 and asked.path != TOKEN_PATH:
            self.answered.append((asked, answer.status, answer.body))
        return answer

    def _answer(self, asked: Asked) -> Answer:
        if asked.path == TOKEN_PATH:
            return self._token(asked)
        if asked.path.startswith("/i/"):
            return Answer(body=b"\xff\xd8picture", headers={"content-type": "image/jpeg"})
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Answer(401, body={"errors": [{"errorId": 1001, "message": "Invalid token"}]})
        if any(part in asked.path for part in self.scopes_missing):
            return Answer(403, body={"errors": [{"errorId": 1100, "message": "Access denied"}]})
        return self._routed(asked)

    def _token(self, asked: Asked) -> Answer:
        if b"grant_type=refresh_token" in asked.body and not self.refresh_works:
            return Answer(400, body={"error": "invalid_grant"})
        told: dict[str, Any] = {"access_token": self.token, "expires_in": 7200}
        if b"authorization_code" in asked.body:
            told |= {"refresh_token": "r1", "refresh_token_expires_in": 47304000}
        return Answer(body=told)

    def _routed(self, asked: Asked) -> Answer:
        prefix, _, rest = asked.path.partition("/v1")
        if prefix == "/commerce/notification" and "public_key" not in rest:
            return self._notification(asked, rest.strip("/").split("/"))
        if asked.method == "POST":
            return self._write(asked, rest)
        match prefix, rest.strip("/").split("/"):
            case "/commerce/message", ["conversation"]:
                return self._conversations(asked)
            case "/commerce/message", ["conversation", thread]:
                return self._page(asked, "messages", self.messages.get(thread, []))
            case "/sell/fulfillment", ["order"]:
                return self._page(asked, "orders", self.orders)
            case "/sell/fulfillment", ["order", number]:
                return Answer(body=next(o for o in self.orders if o["orderId"] == number))
            case "/sell/fulfillment", ["order", number, _]:
                sent = {"fulfillmentId": "9", "shipmentTrackingNumber": f"T{number}",
                        "shippingCarrierCode": "DHL", "shippedDate": written(self.now)}  # fmt: skip
                return Answer(body={"fulfillments": [sent], "total": 1})
            case "/sell/fulfillment", ["payment_dispute_summary"]:
                return self._page(asked, "paymentDisputeSummaries", self.disputes)
            case "/commerce/feedback", ["feedback"]:
                entries = {"feedbackEntries": self.feedback}
                return Answer(body={**entries, "pagination": {"total": len(self.feedback)}})
            case "/sell/analytics", ["seller_standards_profile"]:
                return Answer(body={"standardsProfiles": self.profiles})
            case "/commerce/identity", ["user"]:
                return Answer(body={"username": "Maison-Perrin", "userId": "u1"})
            case "/commerce/notification", ["public_key", key_id] if key_id == KEY_ID:
                return Answer(body=self._public_key())
        return Answer(404, body={"errors": [{"errorId": 2001}]})

    def _write(self, asked: Asked, rest: str) -> Answer:
        said = asked.json
        if rest == "/update_conversation":
            self.marked.append(said)
            return Answer(204)
        thread = said.get("conversationId") or f"new-{said['otherPartyUsername']}"
        number, text = 100 + len(self.messages.get(thread, [])), said["messageText"]
        sent = message(number, text, "maison-perrin", at=self.now)
        self.says(thread, sent)
        return Answer(201, body={"messageId": sent["messageId"], "messageBody": said["messageText"],
                                 "senderUserName": "maison-perrin"})  # fmt: skip

    def _notification(self, asked: Asked, path: list[str]) -> Answer:
        match asked.method, path:
            case "GET", ["config"]:
                told = {"alertEmail": self.alert_email}
                return Answer(body=told) if self.alert_email else Answer(404)
            case "PUT", ["config"]:
                self.alert_email = asked.json["alertEmail"]
                return Answer(204)
            case "GET", ["topic", topic]:
                versions = [{"schemaVersion": "1.0", "deprecated": True}, {"schemaVersion": "1.1"}]
                return Answer(body={"topicId": topic, "supportedPayloads": versions})
            case "PUT", ["destination", _]:
                self.destinations[0]["status"] = "ENABLED"
                return Answer(204)
            case method, [name] if name in ("destination", "subscription"):
                kept = self.destinations if name == "destination" else self.subscriptions
                if method == "GET":
                    return Answer(body={f"{name}s": kept, "total": len(kept)})
                kept.append({**asked.json, f"{name}Id": f"{name}-{len(kept)}"})
                where = (
                    f"https://api.ebay.com/commerce/notification/v1/{name}/{name}-{len(kept) - 1}"
                )
                return Answer(201, headers={"location": where})
        return Answer(404)

    def _conversations(self, asked: Asked) -> Answer:
        query = asked.query
        found = [
            one
            for one in self.conversations.values()
            if one["conversationType"] == query["conversation_type"]
            and query.get("conversation_status", one["conversationStatus"])
            == one["conversationStatus"]
            and query.get("start_time", "") <= one["latestMessage"]["createdDate"]
            and query.get("other_party_username", "") in str(one["conversationId"])
        ]
        return self._page(asked, "conversations", found)

    def _page(self, asked: Asked, name: str, found: list[dict[str, Any]]) -> Answer:
        limit, offset = int(asked.query["limit"]), int(asked.query.get("offset", "0"))
        assert offset % limit == 0, "error 355008"
        page = {name: found[offset : offset + limit], "total": len(found), "limit": limit}
        return Answer(body={**page, "offset": offset, "href": asked.path})

    def _public_key(self) -> dict[str, str]:
        der = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        framed = (
            f"-----BEGIN PUBLIC KEY-----{base64.b64encode(der).decode()}-----END PUBLIC KEY-----"
        )
        return {"algorithm": "ECDSA", "digest": "SHA1", "key": framed}


@contextmanager
def ebay() -> Iterator[Ebay]:
    """Serve an empty eBay until the block ends."""
    state = Ebay()
    with vendor(state.handle) as running:
        state.vendor = running
        yield state
