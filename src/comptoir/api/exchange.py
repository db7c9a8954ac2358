"""The way in and out for any other channel: a program puts messages and orders in, takes replies out."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from comptoir.api.errors import Declined, Failure
from comptoir.api.exchanging import (
    CaseIn,
    ConfirmIn,
    ExchangeOut,
    KeptOut,
    MessageIn,
    OrderIn,
    RefuseIn,
    ReplyOut,
    SettledOut,
    told,
)
from comptoir.api.tickets import FAILURES
from comptoir.api.tokens import caller_of
from comptoir.channels.http_api.connector import reply as reply_of
from comptoir.channels.http_api.items import item
from comptoir.channels.kernel.windows import iso
from comptoir.inbox import exchange
from comptoir.inbox.exchange import Differs, Kept, NoExchange, TooLate
from comptoir.merchant.models import Connection
from comptoir.merchant.rights import NotAllowed
from comptoir.storage import clock

REPLIES_MAX = 50
FILES_BYTES_MAX = 25 * 1024 * 1024
router = Router(tags=["Own channel"])
ANSWERS = {**FAILURES, 409: Failure}


@router.get("", response={200: list[ExchangeOut], **FAILURES}, summary="List own connections")
def list_connections(request: HttpRequest) -> list[dict[str, Any]]:
    """Give the connections of kind "Own program" all of whose channels the token may see."""
    found = exchange.connections(caller_of(request).rights)
    return [
        {"id": row.pk, "name": row.name, "channels": [channel.pk for channel in channels]}
        for row, channels in found
    ]


@router.post(
    "/{int:connection_id}/messages", response={202: KeptOut, **ANSWERS}, summary="Put a message in"
)
def put_message(request: HttpRequest, connection_id: int, given: MessageIn) -> Status[Kept]:
    """Store a message; it is read within seconds. The same again says how far it is."""
    row = _writable(request, connection_id)
    _check_files(given)
    return _put(row, "message", given.external_id, told(given), given.occurred_at)


@router.post(
    "/{int:connection_id}/orders", response={202: KeptOut, **ANSWERS}, summary="Put an order in"
)
def put_order(request: HttpRequest, connection_id: int, given: OrderIn) -> Status[Kept]:
    """Store an order as it is at `updated_at`; send each change with a new one."""
    row = _writable(request, connection_id)
    number = f"{given.number}/{iso(given.updated_at)}"
    known = told(given, without=frozenset({"updated_at"}))
    return _put(row, "order", number, known, given.updated_at)


@router.post(
    "/{int:connection_id}/cases", response={202: KeptOut, **ANSWERS}, summary="Put a case in"
)
def put_case(request: HttpRequest, connection_id: int, given: CaseIn) -> Status[Kept]:
    """Store a claim, dispute, return, cancellation or review, or that its state changed."""
    row = _writable(request, connection_id)
    number = f"{given.external_id}/{given.state}/{iso(given.occurred_at)}"
    return _put(row, "case", number, told(given), given.occurred_at)


@router.get(
    "/{int:connection_id}/replies",
    response={200: list[ReplyOut], **FAILURES},
    summary="Take replies out",
)
def list_replies(request: HttpRequest, connection_id: int) -> list[dict[str, Any]]:
    """Give the replies that wait, the oldest first: carry each to its buyer, then confirm or refuse."""
    row = _visible(request, connection_id)
    base = f"{settings.URL}/api/v1/connections/{row.pk}/replies"
    return [
        {**reply_of(outgoing), "files": _files(base, outbox.idempotency_key, outgoing.files)}
        for outbox, outgoing in exchange.waiting(row, count=REPLIES_MAX)
    ]


@router.get(
    "/{int:connection_id}/replies/{reply_id}/files/{int:position}",
    include_in_schema=False,
)
def reply_file(
    request: HttpRequest, connection_id: int, reply_id: str, position: int
) -> HttpResponse:
    """Give the bytes of a file; `position` counts from 1."""
    row = _visible(request, connection_id)
    try:
        file = exchange.file_of(row, reply_id, position)
    except NoExchange:
        raise _nothing("file", str(position)) from None
    response = HttpResponse(bytes(file.file.content), content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@router.post(
    "/{int:connection_id}/replies/{reply_id}/confirm",
    response={200: SettledOut, **ANSWERS},
    summary="Confirm a reply",
)
def confirm(
    request: HttpRequest, connection_id: int, reply_id: str, given: ConfirmIn
) -> dict[str, str]:
    """Say that a reply reached its buyer: that stops the clock. Twice is once."""
    row, now = _writable(request, connection_id), clock.now()
    try:
        state = exchange.confirm(row, reply_id, given.external_id, at=given.at or now, now=now)
    except NoExchange:
        raise _nothing("reply", reply_id) from None
    except TooLate as late:
        raise _settled(late) from None
    return {"state": state}


@router.post(
    "/{int:connection_id}/replies/{reply_id}/refuse",
    response={200: SettledOut, **ANSWERS},
    summary="Refuse a reply",
)
def refuse(
    request: HttpRequest, connection_id: int, reply_id: str, given: RefuseIn
) -> dict[str, str]:
    """Say that a reply did not get through: its ticket comes back. Also after it was confirmed."""
    row = _writable(request, connection_id)
    try:
        state = exchange.refuse(row, reply_id, given.code, given.reason, now=clock.now())
    except NoExchange:
        raise _nothing("reply", reply_id) from None
    except TooLate as late:
        raise _settled(late) from None
    return {"state": state}


def _put(
    row: Connection, kind: str, number: str, known: dict[str, Any], at: datetime
) -> Status[Kept]:
    try:
        kept = exchange.put(row, item(kind, number, known, at=at), now=clock.now())
    except Differs:
        message = f"Another {kind} came before under this id; give a changed one an id of its own."
        raise Declined(409, "differs", message) from None
    return Status(202, kept)


def _visible(request: HttpRequest, connection_id: int) -> Connection:
    try:
        return exchange.connection(caller_of(request).rights, connection_id)
    except NoExchange:
        raise _nothing("connection", str(connection_id)) from None


def _writable(request: HttpRequest, connection_id: int) -> Connection:
    """Give a connection that the token may see, if its role may answer."""
    row = _visible(request, connection_id)
    if not caller_of(request).rights.may_answer:
        raise NotAllowed("readers_change_nothing")
    return row


def _check_files(given: MessageIn) -> None:
    size = 0
    for file in given.files:
        try:
            size += len(base64.b64decode(file.content, validate=True))
        except (binascii.Error, ValueError):
            message = f'The content of "{file.name}" is no base64.'
            raise Declined(422, "invalid", message) from None
    if size > FILES_BYTES_MAX:
        raise Declined(422, "too_large", "The files of a message may have 25 MB together.")


def _files(base: str, reply_id: str, files: tuple[Any, ...]) -> list[dict[str, str]]:
    return [
        {
            "name": file.name,
            "content_type": file.content_type,
            "url": f"{base}/{reply_id}/files/{position}",
        }
        for position, file in enumerate(files, 1)
    ]


def _nothing(what: str, which: str) -> Declined:
    message = f"There is no {what} {which}, or this token may not see all channels it serves."
    return Declined(404, "not_found", message)


def _settled(late: TooLate) -> Declined:
    return Declined(409, "settled", f"The reply is {late.state} and does not wait for this.")
