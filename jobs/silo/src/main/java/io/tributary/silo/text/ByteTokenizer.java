package io.tributary.silo.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One token per UTF-8 byte, and one for the end of a document: nothing to download or agree on. */
public final class ByteTokenizer implements Tokenizer {

    /** What {@link #id} says. */
    public static final String ID = "bytes";

    private static final int BYTES = 256;

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int vocabularySize() {
        return BYTES + 1;
    }

    @Override
    public int endOfDocument() {
        return BYTES;
    }

    @Override
    public String endOfDocumentText() {
        return HuggingFaceJsonTokenizer.END_OF_TEXT;
    }

    @Override
    public Tokens encode(String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        var ids = new int[utf8.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Byte.toUnsignedInt(utf8[i]);
        }
        var bytes = new int[ids.length];
        Arrays.fill(bytes, 1);
        return new Tokens(ids, bytes);
    }

    @Override
    public String decode(int[] ids) {
        var utf8 = new byte[ids.length];
        int length = 0;
        for (int id : ids) {
            if (id < BYTES) {
                utf8[length++] = (byte) id;
            }
        }
        return new String(utf8, 0, length, StandardCharsets.UTF_8);
    }

    /**
     * A byte-level BPE without merges. Such a file spells bytes as printable characters: bytes that
     * are printable Latin-1 stand for themselves, the others, in order, for the characters from 256
     * on.
     */
    @Override
    public String toJson() {
        var json = new ObjectMapper().createObjectNode();
        json.put("version", "1.0");
        json.putNull("truncation");
        json.putNull("padding");
        var end = json.putArray("added_tokens").addObject();
        end.put("id", endOfDocument());
        end.put("content", endOfDocumentText());
        for (var flag : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
            end.put(flag, false);
        }
        end.put("special", true);
        json.putNull("normalizer");
        json.putObject("pre_tokenizer")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", false)
                .put("use_regex", false);
        json.putNull("post_processor");
        json.putObject("decoder")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", false)
                .put("use_regex", false);
        var model = json.putObject("model");
        model.put("type", "BPE");
        model.putNull("dropout");
        model.putNull("unk_token");
        model.putNull("continuing_subword_prefix");
        model.putNull("end_of_word_suffix");
        model.put("fuse_unk", false);
        model.put("byte_fallback", false);
        model.put("ignore_merges", false);
        var vocabulary = model.putObject("vocab");
        int next = BYTES;
        for (int value = 0; value < BYTES; value++) {
            int character = isPrintableLatin1(value) ? value : next++;
            vocabulary.put(Character.toString(character), value);
        }
        vocabulary.put(endOfDocumentText(), endOfDocument());
        model.putArray("merges");
        return json.toString();
    }

    @Override
    public void close() {}

    private static boolean isPrintableLatin1(int value) {
        boolean ascii = value >= '!' && value <= '~';
        return ascii || (value >= 0xA1 && value <= 0xFF && value != 0xAD);
    }
}
