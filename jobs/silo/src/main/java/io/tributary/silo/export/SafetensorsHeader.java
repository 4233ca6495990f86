package io.tributary.silo.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a safetensors file says of its tensors, of whatever type they are.
 *
 * @param file the file, for messages
 * @param metadata free text by key
 * @param entries the tensors in the order of their bytes
 * @param start where the bytes begin in the file
 */
record SafetensorsHeader(Path file, Map<String, String> metadata, List<Entry> entries, long start) {

    static final String METADATA = "__metadata__";

    private static final int MAX_HEADER = 100_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, Integer> BYTES =
            Map.ofEntries(
                    Map.entry("F64", 8),
                    Map.entry("F32", 4),
                    Map.entry("F16", 2),
                    Map.entry("BF16", 2),
                    Map.entry("I64", 8),
                    Map.entry("I32", 4),
                    Map.entry("I16", 2),
                    Map.entry("I8", 1),
                    Map.entry("U8", 1),
                    Map.entry("BOOL", 1));

    /**
     * A tensor.
     *
     * @param type as the format names it, {@code BF16} for instance
     * @param begin its first byte, counted from {@link #start()}
     * @param end behind its last byte
     */
    record Entry(String name, String type, List<Integer> shape, long begin, long end) {

        int elements() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }

    /**
     * @throws IOException if it cannot be read or is malformed; lengths are checked against the
     *     file before memory is allocated
     */
    static SafetensorsHeader read(Path file, FileChannel in) throws IOException {
        long size = in.size();
        if (size < 8) {
            throw malformed(file, "it has only " + size + " bytes");
        }
        long length = readFully(in, 0, 8).getLong();
        if (length < 2 || length > Math.min(MAX_HEADER, size - 8)) {
            throw malformed(file, "its header claims " + length + " bytes");
        }
        var json = parse(file, readFully(in, 8, (int) length).array());
        var metadata = new LinkedHashMap<String, String>();
        for (var entry : json.path(METADATA).properties()) {
            metadata.put(entry.getKey(), entry.getValue().asText());
        }
        var entries = new ArrayList<Entry>();
        for (var field : json.properties()) {
            if (!field.getKey().equals(METADATA)) {
                entries.add(entry(file, field.getKey(), field.getValue()));
            }
        }
        entries.sort(Comparator.comparingLong(Entry::begin));
        return new SafetensorsHeader(file, metadata, entries, 8 + length);
    }

    /**
     * Checks that the tensors lie one behind the other, from the header to the end of the file.
     *
     * @param size of the file
     */
    void requireWhole(long size) throws IOException {
        long end = 0;
        for (var entry : entries) {
            if (entry.begin() != end) {
                throw malformed(file, "the bytes of %s do not follow".formatted(entry.name()));
            }
            end = entry.end();
        }
        if (start + end != size) {
            throw malformed(
                    file, "its tensors need %s bytes, it has %s".formatted(start + end, size));
        }
    }

    private static JsonNode parse(Path file, byte[] header) throws IOException {
        try {
            var json = JSON.readTree(new String(header, StandardCharsets.UTF_8));
            if (!json.isObject()) {
                throw malformed(file, "its header is not a JSON object");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw malformed(file, "its header is not JSON: " + e.getOriginalMessage());
        }
    }

    private static Entry entry(Path file, String name, JsonNode node) throws IOException {
        var type = node.path("dtype").asText("nothing");
        int width = BYTES.getOrDefault(type, 0);
        var shape = new ArrayList<Integer>();
        long bytes = Math.max(1, width);
        for (var dimension : node.path("shape")) {
            bytes *= dimension.asInt();
            if (!dimension.isInt() || dimension.asInt() < 1 || bytes > Integer.MAX_VALUE) {
                throw malformed(
                        file,
                        "tensor %s has a dimension %s; one that is positive, and at most 2 GiB in all, is needed"
                                .formatted(name, dimension));
            }
            shape.add(dimension.asInt());
        }
        long begin = node.path("data_offsets").path(0).asLong(-1);
        long end = node.path("data_offsets").path(1).asLong(-1);
        if (begin < 0 || end < begin || (width > 0 && end - begin != bytes)) {
            throw malformed(
                    file,
                    "tensor %s of shape %s cannot lie from byte %s to %s"
                            .formatted(name, shape, begin, end));
        }
        return new Entry(name, type, List.copyOf(shape), begin, end);
    }

    static IOException malformed(Path file, String why) {
        return new IOException("%s is no safetensors file: %s".formatted(file, why));
    }

    /** Reads so many little-endian bytes. */
    static ByteBuffer readFully(FileChannel in, long position, int length) throws IOException {
        var bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (in.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("the file ended while it was read");
            }
        }
        return bytes.rewind();
    }
}
