"""msgspec structs derived from the pydantic models: what they accept is clean for the models.

The models stay the only place where fields are declared. Of a lenient type only the clean form
counts; undeclared keys are refused. What this walk does not know raises `UnknownFeature`, and then
there is no fast path: a check is never skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import annotated_types as at
import msgspec
from pydantic import AfterValidator, BaseModel, Discriminator, Tag
from pydantic.fields import FieldInfo
from pydantic.types import AllowInfNan, Strict

from ..models.chat_response import told, with_messages, with_positions
from ..models.clean import Clean
from ..models.lenient import once
from .shallow import Shallow

Fields = Mapping[Any, Collection[str]]
"""Names of fields by the model that has them."""
_NONE: Fields = MappingProxyType({})
_INT = (-(2**63), 2**63 - 1)
_SCALARS = (str, bool, NoneType)
_KEEPS_ANYTHING = {"extra": "allow", "use_attribute_docstrings": True}
# What a clean form may leave out of sight: JSON values are strict anyway, and only finite numbers
# are JSON; the first member of a union that fits is the only one that does.
_HARMLESS_OPTIONS = frozenset(("strict", "allow_inf_nan", "union_mode"))


class _Kept(msgspec.Struct, gc=False):
    """Keeps a struct for ever, being in a cycle that nobody looks for.

    msgspec may crash when it frees a struct with limits: github.com/msgspec/msgspec/issues/717.
    """

    struct: Any
    itself: Any = None


class UnknownFeature(TypeError):
    """A model uses something that has no counterpart here."""


def _only_null(_: Any) -> Any:
    return None


def _unchanged(accepted: Any) -> Any:
    return accepted


# What a validator behind the clean form does to what may be accepted.
_BEHIND: Mapping[Callable[..., Any], Callable[[Any], Any]] = {
    once: _unchanged,  # tags become rows once each in any case
    told: _only_null,  # an error is for the models
    with_positions: _unchanged,  # `rows.is_clean` tells what it would change
    with_messages: _unchanged,  # the same
}


class Structs:
    """The structs of one family of models, each made once.

    Args:
        shapes: The tag to take of each union that a function discriminates.
        required: Keys, by model, that must be there.
        filled: Keys, by model, that must be there and not null.
        noticed: Keys, by model, of which it counts whether they are there.
    """

    def __init__(
        self,
        shapes: Mapping[Callable[..., Any], str],
        required: Fields = _NONE,
        filled: Fields = _NONE,
        noticed: Fields = _NONE,
    ) -> None:
        self._shapes = shapes
        self._required = required
        self._filled = filled
        self._noticed = noticed
        self._made: dict[tuple[type[BaseModel], ...], type[msgspec.Struct]] = {}

    def of(self, *models: type[BaseModel]) -> type[msgspec.Struct]:
        """The struct of a model, or the one of several that differ only in literal fields.

        Raises:
            UnknownFeature: a model has something that has no counterpart.
        """
        if models not in self._made:
            first = models[0]
            made = [self._field(first, name, self._merged(models, name)) for name in _names(models)]
            noticed = [n for n in self._noticed.get(first, ()) if n in first.model_fields]
            always = {n for n in noticed if n in self._required.get(first, ())}
            self._made[models] = msgspec.defstruct(
                first.__name__,
                made,
                namespace={**_class_variables(first), **_presence(always, noticed)},
                forbid_unknown_fields=True,
                omit_defaults=True,
                kw_only=True,
                gc=False,
            )
            kept = _Kept(self._made[models])
            kept.itself = kept
        return self._made[models]

    def _merged(self, models: tuple[type[BaseModel], ...], name: str) -> Any:
        """The type of a field that the models share: literals are united, others must be equal."""
        hints = list(dict.fromkeys(_hints(model)[name] for model in models))
        if len(hints) == 1:
            return self.type(hints[0])
        if not all(get_origin(hint) is Literal for hint in hints):
            raise UnknownFeature(f"{models[0].__name__}.{name} differs from its siblings'")
        return Literal[tuple(word for hint in hints for word in get_args(hint))]

    def _field(self, model: type[BaseModel], name: str, accepted: Any) -> Any:
        declared = model.model_fields[name]
        is_filled = name in self._filled.get(model, ())
        is_needed = is_filled or name in self._required.get(model, ())
        if is_filled:
            accepted = _without_null(accepted)
        # A default that is validated may be noted; any other than null would have to be made.
        if is_needed or declared.validate_default or declared.default is not None:
            return (name, accepted)
        if name in self._noticed.get(model, ()):
            return (name, accepted | msgspec.UnsetType, msgspec.UNSET)
        return (name, accepted, None)

    def type(self, hint: Any) -> Any:
        """The type that msgspec decodes for a pydantic annotation."""
        if hint in _SCALARS:
            return hint
        if hint is Any:
            return Shallow
        if hint is int:
            return Annotated[int, msgspec.Meta(ge=_INT[0], le=_INT[1])]
        if hint is float:
            return float
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            return self.of(hint)
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self._annotated(arguments[0], hint.__metadata__)
        if origin in (Union, UnionType):
            return _union(self.type(member) for member in arguments)
        if origin is list or (origin is dict and arguments[0] is str):
            return origin[tuple(self.type(argument) for argument in arguments)]
        if origin is Literal:
            return hint
        raise UnknownFeature(f"no counterpart of {hint!r}")

    def _annotated(self, bare: Any, metadata: tuple[Any, ...]) -> Any:
        limits: dict[str, Any] = {}
        narrow: Callable[[Any], Any] = _unchanged
        choose: Callable[[Any], Any] = self.type
        for mark in _flat(metadata):
            if isinstance(mark, Clean):  # what stands before it concerns the repaired value
                bare, limits, choose = mark.form, {}, self.type
            elif isinstance(mark, AfterValidator) and mark.func in _BEHIND:
                narrow = _BEHIND[mark.func]
            elif isinstance(mark, Discriminator):
                choose = self._discriminated(mark)
            elif not isinstance(mark, Strict | AllowInfNan | Tag):
                limits |= _limits(mark)
        return narrow(_limited(choose(bare), limits))

    def _discriminated(self, mark: Discriminator) -> Callable[[Any], Any]:
        if isinstance(mark.discriminator, str):
            return lambda union: self.of(*get_args(union))
        if mark.discriminator not in self._shapes:
            raise UnknownFeature(f"no shape is named for {mark.discriminator}")
        wanted = self._shapes[mark.discriminator]
        return lambda union: self.type(_tagged(union, wanted))


def _names(models: tuple[type[BaseModel], ...]) -> list[str]:
    """The names of the fields that all the models have; none may have anything unknown."""
    for model in models:
        if model.model_config != _KEEPS_ANYTHING:
            raise UnknownFeature(f"{model.__name__} is configured as {model.model_config}")
        decorators = model.__pydantic_decorators__
        is_decorated = any(getattr(decorators, kind.name) for kind in fields(decorators))
        if is_decorated or model.__pydantic_post_init__:
            raise UnknownFeature(f"{model.__name__} has validators or serialisers of its own")
        if model.model_fields.keys() != models[0].model_fields.keys():
            raise UnknownFeature(f"{model.__name__} has other fields than its siblings")
        for name, field in model.model_fields.items():
            if field.alias or field.validation_alias or field.default_factory or field.exclude:
                raise UnknownFeature(f"{model.__name__}.{name} has an alias or a factory")
    return list(models[0].model_fields)


@cache
def _hints(model: type[BaseModel]) -> dict[str, Any]:
    return get_type_hints(model, include_extras=True)


def _class_variables(model: type[BaseModel]) -> dict[str, Any]:
    return {name: getattr(model, name) for name in model.__class_vars__}


def _presence(always: Collection[str], noticed: Collection[str]) -> dict[str, Any]:
    """What tells which of the noticed fields were there, under pydantic's name."""
    if not noticed:
        return {}
    required, others = frozenset(always), [name for name in noticed if name not in always]

    def model_fields_set(self: Any) -> frozenset[str]:
        there = [name for name in others if getattr(self, name) is not msgspec.UNSET]
        return required.union(there) if there else required

    return {"model_fields_set": property(model_fields_set)}


def _flat(metadata: Iterable[Any]) -> Iterable[Any]:
    """The marks of an annotation, those within `Field(…)` too."""
    for mark in metadata:
        if not isinstance(mark, FieldInfo):
            yield mark
            continue
        yield from mark.metadata
        if mark.discriminator is not None:
            found = mark.discriminator
            yield found if isinstance(found, Discriminator) else Discriminator(found)


def _limits(mark: Any) -> dict[str, Any]:
    """What msgspec must check for a mark of an annotation."""
    for kind, name in ((at.Ge, "ge"), (at.Gt, "gt"), (at.Le, "le"), (at.Lt, "lt")):
        if isinstance(mark, kind):
            return {name: getattr(mark, name)}
    given = getattr(mark, "__dict__", None) or {"unknown": mark}
    options = {name: value for name, value in given.items() if value is not None}
    pattern = options.pop("pattern", None)
    if not options.keys() <= _HARMLESS_OPTIONS or (pattern and not isinstance(pattern, str)):
        raise UnknownFeature(f"no counterpart of {mark!r}")
    return {"pattern": pattern.replace(r"\z", r"\Z")} if pattern else {}


def _limited(accepted: Any, limits: dict[str, Any]) -> Any:
    if not limits:
        return accepted
    if get_origin(accepted) is Annotated:  # an int, which has bounds of its own
        (mark,) = accepted.__metadata__
        accepted = int
        limits["ge"] = max(limits.get("ge", mark.ge), mark.ge)
        limits["le"] = min(limits.get("le", mark.le), mark.le)
    if accepted not in (int, float, str):
        raise UnknownFeature(f"limits {limits} of {accepted!r}")
    return Annotated[accepted, msgspec.Meta(**limits)]


def _tagged(union: Any, wanted: str) -> Any:
    """The member of a union that bears a tag, with null where the union has it."""
    for member in get_args(union):
        if any(isinstance(mark, Tag) and mark.tag == wanted for mark in _metadata(member)):
            return member
    raise UnknownFeature(f"no member of {union!r} is tagged {wanted!r}")


def _metadata(hint: Any) -> tuple[Any, ...]:
    return getattr(hint, "__metadata__", ())


def _union(members: Iterable[Any]) -> Any:
    """The members that one decoder tells apart: of several lists, or objects, the first."""
    kept: dict[Any, Any] = {}
    for member in _spread(members):
        kept.setdefault(_json_kind(member), member)
    if int in kept and float in list(kept)[: list(kept).index(int)]:
        raise UnknownFeature("a whole number would become a float")
    return Union[tuple(kept.values())]  # noqa: UP007  # because the members are known only here


def _spread(members: Iterable[Any]) -> Iterable[Any]:
    for member in members:
        if get_origin(member) in (Union, UnionType):
            yield from get_args(member)
        else:
            yield member


def _json_kind(accepted: Any) -> Any:
    """Lists, and objects, are one kind each; text, too, by whatever it is limited."""
    bare = get_args(accepted)[0] if get_origin(accepted) is Annotated else accepted
    origin = get_origin(bare)
    if origin is Literal:
        return str
    if origin is dict or (isinstance(bare, type) and issubclass(bare, msgspec.Struct)):
        return dict
    return origin or bare


def _without_null(accepted: Any) -> Any:
    return _union(member for member in _spread([accepted]) if member is not NoneType)
