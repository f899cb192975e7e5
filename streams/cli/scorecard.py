"""`leadstream scorecard`: scorecard files, looked at before anything uses them; and what is in force."""

from streams.cli.below import Below

BELOW = Below(
    "Check, test and compare scorecard files; bring them into force.",
    {
        "challenge": "scorecard_challenge:challenge",
        "check": "scorecard_check:check",
        "compare": "scorecard_compare:compare",
        "diff": "scorecard_diff:diff",
        "promote": "scorecard_challenge:promote",
        "publish": "scorecard_release:publish",
        "rollback": "scorecard_release:rollback",
        "show": "scorecard_show:show",
        "simulate": "scorecard_simulate:simulate",
        "test": "scorecard_test:play_cases",
        "withdraw": "scorecard_challenge:withdraw",
    },
)
