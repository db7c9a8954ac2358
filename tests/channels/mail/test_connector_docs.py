"""`docs/mail.md` names every setting and every code."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import comptoir.channels.mail.connector
from comptoir.channels.mail.settings import MailSecrets, MailSettings, OAuthSecrets

SOURCE = Path(comptoir.channels.mail.connector.__file__).parent
TEXT = (Path(__file__).parents[3] / "docs" / "mail.md").read_text(encoding="utf-8")
MODULES = ("account", "compose", "connecting", "connector", "imap", "imap_answers", "imap_wire")
MODULES += ("mailbox", "oauth", "pulling", "reading", "settings", "smtp", "smtp_replies")
RAISED = re.compile(
    r'(?:(?:Error|_CODES|WORDS)\(\s*|otherwise=|Receipt\(\s*Outcome\.\w+,\s*)"([a-z0-9]+(?:_[a-z0-9]+)*)"'
)
INTERNAL = {"folder_renewed", "idle_refused"}
"""Never leave the connector."""


def test_every_setting_is_documented() -> None:
    names = {
        item.name for kind in (MailSettings, MailSecrets, OAuthSecrets) for item in fields(kind)
    }

    assert {name for name in names - {"oauth"} if f"`{name}`" not in TEXT} == set()


def test_every_code_is_documented() -> None:
    found: set[str] = set()
    for module in MODULES:
        code = (SOURCE / f"{module}.py").read_text(encoding="utf-8")
        found.update(RAISED.findall(code))
        found.update(re.findall(r'^    [\w".]+: "([a-z_]+)",', code, re.MULTILINE))
    settings = {item.name for item in fields(MailSettings)} | {
        item.name for item in fields(OAuthSecrets)
    }

    assert {"unreachable", "too_large", "certificate_expired", "no_answer"} <= found
    assert {code for code in found - INTERNAL - settings if f"`{code}`" not in TEXT} == set()
