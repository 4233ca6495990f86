package io.tributary.silo.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final Architecture tiny = new Architecture(257, 64, 2, 4, 32);

    @Test
    void tensorsAreThoseOfGpt2() {
        var blocks = tiny.layout(1000).blocks();

        assertThat(blocks.stream().map(Block::name))
                .containsExactly("embeddings", "layer-0", "layer-1", "final-norm");
        assertThat(blocks.get(0).tensors())
                .containsExactly(
                        new TensorSpec("transformer.wte.weight", List.of(257, 32)),
                        new TensorSpec("transformer.wpe.weight", List.of(64, 32)));
        assertThat(blocks.get(2).tensors())
                .containsExactly(
                        new TensorSpec("transformer.h.1.ln_1.weight", List.of(32)),
                        new TensorSpec("transformer.h.1.ln_1.bias", List.of(32)),
                        new TensorSpec("transformer.h.1.attn.c_attn.weight", List.of(32, 96)),
                        new TensorSpec("transformer.h.1.attn.c_attn.bias", List.of(96)),
                        new TensorSpec("transformer.h.1.attn.c_proj.weight", List.of(32, 32)),
                        new TensorSpec("transformer.h.1.attn.c_proj.bias", List.of(32)),
                        new TensorSpec("transformer.h.1.ln_2.weight", List.of(32)),
                        new TensorSpec("transformer.h.1.ln_2.bias", List.of(32)),
                        new TensorSpec("transformer.h.1.mlp.c_fc.weight", List.of(32, 128)),
                        new TensorSpec("transformer.h.1.mlp.c_fc.bias", List.of(128)),
                        new TensorSpec("transformer.h.1.mlp.c_proj.weight", List.of(128, 32)),
                        new TensorSpec("transformer.h.1.mlp.c_proj.bias", List.of(32)));
        assertThat(blocks.get(3).tensors())
                .containsExactly(
                        new TensorSpec("transformer.ln_f.weight", List.of(32)),
                        new TensorSpec("transformer.ln_f.bias", List.of(32)));
    }

    @Test
    void smallestGpt2HasItsKnownSize() {
        assertThat(new Architecture(50257, 1024, 12, 12, 768).parameters()).isEqualTo(124_439_808);
    }

    @Test
    void jsonIsReadBackAndHasTheFieldsOfConfigJson() {
        var json = tiny.toJson();

        assertThat(Architecture.fromJson(json)).isEqualTo(tiny);
        assertThat(json)
                .isEqualTo(
                        "{\"architectures\":[\"GPT2LMHeadModel\"],\"model_type\":\"gpt2\","
                                + "\"vocab_size\":257,\"n_positions\":64,\"n_embd\":32,\"n_layer\":2,"
                                + "\"n_head\":4,\"activation_function\":\"gelu\","
                                + "\"layer_norm_epsilon\":1.0E-5,\"tie_word_embeddings\":true,"
                                + "\"resid_pdrop\":0.0,\"embd_pdrop\":0.0,\"attn_pdrop\":0.0}");
    }

    @Test
    void whatTheModelCannotDoIsRefusedByName() {
        assertRefused("{", "model architecture is not JSON");
        assertRefused("{}", "model_type is ''; only gpt2 is supported");
        assertRefused(
                tiny.toJson().replace("\"gelu\"", "\"gelu_new\""),
                "activation_function is 'gelu_new'; only gelu is supported");
        assertRefused(tiny.toJson().replace("true", "false"), "tie_word_embeddings is 'false'");
        assertRefused(tiny.toJson().replace("1.0E-5", "1e-6"), "layer_norm_epsilon");
        assertRefused(
                tiny.toJson().replace("\"n_head\":4", "\"n_inner\":64,\"n_head\":4"),
                "n_inner is '64'; only 128 is supported");
        assertRefused(
                tiny.toJson().replace("\"n_layer\":2,", ""), "n_layer must be a whole number");
        assertRefused(
                tiny.toJson().replace("\"n_head\":4", "\"n_head\":5"),
                "n_embd must be a multiple of n_head, got n_embd=32 and n_head=5");
        assertRefused(
                tiny.toJson().replace("\"n_positions\":64", "\"n_positions\":0"),
                "n_positions must be at least 1, got 0");
    }

    private static void assertRefused(String json, String message) {
        assertThatThrownBy(() -> Architecture.fromJson(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
