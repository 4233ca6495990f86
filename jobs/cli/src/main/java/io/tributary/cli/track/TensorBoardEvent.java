package io.tributary.cli.track;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What TensorBoard calls an event, as far as it is needed here: the values of some scalars at one
 * step. As bytes it is a protocol buffer, of which these fields are used:
 *
 * <pre>
 * Event:         1 double wall_time (seconds), 2 int64 step, 3 string file_version, 5 Summary
 * Summary:       1 Summary.Value, repeated
 * Summary.Value: 1 string tag, 2 float simple_value
 * </pre>
 *
 * <p>Source: {@code event.proto} and {@code summary.proto} of the TensorFlow project.
 *
 * @param seconds epoch seconds
 * @param fileVersion only of the first event of a file; empty otherwise
 * @param values by tag
 */
record TensorBoardEvent(double seconds, long step, String fileVersion, Map<String, Float> values) {

    /** What a file begins with. */
    static final String VERSION = "brain.Event:2";

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    byte[] toBytes() {
        var event = new Writer();
        event.fixed64(1, Double.doubleToLongBits(seconds));
        if (step != 0) {
            event.varint(2, step);
        }
        if (!fileVersion.isEmpty()) {
            event.bytes(3, fileVersion.getBytes(StandardCharsets.UTF_8));
        }
        if (!values.isEmpty()) {
            var summary = new Writer();
            values.forEach(
                    (tag, value) -> {
                        var entry = new Writer();
                        entry.bytes(1, tag.getBytes(StandardCharsets.UTF_8));
                        entry.fixed32(2, Float.floatToIntBits(value));
                        summary.bytes(1, entry.toBytes());
                    });
            event.bytes(5, summary.toBytes());
        }
        return event.toBytes();
    }

    /**
     * @throws IOException if it is no protocol buffer
     */
    static TensorBoardEvent of(byte[] bytes) throws IOException {
        var reader = new Reader(bytes);
        double seconds = 0;
        long step = 0;
        var version = "";
        var values = new LinkedHashMap<String, Float>();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> seconds = Double.longBitsToDouble(reader.number());
                case 2 -> step = reader.number();
                case 3 -> version = reader.text();
                case 5 -> readSummary(reader.bytes(), values);
                default -> {
                    // what others put into events
                }
            }
        }
        return new TensorBoardEvent(seconds, step, version, values);
    }

    private static void readSummary(byte[] bytes, Map<String, Float> values) throws IOException {
        var summary = new Reader(bytes);
        while (summary.next()) {
            if (summary.field() != 1) {
                continue;
            }
            var entry = new Reader(summary.bytes());
            var tag = "";
            float value = Float.NaN;
            while (entry.next()) {
                if (entry.field() == 1) {
                    tag = entry.text();
                } else if (entry.field() == 2) {
                    value = Float.intBitsToFloat((int) entry.number());
                }
            }
            values.put(tag, value);
        }
    }

    /** Writes the fields of a message. */
    private static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void varint(int field, long value) {
            raw((long) field << 3 | VARINT);
            raw(value);
        }

        void fixed64(int field, long bits) {
            raw((long) field << 3 | FIXED64);
            var buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bits);
            out.writeBytes(buffer.array());
        }

        void fixed32(int field, int bits) {
            raw((long) field << 3 | FIXED32);
            var buffer = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bits);
            out.writeBytes(buffer.array());
        }

        void bytes(int field, byte[] value) {
            raw((long) field << 3 | BYTES);
            raw(value.length);
            out.writeBytes(value);
        }

        private void raw(long value) {
            long left = value;
            while ((left & ~0x7FL) != 0) {
                out.write((int) (left & 0x7F | 0x80));
                left >>>= 7;
            }
            out.write((int) left);
        }

        byte[] toBytes() {
            return out.toByteArray();
        }
    }

    /** Reads the fields of a message, one after the other. */
    private static final class Reader {
        private final ByteBuffer in;
        private int field;
        private long number;
        private byte[] bytes = {};

        Reader(byte[] message) {
            in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        }

        boolean next() throws IOException {
            if (!in.hasRemaining()) {
                return false;
            }
            long key = raw();
            field = (int) (key >>> 3);
            number = 0;
            bytes = new byte[0];
            switch ((int) key & 7) {
                case VARINT -> number = raw();
                case FIXED64 -> number = require(8).getLong();
                case FIXED32 -> number = require(4).getInt();
                case BYTES -> {
                    long length = raw();
                    var source = require(length);
                    bytes = new byte[(int) length]; // no more than are left
                    source.get(bytes);
                }
                default -> throw new IOException("an event has a field of unknown type");
            }
            return true;
        }

        int field() {
            return field;
        }

        long number() {
            return number;
        }

        byte[] bytes() {
            return bytes;
        }

        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        private long raw() throws IOException {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte next = require(1).get();
                value |= (long) (next & 0x7F) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IOException("an event has a number that does not end");
        }

        private ByteBuffer require(long count) throws IOException {
            if (count < 0 || count > in.remaining()) {
                throw new IOException("an event ends in the middle of a field");
            }
            return in;
        }
    }
}
