package io.tributary.operators.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.operators.Upload;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateId;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;

class LocalRowsTest {

    private static final int MEBI = 1 << 20;

    private final JobID job = new JobID();

    @Test
    void theOwnerOfTheChunkGetsTheVeryArray() {
        try (var sender = LocalRows.sender(job, 1);
                var receiver = LocalRows.receiver(job, 0, 1)) {
            var row = row(0, 16);
            var sent = sender.toSend(row);

            assertThat(sent.chunk().payload()).isEmpty();
            assertThat(receiver.take(sent.ticket())).isSameAs(row.chunk().payload());
            assertThat(receiver.take(sent.ticket())).as("a second time").isNull();
        }
    }

    /** Half of the chunks belong to a task that is somewhere else. */
    @Test
    void whatBelongsToAnotherProcessGoesAsItIs() {
        try (var sender = LocalRows.sender(job, 2);
                var here = LocalRows.receiver(job, 1, 2)) {
            int tickets = 0;
            for (int chunk = 0; chunk < 360; chunk++) {
                var row = row(chunk, 16);
                var sent = sender.toSend(row);
                if (sent.ticket().isNone()) {
                    assertThat(sent).isSameAs(row);
                } else {
                    assertThat(here.take(sent.ticket())).isSameAs(row.chunk().payload());
                    tickets++;
                }
            }
            assertThat(tickets).isEqualTo(180);
        }
    }

    @Test
    void anotherJobOrAnotherParallelismIsNobodyHere() {
        try (var sender = LocalRows.sender(job, 1);
                var otherJob = LocalRows.receiver(new JobID(), 0, 1);
                var otherParallelism = LocalRows.receiver(job, 0, 2)) {
            assertThat(sender.toSend(row(0, 16)).ticket().isNone()).isTrue();
        }
    }

    @Test
    void noMoreWaitsThanIsAllowed() {
        try (var sender = LocalRows.sender(job, 1);
                var receiver = LocalRows.receiver(job, 0, 1)) {
            var first = sender.toSend(row(0, MEBI));
            int waiting = 1;
            while (!sender.toSend(row(waiting, MEBI)).ticket().isNone()) {
                waiting++;
            }
            assertThat(waiting).isEqualTo(4);

            var unused = receiver.take(first.ticket());
            assertThat(sender.toSend(row(0, MEBI)).ticket().isNone()).isFalse();
            assertThat(sender.toSend(row(0, MEBI)).ticket().isNone()).isTrue();
        }
    }

    @Test
    void aTicketOfATaskThatIsGoneStandsForNothing() {
        try (var receiver = LocalRows.receiver(job, 0, 1)) {
            var sender = LocalRows.sender(job, 1);
            var sent = sender.toSend(row(0, 16));
            sender.close();
            var ticket = sent.ticket();

            assertThat(receiver.take(ticket)).isNull();
            assertThat(
                            receiver.take(
                                    new RowTicket(
                                            ticket.process() + 2,
                                            ticket.sender(),
                                            ticket.number())))
                    .isNull();
            assertThat(receiver.take(RowTicket.NONE)).isNull();
        }
    }

    private static ChunkRow row(int chunk, int bytes) {
        var upload = Upload.of("silo-a", 1);
        var payload = new byte[bytes];
        return new ChunkRow(
                Rounds.key(chunk),
                upload.silo(),
                new UpdateChunk(
                        "main",
                        new UpdateId(1, 1, 1),
                        chunk,
                        Codec.F32,
                        bytes / Float.BYTES,
                        0,
                        0,
                        payload),
                1,
                chunk,
                0);
    }
}
