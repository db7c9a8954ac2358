"""Passes to the event stream."""

from __future__ import annotations

from comptoir.web.events import tokens

KEYS = ("new key", "old key")
NOW = 1_800_000_000.0


def test_pass_names_its_person_until_it_runs_out() -> None:
    token = tokens.make(7, now=NOW, keys=KEYS)

    assert tokens.person_of(token, now=NOW + tokens.VALID_SECONDS - 1, keys=KEYS) == 7
    assert tokens.person_of(token, now=NOW + tokens.VALID_SECONDS, keys=KEYS) is None


def test_pass_of_the_old_key_still_opens() -> None:
    token = tokens.make(7, now=NOW, keys=("old key",))

    assert tokens.person_of(token, now=NOW, keys=KEYS) == 7


def test_changed_or_foreign_pass_opens_nothing() -> None:
    token = tokens.make(7, now=NOW, keys=KEYS)

    for bad in (
        "",
        "7",
        "7.9.x",
        token.replace("7.", "8.", 1),
        f"{token}0",
        token[:-1],
        "é.1.2",
        "1.2.é",
    ):
        assert tokens.person_of(bad, now=NOW, keys=KEYS) is None
    assert tokens.person_of(token, now=NOW, keys=("another key",)) is None
