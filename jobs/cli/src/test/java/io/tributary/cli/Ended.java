package io.tributary.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command printed and how it ended. */
record Ended(int exitCode, String out, String err) {

    /** Runs a command as it is typed. */
    static Ended run(String... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode =
                Tributary.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(words);
        return new Ended(exitCode, out.toString(), err.toString());
    }

    JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out);
    }
}
