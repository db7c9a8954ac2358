"""Tables that stack on a phone: every cell says its column, and all stays a table for readers."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from comptoir.web.stacking import stacked
from tests.web.conftest import LogIn
from tests.web.pages import tree
from tests.web.shop import Shop

TABLE = """<table class="table"><thead><tr>
<th scope="col">Name</th><th scope="col">Seen <b>by</b></th>
<th scope="col"><span class="for-readers">Actions</span></th></tr></thead>
<tbody><tr><th scope="row">A &amp; B</th><td colspan="1">C &lt;i&gt;</td><td><a href="/x?a=1&amp;b=2">D</a></td></tr></tbody>
</table>"""


def test_cells_get_the_words_above_them_and_roles_of_a_table() -> None:
    table = LexborHTMLParser(stacked(TABLE)).css_first("table")
    assert table is not None

    cells = [
        (cell.tag, cell.attributes.get("role"), cell.attributes.get("data-label"))
        for cell in table.css("tbody tr > *")
    ]
    assert cells == [("th", "rowheader", None), ("td", "cell", "Seen by"), ("td", "cell", None)]
    assert table.attributes["role"] == "table"
    assert [one.attributes["role"] for one in table.css("thead th")] == ["columnheader"] * 3


def test_what_cells_hold_stays_as_it_was() -> None:
    html = stacked(TABLE)

    assert "A &amp; B" in html
    assert "C &lt;i&gt;" in html
    assert 'href="/x?a=1&amp;b=2"' in html


@pytest.mark.parametrize(
    "address",
    ["/settings/people", "/settings/teams", "/settings/connections", "/settings/audit"],
)
def test_pages_of_tables_stack(address: str, shop: Shop, log_in: LogIn) -> None:
    page = tree(log_in(shop.camille).get(address, follow=True))

    tables = page.css(".table-frame .table")
    assert tables
    assert all("table--stacks" in (one.attributes["class"] or "") for one in tables)
    assert page.css(".table td[data-label]")
