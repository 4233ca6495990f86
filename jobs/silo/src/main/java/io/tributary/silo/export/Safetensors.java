package io.tributary.silo.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.schemas.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files of f32 tensors in the safetensors format: eight bytes with the little-endian length of a
 * header, the header as a JSON object padded with spaces to a multiple of eight, then the values of
 * all tensors without gaps. The header maps each tensor to {@code dtype}, {@code shape} and the
 * {@code data_offsets} of its bytes behind the header.
 *
 * <p>Source: the format description of the safetensors project.
 */
public final class Safetensors {

    private static final int MAX_HEADER = 100_000_000;
    private static final String METADATA = "__metadata__";
    private static final ObjectMapper JSON = new ObjectMapper();

    private Safetensors() {}

    /**
     * One tensor.
     *
     * @param spec name and shape
     * @param values little-endian f32 from position to limit; not copied
     */
    public record Tensor(TensorSpec spec, ByteBuffer values) {}

    /**
     * A file's content.
     *
     * @param metadata free text by key
     * @param tensors in the order of their bytes
     */
    public record Content(Map<String, String> metadata, List<Tensor> tensors) {}

    /**
     * Writes a file; one that was there is replaced at once, when the new one is complete.
     *
     * @param metadata free text by key, in iteration order; nothing is written if it is empty
     */
    public static void write(Path file, Map<String, String> metadata, List<Tensor> tensors)
            throws IOException {
        var absolute = file.toAbsolutePath();
        var partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
        try (var out =
                FileChannel.open(
                        partial,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(out, header(metadata, tensors));
            for (var tensor : tensors) {
                writeFully(out, tensor.values().duplicate());
            }
            out.force(true);
        }
        Files.move(
                partial,
                absolute,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    /** Length and header. */
    static ByteBuffer header(Map<String, String> metadata, List<Tensor> tensors) {
        var json = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            var node = json.putObject(METADATA);
            metadata.forEach(node::put);
        }
        long offset = 0;
        for (var tensor : tensors) {
            var spec = tensor.spec();
            long bytes = Math.multiplyExact(spec.elements(), Float.BYTES);
            if (tensor.values().remaining() != bytes) {
                throw new IllegalArgumentException(
                        "tensor %s of shape %s needs %s bytes, got %s"
                                .formatted(
                                        spec.name(),
                                        spec.shape(),
                                        bytes,
                                        tensor.values().remaining()));
            }
            var node = json.putObject(spec.name());
            node.put("dtype", "F32");
            var shape = node.putArray("shape");
            spec.shape().forEach(shape::add);
            node.putArray("data_offsets").add(offset).add(offset + bytes);
            offset += bytes;
        }
        var text = json.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (text.length + 7) / 8 * 8;
        var header = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(text);
        Arrays.fill(header.array(), header.position(), header.capacity(), (byte) ' ');
        return header.rewind();
    }

    /**
     * Reads a file of f32 tensors.
     *
     * @throws IOException if it cannot be read or is not a well-formed file of f32 tensors; lengths
     *     are checked against the file before memory is allocated
     */
    public static Content read(Path file) throws IOException {
        try (var in = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = in.size();
            if (size < 8) {
                throw malformed(file, "it has only " + size + " bytes");
            }
            long headerLength = readFully(in, 0, 8).getLong();
            if (headerLength < 2 || headerLength > Math.min(MAX_HEADER, size - 8)) {
                throw malformed(file, "its header claims " + headerLength + " bytes");
            }
            var header = readFully(in, 8, (int) headerLength).array();
            return readTensors(file, in, 8 + headerLength, parse(file, header));
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

    private static Content readTensors(Path file, FileChannel in, long start, JsonNode header)
            throws IOException {
        var metadata = new LinkedHashMap<String, String>();
        for (var entry : header.path(METADATA).properties()) {
            metadata.put(entry.getKey(), entry.getValue().asText());
        }
        var places = new ArrayList<Place>();
        for (var field : header.properties()) {
            if (!field.getKey().equals(METADATA)) {
                places.add(place(file, field.getKey(), field.getValue()));
            }
        }
        places.sort(Comparator.comparingLong(Place::begin));
        long end = 0;
        for (var place : places) {
            if (place.begin != end) {
                throw malformed(file, "the bytes of %s do not follow".formatted(place.spec.name()));
            }
            end = place.end;
        }
        if (start + end != in.size()) {
            throw malformed(
                    file, "its tensors need %s bytes, it has %s".formatted(start + end, in.size()));
        }
        var tensors = new ArrayList<Tensor>();
        for (var place : places) {
            int length = Math.toIntExact(place.end - place.begin);
            tensors.add(new Tensor(place.spec, readFully(in, start + place.begin, length)));
        }
        return new Content(metadata, tensors);
    }

    private static Place place(Path file, String name, JsonNode node) throws IOException {
        if (!node.path("dtype").asText().equals("F32")) {
            throw malformed(
                    file,
                    "tensor %s is of type %s, only F32 is read"
                            .formatted(name, node.path("dtype").asText("nothing")));
        }
        var shape = new ArrayList<Integer>();
        long bytes = Float.BYTES;
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
        if (begin < 0 || end - begin != bytes) {
            throw malformed(
                    file,
                    "tensor %s of shape %s cannot lie from byte %s to %s"
                            .formatted(name, shape, begin, end));
        }
        return new Place(new TensorSpec(name, List.copyOf(shape)), begin, end);
    }

    private record Place(TensorSpec spec, long begin, long end) {}

    private static IOException malformed(Path file, String why) {
        return new IOException("%s is no safetensors file: %s".formatted(file, why));
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int written = out.write(bytes);
            if (written < 0) {
                throw new IOException("the file was closed while it was written");
            }
        }
    }

    private static ByteBuffer readFully(FileChannel in, long position, int length)
            throws IOException {
        var bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (in.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("the file ended while it was read");
            }
        }
        return bytes.rewind();
    }
}
