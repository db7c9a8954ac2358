"""A stand-in for each channel with an API account, and what to type to connect it.

They are ours, made from what the vendors publish, and no vendor's. `./dev mocks` serves them all, so
that each channel can be connected in the demo by following its page; a test does the same.
"""

from __future__ import annotations

import argparse
import html
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from tests.channels import stand_in_seeds as seeds
from tests.channels.amazon_sp.seller import NUMBER as AMAZON_NUMBER
from tests.channels.fnac.shop import PARTNER as FNAC_PARTNER
from tests.channels.fnac.shop import SHOP as FNAC_SHOP
from tests.channels.loopback import Answer, Asked, Handle, Vendor, vendor
from tests.channels.meta.graph import INSTAGRAM, PAGE
from tests.channels.mirakl.operator import KEY as MIRAKL_KEY
from tests.channels.mirakl_connect.hub import SECRET as CONNECT_SECRET
from tests.channels.rakuten_fr.seller import TOKEN as RAKUTEN_TOKEN
from tests.channels.spartoo.shop import CODE as SPARTOO_CODE
from tests.channels.tiktok_shop.shop import KEY as TIKTOK_KEY
from tests.channels.tiktok_shop.shop import SECRET as TIKTOK_SECRET
from tests.channels.tiktok_shop.shop import SHOP_ID as TIKTOK_SHOP

from comptoir.channels.kernel.card import Card, Field
from comptoir.channels.kernel.catalogue import cards
from comptoir.rulebook.catalogue import marketplaces

DESK = "http://127.0.0.1:8700"
FIRST_PORT = 8770
CONSENT_PATHS = ("/oauth2/authorize", "/open/authorize")
Clock = seeds.Clock


@dataclass(frozen=True, slots=True)
class StandIn:
    """One channel's stand-in. `typed` gives what to type, by field, for the address it runs at.

    `order` is the number of the order it holds and `question` its buyer's message; empty where the
    channel's API carries none.
    """

    kind: str
    marketplace: str
    country: str
    seeded: Callable[[Clock], Handle]
    typed: Callable[[str], dict[str, str]]
    order: str = ""
    question: str = ""


STAND_INS = (
    StandIn("amazon_sp", "amazon", "DE", seeds.an_amazon, lambda url: {
        "countries": "DE, FR", "client_id": "amzn1.application-oa2-client.ours",
        "client_secret": "cs", "refresh_token": "Atzr|good",
        "base_url": url, "token_url": f"{url}/auth/o2/token",
    }, order=AMAZON_NUMBER),
    StandIn("ebay", "ebay", "DE", seeds.an_ebay, lambda url: {
        "client_id": "app", "client_secret": "cert", "ru_name": "Maison-Ru",
        "username": "maison-perrin", "api_url": url, "apiz_url": url, "auth_url": url,
    }, order="12-34567-89012", question=seeds.QUESTION),
    StandIn("walmart", "walmart", "US", seeds.a_walmart, lambda url: {
        "client_id": "app", "client_secret": "cert", "base_url": url,
    }, order="123456789012345"),
    StandIn("mirakl", "conforama", "FR", seeds.a_mirakl, lambda url: {
        "base_url": url, "key": MIRAKL_KEY,
    }, order="A-1-A", question=seeds.QUESTION),
    StandIn("mirakl_connect", "conforama", "FR", seeds.a_mirakl_connect, lambda url: {
        "client_id": "me", "client_secret": CONNECT_SECRET,
        "base_url": f"{url}/api", "token_url": f"{url}/oauth/token",
    }, order="A-1-A", question=seeds.QUESTION),
    StandIn("octopia", "cdiscount", "FR", seeds.an_octopia, lambda url: {
        "client_id": "c", "client_secret": "s3cret", "seller_id": "4711",
        "base_url": f"{url}/seller/v2", "token_url": f"{url}/token",
    }, order="2603061259ABC1D", question=seeds.QUESTION),
    StandIn("fnac", "fnac", "FR", seeds.a_fnac, lambda url: {
        "partner_id": FNAC_PARTNER, "shop_id": FNAC_SHOP, "key": "k", "base_url": f"{url}/api.php",
    }, order="57BEAFDA828A8", question=seeds.QUESTION),
    StandIn("rakuten_fr", "rakuten_fr", "FR", seeds.a_rakuten, lambda url: {
        "login": "perrin", "token": RAKUTEN_TOKEN, "base_url": url,
    }, order="943796258", question=seeds.QUESTION),
    StandIn("spartoo", "spartoo", "FR", seeds.a_spartoo, lambda url: {
        "partner_code": SPARTOO_CODE, "base_url": f"{url}/mp",
    }, order="1001"),
    StandIn("shopify", "shopify", "FR", seeds.a_shopify, lambda url: {
        "shop": "maison-perrin.myshopify.com", "token": "shpat_good", "base_url": url,
    }, order="1001"),
    StandIn("tiktok_shop", "tiktok_shop", "FR", seeds.a_tiktok, lambda url: {
        "app_key": TIKTOK_KEY, "app_secret": TIKTOK_SECRET, "service_id": "73",
        "shop_id": TIKTOK_SHOP, "base_url": url, "auth_url": url,
        "consent_page": f"{url}/open/authorize",
    }, order="576461", question=seeds.QUESTION),
    StandIn("meta", "instagram", "FR", seeds.a_meta, lambda url: {
        "page_id": PAGE, "instagram_id": INSTAGRAM, "access_token": "system-token",
        "app_secret": "shh", "verify_token": "maison", "base_url": url,
    }, question=seeds.QUESTION),
)  # fmt: skip


@contextmanager
def serving(one: StandIn, *, clock: Clock, desk: str = DESK, port: int = 0) -> Iterator[Vendor]:
    """Serve a stand-in until the block ends. `desk` is where a person goes back to who consented."""
    answer = one.seeded(clock)

    def handle(asked: Asked) -> Answer:
        if asked.method == "GET" and asked.path in CONSENT_PATHS:
            return consent_page(asked, desk)
        return answer(asked)

    with vendor(handle, port) as running:
        yield running


def consent_page(asked: Asked, desk: str) -> Answer:
    """Ask a person who came to consent; both answers lead back to the desk."""
    state = asked.query.get("state", "")

    def link(said: dict[str, str], words: str) -> str:
        address = f"{desk}/settings/connect/return?{urlencode({'state': state, **said})}"
        return f'<p><a href="{html.escape(address)}">{words}</a></p>'

    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Stand-in</title>'
        "<h1>A stand-in of Comptoir's, not the vendor</h1>"
        "<p>At the vendor, its own page would ask you here.</p>"
        f"{link({'code': 'code-1'}, 'Agree')}{link({'error': 'access_denied'}, 'Refuse')}</html>"
    )
    return Answer(body=page, headers={"content-type": "text/html; charset=utf-8"})


def sheet(one: StandIn, card: Card, url: str) -> str:
    """Write down what to do on a channel's connect page, in the order of its fields."""
    typed = one.typed(url)
    lines = [f"{card.name}  /settings/connect/{one.kind}"]
    in_order = sorted(card.fields, key=lambda field: field.advanced)
    lines += [f"    {_label(one)}: {typed[one.name]}" for one in in_order if one.name in typed]
    if card.consent:
        lines.append("    then “Continue to the consent”, “Agree”")
    name = marketplaces()[one.marketplace].name
    lines.append(f"    then as a new channel: {name}, {one.country}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve all stand-ins until Ctrl-C, and say what to type for each."""
    parser = argparse.ArgumentParser(prog="./dev mocks", description="Serve all stand-ins.")
    desk = os.environ.get("COMPTOIR_URL", DESK).rstrip("/")
    parser.add_argument("--desk", default=desk, help=f"where the desk runs (default: {desk})")
    parser.add_argument(
        "--port", type=int, default=FIRST_PORT, help="first of their ports in a row"
    )
    given = parser.parse_args(arguments)
    last = given.port + len(STAND_INS) - 1
    for port in range(given.port, last + 1):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                parser.error(f"port {port} is taken: name another first port with --port")
    with ExitStack() as stack:
        print(
            "These are stand-ins of Comptoir's own, not the vendors; they answer on loopback only."
        )
        print(
            f"Connect them in the demo (./dev demo), here at {given.desk}, by what is written below."
        )
        for port, one in enumerate(STAND_INS, given.port):
            running = stack.enter_context(serving(one, clock=_now, desk=given.desk, port=port))
            print(f"\n{sheet(one, cards()[one.kind], running.url)}")
        print("\nThey answer until Ctrl-C.", flush=True)
        _wait_for_the_end()


def _wait_for_the_end() -> None:
    is_over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: is_over.set())
    is_over.wait()


def _label(field: Field) -> str:
    return f"{'Advanced → ' if field.advanced else ''}{field.label.of('en')}"


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
