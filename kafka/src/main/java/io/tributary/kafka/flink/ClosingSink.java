package io.tributary.kafka.flink;

import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * A transactional Kafka sink that leaves nothing behind when its writers are closed.
 *
 * <p>A writer of the Kafka connector (5.0.0) that pools its transactional ids asks the cluster for
 * open transactions when it starts, through an admin client that it never closes: each start of a
 * job, and each restart, leaves one more thread and its connections in the task manager for each
 * writer, and with them the job's class loader.
 *
 * @param <T> what is written
 * @param <S> state of a writer
 * @param <C> what is committed
 * @param <K> the connector's sink
 */
final class ClosingSink<
                T,
                S,
                C,
                K extends
                        Sink<T> & SupportsWriterState<T, S> & SupportsCommitter<C>
                                & SupportsPostCommitTopology<C> & LineageVertexProvider>
        implements SupportsWriterState<T, S>,
                SupportsCommitter<C>,
                SupportsPostCommitTopology<C>,
                Sink<T>,
                LineageVertexProvider {

    private static final long serialVersionUID = 1L;

    private final K sink;

    ClosingSink(K sink) {
        this.sink = sink;
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        return closing(sink.createWriter(context));
    }

    @Override
    public StatefulSinkWriter<T, S> restoreWriter(WriterInitContext context, Collection<S> states)
            throws IOException {
        return closing(sink.restoreWriter(context, states));
    }

    /** A writer of a sink with state and commits has both. */
    @SuppressWarnings("unchecked")
    private StatefulSinkWriter<T, S> closing(SinkWriter<T> writer) {
        return new Writer<>((StatefulSinkWriter<T, S> & CommittingSinkWriter<T, C>) writer);
    }

    @Override
    public SimpleVersionedSerializer<S> getWriterStateSerializer() {
        return sink.getWriterStateSerializer();
    }

    @Override
    public Committer<C> createCommitter(CommitterInitContext context) throws IOException {
        return sink.createCommitter(context);
    }

    @Override
    public SimpleVersionedSerializer<C> getCommittableSerializer() {
        return sink.getCommittableSerializer();
    }

    @Override
    public void addPostCommitTopology(DataStream<CommittableMessage<C>> committed) {
        sink.addPostCommitTopology(committed);
    }

    @Override
    public LineageVertex getLineageVertex() {
        return sink.getLineageVertex();
    }

    /**
     * A writer of the sink, which is closed with all that it has opened.
     *
     * @param writer the connector's
     */
    private record Writer<T, S, C, W extends StatefulSinkWriter<T, S> & CommittingSinkWriter<T, C>>(
            W writer) implements StatefulSinkWriter<T, S>, CommittingSinkWriter<T, C> {

        @Override
        public void write(T element, Context context) throws IOException, InterruptedException {
            writer.write(element, context);
        }

        @Override
        public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
            writer.writeWatermark(watermark);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException, InterruptedException {
            writer.flush(endOfInput);
        }

        @Override
        public List<S> snapshotState(long checkpointId) throws IOException {
            return writer.snapshotState(checkpointId);
        }

        @Override
        public Collection<C> prepareCommit() throws IOException, InterruptedException {
            return writer.prepareCommit();
        }

        @Override
        public void close() throws Exception {
            try {
                writer.close();
            } finally {
                var left = adminClient();
                if (left != null) {
                    left.close(Duration.ZERO);
                }
            }
        }

        /** Null if there is none, and of a connector that has no such field. */
        private @Nullable Admin adminClient() throws IllegalAccessException {
            for (Field field : writer.getClass().getDeclaredFields()) {
                if (Admin.class.isAssignableFrom(field.getType())) {
                    field.setAccessible(true);
                    return (Admin) field.get(writer);
                }
            }
            return null;
        }
    }
}
