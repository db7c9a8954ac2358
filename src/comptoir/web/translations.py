"""The message catalogues: `python -m comptoir.web.translations update` and `… compile`.

`update` collects every text of the product into `locale/<language>/LC_MESSAGES/django.po` and
leaves new ones empty; `compile` makes the `.mo` files that are read. A test fails while a text has
no French or German, or a `.mo` file does not say what its `.po` file says.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from comptoir.web.api_texts import texts_of_interface

LANGUAGES = ("fr", "de")
DOMAIN = "django"
SOURCE = Path(__file__).parent.parent
LOCALE = Path(__file__).parent / "locale"
METHODS = [
    ("**/migrations/**", "ignore"),
    ("cli/**", "ignore"),
    ("**/pages/**.html", "jinja2"),
    ("**/pages/**.txt", "jinja2"),
    ("**.py", "python"),
]
_JINJA = {"extensions": "jinja2.ext.i18n", "silent": "false"}
OPTIONS = {"**/pages/**.html": _JINJA, "**/pages/**.txt": _JINJA}
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
"""Babel would write the present moment, and a file in which nothing changed would change."""

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "now_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "Refusal": (1,),
}
"""Calls whose texts are taken; `Refusal` carries the core's templates, which know no gettext."""

Text = tuple[str | tuple[str, ...], str | None, str]
"""A message (or singular and plural), its context, and the file it stands in."""


def texts() -> Iterator[Text]:
    """Give every text of the product, in the order of files."""
    found = extract_from_dir(SOURCE, METHODS, OPTIONS, keywords=KEYWORDS, strip_comment_tags=True)
    for path, _line, message, _comments, context in found:
        if message and message != ("", ""):
            yield message, context, path
    yield from _templates_of_the_core()
    for file in sorted((SOURCE / "api").glob("*.py")):
        for text in texts_of_interface(file.read_text()):
            yield text, None, f"api/{file.name}"


def template() -> Catalog:
    """Make the catalogue of all texts, without translations."""
    made = Catalog(project="comptoir", charset="utf-8")
    for message, context, path in sorted(texts(), key=lambda text: (text[2], str(text[0]))):
        made.add(message, locations=[(path, 0)], context=context)
    return made


def stored(language: str) -> Catalog:
    """Read a language's catalogue as it lies in the tree; empty when there is none yet."""
    path = _path(language, "po")
    if path.exists():
        catalogue = read_po(io.BytesIO(path.read_bytes()), locale=language, domain=DOMAIN)
    else:
        catalogue = Catalog(locale=language, domain=DOMAIN, charset="utf-8")
    catalogue.creation_date = catalogue.revision_date = UNDATED
    catalogue.project, catalogue.version, catalogue.fuzzy = "Comptoir", "", False
    catalogue.header_comment = "# Texts of Comptoir; locale/README.md says how to change them."
    catalogue.msgid_bugs_address = catalogue.last_translator = ""
    catalogue.language_team = language
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    """Give the bytes of a `.mo` file."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def missing(language: str) -> list[str]:
    """Name the texts that have no translation in that language."""
    catalogue = stored(language)
    lacking = []
    for message in template():
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        if known is None or not known.string or known.fuzzy or not all(_strings(known.string)):
            lacking.append(str(message.id))
    return lacking


def update() -> None:
    """Bring the `.po` files up to date with the source; what is no longer used is dropped."""
    collected = template()
    for language in LANGUAGES:
        catalogue = stored(language)
        catalogue.update(collected, no_fuzzy_matching=True, update_header_comment=False)
        catalogue.obsolete.clear()
        path = _path(language, "po")
        path.parent.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        write_po(buffer, catalogue, width=100, include_lineno=False, omit_header=False)
        path.write_bytes(_without_dates(buffer.getvalue()))
        print(f"{language}: {len(missing(language))} missing", file=sys.stderr)


def compile_all() -> None:
    """Make the `.mo` files anew."""
    for language in LANGUAGES:
        _path(language, "mo").write_bytes(compiled(stored(language)))


def _templates_of_the_core() -> Iterator[Text]:
    """Give the sentences that the core and the rulebook keep in tables."""
    from comptoir.core import linting, priority
    from comptoir.core.clocks import explain
    from comptoir.rulebook.capabilities import capability
    from comptoir.rulebook.catalogue import marketplaces

    for sentence in explain.TEMPLATES.values():
        yield sentence, None, "core/clocks/explain.py"
    for sentence in priority.TEMPLATES.values():
        yield sentence, None, "core/priority.py"
    for sentence in linting.TEMPLATES.values():
        yield sentence, None, "core/linting.py"
    for known, channel in marketplaces().items():
        yield channel.name, None, "rulebook/catalogue.py"
        for rule in capability(known).forbidden_content:
            yield rule, None, "rulebook/capabilities.py"


def _path(language: str, suffix: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.{suffix}"


def _strings(string: str | Sequence[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def _without_dates(content: bytes) -> bytes:
    """Leave out dates, which would change a file in which nothing changed."""
    lines = content.splitlines(keepends=True)
    dated = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By')
    return b"".join(line for line in lines if not line.startswith(dated))


if __name__ == "__main__":
    verbs = {"update": update, "compile": compile_all}
    if len(sys.argv) != 2 or sys.argv[1] not in verbs:
        sys.exit("usage: python -m comptoir.web.translations update|compile")
    verbs[sys.argv[1]]()
