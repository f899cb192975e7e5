package leadstream.peer;

import com.fasterxml.jackson.core.JsonProcessingException;

/** A stage change as it is told. */
final class Told {
    private Told() {}

    static byte[] of(String leadId, Scoring.Change change, long now) throws JsonProcessingException {
        var told = Contest.JSON.createObjectNode()
            .put("lead_id", leadId)
            .put("score_name", change.score())
            .put("from", change.from())
            .put("to", change.to())
            .put("score", Math.round(change.points() * 1e4) / 1e4)
            .put("changed_at", now);
        return Contest.JSON.writeValueAsBytes(told);
    }
}
