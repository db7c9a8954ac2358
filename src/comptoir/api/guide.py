"""The interface as a page to read, drawn from its own OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET
from ninja import NinjaAPI

from comptoir.api.tokens import REQUESTS_A_MINUTE

Spec = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of an answer."""

    name: str
    kind: str
    meaning: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An object that answers hold, and its fields."""

    name: str
    meaning: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    answers: str
    example: str


@login_required
@require_GET
def show(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """Show what can be asked, and what is answered."""
    spec: Spec = api.get_openapi_schema(path_prefix="/api/v1/")
    values = {
        "operations": list(operations(spec)),
        "answers": list(answers(spec)),
        "requests_a_minute": REQUESTS_A_MINUTE,
        "base": f"{settings.URL}/api/v1",
    }
    return render(request, "api/guide.html", values)


def operations(spec: Spec) -> Iterator[Operation]:
    """Read the operations of the document, in its order."""
    for path, methods in spec["paths"].items():
        for method, told in methods.items():
            good = next(code for code in told["responses"] if str(code).startswith("2"))
            content = told["responses"][good]["content"]["application/json"]["schema"]
            yield Operation(
                method=method.upper(),
                path=path,
                summary=said(told["summary"]),
                description=said(told.get("description", "")),
                parameters=tuple(_parameters(spec, told)),
                answers=kind_of(content),
                example=_example(method, path),
            )


def answers(spec: Spec) -> Iterator[Answer]:
    """Read the objects that go in and out, in the order in which operations speak of them."""
    schemas = spec["components"]["schemas"]
    for name in _named(spec["paths"], schemas, {}):
        told = schemas[name]
        if "properties" in told:
            yield Answer(
                name, said(told.get("description", "")), tuple(_fields(told["properties"]))
            )


def said(text: str) -> str:
    """Say a text of the document in the reader's language; names of fields stay as they are."""
    line = " ".join(text.split())
    return gettext(line) if line else ""


def texts_of(one: Operation | Answer) -> list[str]:
    """Give what is said of an operation or an object, and of its fields."""
    if isinstance(one, Operation):
        texts = [one.summary, one.description, *(field.meaning for field in one.parameters)]
    else:
        texts = [one.meaning, *(field.meaning for field in one.fields)]
    return [text for text in texts if text]


def kind_of(told: Spec) -> str:
    """Name a type of the document in a few words."""
    if "$ref" in told:
        return str(told["$ref"].rpartition("/")[2])
    if "anyOf" in told:
        return " | ".join(kind_of(one) for one in told["anyOf"])
    if "enum" in told:
        return " | ".join(str(one) for one in told["enum"])
    if told.get("type") == "array":
        return f"[{kind_of(told['items'])}]"
    return {"date-time": "moment"}.get(told.get("format", ""), str(told.get("type", "object")))


def _named(told: object, schemas: Spec, found: dict[str, None]) -> dict[str, None]:
    """Collect the names of objects under `told`, parameters left out: they have their tables."""
    if isinstance(told, Mapping):
        name = kind_of(told) if "$ref" in told else ""
        if name and name not in found:
            found[name] = None
            _named(schemas[name], schemas, found)
        for key, value in told.items():
            if key != "parameters":
                _named(value, schemas, found)
    elif isinstance(told, list):
        for value in told:
            _named(value, schemas, found)
    return found


def _parameters(spec: Spec, told: Spec) -> Iterator[Field]:
    for one in told.get("parameters", ()):
        kind = kind_of(_resolved(spec, one["schema"])).removesuffix(" | null")
        meaning = one.get("description") or one["schema"].get("description", "")
        yield Field(one["name"], kind, said(meaning), one.get("required", False))
    if "requestBody" in told:
        body = told["requestBody"]["content"]["application/json"]["schema"]
        yield from _fields(_resolved(spec, body)["properties"])


def _resolved(spec: Spec, told: Spec) -> Spec:
    """Give what a type refers to, where it is only a name for a list of words or an object."""
    if "anyOf" in told:
        return {**told, "anyOf": [_resolved(spec, one) for one in told["anyOf"]]}
    if "$ref" in told:
        found: Spec = spec["components"]["schemas"][kind_of(told)]
        return found
    return told


def _fields(properties: Spec) -> Iterator[Field]:
    for name, told in properties.items():
        yield Field(name, kind_of(told), said(told.get("description", "")))


def _example(method: str, path: str) -> str:
    address = f"{settings.URL}{path}".replace("{ticket_id}", "1").replace("{connection_id}", "1")
    lines = ['curl -H "Authorization: Bearer $TOKEN"']
    if method == "post":
        body = '\'{"text": "Parcel found."}\'' if path.endswith("/notes") else "@body.json"
        lines.append(f"-H 'Content-Type: application/json' -d {body}")
    return " \\\n  ".join([*lines, f'"{address}"'])
