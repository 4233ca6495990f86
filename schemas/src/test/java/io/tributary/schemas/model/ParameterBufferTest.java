package io.tributary.schemas.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterBufferTest {

    /** Eleven values and one, in chunks of four: 4, 4, 3 and 1. */
    private static final ModelLayout LAYOUT =
            new ModelLayout(
                    List.of(
                            new Block(
                                    "embedding",
                                    Slot.WEIGHTS,
                                    List.of(
                                            new TensorSpec("wte", List.of(4, 2)),
                                            new TensorSpec("wpe", List.of(3)))),
                            new Block(
                                    "scale",
                                    Slot.WEIGHTS,
                                    List.of(new TensorSpec("temperature", List.of())))),
                    4);

    @Test
    void newModelIsAllZero() {
        var model = ParameterBuffer.allocate(LAYOUT);

        assertThat(values(model)).containsOnly(0).hasSize(12);
    }

    @Test
    void chunksTensorsAndBlocksAreViewsOfTheSameValues() {
        var model = ParameterBuffer.allocate(LAYOUT);
        fill(model);

        assertThat(values(model)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        assertThat(model.tensor("wpe").asFloatBuffer().get(0)).isEqualTo(8);
        assertThat(model.tensor("temperature").asFloatBuffer().get(0)).isEqualTo(11);

        model.tensor("wpe").putFloat(0, -8);
        model.block(1).putFloat(0, -11);

        assertThat(model.chunk(2).get(0)).isEqualTo(-8);
        assertThat(model.chunk(3).get(0)).isEqualTo(-11);
    }

    @Test
    void viewsEndWhereTheirPartEnds() {
        var model = ParameterBuffer.allocate(LAYOUT);

        assertThat(model.chunk(2).remaining()).isEqualTo(3);
        assertThat(model.tensor("wte").remaining()).isEqualTo(8 * Float.BYTES);
        assertThat(model.block(0).remaining()).isEqualTo(11 * Float.BYTES);
        assertThat(model.tensor("temperature").remaining()).isEqualTo(Float.BYTES);
    }

    @Test
    void memoryIsDirectAndLittleEndian() {
        var model = ParameterBuffer.allocate(LAYOUT);

        for (var view : List.of(model.block(0), model.tensor("wte"))) {
            assertThat(view.isDirect()).isTrue();
            assertThat(view.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        }
        model.chunk(0).put(0, 1);
        assertThat(model.block(0).get(3)).isEqualTo((byte) 0x3F);
    }

    @Test
    void movingAViewMovesNoOther() {
        var model = ParameterBuffer.allocate(LAYOUT);

        model.block(0).position(8);
        model.chunk(0).position(2);

        assertThat(model.block(0).position()).isZero();
        assertThat(model.chunk(0).position()).isZero();
    }

    @Test
    void copyHasTheSameValuesAndItsOwnMemory() {
        var original = ParameterBuffer.allocate(LAYOUT);
        fill(original);
        var copy = ParameterBuffer.allocate(LAYOUT);

        copy.copyFrom(original);
        original.chunk(0).put(0, 99);

        assertThat(values(copy)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    }

    @Test
    void copyBetweenLayoutsIsRefused() {
        var model = ParameterBuffer.allocate(LAYOUT);
        var other = ParameterBuffer.allocate(new ModelLayout(LAYOUT.blocks(), 5));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.copyFrom(other))
                .withMessageContaining("different layouts");
    }

    @Test
    void unknownTensorIsNamed() {
        var model = ParameterBuffer.allocate(LAYOUT);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.tensor("lm_head"))
                .withMessageContaining("lm_head");
    }

    private static void fill(ParameterBuffer model) {
        float next = 0;
        for (int c = 0; c < LAYOUT.chunkCount(); c++) {
            var chunk = model.chunk(c);
            while (chunk.hasRemaining()) {
                chunk.put(next++);
            }
        }
    }

    private static float[] values(ParameterBuffer model) {
        var values = new float[(int) LAYOUT.elements()];
        for (var span : LAYOUT.chunks()) {
            model.chunk(span.chunk()).get(values, (int) span.offset(), span.elements());
        }
        return values;
    }
}
