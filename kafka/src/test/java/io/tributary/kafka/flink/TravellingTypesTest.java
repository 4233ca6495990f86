package io.tributary.kafka.flink;

import io.tributary.schemas.control.ControlCommand;
import io.tributary.schemas.control.ControlOutcome;
import io.tributary.schemas.model.ModelChunk;
import io.tributary.schemas.model.ModelVersion;
import io.tributary.schemas.round.RoundEntry;
import io.tributary.schemas.round.RoundOutcome;
import io.tributary.schemas.round.RoundPlan;
import io.tributary.schemas.round.RoundWeights;
import io.tributary.schemas.silo.SiloEvaluation;
import io.tributary.schemas.silo.SiloPresence;
import io.tributary.schemas.update.RejectedUpdate;
import io.tributary.schemas.update.SiloRecord;
import io.tributary.schemas.update.UpdateChunk;
import io.tributary.schemas.update.UpdateEnd;
import io.tributary.schemas.update.UpdateManifest;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TravellingTypesTest {

    @ParameterizedTest
    @ValueSource(
            classes = {
                SiloRecord.class,
                UpdateManifest.class,
                UpdateChunk.class,
                UpdateEnd.class,
                SiloPresence.class,
                SiloEvaluation.class,
                RejectedUpdate.class,
                ModelChunk.class,
                ModelVersion.class,
                RoundPlan.class,
                RoundWeights.class,
                RoundOutcome.class,
                RoundEntry.class,
                ControlCommand.class,
                ControlOutcome.class
            })
    void flinkSerialisesItWithoutKryo(Class<?> type) {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
    }
}
