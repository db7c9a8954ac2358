"""Templates in files, and placeholders of other desks."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from comptoir.merchant.models import Person, Role
from comptoir.replies import exchange
from comptoir.replies.actions import templates
from comptoir.replies.actions.importing import take_in
from comptoir.replies.actions.templates import Content
from comptoir.replies.errors import NotKept
from comptoir.replies.models import Template
from comptoir.replies.placeholders import THEIRS, translate
from comptoir.replies.variables import is_known

NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)


@pytest.fixture
def lukas(db: None) -> Person:
    return Person.objects.create_user(
        "lukas@x.example", name="Lukas", role=Role.LEADER, joined_at=NOW
    )


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("{{ticket.requester.first_name}}", "{{ buyer.first_name }}"),
        ("{{ticket.customer.firstname}}", "{{ buyer.first_name }}"),
        ("{{ticket.requester.firstname}}", "{{ buyer.first_name }}"),
        (
            '{{ticket.customer.integrations.shopify.orders[0].created_at|datetime_format("L")}}',
            "{{ order.placed_on }}",
        ),
        ("{{ order.total }}", "{{ order.total }}"),
        ("{{ 24 cm }}", "{{ 24 cm }}"),
    ],
)
def test_placeholder_of_another_desk_becomes_ours(theirs: str, ours: str) -> None:
    assert translate(theirs).text == ours


def test_placeholder_nobody_knows_becomes_a_field_and_is_named() -> None:
    read = translate("{{ticket.ticket_field_360012}} and {{ticket.ticket_field_360012}}")

    assert (
        read.text
        == "{{ ask: ticket ticket field 360012 }} and {{ ask: ticket ticket field 360012 }}"
    )
    assert read.unknown == ("ticket.ticket_field_360012",)


@pytest.mark.parametrize("ours", sorted(set(THEIRS.values())))
def test_placeholders_only_become_variables_that_exist(ours: str) -> None:
    assert is_known(ours)


def test_file_of_a_spreadsheet_is_read_with_its_own_names_of_columns() -> None:
    content = (
        "\ufeffTitle;Category;Locale;Body\nLate;Delivery;de-DE;Guten Tag\nLate;Delivery;en;Hi\n"
    )

    (one,) = exchange.read(content.encode(), language="fr")

    assert (one.name, one.folder, one.texts) == (
        "Late",
        "Delivery",
        {"de": "Guten Tag", "en": "Hi"},
    )


def test_row_without_a_language_is_in_the_chosen_one() -> None:
    (one,) = exchange.read(b"name,text\nLate,Bonjour\n", language="fr")

    assert one.texts == {"fr": "Bonjour"}


def test_json_of_another_desk_is_read() -> None:
    content = json.dumps({"macros": [{"title": "Late", "body": "Hi {{ticket.id}}"}]})

    (one,) = exchange.read(content.encode(), language="en")

    assert one.texts == {"en": "Hi {{ ticket.number }}"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\x00", "file_unreadable"),
        (b"[1, 2", "file_unreadable"),
        (b"", "columns_missing"),
        (b"a,b\n1,2\n", "columns_missing"),
        (b"x" * (exchange.FILE_BYTES_MAX + 1), "file_too_large"),
    ],
)
def test_file_that_is_none_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(NotKept, match=code):
        exchange.read(content, language="en")


def test_what_is_written_is_read_back_the_same(lukas: Person) -> None:
    texts = {"en": '=Hello, "you"\n- one\n{{ order.number }}', "de": "Guten Tag"}
    templates.make(Content("Late", texts, "Delivery"), is_shared=True, by=lukas, now=NOW)
    rows = exchange.rows_of(Template.objects.prefetch_related("texts"))

    for file in (exchange.as_csv(rows), exchange.as_json(rows)):
        (one,) = exchange.read(file.encode(), language="fr")
        assert (one.name, one.folder, one.texts) == ("Late", "Delivery", texts)
    assert "'=Hello" in exchange.as_csv(rows)


def test_trial_stores_nothing_and_says_what_would_become(lukas: Person) -> None:
    made = templates.make(Content("Late", {"en": "Old"}), is_shared=True, by=lukas, now=NOW)
    incoming = exchange.read(
        b"name,language,text\nLate,en,New\nThanks,en,Hi\nX,en,{{\n", language="en"
    )

    verdicts = take_in(incoming, is_shared=True, by=lukas, now=NOW, is_trial=True)

    assert [one.becomes for one in verdicts] == ["changed", "new", "refused"]
    assert made.texts.get().body == "Old"
    assert Template.objects.count() == 1


def test_known_template_keeps_the_languages_the_file_does_not_have(lukas: Person) -> None:
    templates.make(Content("Late", {"en": "Old", "de": "Alt"}), is_shared=True, by=lukas, now=NOW)
    incoming = exchange.read(b"name,language,text\nLate,en,New\n", language="en")

    take_in(incoming, is_shared=True, by=lukas, now=NOW, is_trial=False)
    again = take_in(incoming, is_shared=True, by=lukas, now=NOW, is_trial=False)

    texts = Template.objects.get().texts.values_list("language", "body")
    assert dict(texts) == {"en": "New", "de": "Alt"}
    assert [one.becomes for one in again] == ["same"]
