"""`python -m streams.cli` is `leadstream`, for where the script is not on the path."""

from streams.cli.main import run

run()
