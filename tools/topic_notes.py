"""What a reader of a topic has to know beside its fields: for the page of contracts, by the topic's name."""

TOPIC_NOTES = {
    "repartition": (
        "Nobody but leadstream writes it. The value and the headers are those of the record as it came, the key is its"
        " lead's id. The fields below are headers of their own, each under `forwarded_` and its name, as text; the key"
        " that it had first, if any, is in `forwarded_source_key`."
    ),
    "ticks": "Nobody but leadstream writes it, and only the time at which Kafka stores a tick counts.",
    "stage-changes": (
        "The same decision has the same `id`, whoever publishes it and however often: drop an `id` that you have seen."
    ),
    "challenger-stage-changes": (
        "As `stage-changes`, by the challenger that `scorecard_version` names; nothing while there is none. Not for"
        " sales: by it a scorecard is tried before it is in force. See [challenging.md](challenging.md)."
    ),
    "lead-scores": (
        "Written at once when a stage or a grade changes, else at most once a lead in"
        " `LEADSTREAM_SCORE_INTERVAL_SECONDS`."
    ),
    "dead-letters": (
        "The value, key and headers are those of the refused record. The fields below are headers of their own, each"
        " under `dead_letter_` and its name, as text. A record too large to be published again is left out: then"
        " `dead_letter_value_bytes` and `dead_letter_value_blake2b` say how long it was and what its checksum is."
    ),
    "positions": (
        "Nobody but leadstream writes it: at most about once a minute after a publication, and when a worker stops. A"
        " worker whose tables are behind what was published reads it, and does not publish that again."
    ),
    "scorecards": (
        "Written by `leadstream scorecard publish`, `rollback`, `challenge`, `withdraw` and `promote`, one partition."
        " Each record has a key of its own, so compaction keeps them all. Workers go by the order and the append times"
        " that Kafka gives them."
    ),
    "audit-log": "One partition. No personal data of leads. A record is written before the change that it tells of.",
}
