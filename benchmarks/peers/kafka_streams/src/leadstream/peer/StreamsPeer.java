package leadstream.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Kafka Streams as its manual shows it: a processor over the topics, the leads in a store with its changelog, changes
 * sent on; exactly once, everything else as it comes.
 */
public final class StreamsPeer {
    private static final String LEADS = "leads";

    private StreamsPeer() {}

    public static void main(String[] topicNames) throws IOException {
        var contest = Contest.told(topicNames);
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, contest.prefix + "kafka-streams");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, contest.bootstrap);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, contest.folder + "/kafka-streams");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        new KafkaStreams(topology(contest), settings).start();
    }

    private static Topology topology(Contest contest) {
        var leads = Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(LEADS), Serdes.String(), LeadState.serde()).withCachingEnabled();
        return new Topology()
            .addSource("activities", new StringDeserializer(), new ByteArrayDeserializer(),
                contest.topics.toArray(String[]::new))
            .addProcessor("score", () -> new Scorer(contest), "activities")
            .addStateStore(leads, "score")
            .addSink("changes", contest.prefix + "kafka-streams-changes", new StringSerializer(),
                new ByteArraySerializer(), "score");
    }

    private static final class Scorer implements Processor<String, byte[], String, byte[]> {
        private final Contest contest;
        private ProcessorContext<String, byte[]> context;
        private KeyValueStore<String, LeadState> leads;

        Scorer(Contest contest) {
            this.contest = contest;
        }

        @Override
        public void init(ProcessorContext<String, byte[]> given) {
            context = given;
            leads = given.getStateStore(LEADS);
        }

        @Override
        public void process(Record<String, byte[]> record) {
            try {
                var said = Contest.JSON.readTree(record.value());
                String leadId = said.required("lead_id").asText();
                String topic = context.recordMetadata().orElseThrow().topic().substring(contest.prefix.length());
                var known = leads.get(leadId);
                var state = known == null ? new LeadState(record.timestamp()) : known;
                var changes = Scoring.scored(state, topic, said, record.timestamp());
                leads.put(leadId, state);
                for (var change : changes) {
                    context.forward(record.withKey(leadId).withValue(Told.of(leadId, change, record.timestamp())));
                }
                contest.take(changes.size());
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }
    }
}
