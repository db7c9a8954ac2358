"""Opening a connection: the connector's folder is found by the connection's kind."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from inspect import signature
from typing import Any

from django.conf import settings

import comptoir.channels
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.protocol import ChannelError, Connector
from comptoir.inbox.surroundings import around as around_of
from comptoir.merchant.models import Connection
from comptoir.storage import clock
from comptoir.storage.secrets import SecretsUnreadable, seal, unseal


def open_connector(connection: Connection) -> Connector:
    """Open the account of a connection.

    Raises `ChannelError` when the kind is unknown, or the stored credentials cannot be read.
    """
    try:
        secrets = unseal(bytes(connection.sealed_secrets), settings.MASTER_KEYS)
    except SecretsUnreadable as error:
        raise ChannelError("secrets_unreadable", str(error), permanent=True) from error

    def keep(token: str) -> None:
        """Store a refresh token that the provider replaced while we used the old one."""
        sealed = seal({**secrets, "refresh_token": token}, settings.MASTER_KEYS)
        Connection.objects.filter(pk=connection.pk).update(sealed_secrets=sealed)

    values = connection.settings
    if connection.kind == "demo" and clock.is_movable():
        values = {**values, "ahead_seconds": clock.offset().total_seconds()}
    return open_account(
        connection.kind, values, secrets, keep_token=keep, around=around_of(connection)
    )


def stored_secrets(connection: Connection) -> dict[str, Any]:
    """Give the credentials as they are stored now; nothing where the master key does not fit."""
    sealed = Connection.objects.values_list("sealed_secrets", flat=True).get(pk=connection.pk)
    try:
        return unseal(bytes(sealed), settings.MASTER_KEYS)
    except SecretsUnreadable:
        return {}


def open_account(
    kind: str,
    values: dict[str, Any],
    secrets: dict[str, Any],
    *,
    keep_token: Callable[[str], None] | None = None,
    around: Around | None = None,
) -> Connector:
    """Open an account that need not be stored, such as one being tried on the settings page."""
    if kind not in kinds():
        raise ChannelError("unknown_kind", kind, permanent=True)
    connect = importlib.import_module(f"comptoir.channels.{kind}.connector").connect
    takes = signature(connect).parameters
    extra: dict[str, Any] = {}
    if "on_new_refresh_token" in takes:
        extra["on_new_refresh_token"] = keep_token
    if "around" in takes:
        extra["around"] = around or Around.alone()
    connector: Connector = connect(values, secrets, **extra)
    return connector


@cache
def kinds() -> tuple[str, ...]:
    """Name the connectors there are, by walking their folders."""
    folders = pkgutil.iter_modules(comptoir.channels.__path__)
    return tuple(folder.name for folder in folders if folder.ispkg and folder.name != "kernel")
