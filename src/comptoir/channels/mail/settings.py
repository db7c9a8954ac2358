"""Where a mailbox lives and how it is used: `MailSettings`, and its secrets kept apart.

Settings are JSON-able and may be shown; secrets are neither. Both are checked when they are made,
so that whoever holds one may rely on it: no line breaks, sensible ports, no unencrypted connection
to another machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import urlsplit

from comptoir.channels.kernel.protocol import ChannelError


class Security(StrEnum):
    """How a connection is encrypted."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"
    """On this machine only."""


class Auth(StrEnum):
    """How the account is proven."""

    PASSWORD = "password"  # noqa: S105  (the name of a way, not a secret)
    OAUTH2 = "oauth2"
    NONE = "none"
    """A relay on this machine that asks nothing; for sending only."""


class SettingsError(ChannelError):
    """Say which setting cannot be right: `field` is its name, `detail` what to do."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__("settings_invalid", detail, permanent=True)
        self.field = name


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server as it is dialled."""

    host: str
    port: int
    security: Security
    ca_certificates: str = ""
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class MailSettings:
    """One mailbox and the way out of it.

    Folders are named as a person reads them ("Büro/Amazon", with the server's own separator).
    `ca_certificates` are PEM texts trusted in addition to the system's, for servers of one's own.
    `watch` reads only: no flag is ever set, nothing is ever sent. An empty `smtp_host` means that
    this mailbox cannot send. `desk` is the value of the loop marker in outgoing mail.
    """

    imap_host: str
    user: str
    imap_port: int = 993
    imap_security: Security = Security.TLS
    auth: Auth = Auth.PASSWORD
    folders: tuple[str, ...] = ("INBOX",)
    smtp_host: str = ""
    smtp_port: int = 465
    smtp_security: Security = Security.TLS
    smtp_auth: Auth = Auth.PASSWORD
    smtp_user: str = ""
    senders: tuple[str, ...] = ()
    watch: bool = False
    desk: str = "comptoir"
    ca_certificates: str = ""
    timeout_seconds: float = 30.0
    reconnect_seconds: float = 60.0
    idle_seconds: float = 540.0
    poll_seconds: float = 60.0
    mail_bytes_max: int = 40_000_000

    def __post_init__(self) -> None:
        """Refuse what can never work, naming the setting."""
        _check_server("imap", self.imap_host, self.imap_port, self.imap_security)
        if self.smtp_host:
            _check_server("smtp", self.smtp_host, self.smtp_port, self.smtp_security)
        if self.auth is Auth.NONE:
            raise SettingsError("auth", "A mailbox needs a password or OAuth 2.")
        if not self.user:
            raise SettingsError("user", "Enter the user name of the mailbox.")
        if not self.folders:
            raise SettingsError("folders", "Choose at least one folder to read, such as INBOX.")
        for name in ("user", "smtp_user", "desk", "folders", "senders"):
            _check_one_line(name, getattr(self, name))
        if not 1 <= self.idle_seconds <= 29 * 60:
            raise SettingsError("idle_seconds", "Must lie between 1 second and 29 minutes.")

    @property
    def imap(self) -> Endpoint:
        """Give the server that is read from."""
        return Endpoint(
            self.imap_host,
            self.imap_port,
            self.imap_security,
            self.ca_certificates,
            self.timeout_seconds,
        )

    @property
    def smtp(self) -> Endpoint | None:
        """Give the server that sends, None when this mailbox cannot."""
        if not self.smtp_host:
            return None
        return Endpoint(
            self.smtp_host,
            self.smtp_port,
            self.smtp_security,
            self.ca_certificates,
            self.timeout_seconds,
        )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Make settings of what was stored or typed; unknown names are refused."""
        known = {item.name for item in fields(cls)}
        for name in values:
            if name not in known:
                raise SettingsError(name, f"There is no setting called {name!r}.")
        try:
            return cls(**{name: _typed(name, value) for name, value in values.items()})
        except TypeError:
            missing = next(name for name in ("imap_host", "user") if name not in values)
            raise SettingsError(missing, f"The setting {missing!r} is needed.") from None

    def as_mapping(self) -> dict[str, Any]:
        """Give the same as plain JSON-able values."""
        plain = asdict(self)
        return {k: list(v) if isinstance(v, tuple) else v for k, v in plain.items()}


@dataclass(frozen=True, slots=True)
class OAuthSecrets:
    """What a token endpoint wants to know before it gives an access token."""

    client_id: str
    refresh_token: str = field(repr=False)
    token_url: str
    client_secret: str = field(default="", repr=False)
    scope: str = ""

    def __post_init__(self) -> None:
        """Refuse an endpoint that would carry the secrets in the clear."""
        url = urlsplit(self.token_url)
        safe = url.scheme == "https" or (url.scheme == "http" and is_loopback(url.hostname or ""))
        if not safe or not url.hostname:
            raise SettingsError("token_url", "The token address must begin with https://.")


@dataclass(frozen=True, slots=True)
class MailSecrets:
    """Password or OAuth consent. `smtp_password` only where it differs."""

    password: str = field(default="", repr=False)
    smtp_password: str = field(default="", repr=False)
    oauth: OAuthSecrets | None = None

    @classmethod
    def from_mapping(cls, values: Mapping[str, str]) -> Self:
        """Make secrets of one flat mapping: the fields of this class and of `OAuthSecrets`."""
        oauth_names = [item.name for item in fields(OAuthSecrets)]
        given = {name: values[name] for name in oauth_names if values.get(name)}
        for name in ("client_id", "refresh_token", "token_url"):
            if given and name not in given:
                raise SettingsError(name, f"OAuth 2 needs the value {name!r} too.")
        return cls(
            password=values.get("password", ""),
            smtp_password=values.get("smtp_password", ""),
            oauth=OAuthSecrets(**given) if given else None,
        )


def is_loopback(host: str) -> bool:
    """Tell whether a host can only be this machine."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_server(side: str, host: str, port: int, security: Security) -> None:
    if not host or any(char.isspace() or char in "/@" for char in host):
        raise SettingsError(f"{side}_host", "Enter the server's name alone, like mail.example.com.")
    if not 1 <= port <= 65535:
        raise SettingsError(f"{side}_port", "A port lies between 1 and 65535.")
    if security is Security.NONE and not is_loopback(host):
        raise SettingsError(
            f"{side}_security",
            "Unencrypted connections are for this machine only. Choose TLS or STARTTLS.",
        )


def _check_one_line(name: str, value: str | tuple[str, ...]) -> None:
    for text in (value,) if isinstance(value, str) else value:
        if any(ord(char) < 32 or ord(char) == 127 for char in text):
            raise SettingsError(name, "Line breaks and control characters are not allowed here.")


def _typed(name: str, value: Any) -> Any:
    try:
        match name:
            case "imap_security" | "smtp_security":
                return Security(value)
            case "auth" | "smtp_auth":
                return Auth(value)
            case "folders" | "senders":
                return (value,) if isinstance(value, str) else tuple(value)
            case "imap_port" | "smtp_port" | "mail_bytes_max":
                return int(value)
            case _ if name.endswith("_seconds"):
                return float(value)
            case _:
                return value
    except (ValueError, TypeError):
        raise SettingsError(name, f"{value!r} is not possible here.") from None
