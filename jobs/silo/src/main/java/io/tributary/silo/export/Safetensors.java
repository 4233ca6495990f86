package io.tributary.silo.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.schemas.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
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

    private static final String F32 = "F32";
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
            write(out, metadata, tensors);
            out.force(true);
        }
        Files.move(
                partial,
                absolute,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Writes the same to wherever it is wanted.
     *
     * @param out blocking; not closed
     * @param metadata free text by key, in iteration order; nothing is written if it is empty
     */
    public static void write(
            WritableByteChannel out, Map<String, String> metadata, List<Tensor> tensors)
            throws IOException {
        writeFully(out, header(metadata, tensors));
        for (var tensor : tensors) {
            writeFully(out, tensor.values().duplicate());
        }
    }

    /** Length and header. */
    static ByteBuffer header(Map<String, String> metadata, List<Tensor> tensors) {
        var json = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            var node = json.putObject(SafetensorsHeader.METADATA);
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
            node.put("dtype", F32);
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
            var header = SafetensorsHeader.read(file, in);
            for (var entry : header.entries()) {
                if (!entry.type().equals(F32)) {
                    throw SafetensorsHeader.malformed(
                            file,
                            "tensor %s is of type %s, only F32 is read"
                                    .formatted(entry.name(), entry.type()));
                }
            }
            header.requireWhole(in.size());
            var tensors = new ArrayList<Tensor>();
            for (var entry : header.entries()) {
                int length = Math.toIntExact(entry.end() - entry.begin());
                tensors.add(
                        new Tensor(
                                new TensorSpec(entry.name(), entry.shape()),
                                SafetensorsHeader.readFully(
                                        in, header.start() + entry.begin(), length)));
            }
            return new Content(header.metadata(), tensors);
        }
    }

    private static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int written = out.write(bytes);
            if (written < 0) {
                throw new IOException("the file was closed while it was written");
            }
        }
    }
}
