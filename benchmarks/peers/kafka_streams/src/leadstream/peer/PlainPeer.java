package leadstream.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The scoring alone, so that it can be held against plain.py: reads lines of topic, instant and body, with tabs between
 * them, and writes each stage change as a line. States go through their bytes each time, as in the store.
 */
public final class PlainPeer {
    private PlainPeer() {}

    public static void main(String[] none) throws IOException {
        Map<String, byte[]> leads = new HashMap<>();
        var serde = LeadState.serde();
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] parts = line.split("\t", 3);
                long now = Long.parseLong(parts[1]);
                var said = Contest.JSON.readTree(parts[2]);
                String leadId = said.required("lead_id").asText();
                byte[] known = leads.get(leadId);
                var state = known == null ? new LeadState(now) : serde.deserializer().deserialize("", known);
                for (var change : Scoring.scored(state, parts[0], said, now)) {
                    System.out.println(new String(Told.of(leadId, change, now), StandardCharsets.UTF_8));
                }
                leads.put(leadId, serde.serializer().serialize("", state));
            }
        }
    }
}
