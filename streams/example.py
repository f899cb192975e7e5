"""Which of the files of `deploy` is the worked example of a scorecard."""

from pathlib import Path

from streams.deploy_files import shipped


def example_scorecard() -> Path:
    """Return the path of the worked example, which the demo uses.

    Raises:
        FileNotFoundError: If this installation lacks it.
    """
    return shipped("scorecards/software_company.yaml")
