"""The map of personal data: for each column that can hold words, whose data may lie in it.

Export, erasure and retention walk this map; a test holds that no column is missing from it, so
that a new one must be placed when it is made. Numbers, dates and switches are not listed: they
say something about a person only through the row they stand in.
"""

from __future__ import annotations

from enum import StrEnum


class Whose(StrEnum):
    """Whose data a column may hold."""

    BUYER = "buyer"
    """Names, addresses and words of buyers: exported and erased on request."""
    STAFF = "staff"
    """Names and words of the people who work here: anonymised on request, authorship kept."""
    SECRET = "secret"  # noqa: S105 - a kind of data, not a secret
    """Credentials: never exported, in a backup only if asked for."""
    NOBODY = "nobody"
    """Codes, states and the merchant's own words."""


BUYER, STAFF, SECRET, NOBODY = Whose.BUYER, Whose.STAFF, Whose.SECRET, Whose.NOBODY

PLACES: dict[str, dict[str, Whose]] = {
    "storage.RawItem": {
        "external_id": NOBODY, "content": BUYER, "content_type": NOBODY, "meta": BUYER,
        "state": NOBODY, "error_code": NOBODY, "error_detail": BUYER,
    },
    "storage.File": {"sha256": NOBODY, "content": BUYER},
    "storage.Change": {"kind": NOBODY, "data": NOBODY},
    "storage.AuditEntry": {
        "person_name": STAFF, "action": NOBODY, "subject_kind": NOBODY, "data": STAFF,
    },
    "storage.CacheEntry": {"cache_key": STAFF, "value": STAFF},
    "storage.RateBucket": {"name": NOBODY},
    "storage.Setting": {"key": NOBODY, "value": SECRET},
    "merchant.Merchant": {"name": NOBODY, "time_zone": NOBODY, "language": NOBODY},
    "merchant.Person": {
        "password": SECRET, "email": STAFF, "name": STAFF, "role": NOBODY, "language": STAFF,
        "speaks": STAFF, "time_zone": STAFF, "theme": NOBODY, "display": NOBODY,
        "signature": STAFF, "working_hours": STAFF,
    },
    "merchant.Absence": {"reason": STAFF},
    "merchant.AssignmentRule": {"name": NOBODY, "conditions": NOBODY, "how": NOBODY},
    "merchant.Team": {"name": NOBODY},
    "merchant.Invitation": {"token_sha256": SECRET, "email": STAFF, "role": NOBODY},
    "merchant.PasswordLink": {"token_sha256": SECRET},
    "merchant.ApiToken": {
        "name": NOBODY, "token_sha256": SECRET, "begins_with": NOBODY, "role": NOBODY,
    },
    "merchant.Brand": {"name": NOBODY, "signature": NOBODY},
    "merchant.Connection": {
        "kind": NOBODY, "name": NOBODY, "settings": STAFF, "sealed_secrets": SECRET,
        "cursor": NOBODY, "state": NOBODY, "error_code": NOBODY, "error_detail": NOBODY,
        "push_key": SECRET, "credential_ends": NOBODY,
    },
    "merchant.ConnectionToken": {"name": NOBODY, "sealed": SECRET},
    "merchant.ChannelFigure": {"name": NOBODY, "unit": NOBODY, "word": NOBODY},
    "merchant.Channel": {
        "marketplace": NOBODY, "name": NOBODY, "short_name": NOBODY, "country": NOBODY,
        "time_zone": NOBODY, "locale": NOBODY, "sender_name": STAFF, "signature": STAFF,
    },
    "merchant.Route": {"matches": NOBODY, "sender_address": STAFF},
    "merchant.Calendar": {
        "name": NOBODY, "title": NOBODY, "about": NOBODY, "spec": NOBODY, "sources": NOBODY,
    },
    "orders.Customer": {"name": BUYER, "email": BUYER, "language": BUYER, "country": BUYER},
    "orders.CustomerAlias": {"marketplace": NOBODY, "alias": BUYER},
    "orders.Order": {
        "external_id": BUYER, "state": NOBODY, "currency": NOBODY, "carrier": NOBODY,
        "tracking_number": BUYER,
    },
    "orders.OrderLine": {"sku": NOBODY, "title": NOBODY, "item": NOBODY},
    "orders.Parcel": {
        "carrier": NOBODY, "tracking_number": BUYER, "tracking_url": BUYER, "state": NOBODY,
    },
    "orders.Return": {
        "external_id": BUYER, "state": NOBODY, "reason": BUYER, "carrier": NOBODY,
        "tracking_number": BUYER,
    },
    "orders.ReturnLine": {"sku": NOBODY, "title": NOBODY},
    "orders.Case": {
        "external_id": BUYER, "kind": NOBODY, "state": NOBODY, "order_number": BUYER,
        "reason": BUYER, "text": BUYER, "currency": NOBODY, "link": BUYER,
    },
    "orders.Refund": {"external_id": BUYER, "currency": NOBODY, "reason": BUYER},
    "replies.Template": {"name": NOBODY, "folder": NOBODY},
    "replies.TemplateText": {"language": NOBODY, "body": NOBODY},
    "sla.Policy": {"name": NOBODY},
    "sla.PolicyVersion": {
        "spec": NOBODY, "conditions": NOBODY, "preset": NOBODY, "source": NOBODY,
        "confidence": NOBODY, "reason": STAFF,
    },
    "tickets.Ticket": {
        "order_number": BUYER, "buyer_name": BUYER, "reply_address": BUYER, "subject": BUYER,
        "language": BUYER, "status": NOBODY, "tier_reasons": BUYER, "intents": NOBODY,
        "gist": BUYER, "next_kind": NOBODY, "tags": STAFF, "snooze_reason": STAFF,
    },
    "tickets.Message": {
        "external_id": BUYER, "author": NOBODY, "kind": NOBODY, "state": NOBODY,
        "from_name": BUYER, "from_address": BUYER, "subject": BUYER, "text": BUYER,
        "new_text": BUYER, "language": BUYER, "tier_reasons": BUYER, "intents": NOBODY,
        "evidence": BUYER, "problems": NOBODY, "links": BUYER, "to_party": NOBODY,
    },
    "tickets.MessageFile": {"name": BUYER, "content_type": NOBODY, "content_id": BUYER},
    "tickets.Fact": {"kind": NOBODY, "data": BUYER},
    "tickets.ThreadKey": {"key": BUYER},
    "tickets.Clock": {"kind": NOBODY, "state": NOBODY, "warnings": NOBODY, "warned": NOBODY},
    "tickets.Rollout": {"reason": NOBODY, "data": NOBODY, "channel_ids": NOBODY},
    "tickets.Joining": {"kind": NOBODY, "moved": BUYER},
    "tickets.Draft": {"text": STAFF, "choices": STAFF},
    "tickets.DraftFile": {"name": STAFF, "content_type": NOBODY},
    "tickets.TemplateUse": {"language": NOBODY},
    "inbox.SavedView": {"name": STAFF, "filters": BUYER, "sort": NOBODY, "columns": NOBODY},
    "inbox.FormCount": {"key": NOBODY},
    "inbox.BulkChange": {"verb": NOBODY, "before": STAFF},
    "inbox.SearchDocument": {"lexemes": BUYER},
    "inbox.SearchWord": {"word": BUYER, "skeleton": BUYER},
    "tickets.Outbox": {
        "idempotency_key": NOBODY, "envelope": BUYER, "state": NOBODY, "last_code": NOBODY,
        "last_reply": BUYER,
    },
    "tickets.Outreach": {
        "form": NOBODY, "text": BUYER, "more": NOBODY, "idempotency_key": NOBODY, "state": NOBODY,
        "last_code": NOBODY, "last_reply": BUYER,
    },
    "tickets.OutreachFile": {"name": BUYER, "content_type": NOBODY},
    "alerts.Endpoint": {
        "kind": NOBODY, "name": NOBODY, "url": SECRET, "sealed_secret": SECRET,
        "last_error": NOBODY,
    },
    "alerts.Alert": {
        "kind": NOBODY, "key": NOBODY, "level": NOBODY, "clock_kind": NOBODY, "threshold": NOBODY,
        "data": NOBODY, "to": STAFF,
    },
    "alerts.Delivery": {
        "address": STAFF, "transport": NOBODY, "state": NOBODY, "reason": NOBODY,
        "last_code": NOBODY, "last_detail": STAFF,
    },
    "alerts.Preference": {"email": NOBODY},
    "alerts.BreachState": {"state": NOBODY, "data": NOBODY},
}  # fmt: skip
