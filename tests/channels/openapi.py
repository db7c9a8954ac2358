"""Requests and answers, held against a vendor's OpenAPI 3 document in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator
from tests.channels.loopback import Asked

LEAST: Mapping[str, Any] = {
    "string": "string", "integer": -2147483648, "number": 0.5, "boolean": True, "object": {},
}  # fmt: skip
"""What a mock gives where the document has no example: the smallest of each type."""
DEPTH_MAX = 8
METHODS = ("get", "post", "put", "patch", "delete")


class Document:
    """One OpenAPI document, its paths under the prefix of its server."""

    def __init__(self, path: Path) -> None:
        self.content = json.loads(path.read_text(encoding="utf-8"))
        server = (self.content.get("servers") or [{"url": ""}])[0]
        base = server.get("variables", {}).get("basePath", {}).get("default", "")
        self.prefix = base or urlsplit(server["url"].replace("{basePath}", "")).path.rstrip("/")

    def operation(self, asked: Asked) -> Mapping[str, Any] | None:
        """Give the operation of a request; None where the document has none."""
        for path, methods in self.content["paths"].items():
            pattern = re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(self.prefix + path))
            if re.fullmatch(pattern, asked.path) and asked.method.lower() in methods:
                return dict(methods[asked.method.lower()])
        return None

    def faults(self, asked: Asked, *, strict: bool = True) -> list[str]:
        """Say what a request breaks of its operation; `strict`: also what the document does not know."""
        operation = self.operation(asked)
        if operation is None:
            return [f"no operation {asked.method} {asked.path}"]
        found = list(self._parameter_faults(operation, asked, strict=strict))
        body = self.resolved(operation.get("requestBody", {})).get("content", {})
        if body and asked.method in ("POST", "PUT", "PATCH"):
            schema = next(iter(body.values())).get("schema", {})
            found += self._body_faults(schema, asked, strict=strict)
        return found

    def answer_faults(self, asked: Asked, status: int, value: Any) -> list[str]:
        """Say what an answer breaks of its schema."""
        operation = self.operation(asked) or {}
        content = operation.get("responses", {}).get(str(status), {}).get("content", {})
        if not content:
            return []
        return self._broken(next(iter(content.values())).get("schema", {}), value)

    def least(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        """Make the smallest answer of a schema, as a mock without examples does."""
        schema = self.resolved(schema)
        if "properties" in schema and depth < DEPTH_MAX:
            return {name: self.least(one, depth + 1) for name, one in schema["properties"].items()}
        if schema.get("type") == "array":
            return [self.least(schema["items"], depth + 1)] if depth < DEPTH_MAX else []
        return LEAST.get(schema.get("type", "object"), {})

    def least_answer(self, asked: Asked) -> Any:
        """Make the smallest answer to a request that succeeds."""
        for status, answer in (self.operation(asked) or {}).get("responses", {}).items():
            for media in self.resolved(answer).get("content", {}).values():
                if status.startswith("2"):
                    return self.least(media.get("schema", {}))
        return {}

    def examples(self) -> Iterator[tuple[str, str, Any]]:
        """Yield every example answer of the vendor's own: method, path, value."""
        for path, methods in self.content["paths"].items():
            for method, operation in methods.items():
                if method not in METHODS:
                    continue
                for answer in operation.get("responses", {}).values():
                    for media in self.resolved(answer).get("content", {}).values():
                        if "example" in media:
                            yield method, path, media["example"]
                        for one in media.get("examples", {}).values():
                            yield method, path, self.resolved(one).get("value")

    def resolved(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow a reference within the document."""
        while "$ref" in value:
            found = self.content
            for part in value["$ref"].lstrip("#/").split("/"):
                found = found[part]
            value = found
        return value

    def _parameter_faults(
        self, operation: Mapping[str, Any], asked: Asked, *, strict: bool
    ) -> Iterator[str]:
        told = [self.resolved(one) for one in operation.get("parameters", [])]
        known = {one["name"] for one in told if one["in"] == "query"}
        for one in told:
            name, place = one["name"], one["in"]
            given = asked.query.get(name) if place == "query" else asked.headers.get(name.lower())
            if place == "path":
                continue
            if given is None and one.get("required") and name != "Authorization":
                yield f"{asked.path}: {place} {name} is missing"
            allowed = self.resolved(one.get("schema", {})).get("enum")
            if given is not None and allowed and given not in [str(value) for value in allowed]:
                yield f"{asked.path}: {name}={given} is none of {allowed}"
        if strict:
            yield from (f"{asked.path}: unknown {name}" for name in asked.query.keys() - known)

    def _body_faults(self, schema: Mapping[str, Any], asked: Asked, *, strict: bool) -> list[str]:
        value = json.loads(asked.body)
        known = self.resolved(schema).get("properties", {})
        unknown = value.keys() - known.keys() if strict and known else ()
        return [*self._broken(schema, value), *(f"unknown {name}" for name in unknown)]

    def _broken(self, schema: Mapping[str, Any], value: Any) -> list[str]:
        whole = {**schema, "components": self.content.get("components", {})}
        return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


@cache
def document(path: Path) -> Document:
    """Load a document once."""
    return Document(path)
