"""Structs accept what is clean for their models, and nothing else; what is unknown raises."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import pytest
from annotated_types import Ge, Le, MinLen, MultipleOf
from pydantic import AfterValidator, BeforeValidator, Field, StrictStr, field_validator

from completion_analytics.fast.structs import Structs, UnknownFeature
from completion_analytics.models import Completion, CreateChatCompletionRequest
from completion_analytics.models.clean import Clean, Record


def struct_of(model: Any) -> Any:
    return Structs({}).of(model)


def decoded(model: Any, raw: bytes) -> Any:
    return msgspec.json.decode(raw, type=struct_of(model))


def a_model(annotation: Any, default: Any = None) -> Any:
    return type("Made", (Record,), {"__annotations__": {"field": annotation}, "field": default})


def shouted(value: str) -> str:
    return value.upper()


@pytest.mark.parametrize(
    ("annotation", "clean", "unclean"),
    [
        (int | None, b"5", b"5.0"),
        (int | None, b"9223372036854775807", b"9223372036854775808"),
        (Annotated[int, Ge(0), Le(9)] | None, b"9", b"10"),
        (float | None, b"5", b'"5"'),
        (str | None, b'"a"', b"1"),
        (bool | None, b"true", b'"true"'),
        (list[int] | None, b"[1]", b'["1"]'),
        (dict[str, int] | None, b'{"a": 1}', b'{"a": null}'),
        (Literal["a", "b"] | None, b'"b"', b'"c"'),
        (Annotated[int | None, Clean(int | None, lambda value, _: int(value))], b"1", b'"1"'),
        (list[int] | list[str] | None, b"[1]", b'["a"]'),  # one kind of list is told from others
    ],
)
def test_a_struct_takes_the_clean_form_alone(annotation: Any, clean: bytes, unclean: bytes) -> None:
    model = a_model(annotation)
    assert decoded(model, b'{"field": %s}' % clean).field == msgspec.json.decode(clean)
    assert decoded(model, b"{}").field is None
    with pytest.raises(msgspec.ValidationError):
        decoded(model, b'{"field": %s}' % unclean)


def test_a_key_that_is_not_declared_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `team`"):
        decoded(a_model(str | None), b'{"team": "blue"}')


def test_a_default_that_the_model_would_validate_must_be_there() -> None:
    default = Field(default=None, validate_default=True)
    with pytest.raises(msgspec.ValidationError, match="missing required field"):
        decoded(a_model(str | None, default), b"{}")


@pytest.mark.parametrize(
    "annotation",
    [
        Annotated[str | None, AfterValidator(shouted)],
        Annotated[str | None, BeforeValidator(shouted)],
        Annotated[str | None, Clean(StrictStr | None, shouted), AfterValidator(shouted)],  # type: ignore[arg-type]  # because it is never called
        Annotated[str, MinLen(2)] | None,
        Annotated[int, MultipleOf(2)] | None,
        Annotated[str, Field(max_length=3)] | None,
        dict[int, str] | None,
        set[str] | None,
        float | int | None,
        bytes | None,
    ],
)
def test_what_has_no_counterpart_raises(annotation: Any) -> None:
    with pytest.raises(UnknownFeature):
        struct_of(a_model(annotation))


def test_a_model_with_a_validator_of_its_own_raises() -> None:
    class Checked(Record):
        name: str | None = None

        @field_validator("name")
        @classmethod
        def shouted(cls, value: str | None) -> str | None:
            return value and value.upper()

    class Renamed(Record):
        name: str | None = Field(default=None, alias="label")

    class Closed(Record, extra="forbid"):
        name: str | None = None

    for model in (Checked, Renamed, Closed):
        with pytest.raises(UnknownFeature):
            struct_of(model)


def test_a_union_told_apart_by_a_function_needs_a_choice() -> None:
    with pytest.raises(UnknownFeature, match="shape_of_request"):
        struct_of(Completion)


def test_messages_of_all_documented_roles_are_one_struct() -> None:
    raw = b'{"messages": [{"role": "user", "content": "a"}, {"role": "tool", "tool_call_id": "b"}]}'
    messages = decoded(CreateChatCompletionRequest, raw).messages
    assert [message.role for message in messages] == ["user", "tool"]
    with pytest.raises(msgspec.ValidationError, match="Invalid enum value 'model'"):
        decoded(CreateChatCompletionRequest, b'{"messages": [{"role": "model"}]}')
