"""The dashboard of the workers: which run, what they hold, whether they go on, what they cost."""

from dashboard_panels import HERE, RATE, Board, figure, gauge, legend_of, line, quantiles, rate

UP = 'up{job="leadstream", ' + HERE + "}"
RECEIVED = f"sum by (instance) (leadstream_records_received_total{{{HERE}}})"
ACCOUNTED_FOR = f"sum by (instance) (leadstream_activities_total{{{HERE}}})"

WORKERS = Board(
    "workers",
    "leadstream workers",
    (
        (
            "Which run",
            (
                figure("Up", "none", "1: its metrics can be read.", f"sum by (instance) ({UP})", legend_of("instance")),
                figure(
                    "What runs",
                    "none",
                    "How many workers have which version and scorecard file. One row, but for a roll-out.",
                    f"count by (version, scorecard) (leadstream_build_info{{{HERE}}})",
                    legend_of("version, scorecard"),
                ),
                line(
                    "Starts in an hour",
                    "none",
                    "More than two in 15 minutes wake somebody.",
                    (f"changes(process_start_time_seconds{{{HERE}}}[1h])", legend_of("instance")),
                ),
                line("Partitions owned", "none", "Partition numbers of each.", gauge("leadstream_partitions_owned")),
                line(
                    "Partitions in part",
                    "none",
                    "Partition numbers of which it holds only some topics; not scored.",
                    gauge("leadstream_partitions_split"),
                ),
                line(
                    "Drift of partitions",
                    "none",
                    "Topics with another number of partitions than set; the worker is about to end.",
                    gauge("leadstream_partition_drift"),
                ),
                line(
                    "Rebalances in an hour",
                    "none",
                    "How often partitions were assigned anew. Roll-outs bring some; many without one: sessions end.",
                    (f"sum by (instance) (increase(leadstream_rebalances_total{{{HERE}}}[1h]))", legend_of("instance")),
                ),
            ),
        ),
        (
            "Do they go on",
            (
                line(
                    "Standstill",
                    "s",
                    "How long the partition that is worst off has had work and done none of it. 15 s wake somebody.",
                    gauge("leadstream_standstill_seconds"),
                ),
                line(
                    "Partitions behind",
                    "none",
                    "Partition numbers with records that are not handled yet.",
                    gauge("leadstream_partitions_behind"),
                ),
                line(
                    "Since the last batch",
                    "s",
                    "How long ago a batch was committed and published. Long is right where nothing comes in.",
                    (f"time() - leadstream_last_progress_timestamp_seconds{{{HERE}}}", legend_of("instance")),
                ),
                line(
                    "Since the last record of a topic",
                    "s",
                    "How long ago Kafka stored the last record that was scored. Long is right where nothing comes.",
                    (
                        f"time() - max by (topic) (leadstream_last_applied_timestamp_seconds{{{HERE}}})",
                        legend_of("topic"),
                    ),
                ),
                line(
                    "Lag of the event loop",
                    "s",
                    "How late it comes to what is due. Above 0.25 s: too little processor time.",
                    *quantiles("leadstream_event_loop_lag_seconds", 0.5, 0.99),
                ),
                line(
                    "Records of a batch",
                    "none",
                    "Batches grow with the load, up to LEADSTREAM_BATCH_RECORDS_MAX.",
                    *quantiles("leadstream_batch_records", 0.5, 0.99),
                ),
                line(
                    "Records handled",
                    "cps",
                    "Of each worker, ticks included.",
                    rate("leadstream_records_received_total", "instance"),
                ),
            ),
        ),
        (
            "What they cost",
            (
                line(
                    "Processor",
                    "percentunit",
                    "Of one core. A worker uses one at most.",
                    rate("process_cpu_seconds_total", "instance"),
                ),
                line("Memory", "bytes", "Resident.", gauge("process_resident_memory_bytes")),
                line(
                    "Address space",
                    "bytes",
                    "Virtual memory; says little, and shows a leak of mappings.",
                    gauge("process_virtual_memory_bytes"),
                ),
                line(
                    "Open files",
                    "none",
                    "Files and connections, and how many it may have.",
                    (f"max(process_open_fds{{{HERE}}})", "most of any"),
                    (f"min(process_max_fds{{{HERE}}})", "allowed"),
                ),
            ),
        ),
        (
            "What should not be",
            (
                line(
                    "Commits refused",
                    "cps",
                    "Another worker owns the partition: the fence at work.",
                    rate("leadstream_fence_rejections_total", "instance"),
                ),
                line(
                    "Inputs read again",
                    "cps",
                    "Inputs that began beyond where their table ends.",
                    rate("leadstream_rereads_total", "instance"),
                ),
                line(
                    "Journal entries dropped",
                    "cps",
                    "For want of room, before their age: repeats of these may count twice.",
                    rate("leadstream_journal_evictions_total", "instance"),
                ),
                line(
                    "Moves beside the challenger",
                    "cps",
                    "Leads moved by the scorecard in force or its challenger, by where the challenger has them since.",
                    rate("leadstream_challenger_moves_total", "stands"),
                    (f"sum(rate(leadstream_challenges_failed_total{{{HERE}}}{RATE}))", "broken"),
                ),
                line(
                    "Stage changes by the challenger",
                    "cps",
                    "What it would have told; nothing while nobody challenges.",
                    rate("leadstream_challenger_stage_changes_total", "stage"),
                ),
                line(
                    "Taken less accounted for",
                    "none",
                    "Records received less records with an outcome. Above 0 for a minute is a fault.",
                    (f"{RECEIVED} - {ACCOUNTED_FOR}", legend_of("instance")),
                ),
                line(
                    "Scorecards refused or lost",
                    "cps",
                    "Records on the topic of scorecards that bring none into force; scorecards gone from it.",
                    rate("leadstream_scorecards_refused_total", "reason"),
                    (f"sum(rate(leadstream_scorecards_lost_total{{{HERE}}}{RATE}))", "lost"),
                ),
            ),
        ),
    ),
)
