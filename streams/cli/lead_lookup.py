"""Where `leadstream lead` finds a lead: its state in the tables, and the scorecard that judged it."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from streams.cli.exit_codes import ExitCode
from streams.cli.instants import now_ms
from streams.cli.terminal import CommandFailed, say

if TYPE_CHECKING:
    from scorer import LeadState, Scorecard
    from streams.configuration.settings import Settings


def found_lead(lead_id: str) -> "tuple[Settings, LeadState, Scorecard]":
    """Return the settings, the lead's state and the scorecard that judged it.

    Raises:
        CommandFailed: If there is no such lead.
    """
    from streams.configuration.settings import load_settings

    settings = load_settings()
    state = asyncio.run(_state(settings, lead_id))
    if state is None:
        prefix = f"{settings.redis_prefix}, {settings.partitions} partitions"
        message = f"no lead {lead_id} in these tables ({prefix}); ids are case-sensitive, and new leads need a worker"
        raise CommandFailed(ExitCode.NOT_FOUND, message)
    scorecard = asyncio.run(_scorecard(settings, state.judged_by))
    return settings, standing(state, scorecard), scorecard


def standing(state: "LeadState", scorecard: "Scorecard") -> "LeadState":
    """Return a lead with a standing in every score: one whose imported past nobody judged stands where anybody begins.

    Args:
        state: The lead.
        scorecard: By which it is looked at.
    """
    from scorer import LeadState, advance

    if state.standings:
        return state
    return replace(state, standings=advance(LeadState(), scorecard, state.judged_at).state.standings)


async def _scorecard(settings: "Settings", judged_by: str) -> "Scorecard":
    """Return the scorecard that judged a lead: a published one, or the file if it is that, or for want of it.

    A lead with imported history that nobody judged yet is looked at by the scorecard in force.
    """
    from scorer import UNJUDGED
    from streams.kafka.reader import ReadUnavailable
    from streams.scorecards.loading import load
    from streams.scorecards.releasing import known_scorecards

    file = load(settings.scorecard).scorecard
    if file.version == judged_by:
        return file  # a version has one content: it need not be looked for
    try:
        registry = (await known_scorecards(settings)).registry
        if judged_by == UNJUDGED:
            return registry.in_force(now_ms()).scorecard
        published = registry.versions.get(judged_by)
    except ReadUnavailable as error:
        say(f"note: {error}")
        published = None
    if published is not None:
        return published.loaded.scorecard
    say(f"note: a worker judged it by scorecard {judged_by}; this is by {file.version}")
    return file


async def _state(settings: "Settings", lead_id: str) -> "LeadState | None":
    from streams.kafka.partitioner import partition_of
    from streams.lead.codec import decoded_lead
    from streams.table.redis import RedisTable

    table = RedisTable.from_settings(settings)
    try:
        await table.require_count()
        row = await table.lead(partition_of(lead_id.encode(), settings.partitions), lead_id)
    finally:
        await table.close()
    return None if row is None else decoded_lead(row).state


def now_for(state: "LeadState") -> int:
    """Return now in milliseconds; never before the lead was judged, however far off this clock is."""
    return max(now_ms(), state.judged_at)
