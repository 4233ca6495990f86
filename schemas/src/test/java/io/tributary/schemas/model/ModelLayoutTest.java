package io.tributary.schemas.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelLayoutTest {

    private static final ModelLayout SMALL =
            new ModelLayout(
                    List.of(
                            block(
                                    "embedding",
                                    new TensorSpec("wte.weight", List.of(4, 2)),
                                    new TensorSpec("wpe.weight", List.of(3))),
                            block("scale", new TensorSpec("temperature", List.of()))),
                    4);

    static Stream<ModelLayout> layouts() {
        return IntStream.range(0, 60).mapToObj(seed -> random(new Random(seed)));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void chunksCoverEveryElementOnceInOrder(ModelLayout layout) {
        long next = 0;
        int index = 0;
        for (var span : layout.chunks()) {
            assertThat(span.chunk()).isEqualTo(index++);
            assertThat(span.offset()).isEqualTo(next);
            assertThat(span.elements()).isBetween(1, layout.chunkElements());
            next += span.elements();
        }
        assertThat(next).isEqualTo(layout.elements());
        assertThat(index).isEqualTo(layout.chunkCount());
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void chunksNeverCrossABlockAndOnlyItsLastIsShort(ModelLayout layout) {
        var spans = layout.chunks();
        long start = 0;
        for (int b = 0; b < layout.blocks().size(); b++) {
            int block = b;
            long end = start + layout.blocks().get(b).elements();
            var own = spans.stream().filter(span -> span.block() == block).toList();
            assertThat(own.get(0).offset()).isEqualTo(start);
            var last = own.get(own.size() - 1);
            assertThat(last.offset() + last.elements()).isEqualTo(end);
            assertThat(own.subList(0, own.size() - 1))
                    .allMatch(span -> span.elements() == layout.chunkElements());
            start = end;
        }
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void digestIsTheSameForEqualLayouts(ModelLayout layout) {
        var copy = new ModelLayout(new ArrayList<>(layout.blocks()), layout.chunkElements());

        assertThat(copy.digest()).isEqualTo(layout.digest()).matches("[0-9a-f]{64}");
    }

    @Test
    void digestIsSha256OfTheCanonicalText() throws Exception {
        var text =
                """
                chunk-elements 4
                block embedding WEIGHTS
                tensor wte.weight 4x2
                tensor wpe.weight 3
                block scale WEIGHTS
                tensor temperature\s
                """;
        var sha =
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));

        assertThat(SMALL.digest()).isEqualTo(HexFormat.of().formatHex(sha));
    }

    @Test
    void digestChangesWithEverythingTheLayoutSays() {
        var wte = new TensorSpec("wte.weight", List.of(4, 2));
        var wpe = new TensorSpec("wpe.weight", List.of(3));
        var scale = block("scale", new TensorSpec("temperature", List.of()));
        var embedding = SMALL.blocks().get(0);
        var variants =
                List.of(
                        SMALL,
                        new ModelLayout(SMALL.blocks(), 5),
                        new ModelLayout(List.of(scale, embedding), 4),
                        new ModelLayout(List.of(embedding), 4),
                        new ModelLayout(List.of(block("embedded", wte, wpe), scale), 4),
                        new ModelLayout(List.of(block("embedding", wpe, wte), scale), 4),
                        new ModelLayout(
                                List.of(
                                        new Block("embedding", Slot.ADAPTER, embedding.tensors()),
                                        scale),
                                4),
                        new ModelLayout(
                                List.of(
                                        block(
                                                "embedding",
                                                new TensorSpec("wte.weight", List.of(2, 4)),
                                                wpe),
                                        scale),
                                4),
                        new ModelLayout(
                                List.of(
                                        block(
                                                "embedding",
                                                new TensorSpec("wte.bias", List.of(4, 2)),
                                                wpe),
                                        scale),
                                4));

        var digests = new HashSet<String>();
        variants.forEach(layout -> digests.add(layout.digest()));

        assertThat(digests).hasSameSizeAs(variants);
    }

    @Test
    void usableLayoutsAreAccepted() {
        assertThat(SMALL.validated()).isSameAs(SMALL);
        layouts().forEach(ModelLayout::validated);
        var largest = single(1 << 14, (1 << 15) - 1);
        assertThat(new ModelLayout(largest.blocks(), 240 * 1024).validated().chunkCount())
                .isEqualTo(2185);
    }

    @Test
    void unusableLayoutsAreRefusedByName() {
        var tensor = new TensorSpec("w", List.of(2));
        assertRefused(new ModelLayout(List.of(), 4), "at least one block");
        assertRefused(new ModelLayout(SMALL.blocks(), 0), "chunkElements must be 1 to 245760");
        assertRefused(new ModelLayout(SMALL.blocks(), 245_761), "got 245761");
        assertRefused(layout(block("b")), "block b has no tensors");
        assertRefused(layout(block("b", tensor, tensor)), "name w appears twice");
        assertRefused(layout(block("w", tensor)), "name w appears twice");
        assertRefused(layout(block("a b", tensor)), "name 'a b' is empty or has white space");
        assertRefused(layout(block("", tensor)), "name '' is empty");
        assertRefused(single(2, 0), "tensor w has dimension 0");
        assertRefused(single(-1), "tensor w has dimension -1");
    }

    @Test
    void hostileSizesAreRefusedWithoutOverflow() {
        int huge = Integer.MAX_VALUE;
        assertRefused(single(1 << 29), "block b takes 2 GiB or more as f32");
        assertRefused(single(huge, huge, huge), "block b takes 2 GiB or more");
        assertRefused(single(Collections.nCopies(64, 2)), "block b takes 2 GiB or more");
        assertRefused(
                new ModelLayout(single(65_537).blocks(), 1),
                "65537 chunks are more than 65536: use larger chunks than 1 values");
    }

    private static void assertRefused(ModelLayout layout, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(layout::validated)
                .withMessageStartingWith("model layout: ")
                .withMessageContaining(message);
    }

    private static ModelLayout random(Random random) {
        var blocks = new ArrayList<Block>();
        for (int b = random.nextInt(4); b >= 0; b--) {
            var tensors = new ArrayList<TensorSpec>();
            for (int t = random.nextInt(4); t >= 0; t--) {
                var shape = new ArrayList<Integer>();
                for (int d = random.nextInt(4); d > 0; d--) {
                    shape.add(1 + random.nextInt(6));
                }
                tensors.add(new TensorSpec("tensor-" + b + "-" + t, shape));
            }
            blocks.add(new Block("block-" + b, Slot.WEIGHTS, tensors));
        }
        return new ModelLayout(blocks, 1 + random.nextInt(40));
    }

    private static ModelLayout single(Integer... shape) {
        return single(List.of(shape));
    }

    private static ModelLayout single(List<Integer> shape) {
        return layout(block("b", new TensorSpec("w", shape)));
    }

    private static ModelLayout layout(Block block) {
        return new ModelLayout(List.of(block), 4);
    }

    private static Block block(String name, TensorSpec... tensors) {
        return new Block(name, Slot.WEIGHTS, List.of(tensors));
    }
}
