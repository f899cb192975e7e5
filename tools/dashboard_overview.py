"""The dashboard to begin with: is scoring fresh, what comes in, who changes stage, who owns what."""

from dashboard_panels import HERE, Board, figure, legend_of, line, quantiles, rate, total

OVERVIEW = Board(
    "overview",
    "leadstream",
    (
        (
            "Freshness",
            (
                figure(
                    "Scored within 2 s",
                    "percentunit",
                    "Of the activities of the last hour. Promised: 99 %.",
                    '1 - leadstream:freshness_missed:ratio_rate1h{objective="2s"}',
                ),
                figure(
                    "Scored within 30 s",
                    "percentunit",
                    "Of the activities of the last hour. Promised: 99.9 %.",
                    '1 - leadstream:freshness_missed:ratio_rate1h{objective="30s"}',
                ),
                line(
                    "Freshness",
                    "s",
                    "From when Kafka stored an activity to when its effects are published.",
                    *quantiles("leadstream_freshness_seconds", 0.5, 0.99, 0.999),
                ),
                line(
                    "Stage changes told",
                    "s",
                    "From its activity being stored, or the computed instant, to the change being published.",
                    *quantiles("leadstream_stage_change_seconds", 0.5, 0.99),
                ),
                line(
                    "Age of activities",
                    "s",
                    "From when they occurred, as producers say, to when they are scored: here shows what is held back.",
                    *quantiles("leadstream_activity_age_seconds", 0.5, 0.99),
                ),
                line(
                    "Burn",
                    "none",
                    "How many times faster than promised the allowance of late activities is used up. "
                    "14.4 over an hour, or 6 over six hours, wake somebody; 1 over three days is a ticket.",
                    (
                        "leadstream:freshness_missed:ratio_rate1h / on (objective) leadstream:freshness_budget:ratio",
                        "{{objective}}, 1 h",
                    ),
                    (
                        "leadstream:freshness_missed:ratio_rate6h / on (objective) leadstream:freshness_budget:ratio",
                        "{{objective}}, 6 h",
                    ),
                    (
                        "leadstream:freshness_missed:ratio_rate3d / on (objective) leadstream:freshness_budget:ratio",
                        "{{objective}}, 3 d",
                    ),
                ),
            ),
        ),
        (
            "Activities",
            (
                line(
                    "What became of them",
                    "cps",
                    "Records handled, by outcome: applied, repeat, unmatched (no signal), ticked, forwarded, "
                    "or the reason of a refusal.",
                    rate("leadstream_activities_total", "outcome"),
                ),
                line(
                    "By topic",
                    "cps",
                    "Records whose effects are committed.",
                    rate("leadstream_records_received_total", "topic"),
                ),
                line(
                    "Dead letters",
                    "cps",
                    "Records refused, by reason; zero is as it should be.",
                    rate("leadstream_dead_letters_total", "reason"),
                ),
                line(
                    "Replays of dead letters",
                    "cps",
                    "Records sent again, and those whose headers of a replay could not be.",
                    total("leadstream_replays_received_total", "replayed"),
                    total("leadstream_replay_headers_refused_total", "headers refused"),
                ),
            ),
        ),
        (
            "Stages",
            (
                line(
                    "Stage changes",
                    "cps",
                    "Decided, by score and the stage that is entered.",
                    rate("leadstream_stage_changes_total", "score, stage"),
                ),
                line(
                    "Wake-ups",
                    "cps",
                    "Leads judged because time passed, and those that broke the scorer.",
                    total("leadstream_wake_ups_total", "handled"),
                    total("leadstream_wake_ups_failed_total", "failed"),
                ),
                line(
                    "Lateness of wake-ups",
                    "s",
                    "From the computed instant to when the lead was judged. Above 1 s is a ticket.",
                    *quantiles("leadstream_wake_up_lateness_seconds", 0.5, 0.99),
                ),
                figure(
                    "Last scorecard",
                    "dateTimeFromNow",
                    "When the last published scorecard comes or came into force; 1970 if none was published.",
                    f"max(leadstream_scorecard_next_activation_timestamp_seconds{{{HERE}}}) * 1000",
                ),
            ),
        ),
        (
            "Partitions",
            (
                line(
                    "Owned",
                    "none",
                    "Partition numbers with an owner, and how many there are. They should agree.",
                    (f"sum(leadstream_partitions_owned{{{HERE}}})", "owned"),
                    (f"max(leadstream_partitions{{{HERE}}})", "there are"),
                ),
                line(
                    "Lag",
                    "s",
                    "How long ago Kafka stored what waits; nothing is shown of partitions in which nothing waits.",
                    (f"max(leadstream_lag_seconds{{{HERE}}})", "worst"),
                    (f"quantile(0.5, leadstream_lag_seconds{{{HERE}}})", "median"),
                ),
                line(
                    "By scorecard",
                    "none",
                    "Partition numbers by the scorecard in force in them: one line, but for the moment of a release.",
                    (f"sum by (scorecard) (leadstream_partitions_judged{{{HERE}}})", legend_of("scorecard")),
                ),
                line(
                    "In arrears",
                    "none",
                    "Partition numbers with records that are not handled yet, and those that are rebuilt.",
                    (f"sum(leadstream_partitions_behind{{{HERE}}})", "behind"),
                    (f"sum(leadstream_partitions_replaying{{{HERE}}})", "rebuilt"),
                ),
            ),
        ),
    ),
)
