"""Who gets in with a token, and what everybody else is told: one shape for every failure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from comptoir.api import tokens
from comptoir.merchant.actions import api_tokens
from comptoir.merchant.models import ApiToken, Person, Role
from comptoir.merchant.rights import NotAllowed
from tests.api.conftest import Desk, Program

TICKETS = "/api/v1/tickets"
EVERYTHING = (
    TICKETS,
    f"{TICKETS}/1",
    f"{TICKETS}/1/clocks",
    "/api/v1/policies",
    "/api/v1/channels",
    "/api/v1/nothing",
)


def problem(answer: Any) -> tuple[int, str]:
    body = answer.json()
    assert list(body) == ["error"]
    assert sorted(body["error"]) == ["code", "fields", "message"]
    assert body["error"]["message"]
    return answer.status_code, body["error"]["code"]


@pytest.mark.parametrize("path", EVERYTHING)
@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({}, "token_missing"),
        ({"Authorization": "Basic Zm9vOmJhcg=="}, "token_missing"),
        ({"Authorization": "Bearer cpt_guessed"}, "token_unknown"),
        ({"Authorization": "Bearer "}, "token_unknown"),
        ({"Authorization": "Bearer \x00é"}, "token_unknown"),
    ],
)
def test_nobody_gets_in_without_a_token(
    desk: Desk, path: str, header: dict[str, str], code: str
) -> None:
    answer = Client(headers=header).get(path)

    assert problem(answer) == (401, code)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_browser_that_is_logged_in_does_not_get_in_without_a_token(desk: Desk) -> None:
    browser = Client()
    browser.force_login(desk.camille, "allauth.account.auth_backends.AuthenticationBackend")

    assert problem(browser.get(TICKETS)) == (401, "token_missing")


def test_token_is_stored_as_a_hash_and_remembers_when_it_was_used(
    desk: Desk, program: Program
) -> None:
    caller = program()
    token = ApiToken.objects.get()
    before = token.last_used_at
    caller.get(TICKETS)
    token.refresh_from_db()

    assert before is None
    assert token.last_used_at is not None
    assert (len(token.token_sha256), len(token.begins_with)) == (64, 10)


def test_revoked_token_is_shut_out_at_once(desk: Desk, program: Program) -> None:
    caller = program()
    allowed = caller.get(TICKETS).status_code
    api_tokens.revoke(ApiToken.objects.get().pk, by=desk.camille, now=datetime.now(UTC))

    assert allowed == 200
    assert problem(caller.get(TICKETS)) == (401, "token_unknown")


def test_token_of_somebody_deactivated_is_shut_out(desk: Desk, program: Program) -> None:
    caller = program(by=desk.ines)
    Person.objects.filter(pk=desk.ines.pk).update(is_active=False)
    answer = caller.get(TICKETS)

    assert problem(answer) == (401, "token_unknown")
    assert "deactivated" in answer.json()["error"]["message"]


def test_reading_token_writes_nothing(desk: Desk, program: Program) -> None:
    path = f"{TICKETS}/{desk.writes().pk}/notes"

    assert problem(program().post(path, {"text": "x"}, "application/json")) == (403, "read_only")


def test_token_of_a_readers_role_writes_nothing_though_it_may_write(
    desk: Desk, program: Program
) -> None:
    path = f"{TICKETS}/{desk.writes().pk}/notes"
    caller = program(writes=True, role=Role.READER)

    assert problem(caller.post(path, {"text": "x"}, "application/json")) == (403, "not_allowed")


def test_role_of_a_token_is_never_more_than_its_makers(desk: Desk, program: Program) -> None:
    path = f"{TICKETS}/{desk.writes().pk}/notes"
    caller = program(writes=True, role=Role.ADMIN, by=desk.noah)

    assert problem(caller.post(path, {"text": "x"}, "application/json")) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"status": "done"}, "status"),
        ({"channel": "Amazon"}, "channel"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
    ],
)
def test_wrong_parameter_is_named(
    desk: Desk, program: Program, asked: dict[str, str], field: str
) -> None:
    answer = program().get(TICKETS, asked)

    assert problem(answer) == (422, "invalid")
    assert [one["field"] for one in answer.json()["error"]["fields"]] == [field]


@pytest.mark.parametrize("cursor", ["", "x", "aWQ6LTE=", "aWQ6eA==", "é", "aWQ6" + "OTk5" * 9])
def test_cursor_that_is_not_ours_is_refused(desk: Desk, program: Program, cursor: str) -> None:
    answer = program().get(TICKETS, {"cursor": cursor})

    assert problem(answer) == (422, "invalid")
    assert "next_cursor" in answer.json()["error"]["message"]


@pytest.mark.parametrize("number", [10**30, 2**63])
def test_number_beyond_all_tickets_is_not_found(desk: Desk, program: Program, number: int) -> None:
    assert problem(program().get(f"{TICKETS}/{number}")) == (404, "not_found")


def test_unknown_address_says_where_to_look(desk: Desk, program: Program) -> None:
    assert problem(program().get("/api/v1/nothing")) == (404, "not_found")


def test_other_method_is_told_in_the_same_shape(desk: Desk, program: Program) -> None:
    assert problem(program(writes=True).delete(TICKETS)) == (405, "method_not_allowed")


def test_too_many_requests_in_a_minute_have_to_wait(
    desk: Desk, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count lies with the token in the database, so it is one for all processes."""
    monkeypatch.setattr(tokens, "REQUESTS_A_MINUTE", 2)
    noon = datetime(2026, 3, 6, 12, 0, 50, tzinfo=UTC)
    monkeypatch.setattr(tokens.clock, "now", lambda: noon)
    caller = program()
    answers = [caller.get(TICKETS) for _ in range(3)]
    monkeypatch.setattr(tokens.clock, "now", lambda: noon.replace(minute=1, second=0))

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert problem(answers[2]) == (429, "too_many_requests")
    assert answers[2]["Retry-After"] == "10"
    assert caller.get(TICKETS).status_code == 200


@pytest.mark.parametrize("who", ["ines", "noah", "outsider"])
def test_only_administrators_make_and_revoke_tokens(desk: Desk, program: Program, who: str) -> None:
    program()
    token, person, now = ApiToken.objects.get(), getattr(desk, who), datetime.now(UTC)

    with pytest.raises(NotAllowed):
        api_tokens.make(name="Mine", is_read_only=True, role=None, by=person, now=now)
    with pytest.raises(NotAllowed):
        api_tokens.revoke(token.pk, by=person, now=now)
