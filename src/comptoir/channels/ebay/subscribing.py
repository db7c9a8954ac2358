"""Subscribing to eBay's notifications: a destination of the application, a subscription for each topic.

eBay asks the address for the handshake before it takes it as a destination, wants a mail address
for its own alerts first, and marks a destination down that did not answer: then it is enabled anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comptoir.channels.ebay.account import Account
from comptoir.channels.ebay.notices import TOPICS
from comptoir.channels.kernel.http import ApiError, pages_of
from comptoir.channels.kernel.protocol import ChannelError

BASE = "/commerce/notification/v1"
LIMIT = {"limit": "100"}
NAME = "Comptoir"
NOT_FOR_US = ("forbidden", "not_found")
"""A topic that the consent does not hold, or that eBay does not have."""


def subscribe(account: Account, address: str, verification_token: str) -> tuple[str, ...]:
    """Let eBay push to an address, and name the topics that are new. Raises `ChannelError`.

    Without a verification token there is nothing to prove the address by: none is subscribed.
    """
    if not verification_token:
        return ()
    _configure(account)
    destination = _destination(account, address, verification_token)
    told = account.api.read("webhooks", f"{BASE}/subscription", params=LIMIT).json()
    there = {
        str(one.get("topicId"))
        for one in pages_of(told, "subscriptions")
        if one.get("destinationId") == destination
    }
    return tuple(
        topic for topic in TOPICS if topic not in there and _subscribe(account, topic, destination)
    )


def _configure(account: Account) -> None:
    """Say where eBay sends its own alerts, unless it knows: without it no destination is taken."""
    try:
        known = account.keys.read("webhooks", f"{BASE}/config").json()
    except ApiError as error:
        if error.code != "not_found":
            raise
        known = {}
    if isinstance(known, dict) and known.get("alertEmail"):
        return
    mail = str(account.settings.get("alert_email") or "")
    if not mail:
        words = "eBay wants a mail address for its alerts before it pushes messages."
        raise ChannelError("settings_invalid", words, permanent=True)
    account.keys.write("webhooks", f"{BASE}/config", method="PUT", json={"alertEmail": mail})


def _destination(account: Account, address: str, verification_token: str) -> str:
    """Give the destination of an address, made or enabled where it has to be."""
    said = {
        "name": NAME,
        "status": "ENABLED",
        "deliveryConfig": {"endpoint": address, "verificationToken": verification_token},
    }
    told = account.keys.read("webhooks", f"{BASE}/destination", params=LIMIT).json()
    for one in pages_of(told, "destinations"):
        if (one.get("deliveryConfig") or {}).get("endpoint") != address:
            continue
        number = str(one.get("destinationId"))
        if one.get("status") != "ENABLED":
            path = f"{BASE}/destination/{number}"
            account.keys.write("webhooks", path, method="PUT", json=said)
        return number
    answer = account.keys.write("webhooks", f"{BASE}/destination", json=said)
    return answer.headers.get("location", "").rstrip("/").rpartition("/")[2]


def _subscribe(account: Account, topic: str, destination: str) -> bool:
    """Subscribe to one topic; False for one that this account cannot have."""
    try:
        about = account.keys.read("webhooks", f"{BASE}/topic/{topic}").json()
        said = {
            "topicId": topic,
            "status": "ENABLED",
            "destinationId": destination,
            "payload": {
                "format": "JSON",
                "deliveryProtocol": "HTTPS",
                "schemaVersion": _version(about),
            },
        }
        account.api.write("webhooks", f"{BASE}/subscription", json=said)
    except ApiError as error:
        if error.code in NOT_FOR_US or error.status == 409:
            return False
        raise
    return True


def _version(topic: Mapping[str, Any]) -> str:
    """Give the newest schema version of a topic that is not on its way out."""
    known = [
        str(one.get("schemaVersion"))
        for one in pages_of(topic, "supportedPayloads")
        if one.get("schemaVersion") and not one.get("deprecated")
    ]
    return max(known, key=_parts, default="1.0")


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
