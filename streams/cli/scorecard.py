"""`leadstream scorecard`: scorecard files, looked at before anything uses them; and what is in force."""

import typer

from streams.cli.scorecard_challenge import challenge, promote, withdraw
from streams.cli.scorecard_check import check
from streams.cli.scorecard_compare import compare
from streams.cli.scorecard_diff import diff
from streams.cli.scorecard_release import publish, rollback
from streams.cli.scorecard_show import show
from streams.cli.scorecard_simulate import simulate
from streams.cli.scorecard_test import play_cases

app = typer.Typer(help="Check, test and compare scorecard files; bring them into force.", no_args_is_help=True)
app.command("challenge")(challenge)
app.command("check")(check)
app.command("compare")(compare)
app.command("diff")(diff)
app.command("promote")(promote)
app.command("publish")(publish)
app.command("rollback")(rollback)
app.command("show")(show)
app.command("simulate")(simulate)
app.command("test")(play_cases)
app.command("withdraw")(withdraw)
