"""When credentials end: each by its name, the first of them warned of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from tests.inbox.told.shops import START

from comptoir.alerts.sources.connections import expiring
from comptoir.inbox import connecting, endings
from comptoir.inbox.surroundings import around
from comptoir.merchant.models import Connection
from comptoir.storage.secrets import seal

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def account() -> Connection:
    made: Connection = Connection.objects.create(kind="ebay", name="eBay", created_at=START)
    return made


def ends(account: Connection) -> dict[str, int]:
    account.refresh_from_db()
    return {name: (at - START).days for name, at in endings.of(account).items()}


def test_secret_and_consent_end_each_on_its_own_day_and_the_first_counts(
    account: Connection,
) -> None:
    told = around(account).note_end
    told("refresh_token", START + 500 * DAY)
    told("client_secret", START + 180 * DAY)
    told("refresh_token", START + 547 * DAY)

    assert ends(account) == {"client_secret": 180, "refresh_token": 547}
    assert account.credentials_expire_at == START + 180 * DAY


def test_day_that_a_person_noted_stands_until_the_vendor_says_better(account: Connection) -> None:
    around(account).note_end("refresh_token", START + 547 * DAY)
    connecting.set_expiry(account.pk, START + 20 * DAY, by=None, now=START)
    noted = ends(account)
    around(account).note_end("refresh_token", START + 600 * DAY)

    assert noted == {"noted": 20}
    assert ends(account) == {"refresh_token": 600}


def test_both_are_warned_of_when_both_end_soon(account: Connection) -> None:
    for name, days in (("client_secret", 5), ("refresh_token", 20), ("key", 90)):
        around(account).note_end(name, START + days * DAY)

    told = expiring(now=START)

    assert sorted(news.data["days"] for news in told) == [7, 30]


def test_secret_typed_anew_moves_its_end_and_no_other(account: Connection) -> None:
    amazon = Connection.objects.create(
        kind="amazon_sp", name="Amazon", created_at=START,
        sealed_secrets=seal({"client_secret": "old", "refresh_token": "r"}, settings.MASTER_KEYS),
    )  # fmt: skip
    connecting.set_expiry(amazon.pk, START + 20 * DAY, by=None, now=START)

    def change(client_secret: str, refresh_token: str) -> dict[str, int]:
        secrets = {"client_secret": client_secret, "refresh_token": refresh_token}
        connecting.change_connection(amazon.pk, {}, secrets, by=None, now=START + 10 * DAY)
        return ends(amazon)

    assert change("old", "other") == {"noted": 20}
    assert change("new", "other") == {"client_secret": 190}
