"""`leadstream scorecard compare`: where every lead stands by the scorecard in force and by its challenger, now."""

from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.instants import instant_shown, now_ms
from streams.cli.progress import count_progress
from streams.cli.terminal import CommandFailed, counted, out, print_json, print_table, say

if TYPE_CHECKING:
    from streams.comparison.beside import Beside, LeadApart, ScoreBeside
    from streams.configuration.settings import Settings
    from streams.scorecards.registry import Reign

PAGE_LEADS = 500
SHOWN_MAX = 20
LISTED_MAX = 100_000
DIGITS = 6

Listed = Annotated[
    int, typer.Option("--leads", min=0, max=LISTED_MAX, help="How many leads to list, the weightiest first.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object for machines.")]


def compare(*, listed_max: Listed = 1_000, is_json: Json = False) -> None:
    """Tell where leads stand by the scorecard in force and by its challenger: how many alike, who apart, and why.

    Both have judged every lead on the same counts. The tables are read as they are, a page of leads at a time, while
    workers go on.

    Ends with code 0 if all leads stand alike, with 1 if some do not.
    """
    import asyncio

    from streams.comparison.beside import Beside
    from streams.configuration.settings import load_settings
    from streams.scorecards.contest import contest_of
    from streams.scorecards.releasing import known_scorecards

    settings = load_settings()
    reign = asyncio.run(known_scorecards(settings)).registry.reign_at(now_ms())
    if reign.challenger is None:
        found = f"nothing challenges version {reign.champion.version}"
        found = found if reign.hindrance is None else f"{found}: {reign.hindrance}"
        raise CommandFailed(ExitCode.NOT_FOUND, f"{found}. Let a file do so: leadstream scorecard challenge FILE")
    contest = contest_of(reign.champion, reign.challenger.loaded.scorecard)
    beside = Beside(reign.champion, contest.challenger, listed_max)
    awaited = asyncio.run(read_beside(settings, beside, reign.in_force.name))
    if is_json:
        print_json(_document(reign, beside, awaited))
    else:
        _tell(beside, awaited)
    if any(score.apart for score in beside.scores):
        raise typer.Exit(ExitCode.FINDING)


async def read_beside(settings: "Settings", beside: "Beside", name: str) -> int:
    """Compare all leads of all partitions; return how many partitions have yet to judge all of theirs."""
    from streams.lead.codec import decoded_lead
    from streams.table.redis import RedisTable

    table = RedisTable.from_settings(settings)
    try:
        await table.require_count()
        facts = [await table.facts(number) for number in range(settings.partitions)]
        with count_progress("reading leads", sum(one.lead_count for one in facts), lambda: beside.leads):
            for one in facts:
                seen: set[str] = set()
                cursor, is_first = 0, True
                while is_first or cursor:
                    is_first = False
                    page, cursor = await table.leads_after(one.partition, cursor, PAGE_LEADS)
                    fresh = [lead_id for lead_id in dict.fromkeys(page) if lead_id not in seen]
                    seen.update(fresh)
                    loaded = await table.load(one.partition, fresh, due_until=-1, due_count_max=0)
                    for lead_id, row in loaded.leads.items():
                        beside.take(lead_id, decoded_lead(row), one.clock)
    finally:
        await table.close()
    return sum(one.scorecard != name for one in facts if one.lead_count)


def _tell(beside: "Beside", awaited: int) -> None:
    """Show what was found."""
    champion, challenger = (one.version for one in beside.scorecards)
    out().print(f"{counted(beside.leads, 'lead', 'leads')}, {champion} in force, challenged by {challenger}:")
    if beside.unjudged:
        say(f"note: {counted(beside.unjudged, 'lead was', 'leads were')} not judged by both yet, and left out")
    if awaited:
        say(f"note: {counted(awaited, 'partition has', 'partitions have')} yet to judge all leads by the challenger")
    for score in beside.scores:
        _tell_score(score, is_of_several=len(beside.scores) > 1)
    listed = beside.listed()
    for one in listed[:SHOWN_MAX]:
        name = f"[{one.score}]  " if len(beside.scores) > 1 else ""
        points = f"{one.cause.old_score:.1f} -> {one.cause.new_score:.1f}"
        out().print(f"{one.lead_id}  {name}{one.champion} | {one.challenger}  {points}  {one.cause.text}")
    rest = sum(score.apart for score in beside.scores) - min(len(listed), SHOWN_MAX)
    if rest > 0:
        out().print(f"... and {rest:,} more; --json lists the first {len(listed):,}")


def _tell_score(score: "ScoreBeside", *, is_of_several: bool) -> None:
    name = f"score {score.rungs.names.new}: " if is_of_several else ""
    share = 100 * (score.agreement if score.agreement is not None else 1.0)
    alike = f"{counted(score.same, 'lead stands', 'leads stand')} alike ({share:.1f} %)"
    out().print(f"{name}{alike}, {score.higher:,} higher by the challenger, {score.lower:,} lower")
    if not score.apart:
        return
    out().print("stage in force by row, the challenger's by column:")
    rows = [[stage, *(f"{score.matrix[stage, other]:,}" for other in score.rungs.new)] for stage in score.rungs.old]
    print_table(("", *score.rungs.new), rows)
    out().print("what moves them most:")
    print_table(("", "leads"), [(term, f"{count:,}") for term, count in score.movers.most_common(10)])


def _document(reign: "Reign", beside: "Beside", awaited: int) -> dict[str, object]:
    champion, challenger = (one.version for one in beside.scorecards)
    told: dict[str, object] = {"champion": champion, "challenger": challenger}
    if reign.challenger is not None:
        told["challenges_since"] = instant_shown(reign.challenger.active_at)
    told |= {"leads": beside.leads, "unjudged": beside.unjudged, "partitions_awaited": awaited}
    told["scores"] = [_score(score) for score in beside.scores]
    return told | {"listed": [_apart(one) for one in beside.listed()]}


def _score(score: "ScoreBeside") -> dict[str, object]:
    rungs = score.rungs
    return {
        "champion": rungs.names.old,
        "challenger": rungs.names.new,
        "leads": score.leads,
        "same": score.same,
        "higher": score.higher,
        "lower": score.lower,
        "agreement": None if score.agreement is None else round(score.agreement, DIGITS),
        "matrix": [
            {"champion": old, "challenger": new, "leads": score.matrix[old, new]}
            for old in rungs.old
            for new in rungs.new
            if score.matrix[old, new]
        ],
        "movers": [{"name": name, "leads": count} for name, count in score.movers.most_common()],
    }


def _apart(one: "LeadApart") -> dict[str, object]:
    movers = [{"name": mover.name, "points": round(mover.points, DIGITS)} for mover in one.cause.movers]
    return {
        "lead_id": one.lead_id,
        "score": one.score,
        "champion": one.champion,
        "challenger": one.challenger,
        "at": instant_shown(one.cause.at),
        "champion_score": round(one.cause.old_score, DIGITS),
        "challenger_score": round(one.cause.new_score, DIGITS),
        "is_score": one.cause.is_score,
        "movers": movers,
    }
