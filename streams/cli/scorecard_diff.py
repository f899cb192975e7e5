"""`leadstream scorecard diff`: what changed between two scorecards, in words."""

from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import counted, out, print_json, say

if TYPE_CHECKING:
    from streams.comparison.scorecard_changes import ScorecardChanges
    from streams.scorecards.loading import LoadedScorecard

NOTHING_DIFFERS = "nothing differs"

Old = Annotated[
    str, typer.Argument(help="The scorecard of before: a file, or a published version.", show_default=False)
]
New = Annotated[str, typer.Argument(help="The scorecard of now: a file, or a published version.", show_default=False)]


def diff(
    old: Old,
    new: New,
    *,
    is_json: Annotated[bool, typer.Option("--json", help="One JSON object for machines.")] = False,
) -> None:
    """Tell what changed from one scorecard to another, in words, and what becomes of the counts of before.

    What surprises comes first: signals that are counted from zero, then the rest by its effect. Comments, layout and
    the version are no differences. Ends with code 0 if nothing differs, with 1 if something does.
    """
    from streams.cli.scorecard_source import named_scorecards
    from streams.comparison.documents import changes_document
    from streams.comparison.scorecard_changes import scorecard_changes

    before, now = named_scorecards([old, new])
    found = scorecard_changes(before.scorecard, now.scorecard)
    if is_json:
        told: dict[str, object] = {"old": _document(old, before), "new": _document(new, now)}
        print_json(told | {"differs": bool(found.changes), "changes": changes_document(found)})
    else:
        _tell((old, before), (new, now), found)
    if found.changes:
        raise typer.Exit(ExitCode.FINDING)


def _document(name: str, loaded: "LoadedScorecard") -> dict[str, object]:
    return {"name": name, "version": loaded.scorecard.version, "fingerprint": loaded.fingerprint}


def _tell(before: "tuple[str, LoadedScorecard]", now: "tuple[str, LoadedScorecard]", found: "ScorecardChanges") -> None:
    """Print the changes by their effect, the most surprising first."""
    from streams.comparison.change import MEANINGS

    if not found.changes:
        out().print(NOTHING_DIFFERS)
    names = (f"{name} ({loaded.scorecard.version})" for name, loaded in (before, now))
    say(f"{' -> '.join(names)}: {counted(len(found.changes), 'change', 'changes')}")
    is_of_several = any(len(loaded.scorecard.scores) > 1 for _, loaded in (before, now))
    for effect, changes in found.by_effect.items():
        out().print(f"{MEANINGS[effect]}:")
        for change in changes:
            score = next((name for name in change.spot.within if name.startswith("score ")), None)
            out().print(f"  {f'{score}, ' if score and is_of_several else ''}{change.text}")
            for note in change.notes:
                out().print(f"    {note}")
