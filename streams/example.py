"""Where the example scorecard is: beside the packages in a source tree, within them in an installed leadstream."""

from pathlib import Path

NAME = "software_company.yaml"
_HERE = Path(__file__).parent
PLACES = (_HERE.parent / "deploy" / "scorecards", _HERE / "shipped" / "scorecards")


def example_scorecard() -> Path:
    """Return the path of the worked example, which the demo uses.

    Raises:
        FileNotFoundError: If this installation lacks it.
    """
    for place in PLACES:
        if (place / NAME).is_file():
            return place / NAME
    raise FileNotFoundError(f"{NAME} is in none of {', '.join(map(str, PLACES))}; install leadstream again")
