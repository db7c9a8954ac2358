"""Every request to Meta names edges, parameters, fields and values that its SDK specifications know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from tests.channels.loopback import Asked
from tests.channels.meta.graph import INSTAGRAM, NOW, PAGE, Platform, form, platform
from tests.channels.meta.test_meta_pull import opened, pulled
from tests.channels.meta.test_meta_send import REPLY
from tests.channels.specs import needs_specs, spec

from comptoir.channels.kernel.protocol import OutgoingFile
from comptoir.channels.meta import connector

pytestmark = needs_specs
EVERYWHERE = {"fields", "limit", "after", "appsecret_proof"}
UNDESCRIBED = {"UnifiedMessage", "PagePost"}
"""Objects whose fields no specification at hand describes."""


@cache
def described(name: str) -> dict[str, Any]:
    path = spec("meta/business-sdk-specs/Page.json").with_name(f"{name}.json")
    made: dict[str, Any] = json.loads(path.read_text())
    return made


@cache
def values(name: str) -> list[str]:
    enums = json.loads(spec("meta/business-sdk-specs/enum_types.json").read_text())
    return next(list(one["values"]) for one in enums if one["name"] == name)


@pytest.fixture
def meta() -> Iterator[Platform]:
    with platform() as running:
        yield running


def object_of(number: str) -> str:
    if number.startswith("t_"):
        return "UnifiedThread"
    return {PAGE: "Page", INSTAGRAM: "IGUser"}.get(number, "IGComment")


def edge(name: str, method: str, endpoint: str) -> dict[str, Any]:
    found = [
        one for one in described(name)["apis"]
        if one["method"] == method and one.get("endpoint", "") == endpoint
    ]  # fmt: skip
    assert found, f"{name} has no {method} {endpoint}"
    return dict(found[0])


def hold(asked: Asked) -> None:
    """Hold one request against the specification of the object that it is about."""
    node, _, name = asked.path.removeprefix("/v23.0/").partition("/")
    kind = object_of(node)
    known = edge(kind, asked.method, name)
    body: dict[str, Any] = {}
    if asked.method == "POST" and asked.body[:1] == b"{":
        body = asked.json
    elif asked.headers.get("content-type", "").startswith("application/x-www-form"):
        body = dict(form(asked))
    names = {one["name"]: one for one in known["params"]}
    given = (set(asked.query) - EVERYWHERE) | set(body)
    assert given <= set(names), f"{kind}/{name}: {given - set(names)}"
    needed = {one["name"] for one in known["params"] if one["required"]}
    if not asked.headers.get("content-type", "").startswith("multipart"):
        assert needed <= given
    for key, value in {**asked.query, **body}.items():
        kinds = re.findall(r"\w+_enum_param", str(names.get(key, {}).get("type")))
        for one in kinds:
            assert set(str(value).split(",")) <= set(values(one)), (key, value)
    hold_fields(known["return"] if name else kind, asked.query.get("fields", ""))


def hold_fields(kind: str, text: str) -> None:
    for name, inner in parsed(text):
        if kind in UNDESCRIBED:
            continue
        told = described(kind)
        if inner:
            hold_fields(edge(kind, "GET", name)["return"], inner)
        else:
            assert name in {one["name"] for one in told["fields"]}, f"{kind} has no {name}"


def parsed(text: str) -> list[tuple[str, str]]:
    """Read `a,b.limit(2){c,d}` into names with what stands in their braces."""
    found, depth, word = [], 0, ""
    for letter in text + ",":
        depth += (letter == "{") - (letter == "}")
        if letter == "," and not depth:
            found.append(word)
            word = ""
        else:
            word += letter
    made = [re.fullmatch(r"(\w+)(?:\.[^{]*)?(?:\{(.*)\})?", one) for one in found if one]
    return [(one[1], one[2] or "") for one in made if one]


def test_every_request_is_one_that_meta_describes(meta: Platform) -> None:
    meta.says("Hallo")
    meta.comments("Schön!")
    made = opened(meta, surface="instagram_page")
    made.check()
    pulled(made, {})
    week = NOW + timedelta(days=7)
    file = OutgoingFile("lampe.jpg", "image/jpeg", b"jpeg")
    made.send(replace(REPLY, answer_until=week, files=(file,)))
    meta.now += timedelta(days=2)
    made.send(replace(REPLY, answer_until=week))
    comment = replace(REPLY, stream="comments", thread_id="179001", written_at=meta.now)
    made.send(comment)
    made.find(comment)

    operations = {(one.method, one.path.rpartition("/")[2]) for one in meta.vendor.asked}
    assert {("GET", "conversations"), ("GET", "messages"), ("GET", "media"), ("GET", "replies"),
            ("POST", "messages"), ("POST", "message_attachments"), ("POST", "replies"),
            ("POST", "subscribed_apps")} <= operations  # fmt: skip
    for one in meta.vendor.asked:
        hold(one)


def test_the_check_fails_where_it_should() -> None:
    for path, query in (("conversationz", {}), ("conversations", {"platfrom": "INSTAGRAM"}),
                        ("conversations", {"platform": "WHATSAPP"}),
                        ("conversations", {"fields": "id,updated"})):  # fmt: skip
        with pytest.raises(AssertionError):
            hold(Asked("GET", f"/v23.0/{PAGE}/{path}", query, {}, b""))


def test_instagram_without_a_page_is_asked_by_edges_it_has() -> None:
    for method, endpoint in (("GET", "conversations"), ("POST", "messages"), ("GET", "media"),
                             ("POST", "messageattachments"), ("POST", "subscribed_apps")):  # fmt: skip
        assert edge("IGUserForIGOnlyAPI", method, endpoint)
    names = {one["name"] for one in described("IGUserForIGOnlyAPI")["fields"]}
    assert {"user_id", "username"} <= names
    fields = values("iggraphusersubscribed_apps_subscribed_fields_enum_param")
    assert set(connector.INSTAGRAM_FIELDS) <= set(fields)
    fields = values("pagesubscribed_apps_subscribed_fields_enum_param")
    assert set(connector.PAGE_FIELDS) <= set(fields)
    renewed = edge("IGRefreshAccessTokenForIGOnlyAPI", "GET", "")
    assert {one["name"] for one in renewed["params"]} == {"access_token", "grant_type"}
