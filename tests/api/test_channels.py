"""Channels, policies, and the description of the interface itself."""

from __future__ import annotations

import pytest
from django.test import Client

from comptoir.api import guide
from comptoir.api.addresses import api
from comptoir.core.clocks.policy_specs import read_policy
from comptoir.merchant.models import Person
from comptoir.web import translations
from tests.api.conftest import Desk, Program


def test_channels_are_those_the_token_may_see(desk: Desk, program: Program) -> None:
    seen = program().get("/api/v1/channels").json()
    by_ines = program(by=desk.ines).get("/api/v1/channels").json()

    assert [one["name"] for one in seen] == ["Amazon.de", "eBay.de", "maison-perrin.example"]
    assert [one["name"] for one in by_ines] == ["Amazon.de", "maison-perrin.example"]
    assert (seen[0]["brand"], seen[0]["marketplace"]) == ("Maison Perrin", "amazon")


def test_policies_show_what_they_promise_and_where_the_limit_comes_from(
    desk: Desk, program: Program
) -> None:
    found = {one["name"]: one for one in program().get("/api/v1/policies").json()}
    amazon = found["Amazon Urgent"]

    assert amazon["channel"] == desk.amazon.pk
    assert amazon["version"]["source"]
    assert amazon["version"]["spec"]["first_reply"]["limit_minutes"] == 1440


def test_policies_of_channels_out_of_sight_are_not_listed(desk: Desk, program: Program) -> None:
    listed = program(by=desk.ines).get("/api/v1/policies").json()

    assert desk.ebay.pk not in {one["channel"] for one in listed}
    assert desk.amazon.pk in {one["channel"] for one in listed}


def test_openapi_document_names_every_operation_and_the_one_failure(desk: Desk) -> None:
    spec = Client().get("/api/v1/openapi.json").json()

    assert sorted(spec["paths"]) == [
        "/api/v1/channels",
        "/api/v1/connections",
        "/api/v1/connections/{connection_id}/cases",
        "/api/v1/connections/{connection_id}/messages",
        "/api/v1/connections/{connection_id}/orders",
        "/api/v1/connections/{connection_id}/replies",
        "/api/v1/connections/{connection_id}/replies/{reply_id}/confirm",
        "/api/v1/connections/{connection_id}/replies/{reply_id}/refuse",
        "/api/v1/policies",
        "/api/v1/tickets",
        "/api/v1/tickets/{ticket_id}",
        "/api/v1/tickets/{ticket_id}/clocks",
        "/api/v1/tickets/{ticket_id}/notes",
    ]
    for methods in spec["paths"].values():
        for told in methods.values():
            assert {"401", "403", "404", "422", "429"} <= set(told["responses"])
            assert told["summary"]


def test_guide_shows_every_operation_to_people_who_are_logged_in(desk: Desk) -> None:
    browser = Client()
    stranger = browser.get("/api/v1/docs")
    browser.force_login(desk.noah, "allauth.account.auth_backends.AuthenticationBackend")
    page = browser.get("/api/v1/docs").content.decode()
    spec = Client().get("/api/v1/openapi.json").json()

    assert stranger.status_code == 302
    for path in spec["paths"]:
        assert path in page
    for name in ("TicketPage", "TicketLine", "ClocksOut", "Reason", "PolicyOut", "Failure"):
        assert f'id="{name}"' in page
    assert 'id="Asked"' not in page
    assert "http://cdn" not in page
    assert "https://cdn" not in page


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Écrire une note interne"),
        ("de", "Eine interne Notiz schreiben"),
    ],
)
def test_guide_explains_every_name_in_the_readers_language(
    desk: Desk, language: str, said: str
) -> None:
    Person.objects.filter(pk=desk.noah.pk).update(language=language)
    browser = Client()
    browser.force_login(desk.noah, "allauth.account.auth_backends.AuthenticationBackend")
    page = browser.get("/api/v1/docs").content.decode()
    known = {str(message.id) for message in translations.template()}
    spec = api.get_openapi_schema(path_prefix="/api/v1/")
    shown = [*guide.operations(spec), *guide.answers(spec)]
    texts = [text for one in shown for text in guide.texts_of(one)]

    assert said in page
    assert len(texts) > 80
    assert [text for text in texts if text not in known] == []


def test_stored_spec_is_a_policy_once_the_desks_own_fields_are_off(
    desk: Desk, program: Program
) -> None:
    """What the interface hands out can be tried in `comptoir sla evaluate`."""
    for one in program().get("/api/v1/policies").json():
        read_policy(one["version"]["spec"])
