"""A program of the merchant's own as a channel: it puts things in by our API and takes replies out.

Where it named an address, replies are sent there, signed by Standard Webhooks; where it did not,
they wait until it asks for them. Either way the program has the last word on each (`confirm`,
`refuse` in `docs/channels/http_api.md`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from standardwebhooks import Webhook

from comptoir.channels.http_api.items import told_by
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import ApiError, Http, checked_base_url, receipt_of
from comptoir.channels.kernel.protocol import (
    Capabilities,
    ChannelError,
    Cursor,
    Outcome,
    Outgoing,
    Page,
    RawItem,
    Receipt,
)
from comptoir.channels.kernel.told import Told
from comptoir.channels.kernel.windows import iso

TAKEN_LATER, KNOWN_ALREADY = 202, 409
SHOWN_CHARS = 300


def connect(settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around) -> HttpApi:
    """Open an account. Raises `ChannelError` (`settings_invalid`) for an address without a secret."""
    return HttpApi(settings, secrets, around)


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what the program told."""
    del settings
    yield told_by(item.content)


class HttpApi:
    """One program."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        self.capabilities = Capabilities(name="Own program", pulls=False)
        self._around = around
        self._url = str(settings.get("webhook_url") or "")
        self._signer: Webhook | None = None
        self._http: Http | None = None
        if self._url:
            self._url = checked_base_url(self._url)
            self._signer = _signer(secrets.get("webhook_secret", ""))
            self._http = Http(self._url, around)

    def check(self) -> None:
        """Send a `ping`, where there is an address. Raises `ChannelError`."""
        if self._http is not None:
            self._post("ping", "ping", {})

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield nothing: the program puts things in by itself."""
        del cursor, page_size
        yield from ()

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand a reply over, or let it wait until the program asks."""
        if self._http is None:
            return Receipt(Outcome.PENDING, external_id=outgoing.idempotency_key)
        try:
            status, content = self._post("reply", outgoing.idempotency_key, reply(outgoing))
        except ApiError as error:
            return _refusal(error)
        except ChannelError as error:
            return receipt_of(error)
        if status == TAKEN_LATER:
            return Receipt(Outcome.PENDING, external_id=outgoing.idempotency_key)
        return Receipt(Outcome.ACCEPTED, external_id=_word(content, "external_id"))

    def confirm(self, external_id: str) -> Receipt:
        """Know nothing: the program confirms by itself."""
        return Receipt(Outcome.PENDING, external_id=external_id)

    def close(self) -> None:
        """Let go of sockets."""
        if self._http is not None:
            self._http.close()

    def _post(self, kind: str, number: str, data: Mapping[str, Any]) -> tuple[int, bytes]:
        assert self._http is not None
        assert self._signer is not None
        now = self._around.now()
        event = {"type": kind, "timestamp": iso(now), "data": data}
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        headers = {
            "content-type": "application/json",
            "webhook-id": number,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(number, now, body),
        }
        answer = self._http.write(kind, self._url, content=body.encode(), headers=headers)
        return answer.status, answer.content


def reply(outgoing: Outgoing) -> dict[str, Any]:
    """Write a reply as programs get it, by webhook and by asking alike; files are apart there."""
    return {
        "id": outgoing.idempotency_key,
        "thread_id": outgoing.thread_id,
        "stream": outgoing.stream,
        "order_number": outgoing.order_number,
        "begins": outgoing.begins,
        "recipient_name": outgoing.recipient_name,
        "recipient": outgoing.recipient,
        "subject": outgoing.subject,
        "text": outgoing.text,
        "written_at": iso(outgoing.written_at) if outgoing.written_at else None,
        "files": [
            {
                "name": file.name,
                "content_type": file.content_type,
                "content": base64.b64encode(file.content).decode(),
            }
            for file in outgoing.files
        ],
    }


def _signer(secret: str) -> Webhook:
    if not secret:
        words = "webhook_secret: what is sent there must be signed"
        raise ChannelError("settings_invalid", words, permanent=True)
    try:
        return Webhook(secret)
    except (ValueError, RuntimeError) as error:
        raise ChannelError("settings_invalid", f"webhook_secret: {error}", permanent=True) from None


def _refusal(error: ApiError) -> Receipt:
    """Read a status that is no success; 409 says that the program has the reply already."""
    if error.status == KNOWN_ALREADY:
        return Receipt(Outcome.ACCEPTED, external_id=_word(error.answer, "external_id"))
    found = receipt_of(error)
    reason = _word(error.answer, "reason")
    if found.outcome is Outcome.REFUSED and reason:
        code = _word(error.answer, "code") or found.code
        return Receipt(Outcome.REFUSED, code[:60], reason[:SHOWN_CHARS])
    return found


def _word(content: bytes, name: str) -> str:
    """Take a word out of an answer that may be anything."""
    try:
        told = json.loads(content)
    except ValueError:
        return ""
    value = told.get(name) if isinstance(told, dict) else None
    return value if isinstance(value, str) else ""
