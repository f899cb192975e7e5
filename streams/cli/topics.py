"""`leadstream topics`: make the topics, and see whether they are kept as they must be."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import out, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.kafka.topic_plan import Finding

app = typer.Typer(help="Make and check the topics in Kafka.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON object for machines.")]


@app.command("create")
def create(*, is_json: Json = False) -> None:
    """Make every topic that is missing, with the partitions and policies it needs.

    Topics that exist are never changed; what is not right about them is named, and ends it with code 1.
    """
    from streams.configuration.settings import load_settings
    from streams.kafka.topic_admin import create_topics

    made = asyncio.run(create_topics(load_settings()))
    if is_json:
        print_json({"created": made.created, "existing": made.existing, "findings": _as_json(made.findings)})
    else:
        for name in made.created:
            out().print(f"created   {name}")
        for name in made.existing:
            out().print(f"exists    {name}")
    _end(made.findings, is_json=is_json)


@app.command("check")
def check(*, is_json: Json = False) -> None:
    """Name what is not right about the topics. Changes nothing; ends with code 1 if a worker would refuse them."""
    from streams.configuration.settings import load_settings
    from streams.kafka.topic_admin import topic_findings
    from streams.kafka.topic_plan import planned_topics

    settings = load_settings()
    findings = asyncio.run(topic_findings(settings))
    names = [topic.name for topic in planned_topics(settings)]
    if is_json:
        print_json({"topics": names, "findings": _as_json(findings)})
    elif not findings:
        out().print(f"{len(names)} topics of {settings.partitions} partitions are as they should be")
    _end(findings, is_json=is_json)


def _as_json(findings: "Sequence[Finding]") -> list[dict[str, str]]:
    return [{"topic": one.topic, "severity": one.severity.value, "text": one.text} for one in findings]


def _end(findings: "Sequence[Finding]", *, is_json: bool) -> None:
    """Show findings to people, and end with code 1 if one of them is an error."""
    from streams.kafka.topic_plan import Severity

    if not is_json:
        for finding in findings:
            out().print(str(finding))
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise typer.Exit(ExitCode.FINDING)
