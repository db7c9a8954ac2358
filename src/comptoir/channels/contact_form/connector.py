"""The form as a connector: nothing is fetched and nothing is sent, what was typed is read.

What comes in is stored by the page that takes it; answers leave by the mailbox of the same channel.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from comptoir.channels.contact_form.settings import FormSettings
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.protocol import (
    Capabilities,
    Cursor,
    Outcome,
    Outgoing,
    Page,
    RawItem,
    Receipt,
)
from comptoir.channels.kernel.told import Author, Buyer, File, MessageTold, Told
from comptoir.channels.kernel.windows import moment

STREAM = "form"


def connect(settings: Mapping[str, Any], secrets: Mapping[str, str], around: Around) -> ContactForm:
    """Open the form. Raises `ChannelError` for settings that cannot be."""
    del secrets, around
    return ContactForm(FormSettings.of(settings))


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what was typed. An order number counts only where the e-mail address belongs to it."""
    del settings
    typed = json.loads(item.content)
    at = moment(typed["at"])
    if at is None:
        raise ValueError(f"{item.external_id}: {typed['at']!r} is no moment")
    files = tuple(
        File(name=one["name"], content_type=one["type"], reference={"item": one["item"]})
        for one in typed.get("files", ())
    )
    yield MessageTold(
        external_id=f"form:{typed['id']}",
        thread_id=typed["thread"],
        stream=STREAM,
        author=Author.BUYER,
        occurred_at=at,
        text=typed["text"],
        subject=typed.get("subject", ""),
        order_number=typed["order_number"] if typed.get("order_is_matched") else "",
        buyer=Buyer(
            alias=typed["email"].lower(),
            name=typed.get("name", ""),
            email=typed["email"],
            language=typed.get("language", ""),
        ),
        files=files,
    )


class ContactForm:
    """One form."""

    def __init__(self, settings: FormSettings) -> None:
        self.settings = settings
        self.capabilities = Capabilities(name="Contact form", pulls=False, sends=False)

    def check(self) -> None:
        """Return: the form is ours, nobody has to be asked."""

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield nothing: what is typed is stored at once."""
        del cursor, page_size
        yield from ()

    def send(self, outgoing: Outgoing) -> Receipt:
        """Refuse: answers leave by mail."""
        del outgoing
        return Receipt(Outcome.REFUSED, "not_answerable")

    def close(self) -> None:
        """Hold nothing."""
