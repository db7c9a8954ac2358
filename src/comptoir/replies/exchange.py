"""Templates in files: CSV or JSON with name, folder, language and text, one line a language."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from comptoir.replies import languages, placeholders
from comptoir.replies.errors import NotKept
from comptoir.replies.models import Template

COLUMNS = ("name", "folder", "language", "text")
FILE_BYTES_MAX = 5_000_000
ROWS_MAX = 5_000
FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet takes a cell for a formula by."""

ALIASES: Mapping[str, str] = {
    "title": "name",
    "template": "name",
    "macro": "name",
    "category": "folder",
    "group": "folder",
    "lang": "language",
    "locale": "language",
    "body": "text",
    "content": "text",
    "message": "text",
}
"""What other desks call our columns."""


@dataclass(slots=True)
class Incoming:
    """One template of a file: its texts by language, and placeholders that nobody knows."""

    name: str
    folder: str
    texts: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def read(content: bytes, *, language: str) -> list[Incoming]:
    """Read a file; rows without a language are in `language`.

    Refused: `file_too_large`, `file_unreadable`, `columns_missing`.
    """
    if len(content) > FILE_BYTES_MAX:
        raise NotKept("file_too_large", limit=FILE_BYTES_MAX // 1_000_000)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotKept("file_unreadable") from None
    rows = _json_rows(text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text)
    made: dict[tuple[str, str], Incoming] = {}
    for row in rows[:ROWS_MAX]:
        name, folder = _cell(row, "name")[:80], _cell(row, "folder")[:120]
        body = str(row.get("text") or "").replace("\0", "").strip()
        if not name or not body:
            continue
        one = made.setdefault((folder, name), Incoming(name, folder))
        translated = placeholders.translate(body)
        one.texts[languages.base(_cell(row, "language") or language)[:8]] = translated.text
        one.unknown += [name for name in translated.unknown if name not in one.unknown]
    if not made:
        raise NotKept("columns_missing")
    return list(made.values())


def rows_of(templates: Iterable[Template]) -> list[dict[str, str]]:
    """Give templates as rows, for a file; their texts were fetched with them."""
    return [
        {
            "name": template.name,
            "folder": template.folder,
            "language": text.language,
            "text": text.body,
        }
        for template in templates
        for text in sorted(template.texts.all(), key=lambda text: text.language)
    ]


def as_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Write rows as CSV that spreadsheets open; what they would run as a formula is quoted."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _harmless(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def as_json(rows: Iterable[Mapping[str, str]]) -> str:
    """Write rows as JSON."""
    return json.dumps(list(rows), ensure_ascii=False, indent=2)


def _csv_rows(text: str) -> list[dict[str, Any]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        raise NotKept("file_unreadable") from None
    return [{name: _as_meant(value) for name, value in _renamed(row).items()} for row in rows]


def _json_rows(text: str) -> list[dict[str, Any]]:
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        raise NotKept("file_unreadable") from None
    if isinstance(loaded, dict):
        lists = [value for value in loaded.values() if isinstance(value, list)]
        loaded = lists[0] if lists else [loaded]
    return [_renamed(row) for row in loaded if isinstance(row, dict)]


def _renamed(row: Mapping[Any, Any]) -> dict[str, Any]:
    named = {str(key).strip().lower(): value for key, value in row.items() if key is not None}
    return {ALIASES.get(key, key): value for key, value in reversed(named.items())}


def _cell(row: Mapping[str, Any], name: str) -> str:
    return " ".join(str(row.get(name) or "").replace("\0", "").split())


def _harmless(value: str) -> str:
    return f"'{value}" if value[:1] in FORMULA else value


def _as_meant(value: Any) -> Any:
    """Take the quote off again that keeps a spreadsheet from running a text."""
    is_quoted = isinstance(value, str) and value[:1] == "'" and value[1:2] in FORMULA
    return value[1:] if is_quoted else value
