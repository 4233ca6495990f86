package io.tributary.tests.bench;

import java.util.List;
import java.util.function.Function;

/**
 * What {@code bench silo} has measured.
 *
 * @param repetitions one by one
 */
record SiloOutcome(SiloSetting setting, List<Repetition> repetitions, Memory memory) {

    /** Least part of the speed of plain clients. */
    static final double REQUIRED_RATIO = 0.7;

    /** Most memory beyond the trainer's own, in models. */
    static final double REQUIRED_MODELS = 1.2;

    /** Each transfer of the silo's after the plain one it is compared with. */
    record Repetition(
            Transfer consumed, Transfer downloaded, Transfer produced, Transfer uploaded) {}

    /**
     * Without the trainer's buffers.
     *
     * @param rest before the silo starts
     * @param live at the most, when garbage is collected all the time
     * @param resident at the most, as it comes
     */
    record Memory(MemoryUse rest, MemoryUse live, MemoryUse resident) {}

    /** One direction, medians. */
    record Direction(String name, Transfer raw, Transfer silo, double ratio) {

        boolean met() {
            return ratio >= REQUIRED_RATIO;
        }
    }

    Direction download() {
        return direction("download", Repetition::consumed, Repetition::downloaded);
    }

    Direction upload() {
        return direction("upload", Repetition::produced, Repetition::uploaded);
    }

    private Direction direction(
            String name, Function<Repetition, Transfer> raw, Function<Repetition, Transfer> silo) {
        var ofRaw = median(raw);
        var ofSilo = median(silo);
        return new Direction(name, ofRaw, ofSilo, ofRaw.seconds() / ofSilo.seconds());
    }

    private Transfer median(Function<Repetition, Transfer> which) {
        var all = repetitions.stream().map(which).toList();
        return new Transfer(
                all.get(0).bytes(),
                Outcome.median(all.stream().mapToDouble(Transfer::seconds).toArray()),
                Outcome.median(all.stream().mapToDouble(Transfer::cpuSeconds).toArray()));
    }

    /** In use at one time, heap and buffers, in models. */
    double liveModels() {
        return (double) liveBytes() / setting.modelBytes();
    }

    long liveBytes() {
        return memory.live().heap() + memory.live().direct();
    }
}
