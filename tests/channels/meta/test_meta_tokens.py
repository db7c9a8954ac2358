"""Instagram's own tokens last sixty days: they are renewed while they last, and kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.channels.loopback import Answer, Asked, vendor
from tests.channels.meta.graph import INSTAGRAM, NOW, SECRETS, refusal

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.meta.connector import connect


class Keeping:
    """Keeps what a connector hands back, as the desk does."""

    def __init__(self) -> None:
        self.now = NOW
        self.secrets = dict(SECRETS)
        self.ends: dict[str, datetime] = {}
        self.around = Around(
            now=lambda: self.now,
            keep_secret=lambda name, value: self.secrets.update({name: value}),
            note_end=lambda name, at: self.ends.update({name: at}),
            patience_seconds=1.0,
        )


def test_token_is_renewed_two_weeks_before_its_end_and_not_at_each_call() -> None:
    renewed: list[str] = []

    def handle(asked: Asked) -> Answer:
        if asked.path == "/refresh_access_token":
            renewed.append(asked.query["access_token"])
            body = {"access_token": f"token-{len(renewed)}", "expires_in": 60 * 86_400}
            return Answer(body=body)
        if asked.headers["authorization"] != f"Bearer token-{len(renewed)}":
            return refusal(190, "expired")
        return Answer(body={"user_id": INSTAGRAM, "username": "maison", "data": []})

    kept = Keeping()
    with vendor(handle) as running:
        settings = {"surface": "instagram", "instagram_id": INSTAGRAM, "base_url": running.url}
        for days in (0, 1, 45, 47):
            kept.now = NOW + timedelta(days=days)
            connect(settings, kept.secrets, kept.around).check()

    assert renewed == ["system-token", "token-1"]
    assert kept.secrets["access_token"] == "token-2"
    assert kept.ends["access_token"] == NOW + timedelta(days=47 + 60)
    assert {one.path for one in running.asked} == {
        "/refresh_access_token", "/v23.0/me", f"/v23.0/{INSTAGRAM}/conversations",
    }  # fmt: skip


def test_a_token_too_young_or_over_serves_or_fails_as_it_is() -> None:
    is_over = False

    def handle(asked: Asked) -> Answer:
        if is_over:
            return refusal(190, "Session has expired", 401)
        if asked.path == "/refresh_access_token":
            return refusal(100, "Token must be at least 24 hours old")
        return Answer(body={"user_id": INSTAGRAM, "data": []})

    kept = Keeping()
    with vendor(handle) as running:
        settings = {"surface": "instagram", "instagram_id": INSTAGRAM, "base_url": running.url}
        connect(settings, kept.secrets, kept.around).check()
        assert [one.path for one in running.asked].count("/refresh_access_token") == 1
        is_over = True
        with pytest.raises(ChannelError) as caught:
            connect(settings, kept.secrets, kept.around).check()

    assert (caught.value.code, caught.value.permanent) == ("consent_revoked", True)
