"""A Graph API of ours on loopback: stateful, built from Meta's specifications and pages, not Meta's word.

Conversations and comments are plain lists that a test adds to. Replies keep to Meta's windows by
the fake's own clock, and come back with the conversation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from tests.channels.loopback import Answer, Asked, Vendor, vendor

from comptoir.channels.kernel.signing import hmac_sha256

NOW = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
PAGE, INSTAGRAM = "104500", "178410"
SETTINGS = {"surface": "both", "page_id": PAGE, "instagram_id": INSTAGRAM,
            "media_hosts": ["127.0.0.1"]}  # fmt: skip
SECRETS = {"access_token": "system-token", "app_secret": "shh", "verify_token": "maison"}
VERSION = "/v23.0"


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def refusal(code: int, words: str, status: int = 400, subcode: int = 0) -> Answer:
    error = {"message": words, "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return Answer(status, {"error": {**error, "error_subcode": subcode} if subcode else error})


@dataclass
class Platform:
    """What Meta knows: messages by surface and person, posts with comments, what was asked of it."""

    now: datetime = NOW
    talks: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    posts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    page_token: str = "page-token-1"
    page_tokens_given: int = 0
    is_revoked: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    uploads: int = 0
    subscribed: list[str] = field(default_factory=list)
    vendor: Vendor = field(default_factory=lambda: Vendor(""))

    def says(
        self, text: str, *, person: str = "p1", mid: str = "", surface: str = "INSTAGRAM",
        at: datetime | None = None, is_ours: bool = False, **more: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """Write a message into a conversation, without pushing it."""
        talk = self.talks.setdefault((surface, person), [])
        ours = INSTAGRAM if surface == "INSTAGRAM" else PAGE
        sender, recipient = (ours, person) if is_ours else (person, ours)
        said = {
            "id": mid or f"m_{surface[0]}{person}{len(talk) + 1}",
            "created_time": written(at or self.now), "message": text,
            "from": {"id": sender, "username": "anna.berg"}, "to": {"data": [{"id": recipient}]},
            **more,
        }  # fmt: skip
        talk.insert(0, said)
        return said

    def comments(self, text: str, number: str = "179001", **more: Any) -> dict[str, Any]:
        """Write a comment under an Instagram post."""
        post = {"id": "180001", "permalink": "https://www.instagram.com/p/Lampe/"}
        said = {
            "id": number, "text": text, "timestamp": written(self.now), "username": "cleo",
            "from": {"id": "p9", "username": "cleo"}, **more,
        }  # fmt: skip
        posts = self.posts.setdefault(INSTAGRAM, [{**post, "comments": {"data": []}}])
        posts[0]["comments"]["data"].insert(0, said)
        return said

    def handle(self, asked: Asked) -> Answer:
        if asked.path in self.files:
            return Answer(body=self.files[asked.path], headers={"content-type": "image/jpeg"})
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        parts = asked.path.removeprefix(VERSION).strip("/").split("/")
        if self.is_revoked or token not in ("system-token", self.page_token):
            return refusal(190, "Error validating access token")
        if asked.query.get("fields") == "access_token":
            self.page_tokens_given += 1
            return Answer(body={"access_token": self.page_token, "id": PAGE})
        if token != self.page_token:
            return refusal(190, "A Page access token is required")
        if (parts[0], asked.query.get("fields")) == ("p1", "name"):
            return Answer(body={"name": "Anna Berg", "id": "p1"})
        if len(parts) == 1:
            return Answer(body={"id": PAGE, "name": "Maison Perrin"})
        known = getattr(self, f"_{asked.method.lower()}_{parts[1]}", None)
        return known(asked, parts[0]) if known else refusal(100, "Unsupported request")

    def _get_conversations(self, asked: Asked, _node: str) -> Answer:
        person = asked.query.get("user_id")
        found = [
            {
                "id": f"t_{surface}_{who}", "updated_time": talk[0]["created_time"],
                "participants": {"data": [{"id": INSTAGRAM}, {"id": who, "username": "anna.berg"}]},
                **({"messages": {"data": talk[:20]}} if "messages" in asked.query["fields"] else {}),
            }
            for (surface, who), talk in self.talks.items()
            if surface == asked.query["platform"] and (person is None or person == who)
        ]  # fmt: skip
        found.sort(key=lambda one: str(one["updated_time"]), reverse=True)
        return paged(asked, found)

    def _get_messages(self, asked: Asked, node: str) -> Answer:
        _, surface, person = node.split("_", 2)
        return paged(asked, self.talks[surface, person])

    def _get_media(self, asked: Asked, node: str) -> Answer:
        return paged(asked, self.posts.get(node, []))

    _get_feed = _get_media

    def _get_replies(self, asked: Asked, node: str) -> Answer:
        under = [c for p in self.posts.get(INSTAGRAM, []) for c in p["comments"]["data"]]
        return paged(asked, [one for one in under if one.get("parent_id") == node])

    def _post_subscribed_apps(self, asked: Asked, _node: str) -> Answer:
        self.subscribed = form(asked)["subscribed_fields"].split(",")
        return Answer(body={"success": True})

    def _post_messages(self, asked: Asked, _node: str) -> Answer:
        told = asked.json
        person, message = told["recipient"]["id"], told["message"]
        surface = next(key[0] for key in self.talks if key[1] == person)
        theirs = [o for o in self.talks[surface, person] if o["from"]["id"] == person]
        last = datetime.strptime(theirs[0]["created_time"], "%Y-%m-%dT%H:%M:%S%z")
        days = timedelta(days=7 if told.get("tag") == "HUMAN_AGENT" else 1)
        if self.now >= last + days:
            return refusal(
                10, "(#10) This message is sent outside of allowed window.", 403, 2018278
            )
        said = self.says(message.get("text", ""), person=person, surface=surface, is_ours=True)
        return Answer(body={"recipient_id": person, "message_id": said["id"]})

    def _post_message_attachments(self, _asked: Asked, _node: str) -> Answer:
        self.uploads += 1
        return Answer(body={"attachment_id": f"{1700 + self.uploads}"})

    def _post_replies(self, asked: Asked, node: str) -> Answer:
        number = f"{node}9"
        self.comments(form(asked)["message"], number, parent_id=node, **{"from": {"id": INSTAGRAM}})
        return Answer(body={"id": number})


def paged(asked: Asked, found: list[dict[str, Any]]) -> Answer:
    """Cut a list as Graph does: cursors in `paging`, `next` only where more follows."""
    start, size = int(asked.query.get("after", "0")), int(asked.query.get("limit", "25"))
    some = found[start : start + size]
    paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + size)}}
    if start + size < len(found):
        paging["next"] = "https://graph.facebook.com/next"
    return Answer(body={"data": some, **({"paging": paging} if some else {})})


def form(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


def event(mid: str, text: str, at: datetime, person: str = "p1", **more: Any) -> dict[str, Any]:
    """Write a pushed message as Meta's page shows it."""
    return {
        "sender": {"id": person}, "recipient": {"id": INSTAGRAM},
        "timestamp": int(at.timestamp() * 1000), "message": {"mid": mid, "text": text, **more},
    }  # fmt: skip


def batch(*events: Mapping[str, Any], **more: Any) -> bytes:
    entry = {"id": INSTAGRAM, "time": int(NOW.timestamp() * 1000), "messaging": list(events)}
    return json.dumps({"object": "instagram", "entry": [{**entry, **more}]}).encode()


def signature(body: bytes, secret: str = "shh") -> str:
    return "sha256=" + hmac_sha256(secret, body).hex()


@contextmanager
def platform() -> Iterator[Platform]:
    made = Platform()
    with vendor(made.handle) as running:
        made.vendor = running
        yield made
