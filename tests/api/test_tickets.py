"""Tickets through the JSON interface."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comptoir.tickets.actions.assign import assign
from tests.api.conftest import Desk, Program
from tests.tickets.conftest import FRIDAY

TICKETS = "/api/v1/tickets"


def ids(answer: Any) -> list[int]:
    return [item["id"] for item in answer.json()["items"]]


def test_ticket_is_listed_with_both_deadlines(desk: Desk, program: Program) -> None:
    ticket = desk.writes()
    (item,) = program().get(TICKETS).json()["items"]

    assert item["id"] == ticket.pk
    assert item["channel"] == {"id": desk.amazon.pk, "name": "Amazon.de", "marketplace": "amazon"}
    assert (item["status"], item["next_kind"], item["tier"]) == ("open", "first_reply", 2)
    assert item["target_at"] == "2026-03-07T06:40:00Z"
    assert item["limit_at"] == "2026-03-07T16:40:00Z"
    assert item["assignee"] is None
    assert item["url"].endswith(f"/tickets/{ticket.pk}")


def test_list_keeps_what_was_asked_for(desk: Desk, program: Program) -> None:
    at_amazon = desk.writes(thread="a")
    in_shop = desk.writes(thread="b", channel=desk.shop)
    caller = program()

    assert ids(caller.get(TICKETS)) == [in_shop.pk, at_amazon.pk]
    assert ids(caller.get(TICKETS, {"channel": desk.amazon.pk})) == [at_amazon.pk]
    assert ids(caller.get(TICKETS, {"status": "open"})) == [in_shop.pk, at_amazon.pk]
    assert ids(caller.get(TICKETS, {"status": "solved"})) == []


def test_pages_follow_each_other_though_tickets_arrive_meanwhile(
    desk: Desk, program: Program
) -> None:
    first, second, third = (desk.writes(thread=name).pk for name in "abc")
    caller = program()
    page = caller.get(TICKETS, {"limit": 2})
    desk.writes(thread="d")
    rest = caller.get(TICKETS, {"limit": 2, "cursor": page.json()["next_cursor"]})

    assert ids(page) == [third, second]
    assert ids(rest) == [first]
    assert rest.json()["next_cursor"] is None


def test_ticket_is_read_with_its_messages(desk: Desk, program: Program) -> None:
    ticket = desk.writes("Where is my parcel?")
    desk.writes("Still nothing.", at=FRIDAY.replace(hour=17))
    answer = program().get(f"{TICKETS}/{ticket.pk}").json()

    assert [(m["author"], m["text"]) for m in answer["messages"]] == [
        ("buyer", "Where is my parcel?"),
        ("buyer", "Still nothing."),
    ]
    assert answer["messages"][0]["occurred_at"] == "2026-03-06T16:40:00Z"


def test_token_sees_what_its_maker_sees(desk: Desk, program: Program) -> None:
    """Inès sees the channels of her team, and what was given to her; the same as on the pages."""
    seen = desk.writes(thread="a")
    hidden = desk.writes(thread="b", channel=desk.ebay)
    caller = program(by=desk.ines)
    before = ids(caller.get(TICKETS)), caller.get(f"{TICKETS}/{hidden.pk}").status_code
    assign(hidden.pk, to=desk.ines.pk, by=desk.camille, now=FRIDAY)

    assert before == ([seen.pk], 404)
    assert ids(caller.get(TICKETS)) == [hidden.pk, seen.pk]
    assert caller.get(f"{TICKETS}/{hidden.pk}/clocks").status_code == 200


@pytest.mark.parametrize("path", ["{}", "{}/clocks"])
def test_ticket_out_of_sight_and_no_ticket_answer_alike(
    desk: Desk, program: Program, path: str
) -> None:
    hidden = desk.writes()
    caller = program(by=desk.outsider)
    answers = [
        caller.get(f"{TICKETS}/{path.format(number)}") for number in (hidden.pk, hidden.pk + 1)
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert [answer.json()["error"]["code"] for answer in answers] == ["not_found"] * 2


def test_note_is_written_in_the_name_of_the_tokens_maker(desk: Desk, program: Program) -> None:
    ticket = desk.writes()
    answer = program(writes=True).post(
        f"{TICKETS}/{ticket.pk}/notes", {"text": "Parcel found."}, "application/json"
    )
    ticket.refresh_from_db()

    assert answer.status_code == 201
    assert answer.json()["from_name"] == "Camille Perrin"
    assert ticket.messages.get(kind="note").text == "Parcel found."
    assert ticket.oldest_unanswered_at == FRIDAY


def test_note_needs_words(desk: Desk, program: Program) -> None:
    path = f"{TICKETS}/{desk.writes().pk}/notes"
    caller = program(writes=True)
    answers = [
        caller.post(path, body, "application/json") for body in ({"text": "  "}, {}, "no json")
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 400]
    assert all("error" in answer.json() for answer in answers)


def test_queries_do_not_grow_with_the_list(desk: Desk, program: Program) -> None:
    caller = program()

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            caller.get(TICKETS)
        return len(counted)

    desk.writes(thread="a")
    one = count()
    desk.writes(thread="b")
    desk.writes(thread="c", channel=desk.shop)

    assert count() == one
