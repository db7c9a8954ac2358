"""Tables that stack on a phone: each row becomes a card, each cell says which column it is of.

Used as a filter around a table in a template (`{% filter stacked %}`): it writes the column's
heading into every cell, for the styles of `css/tables.css`, and the roles of a table, which browsers
forget where its parts are laid out otherwise.
"""

from __future__ import annotations

from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser, LexborNode

ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


def stacked(html: str) -> Markup:
    """Mark the tables of a piece of a page. What cells hold stays as it is."""
    parsed = LexborHTMLParser(html)
    for table in parsed.css("table"):
        _mark(table)
    body = parsed.body
    return Markup(body.inner_html if body else html)  # noqa: S704 - the template's own words


def _mark(table: LexborNode) -> None:
    table.attrs["class"] = f"{table.attrs.get('class') or ''} table--stacks".strip()
    for name, role in ROLES.items():
        for part in [table] if name == "table" else table.css(name):
            part.attrs["role"] = role
    for heading in table.css("th"):
        is_column = heading.attrs.get("scope") == "col"
        heading.attrs["role"] = "columnheader" if is_column else "rowheader"
    headings = _headings(table)
    for row in table.css("tbody > tr"):
        _label(row, headings)


def _headings(table: LexborNode) -> list[str]:
    """Give what stands above each column; empty for one that only screen readers are told of."""
    found: list[str] = []
    for cell in table.css("thead > tr:last-child > *"):
        is_hidden = cell.css_first(".for-readers") is not None
        found += ["" if is_hidden else " ".join(cell.text().split())] * _span(cell)
    return found


def _label(row: LexborNode, headings: list[str]) -> None:
    at = 0
    for cell in row.css("tr > *"):
        is_title = cell.tag == "th" and at == 0
        if not is_title and at < len(headings) and headings[at]:
            cell.attrs["data-label"] = headings[at]
        at += _span(cell)


def _span(cell: LexborNode) -> int:
    given = cell.attrs.get("colspan") or ""
    return int(given) if given.isdigit() else 1
