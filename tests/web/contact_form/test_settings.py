"""An administrator makes a form, names its sites, copies its line; nobody else gets there."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.web.conftest import LogIn
from tests.web.contact_form.conftest import SITE, text_of
from tests.web.shop import Shop

from comptoir.inbox.connections import open_connector
from comptoir.inbox.forms.finding import Form
from comptoir.merchant.models import Connection, Route
from comptoir.storage.models import AuditEntry

pytestmark = pytest.mark.django_db
NEW = "/settings/connect/contact_form"


def typed(**changed: str) -> dict[str, str]:
    return {
        "name": "Contact page", "origins": f"{SITE}/contact\n", "language": "fr",
        "page_days": "14", "privacy_url": "", "asks_order": "on", **changed,
    }  # fmt: skip


def test_form_is_made_on_a_channel_whose_mailbox_answers(shop: Shop, log_in: LogIn) -> None:
    admin = log_in(shop.camille)

    made = admin.post(NEW, typed(channel=str(shop.own_shop.pk)))

    row = Connection.objects.get(kind="contact_form")
    assert made["Location"] == f"/settings/connections/{row.pk}/form"
    assert (row.settings["origins"], row.settings["page_days"]) == ([SITE], 14)
    assert (row.settings["asks_order"], row.settings["takes_files"]) == (True, False)
    route = Route.objects.get(connection=row)
    assert (route.channel, route.sends) == (shop.own_shop, False)
    assert AuditEntry.objects.filter(action="connection.add").exists()
    open_connector(row).check()


def test_marketplaces_and_channels_without_a_mailbox_cannot_have_a_form(
    shop: Shop, log_in: LogIn
) -> None:
    admin = log_in(shop.camille)

    marketplace = admin.post(NEW, typed(channel=str(shop.amazon_de.pk)))
    Connection.objects.update(state="paused")
    page = admin.get(NEW)

    assert marketplace.status_code == 422
    assert "connect the mailbox of your shop first" in text_of(page)
    assert not Connection.objects.filter(kind="contact_form").exists()


@pytest.mark.parametrize(
    "site",
    ["https://*.shop.example", "http://shop.example", "shop.example", "https://u@shop.example",
     "javascript:alert(1)", "https://shop.example:99999", "https://a;b"],
)  # fmt: skip
def test_what_is_no_site_is_refused(form: Form, shop: Shop, log_in: LogIn, site: str) -> None:
    answer = log_in(shop.camille).post(
        f"/settings/connections/{form.row.pk}/form", typed(origins=site)
    )

    assert answer.status_code == 422
    assert "is no site" in text_of(answer)


def test_page_shows_the_line_the_plain_form_and_the_form_itself(
    form: Form, shop: Shop, log_in: LogIn
) -> None:
    page = log_in(shop.camille).get(f"/settings/connections/{form.row.pk}/form").content.decode()

    assert f"/form/{form.key}.js&#34; async" in page
    assert "&lt;noscript&gt;" in page
    assert f'src="/form/{form.key}?lang=en"' in page
    assert "method=&#34;post&#34;" in page


def test_only_administrators_get_there(form: Form, shop: Shop, log_in: LogIn) -> None:
    for address in (NEW, f"/settings/connections/{form.row.pk}/form"):
        for browser, status in (
            (log_in(shop.ines), 403),
            (log_in(shop.noah), 403),
            (Client(), 302),
        ):
            assert browser.get(address).status_code == status
            assert browser.post(address, typed()).status_code == status


def test_other_connections_have_no_form(shop: Shop, log_in: LogIn) -> None:
    assert (
        log_in(shop.camille).get(f"/settings/connections/{shop.mailbox.pk}/form").status_code == 404
    )
