package io.tributary.cli.track;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A file of TensorBoard events that is added to, by one process at a time. Each event is framed:
 *
 * <pre>
 * 8 bytes  length of the event, little-endian
 * 4 bytes  masked CRC-32C of these 8 bytes
 *          the event
 * 4 bytes  masked CRC-32C of the event
 * </pre>
 *
 * <p>An event that a process did not write to its end is cut off by the next one.
 *
 * <p>Source: {@code record_writer.cc} of the TensorFlow project.
 */
final class EventFile implements AutoCloseable {

    private static final int HEADER = 12;
    private static final int FOOTER = 4;
    private static final int MASK_DELTA = 0xA282EAD8;

    private final Path path;
    private final FileChannel file;

    /** Behind the last whole event. */
    private long end;

    private EventFile(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    /**
     * Opens a file, or begins it.
     *
     * @param known told each event that is there
     * @param seconds what time it is, for a file that is begun
     * @throws IOException if another process writes to it, or it is damaged
     */
    static EventFile open(Path path, Consumer<TensorBoardEvent> known, double seconds)
            throws IOException {
        var channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        var file = new EventFile(path, channel);
        try {
            file.lock();
            file.read(known);
            channel.truncate(file.end);
            if (file.end == 0) {
                file.append(
                        List.of(
                                new TensorBoardEvent(
                                        seconds, 0, TensorBoardEvent.VERSION, Map.of())));
            }
            return file;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The lock ends with the channel, or the process. */
    private void lock() throws IOException {
        try {
            if (file.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // somebody else in this process
        }
        throw new IOException("another process writes to %s".formatted(path));
    }

    private void read(Consumer<TensorBoardEvent> known) throws IOException {
        long size = file.size();
        while (end + HEADER <= size) {
            var header = read(end, HEADER);
            long length = header.getLong();
            if (header.getInt() != maskedCrc(header.array(), 8)) {
                throw damaged();
            }
            if (length < 0 || length > size - end - HEADER - FOOTER) {
                return;
            }
            var event = new byte[Math.toIntExact(length)];
            var body = read(end + HEADER, event.length + FOOTER);
            body.get(event);
            if (body.getInt() != maskedCrc(event, event.length)) {
                throw damaged();
            }
            known.accept(TensorBoardEvent.of(event));
            end += HEADER + length + FOOTER;
        }
    }

    private IOException damaged() {
        return new IOException(
                "%s is damaged at byte %s; move it away, and all points are written anew"
                        .formatted(path, end));
    }

    private ByteBuffer read(long position, int length) throws IOException {
        var bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("%s was cut while it was read".formatted(path));
            }
        }
        return bytes.rewind();
    }

    /**
     * Adds events: all of them, or none.
     *
     * @throws IOException if none was added
     */
    void append(List<TensorBoardEvent> events) throws IOException {
        long position = end;
        try {
            for (var event : events) {
                var framed = framed(event.toBytes());
                while (framed.hasRemaining()) {
                    position += file.write(framed, position);
                }
            }
            file.force(false);
        } catch (IOException e) {
            file.truncate(end);
            throw e;
        }
        end = position;
    }

    private static ByteBuffer framed(byte[] event) {
        var framed =
                ByteBuffer.allocate(HEADER + event.length + FOOTER).order(ByteOrder.LITTLE_ENDIAN);
        framed.putLong(event.length);
        framed.putInt(maskedCrc(framed.array(), 8));
        framed.put(event);
        framed.putInt(maskedCrc(event, event.length));
        return framed.flip();
    }

    /** Of data that may itself hold CRCs: rotated, and moved by a constant. */
    static int maskedCrc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
