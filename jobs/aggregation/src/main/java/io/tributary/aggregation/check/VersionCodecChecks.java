package io.tributary.aggregation.check;

import io.tributary.aggregation.JobOptions;
import io.tributary.schemas.codec.Codec;
import java.util.List;

/**
 * Whether versions in bf16 save silos what they are to save. A snapshot has the parameters in f32
 * too, and silos read past it: it lies between the chunks that they want.
 */
public final class VersionCodecChecks {

    private VersionCodecChecks() {}

    /**
     * @param codec {@code round.version-codec}
     * @param snapshotEvery {@code round.snapshot-every}
     */
    public static List<Finding> of(Codec codec, int snapshotEvery) {
        if (codec == Codec.F32) {
            return List.of();
        }
        var check = "version codec";
        int saved = Codec.F32.encodedBytes(1) - codec.encodedBytes(1);
        if (saved * snapshotEvery > Codec.F32.encodedBytes(1)) {
            return List.of(
                    Finding.ok(
                            check,
                            "versions are %s, with the parameters in f32 beside every %sth"
                                    .formatted(codec.lowerCaseName(), snapshotEvery)));
        }
        return List.of(
                Finding.warning(
                        check,
                        "%s is %s, and with %s (%s) the parameters follow in f32 so often that silos"
                                        .formatted(
                                                JobOptions.VERSION_CODEC.key(),
                                                codec.lowerCaseName(),
                                                JobOptions.SNAPSHOT_EVERY.key(),
                                                snapshotEvery)
                                + " read no less than without",
                        "raise %s to 10, for instance".formatted(JobOptions.SNAPSHOT_EVERY.key())));
    }
}
