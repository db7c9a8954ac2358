"""Requests go to public addresses, and to hosts the operator named; nowhere else."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any

import pytest

from comptoir.alerts.transports.targets import Unreachable, check_url, is_public, target_of
from comptoir.core.refusals import Refusal

NOBODY: frozenset[str] = frozenset()

PRIVATE = [
    "127.0.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::1",
    "2001:db8::1",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_no_private_address_is_public_however_it_is_written(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "64:ff9b::101:101"]
)
def test_public_addresses_are_public(text: str) -> None:
    assert is_public(ip_address(text))


def _resolve(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    asked: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        answer = answers[min(len(asked), len(answers)) - 1]
        return [(None, None, None, "", (ip, port)) for ip in answer]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_a_name_that_leads_inside_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, ["1.1.1.1", "10.0.0.7"])

    with pytest.raises(Unreachable, match="private_address"):
        target_of("https://rebind.example/x", NOBODY)


def test_the_address_that_was_judged_is_the_one_that_is_dialled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = _resolve(monkeypatch, ["1.1.1.1"], ["127.0.0.1"])

    target = target_of("https://rebind.example/x?y=1", NOBODY)

    assert target.numeric_urls == ["https://1.1.1.1:443/x?y=1"]
    assert target.host_header == "rebind.example"
    assert asked == ["rebind.example"]


def test_a_named_host_may_lie_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, ["10.0.0.7"])

    target = target_of("http://chat.lan:8065/hooks/1", {"chat.lan:8065"})

    assert target.numeric_urls == ["http://10.0.0.7:8065/hooks/1"]
    assert target.host_header == "chat.lan:8065"


def test_a_host_named_with_a_port_opens_no_other_port(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, ["10.0.0.7"])

    with pytest.raises(Unreachable, match="private_address"):
        target_of("https://chat.lan:5432/", {"chat.lan:8065"})


def test_numbers_written_strangely_are_judged_by_what_they_lead_to() -> None:
    # The system's own look-up reads these as 127.0.0.1.
    for host in ("2130706433", "0x7f000001", "127.1", "0177.0.0.1"):
        with pytest.raises(Unreachable):
            target_of(f"https://{host}/", NOBODY)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.slack.com/services/1",
        "ftp://chat.example/x",
        "http://chat.example/x",
        "https://user:word@chat.example/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://printer.local/x",
        "https://chat.example:99999/x",
        "https://chat.example/a b",
        "https://chat.example/\r\nX: 1",
        "https://",
        "javascript:alert(1)",
        "https://chat.example/" + "x" * 3000,
    ],
)
def test_addresses_that_cannot_be_are_refused_when_they_are_typed(url: str) -> None:
    with pytest.raises(Refusal):
        check_url(url, NOBODY)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/T/B/x",
        "https://chat.example:8443/x",
        "https://bücher.example/",
    ],
)
def test_addresses_that_may_be_are_taken(url: str) -> None:
    assert check_url(f" {url} ", NOBODY) == url


def test_a_named_host_may_be_reached_without_encryption() -> None:
    assert check_url("http://10.0.0.5:8065/x", {"10.0.0.5:8065"})
