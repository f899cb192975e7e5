"""Faust as its manual shows it: an agent over the topics, the leads in a table with its changelog, changes sent on.

faust -A benchmarks.peers.stock_faust worker --without-web
"""

from typing import Any

import faust

from benchmarks.peers.contest import Contest, Meter
from benchmarks.peers.plain import scored

contest = Contest.told()
meter = Meter(contest)
app = faust.App(
    f"{contest.prefix}stock-faust",
    broker=f"kafka://{contest.bootstrap}",
    store="memory://",
    topic_partitions=contest.partitions,
    consumer_auto_offset_reset="earliest",
    value_serializer="json",
    key_serializer="raw",
    web_enabled=False,
    datadir=contest.folder,
)
activities = app.topic(*contest.topics, key_serializer="raw", value_serializer="json")
changes = app.topic(f"{contest.prefix}stock-faust-changes", partitions=contest.partitions, value_serializer="json")
leads = app.Table("leads", partitions=contest.partitions, key_type=str, value_type=dict)


@app.agent(activities)
async def score(stream: faust.StreamT[dict[str, Any]]) -> None:
    """Score each activity, and tell of stage changes."""
    async for event in stream.events():
        topic, lead_id = event.message.topic.removeprefix(contest.prefix), event.value["lead_id"]
        state, moves = scored(leads.get(lead_id), topic, event.value, round(event.message.timestamp * 1000))
        leads[lead_id] = state
        for move in moves:
            await changes.send(key=lead_id.encode(), value={"lead_id": lead_id, **move})
        meter.take(1, len(moves))
