"""Alerts for chat rooms, in what Slack, Mattermost and Teams take from outside.

Slack and Mattermost read `text`, each with its own marks for links; Teams takes an adaptive card
(a workflow "When a Teams webhook request is received").
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from comptoir.alerts.transports.answers import Answer, Verdict
from comptoir.alerts.transports.notices import Item, Notice
from comptoir.alerts.transports.posting import post_json

CARD_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
MARKDOWN_MARKS = r"\`*_{}[]()<>#+!|~@"


def send(kind: str, url: str, notice: Notice, *, private_hosts: Collection[str]) -> Answer:
    """Say a notice in a room and tell what came back."""
    content = json.dumps(BODIES[kind](notice), ensure_ascii=False).encode()
    answer = post_json(url, content, {}, private_hosts=private_hosts)
    if kind == "teams" and answer.is_good and answer.detail.startswith("Webhook message delivery"):
        # Teams says 200 and puts the failure into the text.
        return replace(answer, verdict=Verdict.AGAIN, code="teams_failed")
    return answer


def for_slack(notice: Notice) -> dict[str, Any]:
    """Give the body that Slack takes: https://api.slack.com/reference/surfaces/formatting."""
    return {"text": _text(notice, _escaped_for_slack, lambda link, label: f"<{link}|{label}>", "*")}


def for_mattermost(notice: Notice) -> dict[str, Any]:
    """Give the body that Mattermost takes: markdown."""
    return {"text": _text(notice, _escaped, lambda link, label: f"[{label}]({link})", "**")}


def for_teams(notice: Notice) -> dict[str, Any]:
    """Give the body that a Teams workflow takes: one adaptive card."""
    blocks = [
        {
            "type": "TextBlock",
            "text": _escaped(notice.headline),
            "weight": "Bolder",
            "size": "Medium",
            "color": "Attention" if notice.is_urgent else "Default",
            "wrap": True,
        },
        *(_block(item) for item in notice.items),
    ]
    if notice.more:
        blocks.append({"type": "TextBlock", "text": _escaped(notice.more), "wrap": True})
    card = {
        "$schema": CARD_SCHEMA,
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": blocks,
        "actions": [
            {"type": "Action.OpenUrl", "title": notice.link_label, "url": notice.link},
        ],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


BODIES: Mapping[str, Callable[[Notice], dict[str, Any]]] = {
    "slack": for_slack,
    "mattermost": for_mattermost,
    "teams": for_teams,
}


def _text(
    notice: Notice, escaped: Callable[[str], str], linked: Callable[[str, str], str], bold: str
) -> str:
    lines = [f"{bold}{escaped(notice.headline)}{bold}"]
    for item in notice.items:
        place = linked(item.link, escaped(item.place))
        lines.append(f"{place} – {escaped(item.sentences)}")
    if notice.more:
        lines.append(linked(notice.link, escaped(notice.more)))
    return "\n".join(lines)


def _block(item: Item) -> dict[str, Any]:
    text = f"[{_escaped(item.place)}]({item.link}) – {_escaped(item.sentences)}"
    return {"type": "TextBlock", "text": text, "wrap": True, "spacing": "Small"}


def _escaped_for_slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escaped(text: str) -> str:
    """Keep the names of channels from being read as markdown, or as a call for everybody."""
    safe = "".join(f"\\{char}" if char in MARKDOWN_MARKS else char for char in text)
    return " ".join(safe.split())
