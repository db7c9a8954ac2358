"""Disputes of Shopify Payments: chargebacks and inquiries of the payer's bank, as cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comptoir.channels.kernel.told import CaseKind, CaseState, CaseTold
from comptoir.channels.kernel.windows import moment
from comptoir.channels.shopify.orders import admin_link, amount_of, number_of

STATES = {
    "NEEDS_RESPONSE": CaseState.OPENED,
    "UNDER_REVIEW": CaseState.ANSWERED,
    "ACCEPTED": CaseState.CLOSED,
    "CHARGE_REFUNDED": CaseState.CLOSED,
    "LOST": CaseState.CLOSED,
    "PREVENTED": CaseState.CLOSED,
    "WON": CaseState.CLOSED,
}
"""Shopify's DisputeStatus."""


def told(node: Mapping[str, Any], shop: str) -> CaseTold:
    """Give a dispute. Raises `ValueError` for one without a state or a moment."""
    initiated_at = moment(node.get("initiatedAt"))
    state = STATES.get(str(node.get("status")).upper())
    if initiated_at is None or state is None:
        raise ValueError(f"dispute {node.get('id')}: {node.get('status')!r} since {initiated_at}")
    order = node.get("order") or {}
    money = amount_of(node.get("amount"))
    reason = str((node.get("reasonDetails") or {}).get("reason") or "").lower().replace("_", " ")
    moved_at = {
        CaseState.OPENED: initiated_at,
        CaseState.ANSWERED: moment(node.get("evidenceSentOn")),
        CaseState.CLOSED: moment(node.get("finalizedOn")),
    }[state]
    return CaseTold(
        external_id=str(node.get("legacyResourceId") or node.get("id")),
        kind=CaseKind.CHARGEBACK,
        state=state,
        occurred_at=moved_at or initiated_at,
        reason=f"{str(node.get('type') or '').lower()}: {reason}".strip(": "),
        due_at=moment(node.get("evidenceDueBy")),
        order_number=number_of(order.get("name")),
        amount=money[0] if money else None,
        currency=money[1] if money else "",
        link=admin_link(shop, order.get("legacyResourceId")),
    )
