package io.tributary.kafka.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * The three requests that are made of a schema registry, in the REST interface that Confluent's has
 * and others offer too. What may pass by itself (no connection, a busy server) is tried again, at
 * each of the addresses, before it is an error. Thread-safe.
 */
final class RegistryApi {

    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** For one request, its answer included. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** How often each address is tried. */
    private static final int ATTEMPTS = 3;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

    /** No schema of ours is a tenth as long. */
    private static final int LONGEST_ANSWER = 1024 * 1024;

    private static final int LONGEST_QUOTE = 300;

    /** The registry's own numbers for what is not there; without one, the address is wrong. */
    private static final int SUBJECT_NOT_FOUND = 40401;

    private static final int SCHEMA_NOT_FOUND = 40403;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistryConnection connection;
    private final HttpClient http;
    private final @Nullable String authorization;

    /**
     * @throws ConfigException if the connection's key or trust store cannot be read
     * @throws IllegalArgumentException if a property cannot be read from where it is, or user and
     *     password are not of their form
     */
    RegistryApi(RegistryConnection connection) {
        this.connection = connection;
        var security = resolved(connection.security());
        var builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .followRedirects(HttpClient.Redirect.NEVER); // it would take credentials on
        if (connection.urls().stream().anyMatch(url -> url.startsWith("https:"))) {
            builder.sslContext(RegistryTls.context(security));
        }
        this.http = builder.build();
        this.authorization = authorization(security);
    }

    /**
     * With what {@code config.providers} read, and as Kafka's own clients take it: without blanks
     * and line breaks around it, in which files end.
     */
    private static Map<String, String> resolved(Map<String, String> security) {
        try {
            var resolved = new HashMap<String, String>();
            new AbstractConfig(new ConfigDef(), security, false)
                    .originals()
                    .forEach((key, value) -> resolved.put(key, String.valueOf(value).strip()));
            return resolved;
        } catch (KafkaException e) {
            throw new IllegalArgumentException(
                    "the schema registry's properties cannot be read: " + e.getMessage(), e);
        }
    }

    private static @Nullable String authorization(Map<String, String> security) {
        var basic = security.get(RegistryConnection.BASIC);
        if (basic != null) {
            if (!basic.contains(":")) {
                throw new IllegalArgumentException(
                        "%s of the schema registry must be of the form user:password"
                                .formatted(RegistryConnection.BASIC));
            }
            return "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(UTF_8));
        }
        var bearer = security.get(RegistryConnection.BEARER);
        return bearer == null ? null : "Bearer " + bearer;
    }

    /**
     * Whether it is there: asks for something that every registry has.
     *
     * @throws SchemaRegistryException if it is not, or refuses the caller
     */
    void ping() {
        var answer = ask("/schemas/types", null);
        if (answer.status() != 200 || !answer.json().isArray()) {
            throw unexpected("its schema types", answer);
        }
    }

    /**
     * The answer to a number.
     *
     * @return empty if the registry has given it to no schema, or to one that is none of ours: its
     *     answer is too long, or says that the number cannot be right
     * @throws SchemaRegistryException if it cannot be asked
     */
    Optional<JsonNode> schema(int id) {
        var path = "/schemas/ids/" + id;
        var answer = ask(path, null);
        if (answer.error() == SCHEMA_NOT_FOUND) {
            sleep(FIRST_PAUSE); // of several servers, this one may hear of it a moment later
            answer = ask(path, null);
        }
        if (answer.error() == SCHEMA_NOT_FOUND || answer.isTooLong() || answer.isOfTheRequest()) {
            return Optional.empty();
        }
        if (answer.status() != 200 || !answer.json().path("schema").isTextual()) {
            throw unexpected("schema id " + id, answer);
        }
        return Optional.of(answer.json());
    }

    /**
     * Registers a schema, if it is not there.
     *
     * @return its number
     * @throws SchemaRegistryException if it cannot be asked, or does not take the schema
     */
    int register(String subject, String schema) {
        var answer = ask("/subjects/" + encoded(subject) + "/versions", body(schema));
        if (answer.status() == 409) {
            throw new SchemaRegistryException(
                    "the schema registry at %s does not take the schema of subject %s: it is not compatible with one that is there (%s); change the subject's compatibility level, or name subjects otherwise"
                            .formatted(connection, subject, answer.message()),
                    null);
        }
        return id("registering the schema of subject " + subject, answer);
    }

    /**
     * Looks a schema up.
     *
     * @return its number; empty if the subject does not have it
     * @throws SchemaRegistryException if it cannot be asked
     */
    OptionalInt lookUp(String subject, String schema) {
        var answer = ask("/subjects/" + encoded(subject), body(schema));
        return answer.error() == SUBJECT_NOT_FOUND || answer.error() == SCHEMA_NOT_FOUND
                ? OptionalInt.empty()
                : OptionalInt.of(id("the schema of subject " + subject, answer));
    }

    private int id(String request, Answer answer) {
        if (answer.status() != 200 || !answer.json().path("id").canConvertToInt()) {
            throw unexpected(request, answer);
        }
        return answer.json().path("id").intValue();
    }

    private static String body(String schema) {
        return JSON.createObjectNode().put("schema", schema).toString();
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, UTF_8);
    }

    private SchemaRegistryException unexpected(String request, Answer answer) {
        var reason =
                switch (answer.status()) {
                    case 401, 403 -> "refuses the caller; check its credentials and rights";
                    case 404 -> "does not know the request; check the path of its address";
                    default ->
                            answer.isTooLong()
                                    ? "answers more than %s bytes".formatted(LONGEST_ANSWER)
                                    : "answers what was not expected";
                };
        return new SchemaRegistryException(
                "the schema registry at %s %s (%s: status %s%s)"
                        .formatted(
                                connection,
                                reason,
                                request,
                                answer.status(),
                                answer.message().isEmpty() ? "" : ", " + answer.message()),
                null);
    }

    /**
     * What was answered.
     *
     * @param json missing where the body is none
     * @param isTooLong whether it has more than {@link #LONGEST_ANSWER} bytes
     */
    private record Answer(int status, JsonNode json, boolean isTooLong) {

        int error() {
            return json.path("error_code").asInt(0);
        }

        String message() {
            var text = json.path("message").asText("");
            return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
        }

        /** Whether what was asked for cannot be right, whoever asks and whenever. */
        boolean isOfTheRequest() {
            return status == 400 || status == 422;
        }

        /** Whether it may be another one in a moment. */
        boolean passes() {
            return status == 429 || status >= 500;
        }
    }

    private Answer ask(String path, @Nullable String body) {
        String why = "";
        IOException failure = null;
        var pause = FIRST_PAUSE;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            for (var url : connection.urls()) {
                try {
                    var answer = send(request(url + path, body));
                    if (!answer.passes()) {
                        return answer;
                    }
                    why = "status %s %s".formatted(answer.status(), answer.message()).strip();
                } catch (IOException e) {
                    failure = e;
                    why = why(e);
                }
            }
            if (attempt < ATTEMPTS) {
                sleep(pause);
                pause = pause.multipliedBy(4);
            }
        }
        throw new SchemaRegistryException(
                "the schema registry at %s does not answer (%s); check the address and that it runs"
                        .formatted(connection, why),
                failure);
    }

    private static String why(IOException failure) {
        var message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }

    private HttpRequest request(String url, @Nullable String body) {
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(TIMEOUT)
                        .header("Accept", MEDIA_TYPE + ", application/json");
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (body != null) {
            request.header("Content-Type", MEDIA_TYPE).POST(BodyPublishers.ofString(body));
        }
        return request.build();
    }

    private Answer send(HttpRequest request) throws IOException {
        var sent = http.sendAsync(request, head -> new LimitedBody(LONGEST_ANSWER));
        try {
            // The request's own timeout ends with the head of the answer.
            return answer(sent.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw new IOException("no answer within " + TIMEOUT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            sent.cancel(true);
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io
                    ? io
                    : new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
        }
    }

    private static Answer answer(HttpResponse<byte[]> response) throws IOException {
        int status = response.statusCode();
        if (response.body().length > LONGEST_ANSWER) {
            if (response.body()[0] != '{') { // not the registry's, but a proxy's page
                throw new IOException("an answer of more than %s bytes".formatted(LONGEST_ANSWER));
            }
            return new Answer(status, MissingNode.getInstance(), true);
        }
        try {
            return new Answer(status, JSON.readTree(response.body()), false);
        } catch (JsonProcessingException e) {
            return new Answer(status, MissingNode.getInstance(), false); // a proxy's page
        }
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
