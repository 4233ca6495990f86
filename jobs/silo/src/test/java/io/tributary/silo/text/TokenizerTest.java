package io.tributary.silo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {

    private static final String TEXT = "Grüße, 世界! 🙂 naïve\n\ttabs  and spaces <|endoftext";

    @TempDir Path folder;

    @Test
    void bytesAreTheirOwnTokens() {
        try (var tokenizer = new ByteTokenizer()) {
            var tokens = tokenizer.encode("aé");

            assertThat(tokens.ids()).containsExactly('a', 0xC3, 0xA9);
            assertThat(tokens.bytes()).containsExactly(1, 1, 1);
            assertThat(tokenizer.vocabularySize()).isEqualTo(257);
            assertThat(tokenizer.decode(tokenizer.encode(TEXT).ids())).isEqualTo(TEXT);
            assertThat(tokenizer.decode(new int[] {256, 'h', 256, 'i'})).isEqualTo("hi");
            assertThat(tokenizer.id()).isEqualTo("bytes");
        }
    }

    @Test
    void byteTokenizerAsAFileGivesTheSameTokens() throws Exception {
        var bytes = new ByteTokenizer();
        var file = Files.writeString(folder.resolve("tokenizer.json"), bytes.toJson());

        try (var read = Tokenizer.open(file)) {
            assertThat(read.vocabularySize()).isEqualTo(257);
            assertThat(read.endOfDocument()).isEqualTo(256);
            assertThat(read.encode(TEXT).ids()).isEqualTo(bytes.encode(TEXT).ids());
            assertThat(read.decode(bytes.encode(TEXT).ids())).isEqualTo(TEXT);
            assertThat(read.toJson()).isEqualTo(bytes.toJson());
            assertThat(read.id()).hasSize(64);
        }
    }

    @Test
    void bytesOfTokensAddUpToThoseOfTheText() throws Exception {
        var file = Files.writeString(folder.resolve("tokenizer.json"), withMerges());

        try (var tokenizer = Tokenizer.open(file)) {
            for (var text : new String[] {TEXT, "", "aa", "世aa界", "aaé🙂aab"}) {
                var tokens = tokenizer.encode(text);
                assertThat(tokens.bytes()).hasSameSizeAs(tokens.ids());
                assertThat(Arrays.stream(tokens.bytes()).sum())
                        .isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
            }
            assertThat(tokenizer.encode("aab").ids()).containsExactly(257, 'b');
            assertThat(tokenizer.encode("aab").bytes()).containsExactly(2, 1);
        }
    }

    @Test
    void longTextsAreNotTruncated() throws Exception {
        var file = Files.writeString(folder.resolve("tokenizer.json"), withMerges());

        try (var tokenizer = Tokenizer.open(file)) {
            assertThat(tokenizer.encode("b".repeat(5000)).ids()).hasSize(5000);
        }
    }

    @Test
    void unusableFilesAreNamed() throws Exception {
        var missing = folder.resolve("missing.json");
        assertThatThrownBy(() -> Tokenizer.open(missing))
                .isInstanceOf(IOException.class)
                .hasMessage("tokenizer file %s does not exist", missing);

        var text = Files.writeString(folder.resolve("text.json"), "hello");
        assertThatThrownBy(() -> Tokenizer.open(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not JSON");

        var endless =
                Files.writeString(
                        folder.resolve("endless.json"),
                        new ByteTokenizer().toJson().replace("<|endoftext|>", "<|end|>"));
        assertThatThrownBy(() -> Tokenizer.open(endless))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a document needs a token that ends it");

        var other = Files.writeString(folder.resolve("other.json"), endOnly());
        assertThatThrownBy(() -> Tokenizer.open(other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be used");
    }

    private static String withMerges() {
        return new ByteTokenizer()
                .toJson()
                .replace("\"<|endoftext|>\":256", "\"<|endoftext|>\":256,\"aa\":257")
                .replace("\"merges\":[]", "\"merges\":[\"a a\"]");
    }

    private static String endOnly() {
        return "{\"added_tokens\":[{\"id\":0,\"content\":\"</s>\"}],\"model\":{\"type\":\"none\"}}";
    }
}
