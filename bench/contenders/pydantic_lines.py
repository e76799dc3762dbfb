"""Our models line by line, the results dropped: what validation alone costs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, TypeAdapter, ValidationError

from completion_analytics.models import Completion, CreateCompletionResponse

from .opening import opened


def log10(path: Path) -> None:
    _validate(path, Completion)


def text(path: Path) -> None:
    _validate(path, CreateCompletionResponse)


def _validate(path: Path, model: type[BaseModel]) -> None:
    with opened(path) as file:
        if path.suffix == ".json":
            array = list[model]  # type: ignore[valid-type]  # because the model is a value here
            TypeAdapter(array).validate_json(file.read())
            return
        for line in file:
            with suppress(ValidationError):
                model.model_validate_json(line)
