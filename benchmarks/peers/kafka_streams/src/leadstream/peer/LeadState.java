package leadstream.peer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/** What is known of a lead. In the store it is a few hundred bytes, written by hand: JSON would cost this peer more. */
final class LeadState {
    /** Counts by signal and day. */
    final Map<String, TreeMap<Integer, Double>> counts = new LinkedHashMap<>();
    final Map<String, String> profile = new LinkedHashMap<>();
    double fit;
    /** By the number of the ladder: the rung, and the instant in milliseconds at which it was reached, or -1. */
    final int[] rungs = new int[Scoring.LADDERS.size()];
    final long[] since = new long[Scoring.LADDERS.size()];
    long seenAt;

    LeadState(long now) {
        seenAt = now;
        java.util.Arrays.fill(since, -1);
    }

    static Serde<LeadState> serde() {
        Serializer<LeadState> serializer = (topic, state) -> state == null ? null : state.written();
        Deserializer<LeadState> deserializer = (topic, data) -> data == null ? null : read(data);
        return Serdes.serdeFrom(serializer, deserializer);
    }

    private byte[] written() {
        var bytes = new ByteArrayOutputStream(512);
        try (var out = new DataOutputStream(bytes)) {
            out.writeLong(seenAt);
            out.writeDouble(fit);
            for (int ladder = 0; ladder < rungs.length; ladder++) {
                out.writeByte(rungs[ladder]);
                out.writeLong(since[ladder]);
            }
            out.writeShort(profile.size());
            for (var attribute : profile.entrySet()) {
                out.writeUTF(attribute.getKey());
                out.writeUTF(attribute.getValue());
            }
            out.writeShort(counts.size());
            for (var signal : counts.entrySet()) {
                out.writeUTF(signal.getKey());
                out.writeShort(signal.getValue().size());
                for (var day : signal.getValue().entrySet()) {
                    out.writeInt(day.getKey());
                    out.writeDouble(day.getValue());
                }
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        return bytes.toByteArray();
    }

    private static LeadState read(byte[] data) {
        try (var in = new DataInputStream(new ByteArrayInputStream(data))) {
            var state = new LeadState(in.readLong());
            state.fit = in.readDouble();
            for (int ladder = 0; ladder < state.rungs.length; ladder++) {
                state.rungs[ladder] = in.readByte();
                state.since[ladder] = in.readLong();
            }
            for (int left = in.readShort(); left > 0; left--) {
                state.profile.put(in.readUTF(), in.readUTF());
            }
            for (int left = in.readShort(); left > 0; left--) {
                var days = state.counts.computeIfAbsent(in.readUTF(), signal -> new TreeMap<>());
                for (int more = in.readShort(); more > 0; more--) {
                    days.put(in.readInt(), in.readDouble());
                }
            }
            return state;
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
