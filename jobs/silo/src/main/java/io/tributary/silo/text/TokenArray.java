package io.tributary.silo.text;

import java.util.Arrays;

/** A growing list of token ids, two bytes each while the vocabulary allows it. */
final class TokenArray {

    private static final int SHORT_IDS = 1 << Short.SIZE;

    private final boolean narrow;
    private short[] shorts = {};
    private int[] ints = {};
    private int size;

    TokenArray(int vocabularySize) {
        narrow = vocabularySize <= SHORT_IDS;
    }

    void add(int[] ids) {
        int needed = Math.addExact(size, ids.length);
        if (narrow) {
            if (needed > shorts.length) {
                shorts = Arrays.copyOf(shorts, grown(shorts.length, needed));
            }
            for (int id : ids) {
                shorts[size++] = (short) id;
            }
        } else {
            if (needed > ints.length) {
                ints = Arrays.copyOf(ints, grown(ints.length, needed));
            }
            System.arraycopy(ids, 0, ints, size, ids.length);
            size = needed;
        }
    }

    int size() {
        return size;
    }

    /** The ids from {@code start}, as a new array. */
    int[] slice(int start, int length) {
        if (!narrow) {
            return Arrays.copyOfRange(ints, start, Math.addExact(start, length));
        }
        var ids = new int[length];
        for (int i = 0; i < length; i++) {
            ids[i] = Short.toUnsignedInt(shorts[start + i]);
        }
        return ids;
    }

    private static int grown(int capacity, int needed) {
        return (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, capacity * 3L / 2));
    }
}
