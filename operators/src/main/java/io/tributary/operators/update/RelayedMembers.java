package io.tributary.operators.update;

import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.CohortMember;
import io.tributary.schemas.update.RejectionReason;
import io.tributary.schemas.update.UpdateManifest;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whether what a manifest says of the silos behind it makes sense by itself. */
final class RelayedMembers {

    private static final Pattern SILO = Pattern.compile("[a-z0-9-]{1,63}");

    private RelayedMembers() {}

    static Optional<Fault> faultIn(UpdateManifest manifest) {
        boolean isSum = manifest.codec() == Codec.F64;
        if (isSum != manifest.isRelayed()) {
            return fault(
                    "a sum in F64 has members and a delta has none, got codec %s and %s members",
                    manifest.codec(), manifest.members().size());
        }
        var before = "";
        for (var member : manifest.members()) {
            if (!SILO.matcher(member.silo()).matches()) {
                return fault("a member's id is not 1 to 63 characters of [a-z0-9-]");
            }
            if (member.silo().compareTo(before) <= 0) {
                return fault(
                        "members must be in silo-id order, each once; '%s' comes after '%s'",
                        member.silo(), before);
            }
            if (!isSound(member)) {
                return fault(
                        "member %s: weight %s, normalizer %s, %s steps, %s tokens, norm %s and loss"
                                + " %s cannot be",
                        member.silo(),
                        member.weight(),
                        member.normalizer(),
                        member.localSteps(),
                        member.tokens(),
                        member.norm(),
                        member.trainLoss());
            }
            before = member.silo();
        }
        return Optional.empty();
    }

    private static boolean isSound(CohortMember member) {
        return member.weight() > 0
                && member.weight() <= 1
                && UpdateVerifier.isNormalizer(member.normalizer())
                && member.localSteps() >= 1
                && member.tokens() >= 0
                && member.norm() >= 0
                && Double.isFinite(member.norm())
                && Double.isFinite(member.trainLoss());
    }

    private static Optional<Fault> fault(String detail, Object... values) {
        return Optional.of(Fault.of(RejectionReason.INVALID_MANIFEST, detail, values));
    }
}
