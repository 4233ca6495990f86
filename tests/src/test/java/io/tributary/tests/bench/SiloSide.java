package io.tributary.tests.bench;

import io.tributary.kafka.client.FederationFollower;
import io.tributary.kafka.client.IncompleteVersionException;
import io.tributary.kafka.client.LocalUpdate;
import io.tributary.kafka.client.ModelReplica;
import io.tributary.kafka.client.UpdateWriter;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.update.UpdateId;
import java.time.Duration;

/** Downloads and uploads as a silo does, with what a silo does it with. */
final class SiloSide implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Of no round that is planned: a silo takes what is there for a plan as its own. */
    private static final int ROUND = 1_000;

    private final SiloSetting setting;
    private final FederationFollower follower;
    private final ModelReplica replica;
    private final UpdateWriter writer;
    private final ParameterBuffer trained;
    private int attempt;

    SiloSide(SiloSetting setting) {
        this.setting = setting;
        var connection = setting.connection();
        var topics = setting.topics();
        follower = FederationFollower.all(connection, topics);
        follower.catchUp(PATIENCE);
        replica = ModelReplica.open(connection, topics, SiloModel.NAME);
        writer = UpdateWriter.open(connection, topics, SiloSetting.SILO, PATIENCE);
        trained = setting.model().values(7);
    }

    /** A version in place of another one: every chunk of it is read. */
    Transfer download(int number) {
        var version = follower.version(SiloModel.NAME, number).orElseThrow();
        return Transfer.of(
                setting.versionBytes(),
                () -> {
                    try {
                        var taken = replica.download(version, PATIENCE);
                        if (taken.bytes() != setting.versionBytes()) {
                            throw new IllegalStateException(
                                    "%s of %s bytes were read"
                                            .formatted(taken.bytes(), setting.versionBytes()));
                        }
                    } catch (IncompleteVersionException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    /** An update from the version that was downloaded last. */
    Transfer upload() {
        attempt++;
        var update =
                new LocalUpdate(
                        SiloModel.NAME,
                        new UpdateId(ROUND, attempt, attempt),
                        replica.version(),
                        setting.codec(),
                        1,
                        1,
                        1,
                        1,
                        1);
        return Transfer.of(
                setting.updateBytes(),
                () -> {
                    var unused = writer.write(update, replica.parameters(), trained);
                });
    }

    @Override
    public void close() {
        writer.close();
        replica.close();
        follower.close();
    }
}
