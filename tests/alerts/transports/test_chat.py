"""Chat rooms get a text they can show, and nothing in a channel's name can break out of it."""

from __future__ import annotations

import json

from tests.alerts.receiver import Receiver

from comptoir.alerts.transports import chat
from comptoir.alerts.transports.answers import Verdict
from comptoir.alerts.transports.notices import Item, Notice

ITEM = Item(
    what="First reply: 75 % of the time to the limit have passed.",
    deadline="Limit Sat 17:40.",
    to_do="Answer the buyer.",
    place="Ticket 42, A&B <@here> [x](http://evil.example) *Shop*",
    link="https://desk.example/tickets/42",
)
NOTICE = Notice(
    headline="2 alerts @channel",
    items=(ITEM,),
    more="and 1 more",
    link="https://desk.example/alerts",
    link_label="Open",
    footer="",
    is_urgent=True,
)


def test_slack_text_escapes_its_marks() -> None:
    assert chat.for_slack(NOTICE)["text"] == (
        "*2 alerts @channel*\n"
        "<https://desk.example/tickets/42|Ticket 42, A&amp;B &lt;@here&gt; "
        "[x](http://evil.example) *Shop*> – First reply: 75 % of the time to the limit have passed. "
        "Limit Sat 17:40. Answer the buyer.\n"
        "<https://desk.example/alerts|and 1 more>"
    )


def test_mattermost_text_links_only_to_the_desk_and_calls_nobody() -> None:
    text = chat.for_mattermost(NOTICE)["text"]

    assert text.splitlines()[0] == r"**2 alerts \@channel**"
    assert r"\[x\]\(http://evil.example\)" in text
    assert text.count("](https://desk.example/") == 2


def test_teams_gets_one_adaptive_card() -> None:
    body = chat.for_teams(NOTICE)
    (attachment,) = body["attachments"]
    card = attachment["content"]

    assert body["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert card["body"][0]["text"] == r"2 alerts \@channel"
    assert card["body"][0]["color"] == "Attention"
    assert card["actions"] == [
        {"type": "Action.OpenUrl", "title": "Open", "url": "https://desk.example/alerts"}
    ]


def test_each_kind_is_posted_as_json(receiver: Receiver) -> None:
    for kind in chat.BODIES:
        assert chat.send(kind, receiver.url, NOTICE, private_hosts={receiver.host}).is_good

    assert [sorted(json.loads(got.body)) for got in receiver.received] == [
        ["text"],
        ["text"],
        ["attachments", "type"],
    ]


def test_a_failure_that_teams_hides_in_a_good_answer_is_tried_again(receiver: Receiver) -> None:
    receiver.answer(200, b"Webhook message delivery failed with error: Too many requests")

    answer = chat.send("teams", receiver.url, NOTICE, private_hosts={receiver.host})

    assert (answer.verdict, answer.code) == (Verdict.AGAIN, "teams_failed")
