"""Addresses at an operator: its portal, which is also where the API answers, and an order's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

PORTAL_PATH = "/mmp/shop/order/{order}"


def portal_address(text: str) -> str:
    """Give the address that the API has: the portal's host, without the page somebody copied."""
    text = text.strip()
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if parts.scheme == "https" and (parts.hostname or "").endswith(".mirakl.net"):
        return f"https://{parts.netloc}"
    return text.rstrip("/").removesuffix("/api")


def portal_link(order_number: str, settings: Mapping[str, Any]) -> str:
    """Give the address of an order in the operator's portal; empty without an order."""
    base = portal_address(str(settings.get("base_url") or ""))
    path = str(settings.get("portal_path") or PORTAL_PATH)
    if not order_number or not base:
        return ""
    return base + path.replace("{order}", quote(order_number, safe=""))
