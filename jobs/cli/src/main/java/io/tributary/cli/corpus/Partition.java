package io.tributary.cli.corpus;

import java.util.ArrayList;
import java.util.List;

/**
 * Which silo gets which part of which text. With up to four silos each has a text of a kind of its
 * own; with more, the kinds are dealt out evenly and a kind with several silos is cut into disjoint
 * shards.
 *
 * <pre>{@code
 * 2  ->  code, prose
 * 6  ->  code-1, code-2, prose-1, prose-2, xml, names
 * }</pre>
 */
final class Partition {

    /**
     * @param silo its id
     * @param kind of its text
     * @param shard from 0
     */
    record Share(String silo, Kind kind, int shard) {}

    private Partition() {}

    /**
     * @param silos how many
     * @return one share per silo, kind by kind
     * @throws IllegalArgumentException if {@code silos < 1}
     */
    static List<Share> shares(int silos) {
        if (silos < 1) {
            throw new IllegalArgumentException("silos must be >= 1, got silos=" + silos);
        }
        var shares = new ArrayList<Share>();
        for (Kind kind : Kind.values()) {
            int shards = shards(kind, silos);
            for (int shard = 0; shard < shards; shard++) {
                var silo = shards == 1 ? kind.silo() : kind.silo() + "-" + (shard + 1);
                shares.add(new Share(silo, kind, shard));
            }
        }
        return List.copyOf(shares);
    }

    /** How many of the silos hold text of this kind. */
    static int shards(Kind kind, int silos) {
        int kinds = Kind.values().length;
        return silos / kinds + (kind.ordinal() < silos % kinds ? 1 : 0);
    }

    /**
     * Deals a run of documents out, in order: the first shard gets the first documents.
     *
     * @param sizes of the documents, in bytes
     * @param bytes of each shard at most; less if the documents are not enough for all
     * @return {@code [shards + 1]}: shard {@code s} has documents {@code [s]} up to {@code [s + 1]}
     */
    static int[] bounds(int[] sizes, int shards, long bytes) {
        long total = 0;
        for (int size : sizes) {
            total += size;
        }
        long budget = Math.min(bytes, total / shards);
        var bounds = new int[shards + 1];
        int document = 0;
        for (int shard = 0; shard < shards; shard++) {
            long used = 0;
            while (document < sizes.length && used + sizes[document] <= budget) {
                used += sizes[document++];
            }
            bounds[shard + 1] = document;
        }
        return bounds;
    }
}
