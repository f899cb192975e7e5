package leadstream.peer;

import java.lang.management.ManagementFactory;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;

/** What this process is told, and what it tells: benchmarks/peers/contest.py in Java. One thread counts. */
final class Contest {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final double NANOSECONDS = 1e9;

    final String bootstrap;
    final String prefix;
    final List<String> topics;
    final String folder;
    private final long activities;
    private final double secondsMax;
    private double endsAt = Double.NaN;
    private long records;
    private long changes;
    private boolean isOver;

    private Contest(JsonNode told, List<String> topicNames) {
        bootstrap = told.required("bootstrap").asText();
        prefix = told.required("prefix").asText();
        topics = topicNames.stream().map(prefix::concat).toList();
        folder = told.required("folder").asText();
        activities = told.required("activities").asLong();
        secondsMax = told.required("seconds_max").asDouble();
    }

    /** Returns the run that this process was started for. Its arguments are the names of the topics. */
    static Contest told(String[] topicNames) throws JsonProcessingException {
        return new Contest(JSON.readTree(System.getenv("LEADSTREAM_BENCH_CONTEST")), List.of(topicNames));
    }

    /** Counts a record that was handled; says a line at the first and one at the last. */
    void take(int changed) {
        double now = System.nanoTime() / NANOSECONDS;
        if (Double.isNaN(endsAt)) {
            endsAt = now + secondsMax;
            say(now);
        }
        records++;
        changes += changed;
        if (!isOver && (records >= activities || now >= endsAt)) {
            isOver = true;
            say(now);
        }
    }

    private void say(double now) {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var mark = JSON.createObjectNode()
            .put("at", now)
            .put("cpu_seconds", system.getProcessCpuTime() / NANOSECONDS)
            .put("records", records)
            .put("changes", changes);
        System.out.println("contest: " + mark);
    }
}
