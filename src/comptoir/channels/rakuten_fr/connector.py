"""Rakuten France: the to-do list and its items, answers to buyers and to Rakuten, sales.

The vendor's schemas could not be had: actions, versions and the windows for contacting a buyer are
those of its documentation pages, fields those of a published example (`docs/channels/rakuten_fr.md`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.http import ApiError, receipt_of
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
from comptoir.channels.kernel.told import Author
from comptoir.channels.kernel.xml_answers import Element, text, tostring
from comptoir.channels.rakuten_fr import times
from comptoir.channels.rakuten_fr.reading import OPERATOR, author_of, message_id, read
from comptoir.channels.rakuten_fr.rounds import Plan
from comptoir.channels.rakuten_fr.session import Session

__all__ = ["RakutenConnector", "connect", "read"]

KIND = "rakuten_fr"
BASE_URL = "https://ws.fr.shopping.rakuten.com"
TRUE = ("true", "1", "yes", "on")
SALES_PAGES_MAX = 200
CLOCKS_APART = timedelta(minutes=10)


def connect(
    settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
) -> RakutenConnector:
    """Open an account. Raises `ChannelError` for settings that cannot be."""
    return RakutenConnector(settings, secrets, around)


class RakutenConnector:
    """One seller."""

    def __init__(
        self, settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around
    ) -> None:
        card = card_of(KIND)
        assert card is not None
        self.capabilities = Capabilities(
            name=card.name, attachments=False, text_chars_max=card.reply.text_chars_max
        )
        self._around = around
        self._login = str(settings.get("login") or "").strip()
        token = secrets.get("token", "").strip()
        if not self._login or not token:
            raise ChannelError("settings_invalid", "Login or token is missing.", permanent=True)
        self._leaves_list = str(settings.get("leave_list") or "").lower() in TRUE
        self._session = Session(
            str(settings.get("base_url") or BASE_URL),
            self._login,
            token,
            around,
            card.limits(dict(settings)),
            _versions(settings.get("versions")),
        )

    def check(self) -> None:
        """Ask for the to-do list, which marks nothing as read. Raises `ChannelError`."""
        self._session.read("getitemtodolist")

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield sales, then every item that waits for us or was talked about lately."""
        del page_size
        plan = Plan(cursor, self._around.now())
        yield from self._sales(plan)
        if self._leaves_list:
            return
        plan.add(_item_ids(self._session.read("getitemtodolist")))
        plan.look_again()
        yield Page((), plan.cursor())  # stored before the first is read, which unlists it
        yield from self._items(plan)

    def send(self, outgoing: Outgoing) -> Receipt:
        """Answer the buyer of an item, or Rakuten about it, while that is allowed."""
        to_rakuten = outgoing.stream == OPERATOR or outgoing.party == "operator"
        more = {"itemid": outgoing.thread_id, "content": outgoing.text}
        try:
            item = self._item(outgoing.thread_id)
            if item is None:
                return Receipt(Outcome.REFUSED, "not_found", outgoing.thread_id)
            if to_rakuten and (parent := _last_mail(item, self._login)):
                more["mailparentid"] = parent
        except ChannelError as error:  # nothing was sent: only looked up
            outcome = Outcome.REFUSED if error.permanent else Outcome.DEFERRED
            return Receipt(outcome, error.code, error.detail)
        if not to_rakuten and not self._is_open(item):
            return Receipt(Outcome.REFUSED, "window_closed", text(item, "itemstatelabel"))
        try:
            action = "contactusaboutitem" if to_rakuten else "contactuseraboutitem"
            self._session.write(action, **more)
        except ChannelError as error:
            return receipt_of(error)
        return Receipt(Outcome.ACCEPTED)

    def find(self, outgoing: Outgoing) -> str | None:
        """Look for a reply among our messages of the item."""
        item = self._item(outgoing.thread_id)
        for message in item.iter() if item is not None else ():
            if message.tag not in ("message", "mail") or not self._is_copy(message, outgoing):
                continue
            if message.tag == "mail":
                return f"mail/{text(message, 'mailid')}"
            return message_id(outgoing.thread_id, message)
        return None

    def close(self) -> None:
        """Let go of sockets."""
        self._session.close()

    def _sales(self, plan: Plan) -> Iterator[Page]:
        answer = self._session.read("getnewsales")
        yield Page(tuple(_raw_sales(answer)), plan.cursor())
        since = plan.sales_since()
        if since is None:
            return
        asked = {"purchasedate": f"{since.astimezone(times.PARIS):%Y-%m-%d}"}
        seen: set[str] = set()
        for _ in range(SALES_PAGES_MAX):
            answer = self._session.read("getcurrentsales", **asked)
            yield Page(tuple(_raw_sales(answer)), plan.cursor())
            following = text(answer, "response/nexttoken")
            if not following or following in seen:
                break
            seen.add(following)
            asked = {**asked, "nexttoken": following}
        plan.sales_done()
        yield Page((), plan.cursor())

    def _items(self, plan: Plan) -> Iterator[Page]:
        """Read the items that are due. One that is refused stays due while it is watched.

        Raises the refusal when every item is refused: then it is not the items.
        """
        refusal: ApiError | None = None
        read_count = 0
        for item_id in plan.due():
            try:
                found = self._item(item_id)
            except ApiError as error:
                if error.code not in ("request_refused", "not_found"):
                    raise
                refusal = error
                plan.refused(item_id)
                continue
            read_count += 1
            plan.done(item_id)
            yield Page(() if found is None else (_raw(found, item_id),), plan.cursor())
        if refusal is not None:
            yield Page((), plan.cursor())
            if not read_count:
                raise refusal

    def _item(self, item_id: str) -> Element | None:
        """Read one item; None where the answer holds none."""
        return self._session.read("getiteminfos", itemid=item_id).find("response/item")

    def _is_open(self, item: Element) -> bool:
        until = times.may_be_answered_until(item)
        return times.may_be_contacted(item) and (until is None or self._around.now() < until)

    def _is_copy(self, message: Element, outgoing: Outgoing) -> bool:
        """Tell whether a message of ours is this reply: the same words, not from before it was written."""
        at = times.at(text(message, "senddate"))
        is_old = at and outgoing.written_at and at < outgoing.written_at - CLOCKS_APART
        is_ours = author_of(message, self._login) is Author.US
        return is_ours and not is_old and _flat(text(message, "content")) == _flat(outgoing.text)


def _item_ids(answer: Element) -> list[str]:
    """Name the items of a to-do list; the request's own copy names none."""
    response = answer.find("response")
    if response is None:
        return []
    return list(dict.fromkeys(found for one in response.iter("itemid") if (found := text(one))))


def _raw(item: Element, item_id: str) -> RawItem:
    """Keep an item as it came; one that did not change is the same item again."""
    content: bytes = tostring(item, encoding="utf-8")
    version = sha256(content).hexdigest()[:20]
    return RawItem(f"item/{item_id}/{version}", content, "application/xml")


def _raw_sales(answer: Element) -> Iterator[RawItem]:
    for sale in answer.iter("sale"):
        content: bytes = tostring(sale, encoding="utf-8")
        number, version = text(sale, "purchaseid"), sha256(content).hexdigest()[:20]
        at = times.at(text(sale, "purchasedate"))
        yield RawItem(f"sale/{number}/{version}", content, "application/xml", at)


def _last_mail(item: Element, login: str) -> str:
    """Give the mail of Rakuten's that an answer belongs under."""
    mails = [one for one in item.findall("mail") if author_of(one, login) is not Author.US]
    mails.sort(key=_when)
    return text(mails[-1], "mailid") if mails else ""


def _when(message: Element) -> float:
    found = times.at(text(message, "senddate"))
    return found.timestamp() if found else 0.0


def _versions(said: object) -> dict[str, str]:
    """Read `getiteminfos=2017-08-07`, one a line."""
    lines = said if isinstance(said, list) else str(said or "").splitlines()
    parts = (str(line).partition("=") for line in lines)
    return {name.strip(): value.strip() for name, _, value in parts if value.strip()}


def _flat(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip().casefold()
