"""The dashboard of Kafka and Redis: as the workers meet them, how rebuilds go, and what Redis says of itself."""

from dashboard_panels import HERE, RATE, Board, gauge, legend_of, line, progress, quantiles, rate, total

OF_REDIS = 'job="redis"'

SERVERS = Board(
    "servers",
    "leadstream: Kafka and Redis",
    (
        (
            "Kafka",
            (
                line(
                    "Silence",
                    "s",
                    "How long ago Kafka last answered a fetch. 15 s wake somebody.",
                    gauge("leadstream_kafka_silence_seconds"),
                ),
                line(
                    "Publishing",
                    "s",
                    "Until Kafka acknowledged a batch's outputs, retries included. Above 0.5 s is a ticket.",
                    *quantiles("leadstream_publish_seconds", 0.5, 0.99),
                ),
                line(
                    "Outbox",
                    "none",
                    "Outputs that are committed and that Kafka has not acknowledged.",
                    gauge("leadstream_outbox_messages"),
                ),
                line(
                    "Oldest of the outbox",
                    "s",
                    "How long the oldest of them has waited. It grows while Kafka takes nothing.",
                    gauge("leadstream_outbox_oldest_seconds"),
                ),
                line(
                    "Calls repeated",
                    "cps",
                    "Calls that failed, to either server.",
                    rate("leadstream_retries_total", "server"),
                ),
                line(
                    "Records that cannot be read",
                    "cps",
                    "Holes in an input. expired and beyond_end: records that nobody scored.",
                    rate("leadstream_missing_inputs_total", "reason"),
                ),
                line(
                    "Records on the wrong partition",
                    "cps",
                    "Forwarded to their owner, by what was wrong; and those that came right under a wrong key.",
                    (
                        f"sum by (reason) (rate(leadstream_forwarded_records_total{{{HERE}}}{RATE}))",
                        "forwarded: {{reason}}",
                    ),
                    (f"sum by (reason) (rate(leadstream_wrong_keys_total{{{HERE}}}{RATE}))", "taken: {{reason}}"),
                ),
                line(
                    "Dead letters cut short",
                    "cps",
                    "Kafka refused them whole: raise the topic's max.message.bytes.",
                    total("leadstream_dead_letters_shortened_total", "stubs"),
                ),
            ),
        ),
        (
            "Tables",
            (
                line(
                    "Commits",
                    "s",
                    "To Redis, retries included: the pace of everything. Above 0.1 s is a ticket.",
                    *quantiles("leadstream_commit_seconds", 0.5, 0.99),
                ),
                line(
                    "Commits a second",
                    "cps",
                    "Of all partitions.",
                    total("leadstream_commit_seconds_count", "commits"),
                ),
                line(
                    "Tables found behind",
                    "cps",
                    "Redis lost writes that it had acknowledged.",
                    rate("leadstream_table_rollbacks_total", "instance"),
                ),
                line(
                    "Rebuilds",
                    "percentunit",
                    "How far each is, by offsets.",
                    progress("leadstream_replay_records"),
                ),
                line(
                    "Decided again",
                    "cps",
                    "Outputs that a rebuild decided again and did not publish again; and corrected leads.",
                    rate("leadstream_replayed_outputs_total", "topic"),
                    total("leadstream_corrections_total", "corrected"),
                ),
                line(
                    "Re-scores",
                    "percentunit",
                    "How far each is, after another scorecard came into force.",
                    progress("leadstream_sweep_leads"),
                ),
            ),
        ),
        (
            "Redis, by its exporter",
            (
                line(
                    "Memory",
                    "bytes",
                    "Used, and how much it may use. At 85 % somebody is woken.",
                    (f"redis_memory_used_bytes{{{OF_REDIS}}}", "used"),
                    (f"redis_memory_max_bytes{{{OF_REDIS}}}", "allowed"),
                ),
                line(
                    "Keys evicted",
                    "cps",
                    "Always zero: it must run with maxmemory-policy noeviction.",
                    (f"sum by (instance) (rate(redis_evicted_keys_total{{{OF_REDIS}}}{RATE}))", legend_of("instance")),
                ),
                line(
                    "Written to its disk",
                    "none",
                    "1: the append-only file, or the dump, could be written the last time.",
                    (f"redis_aof_last_write_status{{{OF_REDIS}}}", "append-only file"),
                    (f"redis_rdb_last_bgsave_status{{{OF_REDIS}}}", "dump"),
                ),
            ),
        ),
    ),
)
