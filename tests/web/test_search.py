"""The page of a search, the box, the palette and the keys a person chooses."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client

from comptoir.inbox.search import indexing
from comptoir.merchant.models import Person
from comptoir.tickets.models import Ticket
from comptoir.web.present import keys
from comptoir.web.present.search import narrowed
from tests.web.conftest import LogIn
from tests.web.shop import Shop, open_ticket

WEB = Path(keys.__file__).parent.parent
ADDRESSES = ("/search", "/search/box?q=x", "/palette", "/account/keys/")


@pytest.fixture
def indexed(shop: Shop, present: datetime) -> Shop:
    """A ticket each on a channel that Inès has and on one that she has not."""
    open_ticket(
        shop, shop.amazon_de, buyer="Anna Berg", text="My casserole is cracked", now=present
    )
    open_ticket(
        shop,
        shop.own_shop,
        buyer="Amélie <b>Durand</b>",
        text="<script>cracked</script> lid",
        now=present,
    )
    indexing.catch_up()
    return shop


@pytest.mark.parametrize("address", ADDRESSES)
def test_visitor_is_led_to_the_log_in(address: str, db: None) -> None:
    answer = Client().get(address)

    assert answer.status_code == 302
    assert "/account/login/" in answer.headers["Location"]


def test_page_shows_what_was_found_with_the_words_marked(indexed: Shop, log_in: LogIn) -> None:
    page = log_in(indexed.camille).get("/search", {"q": "craked "}).content.decode()

    assert "2 tickets" in page
    assert "<mark>cracked</mark>" in page
    assert "&lt;script&gt;" in page
    assert "<script>cracked" not in page
    assert "<strong>cracked</strong>" in page  # said: showing results for


@pytest.mark.parametrize("address", ["/search", "/search/box"])
def test_neither_page_nor_box_shows_what_one_may_not_see(
    address: str, indexed: Shop, log_in: LogIn
) -> None:
    page = log_in(indexed.ines).get(address, {"q": "cracked"}).content.decode()

    assert "Anna" in page
    assert "Durand" not in page
    assert re.search("1 (ticket|Ticket)", page)


@pytest.mark.parametrize(
    "typed", ["", '"', "-", ":", "channel:", "from:", "\0", "a" * 5000, "' OR 1=1", "\\'", "*:*"]
)
def test_anything_typed_gets_a_page(typed: str, indexed: Shop, log_in: LogIn) -> None:
    browser = log_in(indexed.camille)

    for address in ("/search", "/search/box"):
        assert browser.get(address, {"q": typed, "after": "x_y"}).status_code == 200


def test_number_of_a_ticket_is_the_only_result_of_the_box(indexed: Shop, log_in: LogIn) -> None:
    ticket = Ticket.objects.get(buyer_name="Anna Berg")

    box = log_in(indexed.camille).get("/search/box", {"q": f"#{ticket.pk}"}).content.decode()

    assert re.findall(r'data-address="(/tickets/\d+)', box) == [f"/tickets/{ticket.pk}"]


def test_box_completes_an_operator_and_its_value(indexed: Shop, log_in: LogIn) -> None:
    browser = log_in(indexed.camille)

    assert (
        'data-text="lid channel:"' in browser.get("/search/box", {"q": "lid cha"}).content.decode()
    )
    box = browser.get("/search/box", {"q": "channel:ebay"}).content.decode()
    assert "ebay fr" in box


def test_choosing_a_filter_writes_its_operator_and_taking_it_back_removes_it() -> None:
    assert narrowed("lid is:open", "is", "solved") == "lid is:solved"
    assert narrowed("lid status:open", "is", None) == "lid"
    assert narrowed("lid", "channel", "ebay fr") == 'lid channel:"ebay fr"'


def test_palette_offers_settings_to_those_who_may_open_them(indexed: Shop, log_in: LogIn) -> None:
    def offered(person: Person) -> set[str]:
        found = log_in(person).get("/palette").json()["offers"]
        return {one["address"] for one in found}

    assert "/settings/people" in offered(indexed.camille)
    assert "/settings/people" not in offered(indexed.ines)


def test_palette_switches_language_and_comes_back(indexed: Shop, log_in: LogIn) -> None:
    browser = log_in(indexed.camille)

    answer = browser.post("/account/display", {"language": "de", "back": "/search?q=x"})
    browser.post(
        "/account/display", {"language": "tlh", "theme": "pink", "back": "https://x.example"}
    )

    indexed.camille.refresh_from_db()
    assert answer.headers["Location"] == "/search?q=x"
    assert (indexed.camille.language, indexed.camille.theme) == ("de", "system")


def test_key_that_was_chosen_is_kept_and_shown_in_the_sheet(shop: Shop, log_in: LogIn) -> None:
    browser = log_in(shop.camille)

    browser.post("/account/keys/", {"on": "on", "key-e": "d"})

    shop.camille.refresh_from_db()
    assert shop.camille.display["keys"] == {"off": False, "map": {"e": "d"}}
    assert "<kbd>d</kbd>" in browser.get("/keys").content.decode()
    assert "&#34;map&#34;: {&#34;e&#34;: &#34;d&#34;}" in browser.get("/").content.decode()


@pytest.mark.parametrize("chosen", ["r", "g", "dd"])
def test_key_that_another_command_has_is_refused(chosen: str, shop: Shop, log_in: LogIn) -> None:
    answer = log_in(shop.camille).post("/account/keys/", {"on": "on", "key-e": chosen})

    shop.camille.refresh_from_db()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert shop.camille.display == {}


def test_two_commands_may_swap_their_keys(shop: Shop, log_in: LogIn) -> None:
    answer = log_in(shop.camille).post("/account/keys/", {"key-e": "r", "key-r": "e"})

    shop.camille.refresh_from_db()
    assert answer.status_code == 302
    assert shop.camille.display["keys"] == {"off": True, "map": {"e": "r", "r": "e"}}


def keys_of_elements() -> set[str]:
    found = set()
    for page in (WEB / "pages").rglob("*.html"):
        found |= set(re.findall(r'data-key="([^"{]+)"', page.read_text()))
        found |= set(re.findall(r'\bkey="([^"{]+)"', page.read_text()))
    return {"?" if key == "help" else key for key in found if len(key) == 1 or key == "help"}


def keys_of_scripts() -> set[str]:
    found = set()
    for script in (WEB / "static/js").rglob("*.js"):
        found |= set(re.findall(r'\.key (?:===|!==) "(.)"', script.read_text()))
    return found - {"g", "k"} | {"k"}


def test_every_key_of_pages_and_scripts_is_listed_and_every_listed_key_exists() -> None:
    assert keys_of_elements() | keys_of_scripts() == set(keys.single_keys())


def test_no_key_has_two_meanings_in_one_place() -> None:
    everywhere = [
        one.key
        for place in keys.places()
        if place.name in ("anywhere", "views")
        for one in place.commands
    ]
    for place in keys.places():
        if place.name in ("list", "ticket", "alerts"):
            known = [one.key for one in place.commands] + everywhere
            assert len(known) == len(set(known))
