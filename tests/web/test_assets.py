"""Styles and scripts: under an address with their hash, kept for a year."""

from __future__ import annotations

import gzip
import re

from django.test import Client

from comptoir.web.assets import OWN, address, assets


def test_asset_is_kept_for_a_year_and_packed(client: Client) -> None:
    answer = client.get(address("page.css"), headers={"Accept-Encoding": "gzip, br"})

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content) == assets().files["page.css"].content


def test_old_address_gives_todays_file_without_keeping_it(client: Client) -> None:
    answer = client.get("/assets/0123456789ab/js/main.js")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_unknown_file_and_ways_out_of_the_folder_are_not_found(client: Client) -> None:
    assert client.get(address("nothing.css")).status_code == 404
    assert client.get(address("../templating.py")).status_code == 404


def test_every_icon_that_is_used_is_drawn() -> None:
    drawn = set(re.findall(r'symbol id="([\w-]+)"', (OWN / "icons.svg").read_text()))
    pages = (OWN.parent / "pages").rglob("*.html")
    used = {name for page in pages for name in re.findall(r'icon\("([\w-]+)"', page.read_text())}

    assert used - drawn == set()


def test_every_script_that_is_imported_exists() -> None:
    for script in (OWN / "js").rglob("*.js"):
        for path in re.findall(
            r'from "comptoir/([^"]+)"|import "comptoir/([^"]+)"', script.read_text()
        ):
            assert (OWN / "js" / "".join(path)).exists(), (script.name, path)
