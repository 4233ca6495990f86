package io.tributary.operators.flink;

import io.tributary.operators.kernel.PairwiseSum;
import io.tributary.operators.round.RoundWeighing;
import io.tributary.operators.round.WeighingOrder;
import io.tributary.operators.rule.AggregationRule;
import io.tributary.operators.rule.Gram;
import io.tributary.schemas.round.RoundWeights;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Adds the chunks' partial Gram matrices to that of the whole model and lets the round's rule turn
 * it into weights: the same ones for every chunk, so that Krum on a model of many chunks is Krum.
 * An order that comes again for a round already weighed publishes the same weights again.
 *
 * <p>Keyed by model line. State: the newest order and the newest weights, for good; partial sums
 * until the last chunk of a round has reported.
 */
public final class WeighCohort
        extends KeyedCoProcessFunction<String, ChunkProducts, WeighingOrder, RoundWeights> {

    private static final long serialVersionUID = 1;

    private final Bootstrap bootstrap;

    private transient PairwiseSum sum;
    private transient RoundWeighing weighing;
    private transient ValueState<WeighingOrder> order;
    private transient ValueState<RoundWeights> weighed;
    private transient ValueState<Integer> measured;
    private transient MapState<Long, double[]> partial;
    private transient ValueState<double[]> whole;
    private transient Counter unanswered;

    public WeighCohort(Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    @Override
    public void open(OpenContext context) {
        sum = new PairwiseSum(bootstrap.version().layout().chunkCount());
        weighing = new RoundWeighing(null); // rules that add noise need no products
        var doubles = PrimitiveArrayTypeInfo.DOUBLE_PRIMITIVE_ARRAY_TYPE_INFO;
        var runtime = getRuntimeContext();
        order =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "order", TypeInformation.of(WeighingOrder.class)));
        weighed =
                runtime.getState(
                        new ValueStateDescriptor<>(
                                "weights", TypeInformation.of(RoundWeights.class)));
        measured = runtime.getState(new ValueStateDescriptor<>("version", Types.INT));
        partial = runtime.getMapState(new MapStateDescriptor<>("partial", Types.LONG, doubles));
        whole = runtime.getState(new ValueStateDescriptor<>("products", doubles));
        unanswered = runtime.getMetricGroup().addGroup("tributary").counter("roundsWithoutAnswer");
    }

    @Override
    public void processElement1(ChunkProducts part, Context context, Collector<RoundWeights> out)
            throws Exception {
        var newest = measured.value();
        if (newest != null && part.version() < newest) {
            return; // that round got its weights from the log, or it would not have ended
        }
        if (newest == null || newest < part.version()) {
            measured.update(part.version());
            partial.clear();
            whole.clear();
        }
        var total = sum.add(part.chunk(), part.packed(), nodes());
        if (total != null) {
            whole.update(total);
            weighIfDue(out);
        }
    }

    @Override
    public void processElement2(WeighingOrder next, Context context, Collector<RoundWeights> out)
            throws Exception {
        var last = weighed.value();
        if (last != null && last.round() == next.round()) {
            out.collect(last);
            return;
        }
        order.update(next);
        weighIfDue(out);
    }

    private void weighIfDue(Collector<RoundWeights> out) throws Exception {
        var due = order.value();
        var products = whole.value();
        if (due == null || products == null || measured.value() != due.round()) {
            return;
        }
        int rows = AggregationRule.parse(due.rule()).rowsToCombine(due.cohort().size());
        var weights = weighing.weigh(due, Gram.ofPacked(rows, products));
        if (!weights.note().isEmpty()) {
            unanswered.inc();
        }
        whole.clear();
        weighed.update(weights);
        out.collect(weights);
    }

    private PairwiseSum.Nodes<Exception> nodes() {
        return new PairwiseSum.Nodes<>() {
            @Override
            public double @Nullable [] take(long node) throws Exception {
                var waiting = partial.get(node);
                partial.remove(node);
                return waiting;
            }

            @Override
            public void put(long node, double[] vector) throws Exception {
                partial.put(node, vector);
            }
        };
    }
}
