"""Holds requests and answers against Amazon's Swagger 2.0 models, which openapi-core does not read."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft4Validator
from tests.channels.loopback import Asked
from tests.channels.specs import SPECS

FILES = ("orders_2026-01-01", "messaging", "solicitations", "reports_2021-06-30", "notifications",
         "uploads_2020-11-01")  # fmt: skip
FOLDER = SPECS / "amazon-sp-api"


@cache
def documents() -> tuple[dict[str, Any], ...]:
    """Give the models there are; none where the specifications are missing."""
    return tuple(
        json.loads((FOLDER / f"{name}.json").read_text())
        for name in FILES
        if (FOLDER / f"{name}.json").exists()
    )


def problems(asked: Asked) -> list[str]:
    """Name what is wrong with a request; without specifications nothing can be."""
    if not documents():
        return []
    for document in documents():
        for template, operations in document["paths"].items():
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
            if "uploadDestinations" in template:
                pattern = pattern.replace("[^/]+", ".+")
            operation = operations.get(asked.method.lower())
            if operation and re.fullmatch(pattern, asked.path):
                shared = operations.get("parameters", [])
                return _broken(document, [*shared, *operation.get("parameters", [])], asked)
    return [f"no such operation: {asked.method} {asked.path}"]


def validator(document: dict[str, Any], name: str) -> Draft4Validator:
    """Give what checks a value against one definition of a model."""
    return Draft4Validator(
        {"$ref": f"#/definitions/{name}", "definitions": document["definitions"]}
    )


def _broken(document: dict[str, Any], parameters: list[Any], asked: Asked) -> list[str]:
    named = [
        document["parameters"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for one in parameters
    ]
    queries = {one["name"]: one for one in named if one["in"] == "query"}
    found = [f"unknown parameter {name}" for name in asked.query if name not in queries]
    found += [
        f"missing parameter {name}"
        for name, one in queries.items()
        if one.get("required") and name not in asked.query
    ]
    for name, text in asked.query.items():
        found += _wrong(name, text, queries.get(name, {}))
    for one in named:
        if one["in"] == "body":
            schema = one["schema"]["$ref"].rpartition("/")[2]
            errors = validator(document, schema).iter_errors(asked.json)
            found += [error.message for error in errors]
    return found


def _wrong(name: str, text: str, rule: dict[str, Any]) -> list[str]:
    values = text.split(",") if rule.get("type") == "array" else [text]
    allowed = rule.get("enum") or rule.get("items", {}).get("enum")
    wrong = [f"{name}={one}" for one in values if allowed and one not in allowed]
    if rule.get("type") == "integer" and not rule.get("minimum", 0) <= int(text) <= rule.get(
        "maximum", 10**9
    ):
        wrong.append(f"{name}={text}")
    return wrong
