"""The columns of a claim: which they are, and of what type, as the record says."""

from __future__ import annotations

import datetime as dt
import types
import typing
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from claimlines.records import Claim

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["arrow_schema", "column_names"]


def column_names() -> list[str]:
    """The fields of a claim, in their order."""
    return list(Claim.model_fields)


def arrow_schema(without: str | None = None) -> pa.Schema:
    """The Arrow schema of claims: dates as dates, optional fields nullable.

    ``without`` leaves a column out that a partition's folder name tells.
    """
    import pyarrow as pa

    hints = typing.get_type_hints(Claim)
    return pa.schema([_field(name, hints[name]) for name in Claim.model_fields if name != without])


def _field(name: str, hint: Any) -> pa.Field:
    import pyarrow as pa

    kind, optional = _bare(hint)
    return pa.field(name, _type(kind), nullable=optional)


def _bare(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, types.UnionType):
        members = [member for member in get_args(hint) if member is not type(None)]
        return members[0], len(members) < len(get_args(hint))
    return hint, False


def _type(kind: Any) -> pa.DataType:
    import pyarrow as pa

    simple = {str: pa.string(), float: pa.float64(), int: pa.int64(), bool: pa.bool_(), dt.date: pa.date32()}
    origin = get_origin(kind)
    if origin is Literal:
        return pa.string()
    if origin is list:
        return pa.list_(_type(get_args(kind)[0]))
    if origin is dict:
        key, value = get_args(kind)
        return pa.map_(_type(key), _type(value))
    return simple[kind]
