"""Every column that can hold words is on the map of personal data."""

from django.apps import apps
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from comptoir.privacy.places import PLACES

OURS = ("storage", "merchant", "orders", "replies", "sla", "tickets", "inbox", "alerts", "web")
WORDS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    SearchVectorField,
)


def columns_with_words() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        if model._meta.app_label in OURS and not model._meta.auto_created:
            names = {
                field.name
                for field in model._meta.concrete_fields
                if isinstance(field, WORDS) and not field.is_relation
            }
            if names:
                found[model._meta.label] = names
    return found


def test_places_name_every_column_that_can_hold_words() -> None:
    assert {label: set(columns) for label, columns in PLACES.items()} == columns_with_words()


def test_places_know_where_buyers_words_lie() -> None:
    assert PLACES["tickets.Message"]["text"] == "buyer"
    assert PLACES["merchant.Connection"]["sealed_secrets"] == "secret"


def test_what_undoing_puts_back_is_as_private_as_what_it_was_taken_from() -> None:
    kept = {PLACES["tickets.Ticket"][name] for name in ("tags", "snooze_reason")}
    assert {PLACES["inbox.BulkChange"]["before"]} == kept
