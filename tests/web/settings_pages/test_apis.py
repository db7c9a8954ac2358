"""Connecting an account by its card: what to do where, a verdict in words, then its channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.conf import settings as django_settings
from django.test import Client
from tests.channels.loopback import Answer, Vendor
from tests.web.settings_pages.conftest import entered, query_count, until_over
from tests.web.settings_pages.shops import KEY, events_at, template_shop
from tests.web.shop import Shop

from comptoir.channels.kernel import catalogue
from comptoir.channels.kernel.card import Card, Ends, Field, Step, Words
from comptoir.channels.template import connector as template
from comptoir.inbox import arrivals, connecting
from comptoir.inbox.limits import SharedLimiter
from comptoir.inbox.pulling import pull_by_id
from comptoir.merchant.models import Channel, Connection, ConnectionToken, Route
from comptoir.storage import clock
from comptoir.storage.models import RawItem, Setting
from comptoir.storage.secrets import unseal
from comptoir.tickets.models import Ticket
from comptoir.web.settings_pages.apis import words

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/settings/connect/template"


def said(text: str) -> Words:
    return Words(text, f"{text} (fr)", f"{text} (de)")


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    """The template's card, listed, with an advanced field, an unsure one, and a secret that ends."""
    before = catalogue.cards()["template"]
    more = (
        Field(name="region", label=said("Region"), required=False, advanced=True, is_unsure=True,
              default="eu"),
        Field(name="folders", label=said("Folders"), required=False, kind="lines"),
    )  # fmt: skip
    made = msgspec.structs.replace(
        before, is_listed=True, fields=(*before.fields, *more), ends=(Ends(said("The key"), 180, "key"),),
        steps=(*before.steps, Step(said("Copy the key."), "javascript:alert(1)")),
    )  # fmt: skip
    cards = {**catalogue.cards(), "template": made}
    monkeypatch.setattr(catalogue, "cards", lambda: cards)
    return made


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with template_shop(events_at(clock.now() - timedelta(hours=1))) as running:
        yield running


def form(vendor: Vendor, **more: str) -> dict[str, str]:
    return {
        "account_name": "Lampenladen", "base_url": vendor.url, "key": KEY, "region": "eu",
        "folders": "", "rate_*": "", **more,
    }  # fmt: skip


def begun(admin: Client, vendor: Vendor, **more: str) -> str:
    """Begin a trial, wait until it is over, and give its address."""
    answer = admin.post(ADDRESS, form(vendor, **more))
    assert answer.status_code == 302, answer.content.decode()
    address = str(answer["Location"])
    until_over(address.partition("?")[0].rpartition("/")[2])
    return address


def row(**more: str) -> dict[str, str]:
    return {
        "count": "1", "c0-existing": "", "c0-marketplace": "generic_email", "c0-country": "DE",
        "c0-name": "Lampenladen", "c0-brand": "Maison Perrin", "starts_on": "2020-01-01",
        "watch": "0", **more,
    }  # fmt: skip


@pytest.mark.usefixtures("card")
def test_list_finds_a_marketplace_by_a_few_letters_with_its_ways(admin: Client) -> None:
    everything = admin.get("/settings/connect").content.decode()
    some = admin.get("/settings/connect?q=la%20REDOUTE").content.decode()
    nothing = admin.get("/settings/connect?q=zzzz").content.decode()

    assert "Template shop" in everything
    assert "Walmart" in everything
    assert "La Redoute" in some
    assert "Walmart" not in some
    assert "Nothing of this name is known." in nothing


def test_unlisted_connector_is_not_offered(admin: Client) -> None:
    assert "Template shop" not in admin.get("/settings/connect").content.decode()


@pytest.mark.usefixtures("card")
def test_page_guides_with_steps_fields_and_what_is_not_sure(admin: Client) -> None:
    page = admin.get(ADDRESS).content.decode()

    for text in (
        "Open Settings → API in the shop", 'href="https://shop.example/settings/api"',
        "Copy the key.", "Not confirmed by the vendor", "The key: ends 180 days",
    ):  # fmt: skip
        assert text in page, text
    assert "javascript:" not in page


@pytest.mark.usefixtures("card")
def test_page_speaks_the_language_of_its_reader(shop: Shop) -> None:
    shop.camille.language = "de"
    shop.camille.save()

    page = entered(shop.camille).get(ADDRESS).content.decode()

    assert "Öffnen Sie im Shop Einstellungen" in page


@pytest.mark.usefixtures("card")
def test_good_keys_lead_to_the_channels_and_the_secret_is_never_shown(
    admin: Client, vendor: Vendor
) -> None:
    address = begun(admin, vendor)
    page = admin.get(address).content.decode()
    back = admin.get(f"{ADDRESS}?trial={address.rpartition('/')[2]}").content.decode()

    assert "Works: the keys are good" in page
    assert "Which channel does it serve?" in page
    assert KEY not in page + back
    assert "Leave it empty to keep the one that is there." in back


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(401), "does not accept these keys"),
        (Answer(403), "may not do this"),
        (Answer(404), "There is nothing at this address"),
        (Answer(200, "<html>"), "is no answer of Template shop"),
        (Answer(400, "no"), "does not take what was asked"),
    ],
)
def test_verdict_says_what_is_wrong_and_what_to_do(
    answer: Answer, expected: str, admin: Client, vendor: Vendor
) -> None:
    vendor.fails_with(*[answer] * 2)

    page = admin.get(begun(admin, vendor)).content.decode()

    assert expected in page
    assert "Change what I typed" in page
    assert "Which channel does it serve?" not in page


@pytest.mark.parametrize(
    "code",
    ["auth_failed", "consent_revoked", "forbidden", "not_found", "unreachable", "settings_invalid",
     "throttled", "server_error", "bad_answer", "request_refused", "token_invalid",
     "secrets_unreadable", "connector_failed", "unknown_kind"],
)  # fmt: skip
def test_every_code_has_words_of_its_own(code: str) -> None:
    assert code not in words.problem(code, "eBay")
    assert "%" not in words.problem(code, "eBay")


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"base_url": "http://shop.example"}, "Write the whole address"),
        ({"key": ""}, "required"),
        ({"rate_*": "often"}, "Write it like 5/1s"),
        ({"rate_*": "5/0s"}, "Write it like 5/1s"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    more: dict[str, str], expected: str, admin: Client, vendor: Vendor
) -> None:
    answer = admin.post(ADDRESS, form(vendor, **more))

    assert answer.status_code == 422
    assert expected in answer.content.decode()
    assert not Setting.objects.filter(key__startswith="trial:").exists()


@pytest.mark.usefixtures("card")
def test_account_is_stored_with_a_new_channel_and_reads(admin: Client, vendor: Vendor) -> None:
    address = begun(admin, vendor, folders="a\n\n b ")
    stored = admin.post(f"{address}/serve", row())
    account = Connection.objects.get(kind="template")
    pull_by_id(account.pk, clock=clock.now)
    arrivals.read_waiting(clock=clock.now)

    channel = Channel.objects.get(name="Lampenladen")
    assert stored["Location"] == f"/settings/connections/{account.pk}"
    assert account.settings == {"base_url": vendor.url, "region": "eu", "folders": ["a", "b"]}
    assert unseal(bytes(account.sealed_secrets), django_settings.MASTER_KEYS) == {"key": KEY}
    assert Ticket.objects.get(channel=channel).buyer_name == "Anna Berg"
    assert account.credentials_expire_at is not None
    assert 179 <= (account.credentials_expire_at - clock.now()).days <= 180


@pytest.mark.usefixtures("card")
def test_channel_that_is_there_is_served_by_mail_and_api(
    admin: Client, vendor: Vendor, shop: Shop
) -> None:
    Channel.objects.filter(pk=shop.own_shop.pk).update(marketplace="generic_email")
    before = Channel.objects.filter(is_catch_all=False).count()
    address = begun(admin, vendor)
    admin.post(f"{address}/serve", row(**{"c0-existing": str(shop.own_shop.pk), "c0-name": ""}))

    account = Connection.objects.get(kind="template")
    assert Route.objects.filter(channel=shop.own_shop, connection=account).count() == 1
    assert Channel.objects.filter(is_catch_all=False).count() == before


@pytest.mark.usefixtures("card")
def test_new_channel_without_a_name_is_asked_for_it_and_another_row_keeps_what_was_typed(
    admin: Client, vendor: Vendor
) -> None:
    address = begun(admin, vendor)
    nameless = admin.post(f"{address}/serve", row(**{"c0-name": ""}))
    more = admin.post(f"{address}/serve", row(add="1", **{"c0-brand": "Belle Époque"}))

    assert nameless.status_code == 422
    assert "A new channel needs this." in nameless.content.decode()
    assert more.content.decode().count('class="card pick serving"') == 2
    assert "Belle Époque" in more.content.decode()
    assert not Connection.objects.filter(kind="template").exists()


@pytest.mark.usefixtures("card")
def test_same_account_is_not_connected_twice(admin: Client, vendor: Vendor) -> None:
    admin.post(f"{begun(admin, vendor)}/serve", row())

    again = admin.post(ADDRESS, form(vendor))

    assert again.status_code == 422
    assert "This account is connected already, as Lampenladen." in again.content.decode()


@pytest.fixture
def account(vendor: Vendor, shop: Shop) -> Connection:
    """A stored account of the template's."""
    new = connecting.NewChannel("generic_email", "Lampenladen", clock.now(), "DE")
    return connecting.connect(
        "template", "Lampenladen", {"base_url": vendor.url}, {"key": KEY}, [new],
        by=shop.camille, now=clock.now(),
    )  # fmt: skip


def test_change_keeps_the_secret_and_forgets_tokens_of_the_keys_before(
    admin: Client, vendor: Vendor, account: Connection
) -> None:
    ConnectionToken.objects.create(
        connection=account, name="access", sealed=b"x", ends_at=clock.now()
    )
    page = admin.get(f"/settings/connections/{account.pk}/account").content.decode()
    answer = admin.post(
        f"/settings/connections/{account.pk}/account", form(vendor, key="", account_name="Lampen")
    )
    until_over(str(answer["Location"]).rpartition("/")[2])
    admin.post(f"{answer['Location']}/store")
    account.refresh_from_db()

    assert KEY not in page
    assert account.name == "Lampen"
    assert unseal(bytes(account.sealed_secrets), django_settings.MASTER_KEYS) == {"key": KEY}
    assert not account.tokens.exists()


def test_stored_key_goes_to_no_other_address(
    admin: Client, vendor: Vendor, account: Connection
) -> None:
    answer = admin.post(
        f"/settings/connections/{account.pk}/account",
        form(vendor, key="", base_url="https://somebody-else.example"),
    )

    assert answer.status_code == 422
    assert "The address is another one: type it again." in answer.content.decode()


@pytest.fixture
def consenting(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card for which a person consents at the vendor; one code is good, and only once."""
    made = msgspec.structs.replace(
        card, consent=True, fields=tuple(f for f in card.fields if f.name != "key")
    )
    monkeypatch.setattr(catalogue, "cards", lambda: {"template": made})

    def consent_url(
        settings: Mapping[str, Any], secrets: Mapping[str, str], *, state: str, redirect_url: str
    ) -> str:
        del settings, secrets
        return f"https://shop.example/agree?state={state}&redirect={redirect_url}"

    def redeem(_settings: Any, _secrets: Any, *, query: Mapping[str, str], **_: Any) -> Any:
        if query.get("code") != "good":
            raise template.ChannelError("consent_refused", "access_denied", permanent=True)
        return {"key": KEY}

    monkeypatch.setattr(template, "consent_url", consent_url, raising=False)
    monkeypatch.setattr(template, "redeem", redeem, raising=False)


@pytest.mark.usefixtures("consenting")
def test_consent_leads_there_and_back_and_its_secret_is_stored(
    admin: Client, vendor: Vendor
) -> None:
    guide = admin.get(ADDRESS).content.decode()
    waiting = str(admin.post(ADDRESS, form(vendor, consent="1"))["Location"])
    key = waiting.rpartition("/")[2]
    page = admin.get(waiting).content.decode()
    returned = admin.get(f"/settings/connect/return?state={key}&code=good")
    until_over(key)
    admin.post(f"{waiting}/serve", row())

    assert f"{django_settings.URL}/settings/connect/return" in guide
    assert f"https://shop.example/agree?state={key}" in page
    assert returned["Location"] == waiting
    stored = Connection.objects.get(kind="template")
    assert unseal(bytes(stored.sealed_secrets), django_settings.MASTER_KEYS) == {"key": KEY}


@pytest.mark.usefixtures("consenting")
def test_consent_that_was_denied_says_so(admin: Client, vendor: Vendor) -> None:
    waiting = str(admin.post(ADDRESS, form(vendor, consent="1"))["Location"])
    key = waiting.rpartition("/")[2]
    admin.get(f"/settings/connect/return?state={key}&error=access_denied")
    until_over(key)

    assert "The answer at Template shop was no." in admin.get(waiting).content.decode()


@pytest.mark.usefixtures("consenting")
def test_consent_of_somebody_else_or_of_before_is_not_taken(
    admin: Client, vendor: Vendor, shop: Shop
) -> None:
    key = str(admin.post(ADDRESS, form(vendor, consent="1"))["Location"]).rpartition("/")[2]
    shop.jonas.role = "admin"
    shop.jonas.save()
    stranger = entered(shop.jonas).get(f"/settings/connect/return?state={key}&code=good")
    first = admin.get(f"/settings/connect/return?state={key}&code=good")
    until_over(key)
    second = admin.get(f"/settings/connect/return?state={key}&code=good")

    assert stranger["Location"] == second["Location"] == "/settings/connect"
    assert first["Location"].endswith(key)


def test_choosing_asks_the_database_as_little_as_with_one_channel(
    admin: Client, shop: Shop
) -> None:
    before = query_count(admin, "/settings/connect")
    for number in range(3):
        connecting.connect("template", f"s{number}", {}, {}, [], by=None, now=clock.now())

    assert query_count(admin, "/settings/connect") == before


def test_health_tells_last_push_room_left_what_ends_and_where_to_push(
    admin: Client, vendor: Vendor, account: Connection
) -> None:
    pull_by_id(account.pk, clock=clock.now)
    SharedLimiter(account.pk).pause("*", 90)
    ConnectionToken.objects.create(
        connection=account, name="access", sealed=b"x", ends_at=clock.now() + timedelta(hours=1)
    )
    Connection.objects.filter(pk=account.pk).update(
        last_push_at=clock.now(), credentials_expire_at=clock.now() + timedelta(days=12)
    )
    page = admin.get(f"/settings/connections/{account.pk}").content.decode()
    again = admin.get(f"/settings/connections/{account.pk}/reading").content.decode()
    account.refresh_from_db()

    for text in (
        f"{django_settings.URL}/push/{account.push_key}", "paused by Template shop for",
        "Access token (access), renewed by itself", "Keys or consent: ends on", vendor.url,
        "Last push",
    ):  # fmt: skip
        assert text in page, text
    assert KEY not in page
    assert "paused by Template shop" in again


@pytest.mark.parametrize(
    ("code", "expected", "button"),
    [
        ("consent_revoked", "no longer accepts the stored consent", "Connect again"),
        ("auth_failed", "does not accept these keys", "Connect again"),
        ("server_error", "has trouble of its own", "Change"),
    ],
)
def test_failing_account_says_what_to_do(
    code: str, expected: str, button: str, admin: Client, account: Connection
) -> None:
    Connection.objects.filter(pk=account.pk).update(failing_since=clock.now(), error_code=code)

    page = admin.get(f"/settings/connections/{account.pk}").content.decode()

    assert expected in page
    assert f"</svg> {button}</a>" in page


def test_account_is_checked_again_with_the_tokens_it_has(
    admin: Client, account: Connection
) -> None:
    begun = admin.post(f"/settings/connections/{account.pk}/check")
    until_over(str(begun["Location"]).rpartition("/")[2])

    assert "Works: the keys are good" in admin.get(begun["Location"]).content.decode()


def test_account_serves_one_channel_more(admin: Client, account: Connection, shop: Shop) -> None:
    Channel.objects.filter(pk=shop.own_shop.pk).update(marketplace="generic_email")
    address = f"/settings/connections/{account.pk}/channels/add"
    page = admin.get(address).content.decode()
    admin.post(address, row(**{"c0-existing": str(shop.own_shop.pk)}))

    assert 'name="c0-existing"' in page
    assert Route.objects.filter(connection=account, channel=shop.own_shop).exists()


def test_health_asks_as_often_with_three_channels_as_with_one(
    admin: Client, account: Connection, shop: Shop
) -> None:
    address = f"/settings/connections/{account.pk}"
    admin.get(address)  # makes the address for pushes
    before = query_count(admin, address)
    for channel in (shop.own_shop, shop.amazon_de):
        Route.objects.create(connection=account, channel=channel)

    assert query_count(admin, address) == before


def test_first_reading_says_what_is_in_and_which_day_it_has_reached(
    admin: Client, vendor: Vendor, account: Connection
) -> None:
    before = admin.get(f"/settings/connections/{account.pk}/reading").content.decode()
    RawItem.objects.create(
        connection_id=account.pk, external_id="o-1", content=b"{}", stored_at=clock.now(),
        received_at=datetime(2026, 3, 12, 10, tzinfo=UTC), state="done",
    )  # fmt: skip

    page = admin.get(f"/settings/connections/{account.pk}/reading").content.decode()

    assert "Reading has reached" not in before
    assert "0 messages, 0 orders. Reading has reached 12 Mar" in page
