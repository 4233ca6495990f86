package io.tributary.schemas.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The ordered tensors of a model, cut into blocks and fixed-size chunks that never cross a block.
 *
 * <p>The flat model is the concatenation of all tensors in order. Chunks are numbered across blocks
 * from 0; within a block every chunk but the last holds {@code chunkElements} values.
 *
 * @param blocks in order
 * @param chunkElements values per full chunk
 */
public record ModelLayout(List<Block> blocks, int chunkElements) {

    /** Most values a chunk may hold: as f32 it stays below a 1 MiB record with all its fields. */
    public static final int MAX_CHUNK_ELEMENTS = 240 * 1024;

    /** Most chunks of a model: a version's manifest lists them all and is one record. */
    public static final int MAX_CHUNKS = 64 * 1024;

    /**
     * Checks that a layout can be used.
     *
     * @return this
     * @throws IllegalArgumentException naming the first thing that is wrong
     */
    public ModelLayout validated() {
        check(!blocks.isEmpty(), "a layout needs at least one block");
        check(
                chunkElements >= 1 && chunkElements <= MAX_CHUNK_ELEMENTS,
                "chunkElements must be 1 to %s, got %s",
                MAX_CHUNK_ELEMENTS,
                chunkElements);
        Set<String> names = new HashSet<>();
        for (var block : blocks) {
            checkName(block.name(), names);
            check(!block.tensors().isEmpty(), "block %s has no tensors", block.name());
            for (var tensor : block.tensors()) {
                checkName(tensor.name(), names);
                for (int dimension : tensor.shape()) {
                    check(
                            dimension >= 1,
                            "tensor %s has dimension %s; dimensions are at least 1",
                            tensor.name(),
                            dimension);
                }
            }
            checkSize(block);
        }
        long chunks = blocks.stream().mapToLong(this::chunksOf).sum();
        check(
                chunks <= MAX_CHUNKS,
                "%s chunks are more than %s: use larger chunks than %s values",
                chunks,
                MAX_CHUNKS,
                chunkElements);
        return this;
    }

    /** Number of values in the flat model. */
    public long elements() {
        return blocks.stream().mapToLong(Block::elements).sum();
    }

    public int chunkCount() {
        long count = 0;
        for (var block : blocks) {
            count += chunksOf(block);
        }
        return Math.toIntExact(count);
    }

    /** All chunks in order. */
    public List<ChunkSpan> chunks() {
        var spans = new ArrayList<ChunkSpan>();
        long offset = 0;
        for (int b = 0; b < blocks.size(); b++) {
            long end = offset + blocks.get(b).elements();
            while (offset < end) {
                int elements = (int) Math.min(chunkElements, end - offset);
                spans.add(new ChunkSpan(spans.size(), b, offset, elements));
                offset += elements;
            }
        }
        return spans;
    }

    /**
     * Identity of the layout: hex SHA-256 of its canonical text, one line for the chunk size, each
     * block and each tensor. {@code schemas/README.md} shows it.
     */
    public String digest() {
        var text = new StringBuilder("chunk-elements ").append(chunkElements).append('\n');
        for (var block : blocks) {
            text.append("block ")
                    .append(block.name())
                    .append(' ')
                    .append(block.slot())
                    .append('\n');
            for (var tensor : block.tensors()) {
                var shape =
                        tensor.shape().stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining("x"));
                text.append("tensor ").append(tensor.name()).append(' ').append(shape).append('\n');
            }
        }
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(sha.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private long chunksOf(Block block) {
        return (block.elements() + chunkElements - 1) / chunkElements;
    }

    private static void checkSize(Block block) {
        double elements = 0; // float64 does not overflow: the shapes are not trusted yet
        for (var tensor : block.tensors()) {
            elements += tensor.shape().stream().mapToDouble(d -> d).reduce(1, (a, b) -> a * b);
        }
        check(
                elements * Float.BYTES <= Integer.MAX_VALUE,
                "block %s takes 2 GiB or more as f32; cut it into several",
                block.name());
    }

    private static void checkName(String name, Set<String> seen) {
        check(
                !name.isEmpty() && name.chars().noneMatch(Character::isWhitespace),
                "name '%s' is empty or has white space",
                name);
        check(seen.add(name), "name %s appears twice", name);
    }

    private static void check(boolean condition, String message, Object... values) {
        if (!condition) {
            throw new IllegalArgumentException("model layout: " + message.formatted(values));
        }
    }
}
