"""The door before Prism: one address, as a vendor has, with one Prism behind it for each document.

Prism serves paths without the prefix of the document's server, and knows one document; a vendor's
host has several, each under its prefix. The door takes the prefix off, notes each request with what
Prism found wrong in it, and answers itself only what stands in no document (token addresses,
documents to fetch). Who brings a wrong proof is forwarded without it: Prism asks for one, and any
is good to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from tests.channels.loopback import Answer, Asked, Handle, Vendor, vendor
from tests.channels.prism.server import Prism

HOP_BY_HOP = {"connection", "content-length", "date", "host", "keep-alive", "transfer-encoding",
              "content-encoding", "accept-encoding"}  # fmt: skip
PROBLEM = "https://stoplight.io/prism/errors#"
GREEDY = "x-amazon-spds-greedy-path-parameter"
VIOLATIONS = "sl-violations"


@dataclass(frozen=True)
class Served:
    """One request that went to Prism: of which operation it was, what came back, what it broke."""

    asked: Asked
    operation: str
    status: int
    faults: tuple[str, ...]
    answer: bytes


@dataclass
class Front:
    """A vendor's host with Prism behind it.

    `prefer` gives the header `Prefer` by operation, `*` for all others: which of its declared answers
    Prism is to give. `instead` are answers of ours by operation, to requests that Prism found good.
    """

    prisms: Sequence[Prism]
    proof: tuple[str, str] | None = None
    own: Handle | None = None
    served: list[Served] = field(default_factory=list)
    prefer: dict[str, str] = field(default_factory=dict)
    instead: dict[str, Callable[[Asked], Answer]] = field(default_factory=dict)
    vendor: Vendor = field(default_factory=lambda: Vendor(""))
    client: httpx.Client = field(default_factory=lambda: httpx.Client(verify=False, timeout=30))

    @property
    def url(self) -> str:
        return self.vendor.url

    @property
    def operations(self) -> set[str]:
        """The operations that were asked for."""
        return {one.operation for one in self.served}

    @property
    def faults(self) -> list[str]:
        """What Prism found wrong in requests. Only what a test made wrong on purpose may stand here."""
        return [fault for one in self.served for fault in one.faults]

    def of(self, operation: str) -> list[Served]:
        """Give the requests for one operation."""
        return [one for one in self.served if one.operation == operation]

    def declared(self, operation: str) -> list[int]:
        """Give the statuses that the document declares for an operation, those of errors."""
        for prism in self.prisms:
            for item in prism.content["paths"].values():
                for one in item.values():
                    if isinstance(one, dict) and one.get("operationId") == operation:
                        return [int(code) for code in one["responses"] if code[0] in "45"]
        raise AssertionError(operation)

    def handle(self, asked: Asked) -> Answer:
        """Pass one request on."""
        found = next(filter(None, (self._of(one, asked) for one in self.prisms)), None)
        if found is None:
            if self.own is not None:
                return self.own(asked)
            self._note(asked, "", Answer(404), ("in no document: " + asked.path,))
            return Answer(404)
        prism, path, operation = found
        answer, faults = self._forwarded(prism, path, operation, asked)
        self._note(asked, operation, answer, faults)
        if operation in self.instead and answer.status < 400:
            return self.instead[operation](asked)
        return answer

    def _of(self, prism: Prism, asked: Asked) -> tuple[Prism, str, str] | None:
        prefix = prefix_of(prism.content)
        if not asked.path.startswith(prefix):
            return None
        path = asked.path[len(prefix) :]
        templates = sorted(prism.content["paths"], key=lambda one: str(one).count("{"))
        for template in templates:
            method = prism.content["paths"][template].get(asked.method.lower())
            hit = method and re.fullmatch(re.sub(r"\{[^}]+\}", _part(method), template), path)
            if hit:
                name = str(method.get("operationId") or f"{asked.method} {template}")
                return prism, _in_one_part(path, hit), name
        return None

    def _forwarded(
        self, prism: Prism, path: str, operation: str, asked: Asked
    ) -> tuple[Answer, tuple[str, ...]]:
        headers = {key: value for key, value in asked.headers.items() if key not in HOP_BY_HOP}
        if self.proof and headers.get(self.proof[0]) != self.proof[1]:
            headers.pop(self.proof[0], None)
        if wanted := self.prefer.get(operation) or self.prefer.get("*"):
            headers["prefer"] = wanted
        query = f"?{asked.raw_query}" if asked.raw_query else ""
        response = self.client.request(
            asked.method, prism.url + path + query, headers=headers, content=asked.body
        )
        kept = {
            name: value
            for name, value in response.headers.items()
            if name not in HOP_BY_HOP and name != VIOLATIONS
        }
        return Answer(response.status_code, response.content, kept), faults_of(response, operation)

    def _note(self, asked: Asked, operation: str, answer: Answer, faults: tuple[str, ...]) -> None:
        self.served.append(Served(asked, operation, answer.status, faults, answer.content))


def _part(method: Mapping[str, Any]) -> str:
    """Give the pattern of a part of a path; Amazon has one that takes the whole rest."""
    is_greedy = any(one.get(GREEDY) for one in method.get("parameters", []))
    return "(.+)" if is_greedy else "[^/]+"


def _in_one_part(path: str, hit: re.Match[str]) -> str:
    """Write the rest that a greedy part takes as Prism understands it: without a slash."""
    return path[: hit.start(1)] + quote(hit[1], safe="") if hit.re.groups else path


def faults_of(response: httpx.Response, operation: str) -> tuple[str, ...]:
    """Say what Prism found wrong in a request. That a vendor's example breaks its schema is no fault."""
    found = [
        f"{operation}: {'.'.join(map(str, one['location']))}: {one['message']}"
        for one in json.loads(response.headers.get(VIOLATIONS, "[]"))
        if one["location"][0] == "request"
    ]
    if PROBLEM in response.text:
        found.append(f"{operation}: {response.text[:600]}")
    return tuple(found)


def prefix_of(content: Mapping[str, Any]) -> str:
    """Give the prefix that a document's server puts before its paths."""
    if "swagger" in content:
        return str(content.get("basePath") or "").rstrip("/")
    server = (content.get("servers") or [{"url": ""}])[0]
    url = str(server["url"])
    for name, one in server.get("variables", {}).items():
        url = url.replace(f"{{{name}}}", str(one.get("default", "")))
    return urlsplit(url).path.rstrip("/")


@contextmanager
def front(
    prisms: Sequence[Prism], *, proof: tuple[str, str] | None = None, own: Handle | None = None
) -> Iterator[Front]:
    """Open a door before these until the block ends. `proof`: the header that counts, and its value."""
    door = Front(prisms, proof, own)
    with door.client, vendor(door.handle) as running:
        door.vendor = running
        yield door
