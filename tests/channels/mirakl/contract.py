"""Mirakl's own OpenAPI documents, asked whether a request of ours is one of theirs.

The documents are OpenAPI 3.1, whose schemas are JSON Schema. Pagination (`limit`, `page_token`,
`max`, `offset`) is described there in prose only; a file of a multipart request has no schema to speak
of, so it is only looked at whether the operation takes files.
"""

from __future__ import annotations

import json
import re
from email import message_from_bytes
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from tests.channels.loopback import Asked

PAGING = {"limit", "page_token", "max", "offset"}
METHODS = ("get", "post", "put", "patch", "delete")


@cache
def document(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    value: dict[str, Any] = (
        json.loads(text)
        if path.suffix == ".json"
        else yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    )
    return value


class Contract:
    """One document."""

    def __init__(self, path: Path) -> None:
        self.value = document(path)

    def operation(self, method: str, path: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give the operation that a request is for, and its path item. A literal path comes first."""
        for template in sorted(self.value["paths"], key=lambda one: one.count("{")):
            pattern = re.sub(r"\{[^}]+\}", r"[^/]+", template)
            item = self.value["paths"][template]
            if re.fullmatch(pattern, path) and method.lower() in item:
                return item[method.lower()], item
        raise AssertionError(f"{method} {path} is no operation of the vendor's")

    def by_id(self, operation_id: str) -> dict[str, Any]:
        """Give an operation by its name."""
        for item in self.value["paths"].values():
            for method in METHODS:
                if item.get(method, {}).get("operationId") == operation_id:
                    found: dict[str, Any] = item[method]
                    return found
        raise AssertionError(operation_id)

    def examples(self, operation_id: str, status: str = "200") -> list[Any]:
        """Give the vendor's own example answers of an operation."""
        content = self.by_id(operation_id)["responses"][status]["content"]["application/json"]
        return [one["value"] for one in content.get("examples", {}).values()]

    def check(self, asked: Asked) -> None:
        """Fail where a request is none that the vendor describes."""
        assert asked.headers.get("authorization"), "no credentials"
        operation, item = self.operation(asked.method, asked.path)
        given = [*item.get("parameters", []), *operation.get("parameters", [])]
        known = {one["name"]: one for one in map(self._resolved, given) if one["in"] == "query"}
        for name, text in asked.query.items():
            assert name in known or name in PAGING, f"{asked.path}: no parameter {name}"
            if name in known:
                self._check_parameter(known[name], text)
        for name, parameter in known.items():
            assert not parameter.get("required") or name in asked.query, f"{name} is missing"
        if "requestBody" in operation:
            self._check_body(operation["requestBody"]["content"], asked)

    def valid(self, schema: Any, value: Any) -> None:
        """Fail where a value is not of a schema."""
        if isinstance(schema, str):
            schema = {"$ref": f"#/components/schemas/{schema}"}
        whole = {**schema, "components": self.value["components"]}
        Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)

    def _resolved(self, value: dict[str, Any]) -> dict[str, Any]:
        found: Any = value
        while "$ref" in found:
            steps = found["$ref"].split("/")[1:]
            found = self.value
            for step in steps:
                found = found[step]
        return dict(found)

    def _check_parameter(self, parameter: dict[str, Any], text: str) -> None:
        schema = self._resolved(parameter.get("schema", {}))
        if schema.get("type") == "array":
            item = schema.get("items", {})
            for one in text.split(","):
                self.valid(item, one)
            return
        value: Any = text
        if schema.get("type") == "integer":
            value = int(text)
        if schema.get("type") == "boolean":
            value = {"true": True, "false": False}[text]
        if schema.get("format") == "date-time":
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text), f"{text} is no moment"
        self.valid({k: v for k, v in schema.items() if k != "description"}, value)

    def _check_body(self, content: dict[str, Any], asked: Asked) -> None:
        kind = asked.headers["content-type"].partition(";")[0]
        assert kind in content, f"{asked.path} does not take {kind}"
        schema = self._resolved(content[kind]["schema"])
        told = {}
        for name, _, part in parts(asked):
            assert name in schema["properties"], f"{asked.path} has no part {name}"
            if name != "files":
                told[name] = json.loads(part)
                self.valid(schema["properties"][name], told[name])
        for name in schema.get("required", []):
            assert name in told, f"{asked.path}: the part {name} is missing"


def parts(asked: Asked) -> list[tuple[str, str, bytes]]:
    """Give the parts of a multipart request: name, file name, content."""
    head = f"content-type: {asked.headers['content-type']}\r\n\r\n".encode()
    found = []
    for part in message_from_bytes(head + asked.body).get_payload():
        name = part.get_param("name", header="content-disposition")
        found.append((name, part.get_filename() or "", part.get_payload(decode=True)))
    return found
