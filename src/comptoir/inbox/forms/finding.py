"""Which form an address speaks of, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from comptoir.channels.contact_form.settings import FormSettings
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox import pushing
from comptoir.inbox.routing import OWN_KINDS
from comptoir.merchant.models import Channel, Connection, Route
from comptoir.rulebook.catalogue import marketplace
from comptoir.storage.sorting import in_order
from comptoir.tickets.way_back import BY_MAIL

KIND = "contact_form"


class NoForm(Exception):  # noqa: N818 - reads as what happened
    """Say that there is no form at this address, or none that takes messages."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form: where it is kept, how it is set up, and the channel its messages go to."""

    row: Connection
    settings: FormSettings
    channel: Channel

    @property
    def key(self) -> str:
        """Give the part of its address that names it."""
        return pushing.key_of(self.row)

    @property
    def signing_key(self) -> bytes:
        """Give the key of its time tokens."""
        return salted_hmac("comptoir.forms.token", str(self.row.pk), algorithm="sha256").digest()

    @property
    def is_open(self) -> bool:
        """Tell whether it takes messages."""
        return self.row.state == Connection.State.ACTIVE

    @property
    def brand(self) -> str:
        """Name the shop as buyers know it."""
        return self.channel.sender_name or self.channel.brand.name


def by_key(key: str) -> Form:
    """Find a form by the public part of its address. Raises `NoForm`."""
    row = Connection.objects.filter(kind=KIND, push_key=key).first() if key else None
    return of(row)


def of(row: Connection | None) -> Form:
    """Give a connection as a form. Raises `NoForm`."""
    if row is None or row.kind != KIND:
        raise NoForm
    route = (
        Route.objects.filter(connection=row, channel__is_active=True, channel__is_catch_all=False)
        .select_related("channel__brand")
        .order_by("channel_id")
        .first()
    )
    if route is None:
        raise NoForm
    try:
        settings = FormSettings.of(row.settings)
    except ChannelError as error:
        raise NoForm from error
    return Form(row, settings, route.channel)


def all_forms() -> list[Form]:
    """Give all forms, by name, for the settings."""
    found = []
    for row in in_order(Connection.objects.filter(kind=KIND).order_by("id")):
        try:
            found.append(of(row))
        except NoForm:
            continue
    return found


def is_answerable(channel: Channel) -> bool:
    """Tell whether answers on a channel can leave by a mailbox."""
    return _mailboxes().filter(channel=channel).exists()


def answerable_channels() -> list[Channel]:
    """Give the channels a form can belong to: own shops whose mailbox sends the answers."""
    ids = _mailboxes().values("channel_id")
    found = Channel.objects.filter(pk__in=ids, is_active=True, is_catch_all=False)
    return [one for one in in_order(found) if marketplace(one.marketplace).kind in OWN_KINDS]


def _mailboxes() -> QuerySet[Route]:
    return Route.objects.filter(
        sends=True, connection__kind__in=BY_MAIL, connection__state=Connection.State.ACTIVE
    )
