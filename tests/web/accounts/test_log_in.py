"""Logging in and out, limits on failed attempts, and what the trail keeps of it."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache, caches
from django.test import Client
from tests.demo_people import PASSWORD
from tests.web.accounts.conftest import Enter, log_in

from comptoir.merchant.models import Person
from comptoir.storage.models import AuditEntry, CacheEntry


def test_person_logs_in_whatever_the_case_of_the_address(camille: Person) -> None:
    response = log_in(Client(), "Camille@MaisonPerrin.example")

    assert (response.status_code, response["Location"]) == (302, "/")


def test_visitor_is_led_back_to_where_they_wanted_to_go(camille: Person) -> None:
    browser = Client()
    asked = browser.get("/settings/people")
    response = browser.post(asked["Location"], {"login": camille.email, "password": PASSWORD})

    assert asked["Location"] == "/account/login/?next=/settings/people"
    assert response["Location"] == "/settings/people"


def test_foreign_address_is_not_followed_after_log_in(camille: Person) -> None:
    response = Client().post(
        "/account/login/?next=https://elsewhere.example/",
        {"login": camille.email, "password": PASSWORD},
    )

    assert response["Location"] == "/"


def test_log_out_takes_a_click_not_a_link(camille: Person, enter: Enter) -> None:
    browser = enter(camille)
    browser.get("/account/logout/")
    still_in = browser.get("/account/profile/").status_code
    browser.post("/account/logout/")

    assert still_in == 200
    assert browser.get("/account/profile/").status_code == 302


@pytest.mark.parametrize("email", ["ines@maisonperrin.example", "nobody@elsewhere.example"])
def test_wrong_password_and_unknown_address_read_the_same(ines: Person, email: str) -> None:
    page = log_in(Client(), email, "not this one")

    assert "No such e-mail address and password." in page.content.decode()


def test_sixth_attempt_is_refused_even_with_the_right_password(ines: Person) -> None:
    for _attempt in range(5):
        log_in(Client(), ines.email, "not this one")
    page = log_in(Client(), ines.email)

    assert page.status_code == 200
    assert "Too many failed attempts. Try again in five minutes." in page.content.decode()


def test_limit_of_one_person_does_not_shut_out_another(ines: Person, camille: Person) -> None:
    for _attempt in range(6):
        log_in(Client(), ines.email, "not this one")

    assert log_in(Client(), camille.email).status_code == 302


def test_attempts_are_counted_where_every_process_sees_them(ines: Person) -> None:
    log_in(Client(), ines.email, "not this one")

    assert type(caches["default"]).__name__ == "DatabaseCache"
    assert CacheEntry.objects.filter(cache_key__contains="login_failed").count() == 2


def test_thirty_first_request_a_minute_from_one_address_is_429(camille: Person) -> None:
    browser = Client()
    statuses = [
        browser.post("/account/login/", {"login": "x", "password": "y"}).status_code
        for _attempt in range(31)
    ]

    assert statuses == [200] * 30 + [429]


def test_address_behind_an_untrusted_proxy_header_is_not_believed(ines: Person) -> None:
    for number in range(6):
        Client(HTTP_X_FORWARDED_FOR=f"192.0.2.{number}").post(
            "/account/login/", {"login": ines.email, "password": "not this one"}
        )

    lines = AuditEntry.objects.filter(action="session.log_in_failed")
    assert {line.data["address"] for line in lines} == {"127.0.0.1"}


def test_failed_log_ins_are_in_the_trail_without_passwords(ines: Person) -> None:
    log_in(Client(), ines.email, "my secret phrase")
    log_in(Client(), "typo@maisonperrin.example", "my secret phrase")

    lines = AuditEntry.objects.order_by("id").values_list(
        "action", "person_id", "subject_id", "data"
    )
    assert list(lines) == [
        (
            "session.log_in_failed",
            None,
            ines.pk,
            {"person": "Inès Moreau", "address": "127.0.0.1"},
        ),
        ("session.log_in_failed", None, None, {"person": "", "address": "127.0.0.1"}),
    ]


def test_log_in_and_out_are_in_the_trail(ines: Person, enter: Enter) -> None:
    enter(ines).post("/account/logout/")

    actions = AuditEntry.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["session.log_in", "session.log_out"]


def test_person_put_out_is_told_so_only_with_the_right_password(ines: Person) -> None:
    Person.objects.update(is_active=False)

    right = log_in(Client(), ines.email)
    wrong = log_in(Client(), ines.email, "not this one")

    assert right["Location"] == "/account/inactive/"
    assert wrong.status_code == 200


def test_other_browsers_are_ended_and_this_one_stays(ines: Person, enter: Enter) -> None:
    here, elsewhere = enter(ines), enter(ines)
    listed = here.get("/account/sessions/").content.decode()
    here.post("/account/sessions/")

    assert listed.count("<tr role") == 3
    assert here.get("/account/profile/").status_code == 200
    assert elsewhere.get("/account/profile/").status_code == 302
    assert UserSession.objects.count() == 1
    assert AuditEntry.objects.filter(action="session.end_others").get().data["count"] == 1


def test_changed_password_ends_other_browsers(ines: Person, enter: Enter) -> None:
    here, elsewhere = enter(ines), enter(ines)
    form = {"oldpassword": PASSWORD, "password1": "another evening", "password2": "another evening"}
    response = here.post("/account/password/change/", form)

    assert response["Location"] == "/account/profile/"
    assert here.get("/account/profile/").status_code == 200
    assert elsewhere.get("/account/profile/").status_code == 302
    assert log_in(Client(), ines.email, "another evening").status_code == 302
    assert AuditEntry.objects.filter(action="person.change_password").count() == 1


def test_password_is_not_changed_without_the_current_one(ines: Person, enter: Enter) -> None:
    form = {"oldpassword": "guess", "password1": "another evening", "password2": "another evening"}
    page = enter(ines).post("/account/password/change/", form)

    assert "That is not your current password." in page.content.decode()
    assert log_in(Client(), ines.email).status_code == 302


@pytest.mark.parametrize(
    "address", ["/account/signup/", "/account/email/", "/account/password/reset/"]
)
def test_doors_that_a_desk_by_invitation_does_not_need_are_missing(
    camille: Person, address: str
) -> None:
    assert Client().get(address).status_code == 404


def test_form_of_an_old_page_is_refused_in_words(camille: Person) -> None:
    browser = Client(enforce_csrf_checks=True)
    page = browser.post("/account/login/", {"login": camille.email, "password": PASSWORD})

    assert page.status_code == 403
    assert "This form was open for too long" in page.content.decode()


def test_pages_allow_no_inline_scripts_and_styles(camille: Person, enter: Enter) -> None:
    page = enter(camille).get("/account/2fa/")
    policy = page["Content-Security-Policy"]

    assert "unsafe-inline" not in policy
    assert " style=" not in page.content.decode()
    cache.clear()
