package io.tributary.operators.flink;

import java.util.List;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** What an operator under test wrote to its side outputs. */
final class SideOutput {

    private SideOutput() {}

    static <T> List<T> of(AbstractStreamOperatorTestHarness<?> harness, OutputTag<T> tag) {
        var records = harness.getSideOutput(tag);
        return records == null ? List.of() : records.stream().map(StreamRecord::getValue).toList();
    }

    /** What has been written since this was asked last. */
    static <T> List<T> take(AbstractStreamOperatorTestHarness<?> harness, OutputTag<T> tag) {
        var records = of(harness, tag);
        if (!records.isEmpty()) {
            harness.getSideOutput(tag).clear();
        }
        return records;
    }
}
