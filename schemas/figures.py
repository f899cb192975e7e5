"""Figures as a case expects them: ``62`` is what rounds to 62; ``60 to 65``; ``62 +- 2``; ``{at_least: 60}``."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, GetPydanticSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from schemas.scorecard_conditions import Number, Rules

FIGURE_FIX = "write a number, 60 to 65, 62 +- 2, or {at_least: 60}, {above: 60}, {at_most: 65}, {below: 65}"

_NUMBER = r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?"
_RANGE = re.compile(rf"({_NUMBER}) to ({_NUMBER})", re.ASCII)
_AROUND = re.compile(rf"({_NUMBER}) ?(?:\+-|\+/-|±) ?({_NUMBER})", re.ASCII)
_DECIMALS_MAX = 9
_SLACK = 1e-9
"""Sums of floats miss a bound by less than this."""


class FigureRules(Rules):
    """Bounds of a figure; all of them hold."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    rounds_to: Annotated[int | float, Field(ge=-1e9, le=1e9)] | None = None
    """Rounded to as many decimals as this has, it is this. Short form: the bare number."""
    at_least: Number | None = None
    """This or more."""
    above: Number | None = None
    """More than this."""
    at_most: Number | None = None
    """This or less."""
    below: Number | None = None
    """Less than this."""

    @property
    def decimals(self) -> int:
        """How many decimals tell whether it holds: as many as are written."""
        bounds = (bound for bound in (self.at_least, self.above, self.at_most, self.below) if bound is not None)
        written = [0 if bound.is_integer() else decimals_of(bound) for bound in bounds]
        return max([*written, 0 if self.rounds_to is None else decimals_of(self.rounds_to)])

    def holds(self, figure: float) -> bool:
        """Return whether a figure is within all bounds."""
        if self.rounds_to is not None:
            half = 0.5 * 10.0 ** -decimals_of(self.rounds_to)
            if abs(figure - self.rounds_to) > half + _SLACK:
                return False
        return not (
            (self.at_least is not None and figure < self.at_least - _SLACK)
            or (self.above is not None and figure <= self.above)
            or (self.at_most is not None and figure > self.at_most + _SLACK)
            or (self.below is not None and figure >= self.below)
        )

    def text(self) -> str:
        """Return what is expected, for people."""
        if self.rounds_to is not None:
            return f"{self.rounds_to}"
        if self.at_least is not None and self.at_most is not None:
            return f"{self.at_least:.12g} to {self.at_most:.12g}"
        words = {"at_least": "at least", "above": "above", "at_most": "at most", "below": "below"}
        named = ((word, getattr(self, name)) for name, word in words.items())
        return " and ".join(f"{word} {bound:.12g}" for word, bound in named if bound is not None)


def decimals_of(figure: int | float) -> int:
    """Return how many decimals a number is written with.

    Example:
        >>> decimals_of(62), decimals_of(62.0), decimals_of(0.25)
        (0, 1, 2)
    """
    if isinstance(figure, int):
        return 0
    exponent = Decimal(repr(figure)).as_tuple().exponent
    return min(max(-exponent, 0), _DECIMALS_MAX) if isinstance(exponent, int) else 0


def _spelt_out(value: object) -> object:
    """Return a figure in its long form.

    Raises:
        PydanticCustomError: If it is none; the text is the way out.
    """
    if isinstance(value, dict):
        if not value:
            raise PydanticCustomError("figure", FIGURE_FIX)
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"rounds_to": value}
    if isinstance(value, str):
        if found := _RANGE.fullmatch(value):
            return _ordered(float(found[1]), float(found[2]))
        if found := _AROUND.fullmatch(value):
            middle, slack = float(found[1]), abs(float(found[2]))
            return {"at_least": middle - slack, "at_most": middle + slack}
    raise PydanticCustomError("figure", FIGURE_FIX)


def _ordered(low: float, high: float) -> dict[str, float]:
    """Return a range as bounds.

    Raises:
        PydanticCustomError: If it goes down.
    """
    if low > high:
        raise PydanticCustomError("figure", "write the lower number first")
    return {"at_least": low, "at_most": high}


def _figure_schema(schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    """Return the JSON Schema of a figure: a number, a range in words, or bounds by name."""
    words = {"type": "string", "pattern": rf"^{_NUMBER}( to | ?(\+-|\+/-|±) ?){_NUMBER}$", "examples": ["60 to 65"]}
    return {
        "description": "What a figure rounds to, a range, or bounds by name.",
        "anyOf": [{"type": "number"}, words, handler(schema)],
    }


Figure = Annotated[FigureRules, BeforeValidator(_spelt_out), GetPydanticSchema(get_pydantic_json_schema=_figure_schema)]
"""What a figure must be."""
