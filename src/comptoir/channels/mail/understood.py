"""A raw mail, read to the end: what intake stores and `comptoir mail inspect` prints."""

from __future__ import annotations

from dataclasses import dataclass

from comptoir.channels.mail.message import Mail
from comptoir.channels.mail.parse import parse
from comptoir.channels.mail.quotations import new_text
from comptoir.channels.mail.recognition.values import Kind, Recognition


@dataclass(frozen=True, slots=True)
class Understood:
    """Everything a mail says, as far as it can be told. Shapes as in the modules that answer."""

    mail: Mail
    recognition: Recognition
    verdict: Kind
    marketplace: str
    kind: str
    subkind: str
    order_ids: tuple[str, ...]
    thread_keys: tuple[str, ...]
    recipients: tuple[str, ...]
    text: str
    new_text: str
    language: str
    tier: int
    tier_reasons: tuple[str, ...]
    intents: tuple[str, ...]
    needs_reply: bool
    no_response_url: str


def understand(raw: bytes, *, own_addresses: frozenset[str] = frozenset()) -> Understood:
    """Read a raw mail to the end. Raises nothing that the mail could provoke."""
    raise NotImplementedError((parse, new_text, raw, own_addresses))
