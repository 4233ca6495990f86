package io.tributary.silo.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.schemas.model.Block;
import io.tributary.schemas.model.ModelLayout;
import io.tributary.schemas.model.Slot;
import io.tributary.schemas.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Sizes of a decoder-only transformer in the shape of GPT-2: layer norm before each sub-layer,
 * learned positions, causal attention, a GELU layer four times as wide as the model, and an output
 * head that shares the token embedding.
 *
 * <p>Its JSON form is the Hugging Face {@code config.json} of a {@code GPT2LMHeadModel}; tensors
 * have the names and shapes such a model stores.
 *
 * <p>Source: Radford et al., "Language models are unsupervised multitask learners", 2019.
 *
 * @param vocabularySize number of token ids
 * @param contextLength most tokens the model can look at
 * @param layers transformer layers
 * @param heads attention heads; divides {@code width}
 * @param width values per token in the residual stream
 */
public record Architecture(
        int vocabularySize, int contextLength, int layers, int heads, int width) {

    /** Added to the variance in every layer norm. */
    public static final double LAYER_NORM_EPSILON = 1e-5;

    /** Name of the token embedding, which is also the output head. */
    static final String TOKEN_EMBEDDING = "transformer.wte.weight";

    static final String POSITION_EMBEDDING = "transformer.wpe.weight";
    static final String FINAL_NORM = "transformer.ln_f";

    private static final ObjectMapper JSON = new ObjectMapper();

    public Architecture {
        checkSize("vocab_size", vocabularySize);
        checkSize("n_positions", contextLength);
        checkSize("n_layer", layers);
        checkSize("n_head", heads);
        checkSize("n_embd", width);
        if (width % heads != 0) {
            throw new IllegalArgumentException(
                    "model architecture: n_embd must be a multiple of n_head, got n_embd=%s and n_head=%s"
                            .formatted(width, heads));
        }
    }

    /** Values per attention head. */
    int headWidth() {
        return width / heads;
    }

    /** Prefix of the tensor names of a layer, without a dot at its end. */
    static String layerPrefix(int layer) {
        return "transformer.h." + layer;
    }

    /** Number of parameters; the shared head counts once. */
    public long parameters() {
        return layout(ModelLayout.MAX_CHUNK_ELEMENTS).elements();
    }

    /**
     * The tensors in order: a block with the embeddings, a block for each layer, a block with the
     * final norm. Linear weights are {@code [in, out]}.
     *
     * @param chunkElements values per full chunk
     */
    public ModelLayout layout(int chunkElements) {
        var blocks = new ArrayList<Block>();
        blocks.add(
                block(
                        "embeddings",
                        List.of(
                                tensor(TOKEN_EMBEDDING, vocabularySize, width),
                                tensor(POSITION_EMBEDDING, contextLength, width))));
        for (int layer = 0; layer < layers; layer++) {
            blocks.add(block("layer-" + layer, layerTensors(layerPrefix(layer))));
        }
        var last = new ArrayList<TensorSpec>();
        addPair(last, FINAL_NORM, width);
        blocks.add(block("final-norm", last));
        return new ModelLayout(List.copyOf(blocks), chunkElements).validated();
    }

    private List<TensorSpec> layerTensors(String prefix) {
        var tensors = new ArrayList<TensorSpec>();
        addPair(tensors, prefix + ".ln_1", width);
        addPair(tensors, prefix + ".attn.c_attn", width, 3 * width);
        addPair(tensors, prefix + ".attn.c_proj", width, width);
        addPair(tensors, prefix + ".ln_2", width);
        addPair(tensors, prefix + ".mlp.c_fc", width, 4 * width);
        addPair(tensors, prefix + ".mlp.c_proj", 4 * width, width);
        return tensors;
    }

    /** A weight of the given shape and a bias as long as its last dimension. */
    private static void addPair(List<TensorSpec> tensors, String name, Integer... shape) {
        tensors.add(tensor(name + ".weight", shape));
        tensors.add(tensor(name + ".bias", shape[shape.length - 1]));
    }

    private static TensorSpec tensor(String name, Integer... shape) {
        return new TensorSpec(name, List.of(shape));
    }

    private static Block block(String name, List<TensorSpec> tensors) {
        return new Block(name, Slot.WEIGHTS, List.copyOf(tensors));
    }

    /** The Hugging Face {@code config.json}, on one line. */
    public String toJson() {
        return toJsonNode().toString();
    }

    /** The Hugging Face {@code config.json}, for adding to. */
    public ObjectNode toJsonNode() {
        var json = JSON.createObjectNode();
        json.putArray("architectures").add("GPT2LMHeadModel");
        json.put("model_type", "gpt2");
        json.put("vocab_size", vocabularySize);
        json.put("n_positions", contextLength);
        json.put("n_embd", width);
        json.put("n_layer", layers);
        json.put("n_head", heads);
        json.put("activation_function", "gelu");
        json.put("layer_norm_epsilon", LAYER_NORM_EPSILON);
        json.put("tie_word_embeddings", true);
        json.put("resid_pdrop", 0.0);
        json.put("embd_pdrop", 0.0);
        json.put("attn_pdrop", 0.0);
        return json;
    }

    /**
     * Reads a Hugging Face {@code config.json}.
     *
     * @throws IllegalArgumentException if it is not JSON, a size is missing or impossible, or it
     *     asks for something this model does not do
     */
    public static Architecture fromJson(String config) {
        JsonNode json;
        try {
            json = JSON.readTree(config);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "model architecture is not JSON: " + e.getOriginalMessage(), e);
        }
        require(json, "model_type", "gpt2", "");
        require(json, "activation_function", "gelu", "gelu_new");
        require(json, "tie_word_embeddings", "true", "true");
        require(json, "scale_attn_weights", "true", "true");
        require(json, "scale_attn_by_inverse_layer_idx", "false", "false");
        var architecture =
                new Architecture(
                        size(json, "vocab_size"),
                        size(json, "n_positions"),
                        size(json, "n_layer"),
                        size(json, "n_head"),
                        size(json, "n_embd"));
        var inner = json.path("n_inner");
        if (inner.isNumber() && inner.asInt() != 4 * architecture.width) {
            throw unsupported("n_inner", inner.asText(), String.valueOf(4 * architecture.width));
        }
        var epsilon = json.path("layer_norm_epsilon");
        if (epsilon.isNumber() && epsilon.asDouble() != LAYER_NORM_EPSILON) {
            throw unsupported(
                    "layer_norm_epsilon", epsilon.asText(), String.valueOf(LAYER_NORM_EPSILON));
        }
        return architecture;
    }

    private static void require(JsonNode json, String field, String value, String whenAbsent) {
        var found = json.hasNonNull(field) ? json.get(field).asText() : whenAbsent;
        if (!found.equals(value)) {
            throw unsupported(field, found, value);
        }
    }

    private static IllegalArgumentException unsupported(String field, String got, String wanted) {
        return new IllegalArgumentException(
                "model architecture: %s is '%s'; only %s is supported"
                        .formatted(field, got, wanted));
    }

    private static int size(JsonNode json, String field) {
        var node = json.path(field);
        if (!node.isInt()) {
            throw new IllegalArgumentException(
                    "model architecture: %s must be a whole number, got %s"
                            .formatted(field, node.isMissingNode() ? "nothing" : node));
        }
        return node.asInt();
    }

    private static void checkSize(String field, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "model architecture: %s must be at least 1, got %s".formatted(field, value));
        }
    }
}
