"""Places outside that alerts go to: added, changed, given a new secret, switched off, removed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from comptoir.alerts.models import Delivery, Endpoint
from comptoir.alerts.transports.targets import check_url
from comptoir.alerts.transports.webhook import new_secret
from comptoir.channels.mail.compose import ComposeError, wire_address
from comptoir.core.refusals import Refusal
from comptoir.merchant.actions import checks
from comptoir.merchant.models import Person
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.storage import audit
from comptoir.storage.secrets import SecretsUnreadable, seal, unseal

OLD_SECRET_HOLDS = timedelta(hours=24)
"""So long messages are signed with the secret before, too: time to type in the new one."""


@transaction.atomic
def add(*, kind: str, name: str, url: str, by: Person, now: datetime) -> tuple[Endpoint, str]:
    """Add an endpoint, and give it with its secret, which is shown only now ("" where none is used).

    Raises `Refusal` for a name or an address that cannot be.
    """
    checks.administrator(by)
    secret = new_secret() if kind == Endpoint.Kind.WEBHOOK else ""
    endpoint = Endpoint.objects.create(
        kind=Endpoint.Kind(kind),
        name=_named(name),
        url=_address(kind, url),
        sealed_secret=seal({"secret": secret}, settings.MASTER_KEYS) if secret else b"",
        created_at=now,
    )
    _record("add", endpoint, by=by, now=now, kind=kind)
    return endpoint, secret


@transaction.atomic
def change(endpoint_id: int, *, name: str, url: str, by: Person, now: datetime) -> Endpoint:
    """Change name and address; an empty address keeps the one there is. Raises `Refusal`."""
    endpoint = _locked(endpoint_id, by)
    before = endpoint.url
    endpoint.name = _named(name)
    if url.strip():
        endpoint.url = _address(endpoint.kind, url)
    endpoint.save(update_fields=["name", "url"])
    if endpoint.url != before:
        _mended(endpoint, now=now)
    _record("change", endpoint, by=by, now=now, address_changed=endpoint.url != before)
    return endpoint


@transaction.atomic
def rotate(endpoint_id: int, *, by: Person, now: datetime) -> tuple[Endpoint, str]:
    """Give a webhook another secret; for a day messages are signed with both."""
    endpoint = _locked(endpoint_id, by)
    secret = new_secret()
    kept: dict[str, Any] = {"secret": secret}
    try:
        before = unseal(bytes(endpoint.sealed_secret), settings.MASTER_KEYS).get("secret", "")
    except SecretsUnreadable:
        before = ""
    if before:
        kept |= {"before": before, "before_until": (now + OLD_SECRET_HOLDS).isoformat()}
    endpoint.sealed_secret = seal(kept, settings.MASTER_KEYS)
    endpoint.save(update_fields=["sealed_secret"])
    _record("rotate", endpoint, by=by, now=now)
    return endpoint, secret


@transaction.atomic
def switch(endpoint_id: int, *, is_active: bool, by: Person, now: datetime) -> Endpoint:
    """Switch an endpoint on or off; what waits for one that is off is dropped."""
    endpoint = _locked(endpoint_id, by)
    endpoint.is_active = is_active
    endpoint.save(update_fields=["is_active"])
    if is_active:
        _mended(endpoint, now=now)
    else:
        Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING).update(
            state=Delivery.State.DROPPED, reason="endpoint_off", next_try_at=None, settled_at=now
        )
    _record("switch_on" if is_active else "switch_off", endpoint, by=by, now=now)
    return endpoint


@transaction.atomic
def remove(endpoint_id: int, *, by: Person, now: datetime) -> None:
    """Remove an endpoint and its log. Raises `Refusal` while a policy sends alerts there."""
    endpoint = _locked(endpoint_id, by)
    if name := _policy_that_names(endpoint):
        raise Refusal(
            "The policy “{policy}” sends alerts here. Take it out there, or switch this off.",
            policy=name,
        )
    _record("remove", endpoint, by=by, now=now)
    endpoint.delete()


def _policy_that_names(endpoint: Endpoint) -> str:
    """Name a policy whose latest version sends alerts to an endpoint; "" for none."""
    asked = {"warnings": [{"to": [f"endpoint:{endpoint.pk}"]}]}
    naming = PolicyVersion.objects.filter(spec__contains=asked, policy__is_active=True)
    for version in naming.select_related("policy").order_by("policy_id", "-number"):
        policy: Policy = version.policy
        if not policy.versions.filter(number__gt=version.number).exists():
            return policy.name
    return ""


def _mended(endpoint: Endpoint, *, now: datetime) -> None:
    """Try at once what waits for an endpoint that was changed."""
    waiting = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING)
    waiting.filter(next_try_at__gt=now, attempt_count__gt=0).update(next_try_at=now)


def _locked(endpoint_id: int, by: Person) -> Endpoint:
    checks.administrator(by)
    endpoint = Endpoint.objects.select_for_update().filter(pk=endpoint_id).first()
    if endpoint is None:
        raise Refusal("This endpoint does not exist any more.")
    return endpoint


def _named(name: str) -> str:
    if not (stripped := " ".join(name.split())):
        raise Refusal("Enter a name.")
    return stripped


def _address(kind: str, text: str) -> str:
    if kind != Endpoint.Kind.EMAIL:
        return check_url(text, settings.PRIVATE_HOSTS)
    try:
        wire_address(text)
    except ComposeError:
        raise Refusal("Enter one whole e-mail address.") from None
    return text.strip()


def _record(verb: str, endpoint: Endpoint, *, by: Person, now: datetime, **data: object) -> None:
    subject = ("endpoint", endpoint.pk)
    audit.record(
        f"endpoint.{verb}", by=by, now=now, subject=subject, endpoint=endpoint.name, **data
    )
