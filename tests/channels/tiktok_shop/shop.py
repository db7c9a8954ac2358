"""A TikTok Shop of ours on loopback: stateful, built from what third parties say, not TikTok's word.

It verifies every signature by a second writing of the rule, keeps chats, orders and returns as
plain lists that a test adds to, and answers failures as TikTok is said to: status 200, code not 0.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.channels.loopback import Answer, Asked, Vendor, vendor

NOW = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
KEY, SECRET, SHOP_ID, CIPHER = "6abc", "s3cret", "7495", "ROW_x+/="
SETTINGS = {"app_key": KEY, "service_id": "73", "shop_id": SHOP_ID, "media_hosts": ["127.0.0.1"]}
SECRETS = {"app_secret": SECRET, "refresh_token": "refresh-1"}
BUYER = {"role": "BUYER", "nickname": "Cleo", "user_id": "u1", "im_user_id": "im1"}


def seconds(at: datetime) -> int:
    return int(at.timestamp())


def refusal(code: int, words: str, status: int = 200) -> Answer:
    return Answer(status, {"code": code, "message": words, "request_id": "r1"})


@dataclass
class Shop:
    """What TikTok knows of one shop, and what was asked of it."""

    now: datetime = NOW
    chats: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    returns: list[dict[str, Any]] = field(default_factory=list)
    cancellations: list[dict[str, Any]] = field(default_factory=list)
    performance: dict[str, Any] = field(default_factory=dict)
    shops: list[dict[str, Any]] = field(
        default_factory=lambda: [{"id": SHOP_ID, "name": "Maison Perrin", "cipher": CIPHER}]
    )
    token: str = "access-1"
    tokens_given: int = 0
    is_revoked: bool = False
    has_chat_scope: bool = True
    files: dict[str, bytes] = field(default_factory=dict)
    read_chats: list[str] = field(default_factory=list)
    vendor: Vendor = field(default_factory=lambda: Vendor(""))

    def says(
        self, content: Any, *, chat: str = "c1", kind: str = "TEXT", role: str = "BUYER",
        at: datetime | None = None, **more: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """Write a message into a chat, without pushing it."""
        talk = self.chats.setdefault(chat, [])
        held = {"content": content} if isinstance(content, str) else content
        said = {
            "id": f"{chat}-{len(talk) + 1}", "type": kind, "content": json.dumps(held),
            "create_time": seconds(at or self.now), "is_visible": True,
            "sender": {"role": role, "im_user_id": "im1", "nickname": "Cleo"}, **more,
        }  # fmt: skip
        talk.insert(0, said)
        return said

    def handle(self, asked: Asked) -> Answer:
        if asked.path in self.files:
            return Answer(body=self.files[asked.path])
        if asked.path.startswith("/api/v2/token/"):
            return self._token(asked)
        if asked.query.get("sign") != signature(asked):
            return refusal(106001, "sign is invalid", 401)
        if asked.headers.get("x-tts-access-token") != self.token or self.is_revoked:
            return refusal(105002, "access token is expired, please refresh it", 401)
        if asked.path == "/authorization/202309/shops":
            return good({"shops": self.shops})
        if asked.query.get("shop_cipher") != CIPHER:
            return refusal(36009004, "shop_cipher is invalid", 400)
        if "customer_service" in asked.path and not self.has_chat_scope:
            return refusal(105005, "you should apply auth pkg for this api", 403)
        return self._served(asked)

    def _token(self, asked: Asked) -> Answer:
        known = {"refresh-1", "refresh-2"} if not self.is_revoked else set()
        given = asked.query.get("refresh_token") or asked.query.get("auth_code")
        if given not in known | {"code-1"} or asked.query["app_secret"] != SECRET:
            return refusal(36004005, "can not find related auth record")
        self.tokens_given += 1
        ends_at = seconds(self.now)
        return good({
            "access_token": self.token, "access_token_expire_in": ends_at + 7 * 86_400,
            "refresh_token": "refresh-2", "refresh_token_expire_in": ends_at + 365 * 86_400,
        })  # fmt: skip

    def _served(self, asked: Asked) -> Answer:
        parts = asked.path.strip("/").split("/")
        match parts:
            case ["customer_service", _, "conversations"]:
                found = [self._chat(number) for number in self.chats]
                found.sort(key=lambda one: int(one["latest_message"]["create_time"]), reverse=True)
                return paged(asked, "conversations", found)
            case ["customer_service", _, "conversations", number]:
                return good({"conversation": self._chat(number)})
            case ["customer_service", _, "conversations", number, "messages"]:
                if asked.method == "GET":
                    return paged(asked, "messages", self.chats[number])
                told = asked.json
                said = self.says(
                    json.loads(told["content"]), chat=number, kind=told["type"],
                    role=told.get("sender_role", "CUSTOMER_SERVICE"),
                )  # fmt: skip
                return good({"message_id": said["id"]})
            case ["customer_service", _, "conversations", number, "messages", "read"]:
                self.read_chats.append(number)
                return good({})
            case ["customer_service", _, "images", "upload"]:
                return good({"url": "https://p16.ibyteimg.com/1.jpg", "width": 4, "height": 3})
            case ["customer_service", _, "performance"]:
                return good({"performance": self.performance})
            case ["order", _, "orders", "search"]:
                return paged(asked, "orders", changed(asked, self.orders))
            case ["return_refund", _, "returns", "search"]:
                return paged(asked, "return_orders", changed(asked, self.returns))
            case ["return_refund", _, "cancellations", "search"]:
                return paged(asked, "cancellations", changed(asked, self.cancellations))
        return refusal(36009009, "no such api", 404)

    def _chat(self, number: str) -> dict[str, Any]:
        return {
            "id": number, "participants": [{"role": "SHOP", "nickname": "Maison"}, BUYER],
            "latest_message": self.chats[number][0], "can_send_message": True,
        }  # fmt: skip


def good(data: Any) -> Answer:
    return Answer(body={"code": 0, "message": "Success", "request_id": "r", "data": data})


def paged(asked: Asked, name: str, found: list[dict[str, Any]]) -> Answer:
    start, size = int(asked.query.get("page_token") or 0), int(asked.query["page_size"])
    following = str(start + size) if start + size < len(found) else ""
    return good({name: found[start : start + size], "next_page_token": following})


def changed(asked: Asked, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    since, until = asked.json["update_time_ge"], asked.json["update_time_lt"]
    return [one for one in found if since <= one["update_time"] < until]


def signature(asked: Asked) -> str:
    """Write the rule of the signature a second time, from the same third parties."""
    text = SECRET + asked.path
    for name in sorted(asked.query):
        if name not in ("sign", "access_token"):
            text += name + asked.query[name]
    body = asked.body
    if asked.headers.get("content-type", "").startswith("multipart/form-data"):
        body = b""
    whole = text.encode() + body + SECRET.encode()
    return hmac.new(SECRET.encode(), whole, hashlib.sha256).hexdigest()


def push(kind: int, data: dict[str, Any]) -> bytes:
    told = {"type": kind, "tts_notification_id": "n1", "shop_id": SHOP_ID,
            "timestamp": seconds(NOW), "data": data}  # fmt: skip
    return json.dumps(told, ensure_ascii=False).encode()


def push_signature(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), KEY.encode() + body, hashlib.sha256).hexdigest()


def order(number: str = "576461", *, at: datetime = NOW, **more: Any) -> dict[str, Any]:
    line = {"id": "l1", "product_name": "Lampe", "sku_name": "Bleu", "seller_sku": "L-1",
            "sale_price": "24.95", "currency": "EUR", "product_id": "p1",
            "tracking_number": "JJD01", "shipping_provider_name": "DHL"}  # fmt: skip
    return {
        "id": number, "status": "IN_TRANSIT", "create_time": seconds(at) - 3 * 86_400,
        "update_time": seconds(at) - 3600, "user_id": "u1", "buyer_nickname": "Cleo",
        "payment": {"currency": "EUR", "total_amount": "54.85"},
        "recipient_address": {"name": "Cleo Martin", "region_code": "FR"},
        "collection_time": seconds(at) - 86_400, "rts_sla_time": seconds(at) - 2 * 86_400,
        "line_items": [line, {**line, "id": "l2"}], **more,
    }  # fmt: skip


def a_return(number: str = "r1", **more: Any) -> dict[str, Any]:
    return {
        "return_id": number, "order_id": "576461", "role": "BUYER",
        "return_type": "RETURN_AND_REFUND", "return_status": "RETURN_OR_REFUND_REQUEST_PENDING",
        "return_reason": "ecom_order_broken", "return_reason_text": "Arrivée cassée",
        "create_time": seconds(NOW) - 1800, "update_time": seconds(NOW) - 1800,
        "refund_amount": {"currency": "EUR", "refund_total": "24.95"},
        "seller_next_action_response": [
            {"action": "SELLER_RESPOND_RETURN", "deadline": seconds(NOW) + 2 * 86_400}
        ],
        "return_line_items": [{"seller_sku": "L-1", "product_name": "Lampe"}], **more,
    }  # fmt: skip


@contextmanager
def shop() -> Iterator[Shop]:
    made = Shop()
    with vendor(made.handle) as running:
        made.vendor = running
        yield made
