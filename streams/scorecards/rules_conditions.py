"""Whether conditions can mean what they say: patterns, ranges, and fields that exist."""

from collections.abc import Mapping

from schemas.scorecard import ScorecardFile
from schemas.scorecard_conditions import ConditionRules
from scorer.rules.conditions import Regex, RegexRefused
from streams.scorecards.finding import nearest, quoted, shown
from streams.scorecards.notebook import Notebook
from streams.scorecards.parts import Path
from streams.translation.activity_fields import FIELD_NAMES

_LOWER = ("at_least", "above")
_UPPER = ("at_most", "below")


def check_where(where: Mapping[str, ConditionRules], path: Path, file: ScorecardFile, notebook: Notebook) -> None:
    """Check the conditions of a signal or a fit criterion.

    Args:
        where: Field to condition.
        path: Where they stand.
        file: The whole file: domain kinds refer to its lists.
        notebook: Takes the findings.
    """
    for field, condition in where.items():
        here = (*path, field)
        tests = [name for name in type(condition).model_fields if getattr(condition, name) is not None]
        if not tests:
            notebook.note(here, f"{field} names no test", "write one, such as equals, glob or at_least")
        if condition.present is not None and len(tests) > 1:
            fix = "remove present; the other tests need the field anyway"
            notebook.note((*here, "present"), "present stands beside other tests", fix)
        _check_range(condition, here, notebook)
        _check_patterns(condition, here, notebook)
        for kind in condition.domain_kind or ():
            if kind in ("competitor", "customer") and not getattr(file.domains, kind):
                fix = f"list them under domains: {kind}"
                notebook.doubt(
                    (*here, "domain_kind"),
                    f"no domain is known as {kind}, so it never holds",
                    fix,
                    code="domain_kind_unknown",
                )


def check_fields(where: Mapping[str, ConditionRules], path: Path, activity: str, notebook: Notebook) -> None:
    """Check that an activity of a type can have the fields that conditions look at."""
    for field in where:
        check_field(field, (*path, field), activity, notebook, is_key=True)


def check_field(field: str, path: Path, activity: str, notebook: Notebook, *, is_key: bool = False) -> None:
    """Check that an activity of a type can have a field; those of custom types can have any."""
    known = FIELD_NAMES.get(activity)
    if known is None or field in known or (activity == "form_fill" and field.startswith("field.")):
        return
    hint = "; a form's own fields are field.NAME" if activity == "form_fill" else ""
    notebook.note(
        path,
        f"{activity} has no field {quoted(field)}",
        nearest(field, known) + hint,
        code="unknown_field",
        is_key=is_key,
    )


def _check_range(condition: ConditionRules, path: Path, notebook: Notebook) -> None:
    """Check that a range has one lower and one upper end at most, and numbers in between."""
    ends: list[tuple[str, float]] = []
    for names in (_LOWER, _UPPER):
        given = [(name, getattr(condition, name)) for name in names if getattr(condition, name) is not None]
        if len(given) > 1:
            notebook.note((*path, given[1][0]), f"{given[0][0]} and {given[1][0]} stand together", "keep one of them")
            return
        ends += given
    if len(ends) < 2:
        return
    (low_name, low), (high_name, high) = ends
    is_closed = low_name == "at_least" and high_name == "at_most"
    if low > high or (low == high and not is_closed):
        rule = f"no number is {low_name} {shown(low)} and {high_name} {shown(high)}"
        notebook.note((*path, high_name), rule, f"give {high_name} more than {shown(low)}")


def _check_patterns(condition: ConditionRules, path: Path, notebook: Notebook) -> None:
    """Check that a regular expression is one, and that a glob is not one by mistake."""
    if condition.regex is not None:
        try:
            Regex(condition.regex)
        except RegexRefused as refused:
            reason = " ".join(refused.reason.split()) or "it is malformed"
            notebook.note((*path, "regex"), f"regex {quoted(condition.regex)} is refused: {reason}", refused.fix)
    if condition.glob is not None and condition.glob.strip("*") == "":
        notebook.note(
            (*path, "glob"), f"glob {quoted(condition.glob)} holds for anything", "write present: true instead"
        )
