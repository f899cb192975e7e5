"""What the fields of a contract say in their docstrings, read from the source when somebody asks.

Only JSON Schemas and a refusal of what is missing ask. pydantic can read docstrings as well
(``use_attribute_docstrings``), but does it for each class that is made: a tenth of `leadstream scorecard check`.
"""

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from textwrap import dedent

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class Described(BaseModel):
    """Base of contracts; the docstring below a field is its description."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the JSON Schema, with what the fields say."""
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for name, field in cls.model_fields.items():
            described = properties.get(field.alias or name)
            if described is not None and (text := description(cls, name)):
                described["description"] = text
        return schema


def description(model: type[BaseModel], field: str) -> str:
    """Return what a field of a contract says; nothing if it says nothing.

    Args:
        model: The contract.
        field: The field's name in Python.
    """
    parts = [part for part in model.__mro__ if issubclass(part, Described)]
    return next((text for part in parts if (text := _docstrings(part).get(field))), "")


@cache
def _docstrings(model: type) -> Mapping[str, str]:
    """Return the texts that stand below the fields of a class, by field; none if the source is not there."""
    try:
        body = ast.parse(dedent(inspect.getsource(model))).body[0]
    except (OSError, TypeError):
        return {}
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in pairwise(body.body if isinstance(body, ast.ClassDef) else ())
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
    }
