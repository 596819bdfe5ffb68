"""What a person may set, as an annotated type: help, example and bounds, shared by commands, Prefect and programs."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, cast, get_args, get_type_hints

Work = TypeVar("Work", bound=Callable[..., Any])


@dataclass(frozen=True)
class Option:
    """One option or argument, as metadata of its type: `Annotated[int, Option("pages cleaned at once", least=1)]`.

    `example` is the option as it is typed, `unit` what a number counts ("seconds"), `default` what happens without it
    where its value does not say that. A number must be `least` or more and `most` or less, lie `above` and `below` these.
    An argument (`by_place`) is named by its place; what is not `in_flow` is no parameter of the Prefect flow.
    """

    help: str
    example: str = ""
    metavar: str = ""
    unit: str = ""
    default: str = ""
    least: float | None = None
    above: float | None = None
    most: float | None = None
    below: float | None = None
    by_place: bool = False
    in_flow: bool = True

    def explained(self, value: object = None) -> str:
        """The help, with what happens without the option: its default `value`, or what `default` says."""
        default = self.default
        if not default and value is not None and value is not False and value is not inspect.Parameter.empty:
            default = f"{value:g}" if isinstance(value, float) else str(value)
        notes = [f"default: {default}"] if default else []
        if self.example:
            notes.append(f"as in {self.example}")
        return f"{self.help} ({'; '.join(notes)})" if notes else self.help

    def need(self) -> str:
        """What a number must be, in words: "needs seconds above 0, as in --page-timeout 30"."""
        low = self.least if self.above is None else self.above
        high = self.most if self.below is None else self.below
        if low is None:
            bounds = "" if high is None else f"{'at most' if self.below is None else 'below'} {high:g}"
        elif high is None or math.isinf(high):
            bounds = f"{'at least' if self.above is None else 'above'} {low:g}"
        else:
            bounds = f"from {low:g} to {'' if self.below is None else 'below '}{high:g}"
        said = " ".join(filter(None, ("needs", self.unit, bounds)))
        return f"{said}, as in {self.example}" if self.example else said

    def check(self, value: Any) -> Any:
        """The value, if it lies within the bounds. Raises ValueError, in words."""
        if isinstance(value, int | float) and not isinstance(value, bool) and not self._holds(value):
            raise ValueError(self.need())
        return value

    def _holds(self, value: float) -> bool:
        return not math.isnan(value) and (
            (self.least is None or value >= self.least)
            and (self.above is None or value > self.above)
            and (self.most is None or value <= self.most)
            and (self.below is None or value < self.below)
        )

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Have pydantic, by which Prefect checks the parameters of a flow, check these bounds in these words."""
        from pydantic import AfterValidator, BeforeValidator  # not at the top: a plain run does without it

        return handler(Annotated[source, BeforeValidator(not_empty), AfterValidator(self.check)])

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        """Have the help and the bounds stand in the schema that Prefect's server and its forms go by."""
        bounds = {
            "minimum": self.least, "exclusiveMinimum": self.above, "maximum": self.most, "exclusiveMaximum": self.below
        }  # fmt: skip
        finite = {name: bound for name, bound in bounds.items() if bound is not None and math.isfinite(bound)}
        return {**handler(schema), **finite, "description": self.explained()}


def not_empty(value: Any) -> Any:
    """The value, unless it is an empty str, of which a path would make the folder one stands in. Raises ValueError."""
    if value == "":
        raise ValueError("is empty: give a value, or leave it out")
    return value


def option_of(annotation: Any) -> Option | None:
    """The option that a type is annotated with, if any."""
    return next((mark for mark in get_args(annotation)[1:] if isinstance(mark, Option)), None)


def parameters(of: Callable[..., Any]) -> Iterator[tuple[inspect.Parameter, Option]]:
    """The parameters of a function, or the fields of a dataclass, that are options; with their types, not their names."""
    types = get_type_hints(of, include_extras=True)
    for name, parameter in inspect.signature(of).parameters.items():
        option = option_of(types[name])
        if option:
            yield parameter.replace(annotation=types[name]), option


def check_options(values: object) -> None:
    """Check each field of a dataclass that is an option. Raises ValueError naming the first that is out of its bounds."""
    for parameter, option in parameters(type(values)):
        try:
            option.check(getattr(values, parameter.name))
        except ValueError as error:
            raise ValueError(f"{parameter.name} {error}") from None


def with_parameters_of(kind: Callable[..., Any]) -> Callable[[Work], Work]:
    """Give a function that takes anything by name the parameters of this dataclass, for whoever asks what it takes."""

    def signed(work: Work) -> Work:
        offered = [parameter for parameter, option in parameters(kind) if option.in_flow]
        cast(Any, work).__signature__ = inspect.Signature(
            offered, return_annotation=inspect.signature(work).return_annotation
        )
        return work

    return signed
