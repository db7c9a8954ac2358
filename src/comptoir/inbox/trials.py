"""Trials: an account tried out before it is stored, one row for an hour, seen by every process.

What was typed lies sealed with the master key; beside it, readable, how far the trial got. Pages
may be served by another process than the one that tries, so that all of it is in the database. A
trial belongs to the person who began it, and ends when it is taken or when its hour is over.

Where a person has to consent at the vendor first, the trial waits: its key is the `state` that
comes back with them, and what came along is redeemed when the trial runs (`agreed`).
"""

from __future__ import annotations

import logging
import secrets as random
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from django.conf import settings as django_settings

from comptoir.channels.kernel.protocol import ChannelError, Connector
from comptoir.inbox.connecting import Verdict, look
from comptoir.inbox.connections import open_account
from comptoir.inbox.trial_world import World, redeem
from comptoir.merchant.models import Person
from comptoir.storage.models import Setting
from comptoir.storage.secrets import SecretsUnreadable, seal, unseal

log = logging.getLogger(__name__)

PREFIX = "trial:"
KEPT = timedelta(hours=1)
SILENT_SECONDS = 45.0
TOLD_EVERY_SECONDS = 0.5

Clock = Callable[[], datetime]


class NoSuchTrial(Exception):  # noqa: N818 - reads as what happened
    """Say that a trial ended, expired, or is somebody else's."""


class Purpose(StrEnum):
    """What a trial is for."""

    CONNECT = "connect"
    CHANGE = "change"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Answer:
    """How reading or sending went: an empty code is good."""

    code: str = ""
    detail: str = ""
    field: str = ""

    @property
    def is_good(self) -> bool:
        """Tell whether it works."""
        return not self.code


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a trial got. Answers are None until they are known; `told_at` is a sign of life."""

    told_at: datetime
    is_over: bool = False
    reading: Answer | None = None
    sending: Answer | None = None
    done_count: int = 0
    total_count: int = 0
    verdict: Verdict | None = None
    wants_consent: bool = False

    @property
    def works(self) -> bool:
        """Tell whether mail can be read, which is the least there must be."""
        return self.reading is not None and self.reading.is_good

    def is_silent(self, *, now: datetime) -> bool:
        """Tell whether whoever tried has gone: its process was stopped, most likely."""
        is_at_work = not self.is_over and not self.wants_consent
        return is_at_work and (now - self.told_at).total_seconds() > SILENT_SECONDS


@dataclass(frozen=True, slots=True)
class Trial:
    """One account on trial. `connection_id` is that of a stored one, None for a new one."""

    key: str
    purpose: Purpose
    kind: str
    name: str
    values: dict[str, Any]
    secrets: dict[str, Any] = field(repr=False)
    connection_id: int | None
    progress: Progress
    consent: dict[str, Any] = field(default_factory=dict, repr=False)
    """What came back with a person who consented, until it is redeemed."""
    ends: dict[str, datetime] = field(default_factory=dict)
    """When credentials end, as far as the vendor said so."""


def begin(
    purpose: Purpose,
    kind: str,
    name: str,
    values: dict[str, Any],
    secrets: dict[str, Any],
    *,
    by: Person,
    now: datetime,
    connection_id: int | None = None,
    wants_consent: bool = False,
) -> str:
    """Keep an account for a trial, and give the key under which `run` finds it."""
    forget_old(now=now)
    key = random.token_urlsafe(24)
    account = {"kind": kind, "name": name, "values": values, "secrets": secrets}
    Setting.objects.create(
        key=PREFIX + key,
        value={
            "person_id": by.pk,
            "expires_at": (now + KEPT).isoformat(),
            "purpose": purpose.value,
            "connection_id": connection_id,
            "sealed": seal(account, django_settings.MASTER_KEYS).decode(),
            "progress": msgspec.to_builtins(Progress(told_at=now, wants_consent=wants_consent)),
        },
    )
    return key


def agreed(
    key: str, query: dict[str, str], redirect_url: str, *, by: Person, now: datetime
) -> None:
    """Keep what came back with a person who consented, for `run`. Raises `NoSuchTrial`.

    A trial that does not wait for a consent takes none: the same answer cannot be used twice.
    """
    trial = find(key, by=by, now=now)
    if not trial.progress.wants_consent:
        raise NoSuchTrial(key)
    account = _account_of(trial) | {"consent": {"query": query, "redirect_url": redirect_url}}
    _keep_account(key, account)
    tell(key, Progress(told_at=now))


def find(key: str, *, by: Person, now: datetime) -> Trial:
    """Give a person's trial. Raises `NoSuchTrial`."""
    known = Setting.objects.filter(key=PREFIX + key.replace("\0", ""))
    value = known.values_list("value", flat=True).first()
    return _trial(key, value, by=by, now=now)


def take(key: str, *, by: Person, now: datetime) -> Trial:
    """End a trial and give what was kept: once only. Raises `NoSuchTrial`.

    The caller holds the transaction, so that a trial whose account could not be stored stays.
    """
    row = Setting.objects.select_for_update().filter(key=PREFIX + key).first()
    trial = _trial(key, row.value if row else None, by=by, now=now)
    Setting.objects.filter(key=PREFIX + key).delete()
    return trial


def forget_old(*, now: datetime) -> int:
    """Drop trials whose hour is over; tell how many."""
    rows = Setting.objects.filter(key__startswith=PREFIX)
    old = [row.key for row in rows if datetime.fromisoformat(str(row.value["expires_at"])) <= now]
    return Setting.objects.filter(key__in=old).delete()[0]


def run(key: str, *, clock: Clock) -> None:
    """Try an account: reading, sending, and for a new one what it holds. Never raises."""
    value = Setting.objects.filter(key=PREFIX + key).values_list("value", flat=True).first()
    if value is None:
        return
    told = Progress(told_at=clock())
    world = None
    try:
        account = unseal(value["sealed"].encode(), django_settings.MASTER_KEYS)
        world = World(account, value["connection_id"], is_stored=value["purpose"] == Purpose.CHECK)
        told = _try(key, world, surveys=value["purpose"] == Purpose.CONNECT, clock=clock)
    except Exception as error:
        log.exception("a trial failed")
        told = replace(told, reading=Answer("failed", type(error).__name__))
    if world is not None and world.has_news:
        _keep_account(key, world.account)
    tell(key, replace(told, is_over=True, told_at=clock()))


def _try(key: str, world: World, *, surveys: bool, clock: Clock) -> Progress:
    told, account = Progress(told_at=clock()), world.account
    try:
        redeem(world)
        connector = open_account(
            account["kind"], account["values"], account["secrets"],
            keep_token=lambda token: world.around.keep_secret("refresh_token", token),
            around=world.around,
        )  # fmt: skip
    except ChannelError as error:
        return replace(told, reading=_answer(error))
    with closing(connector):
        told = replace(told, reading=_ask(connector, "check_reading", "check"), told_at=clock())
        tell(key, told)
        told = replace(told, sending=_ask(connector, "check_sending"), told_at=clock())
        tell(key, told)
        if not surveys or not told.works or not hasattr(connector, "survey"):
            return told
        teller = _Teller(key, told, clock)
        try:
            verdict = look(connector, account["values"], progress=teller)
        except ChannelError as error:
            return replace(teller.told, reading=_answer(error))
        return replace(teller.told, verdict=verdict)


class _Teller:
    """Writes down how many mails were looked at, twice a second at most."""

    def __init__(self, key: str, told: Progress, clock: Clock) -> None:
        self._key, self._clock, self._next = key, clock, 0.0
        self.told = told

    def __call__(self, done: int, total: int) -> None:
        self.told = replace(self.told, done_count=done, total_count=total)
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + TOLD_EVERY_SECONDS
            self.told = replace(self.told, told_at=self._clock())
            tell(self._key, self.told)


def _ask(connector: Connector, *verbs: str) -> Answer:
    """Use the first verb that the connector has; one without any has nothing to say against it."""
    verb = next((found for name in verbs if (found := getattr(connector, name, None))), None)
    try:
        if verb is not None:
            verb()
    except ChannelError as error:
        return _answer(error)
    return Answer()


def _answer(error: ChannelError) -> Answer:
    code = error.code.removeprefix("smtp_")
    return Answer(code, error.detail[:1000], getattr(error, "field", ""))


def tell(key: str, progress: Progress) -> None:
    """Write progress down; a trial that was taken or forgotten meanwhile stays gone."""
    row = Setting.objects.filter(key=PREFIX + key).first()
    if row is not None:
        value = {**row.value, "progress": msgspec.to_builtins(progress)}
        Setting.objects.filter(key=PREFIX + key).update(value=value)


def _trial(key: str, value: dict[str, Any] | None, *, by: Person, now: datetime) -> Trial:
    if value is None or value["person_id"] != by.pk:
        raise NoSuchTrial(key)
    if datetime.fromisoformat(value["expires_at"]) <= now:
        raise NoSuchTrial(key)
    try:
        account = unseal(value["sealed"].encode(), django_settings.MASTER_KEYS)
    except SecretsUnreadable as error:
        raise NoSuchTrial(key) from error
    ends = account.pop("ends", {})
    return Trial(
        key=key,
        purpose=Purpose(value["purpose"]),
        connection_id=value["connection_id"],
        progress=msgspec.convert(value["progress"], Progress),
        ends={name: datetime.fromisoformat(at) for name, at in ends.items()},
        **account,
    )


def _account_of(trial: Trial) -> dict[str, Any]:
    return {
        "kind": trial.kind, "name": trial.name, "values": trial.values, "secrets": trial.secrets,
    }  # fmt: skip


def _keep_account(key: str, account: dict[str, Any]) -> None:
    """Seal an account again: a secret of it is new."""
    row = Setting.objects.filter(key=PREFIX + key).first()
    if row is not None:
        sealed = seal(account, django_settings.MASTER_KEYS).decode()
        Setting.objects.filter(key=PREFIX + key).update(value={**row.value, "sealed": sealed})
