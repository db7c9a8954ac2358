"""Opening a connection: the connector's folder is found by the connection's kind."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from django.conf import settings

import comptoir.channels
from comptoir.channels.kernel.protocol import ChannelError, Connector
from comptoir.merchant.models import Connection
from comptoir.storage.secrets import SecretsUnreadable, unseal


def open_connector(connection: Connection) -> Connector:
    """Open the account of a connection.

    Raises `ChannelError` when the kind is unknown, or the stored credentials cannot be read.
    """
    try:
        secrets = unseal(bytes(connection.sealed_secrets), settings.MASTER_KEYS)
    except SecretsUnreadable as error:
        raise ChannelError("secrets_unreadable", str(error), permanent=True) from error
    return open_account(connection.kind, connection.settings, secrets)


def open_account(kind: str, values: dict[str, Any], secrets: dict[str, Any]) -> Connector:
    """Open an account that is not stored yet, such as one being tried on the settings page."""
    if kind not in kinds():
        raise ChannelError("unknown_kind", kind, permanent=True)
    folder = importlib.import_module(f"comptoir.channels.{kind}.connector")
    connector: Connector = folder.connect(values, secrets)
    return connector


@cache
def kinds() -> tuple[str, ...]:
    """Name the connectors there are, by walking their folders."""
    folders = pkgutil.iter_modules(comptoir.channels.__path__)
    return tuple(folder.name for folder in folders if folder.ispkg and folder.name != "kernel")
