"""The names that EXCEPTION WHEN gives to SQLSTATEs (errcodes.txt) which statements on a schema can raise."""

from collections.abc import Mapping
from typing import Any

_STATES = {
    "ambiguous_column": "42702",
    "ambiguous_function": "42725",
    "cannot_coerce": "42846",
    "check_violation": "23514",
    "datatype_mismatch": "42804",
    "dependent_objects_still_exist": "2BP01",
    "duplicate_column": "42701",
    "duplicate_function": "42723",
    "duplicate_object": "42710",
    "duplicate_schema": "42P06",
    "duplicate_table": "42P07",
    "feature_not_supported": "0A000",
    "foreign_key_violation": "23503",
    "insufficient_privilege": "42501",
    "invalid_column_reference": "42P10",
    "invalid_object_definition": "42P17",
    "invalid_parameter_value": "22023",
    "invalid_schema_name": "3F000",
    "invalid_table_definition": "42P16",
    "no_data_found": "P0002",
    "not_null_violation": "23502",
    "object_in_use": "55006",
    "object_not_in_prerequisite_state": "55000",
    "raise_exception": "P0001",
    "reserved_name": "42939",
    "syntax_error": "42601",
    "too_many_rows": "P0003",
    "undefined_column": "42703",
    "undefined_file": "58P01",
    "undefined_function": "42883",
    "undefined_object": "42704",
    "undefined_parameter": "42P02",
    "undefined_table": "42P01",
    "unique_violation": "23505",
    "wrong_object_type": "42809",
}
_CLASSES = {
    "syntax_error_or_access_rule_violation": "42",
    "integrity_constraint_violation": "23",
    "data_exception": "22",
    "object_not_in_prerequisite_state": "55",
    "plpgsql_error": "P0",
}
# OTHERS does not catch a failed ASSERT.
_ASSERT = "P0004"


def catches(handler: Mapping[str, Any], state: str) -> bool:
    """Whether an exception handler (PLpgSQL_exception) is for this SQLSTATE."""
    names = (each["PLpgSQL_condition"]["condname"] for each in handler["PLpgSQL_exception"]["conditions"])
    return any(_is_for(name, state) for name in names)


def _is_for(name: str, state: str) -> bool:
    if name == "others":
        return state != _ASSERT
    if name in _CLASSES and state.startswith(_CLASSES[name]):
        return True
    return state == _STATES.get(name, name)
