"""The texts of the JSON interface's reference, read from the source that describes it.

They stand where the interface is made: as docstrings of its operations and objects, and as words
beside their fields. The page that shows them asks for each in the reader's language.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

NAMED = ("summary", "description")
"""The arguments that describe an operation, a parameter or a field."""
OBJECTS = ("Schema", "TicketLine")
HIDDEN = "include_in_schema=False"


def texts_of_interface(source: str) -> Iterator[str]:
    """Give every text of a module that comes into the OpenAPI document, each on one line."""
    for node in ast.walk(ast.parse(source)):
        if _is_described(node):
            assert isinstance(node, ast.ClassDef | ast.FunctionDef)
            if text := ast.get_docstring(node):
                yield " ".join(text.split())
        if isinstance(node, ast.Call):
            for argument in node.keywords:
                if argument.arg in NAMED and isinstance(argument.value, ast.Constant):
                    yield " ".join(str(argument.value.value).split())


def _is_described(node: ast.AST) -> bool:
    if isinstance(node, ast.ClassDef):
        return any(ast.unparse(base) in OBJECTS for base in node.bases)
    if isinstance(node, ast.FunctionDef):
        told = [ast.unparse(one) for one in node.decorator_list]
        return any("router." in one and HIDDEN not in one for one in told)
    return False
