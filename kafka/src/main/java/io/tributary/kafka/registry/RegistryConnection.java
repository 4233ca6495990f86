package io.tributary.kafka.registry;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How to reach a schema registry, and what it is used for. Readers read both frames; writers name
 * schemas by its numbers, unless they are to wait until all readers know the registry.
 *
 * @param urls base addresses of one registry, each with the path of its interface; tried in turn
 * @param subjects how subjects are named
 * @param writes whether what is written is in the registry's frame; otherwise it is only read
 * @param autoRegister whether writers register their schemas; otherwise they only look them up
 * @param security {@code basic.auth.user.info} ({@code user:password}) or {@code
 *     bearer.auth.token}, {@code ssl.*} as of a Kafka client, and {@code config.providers*}, by
 *     which they may be read from files; may be empty
 */
public record RegistryConnection(
        List<String> urls,
        boolean writes,
        SubjectNaming subjects,
        boolean autoRegister,
        Map<String, String> security)
        implements Serializable {

    /** Security property: user and password, with a colon between. */
    public static final String BASIC = "basic.auth.user.info";

    /** Security property: a token that is sent as it is. */
    public static final String BEARER = "bearer.auth.token";

    public RegistryConnection {
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("a schema registry needs a URL");
        }
        urls = urls.stream().map(RegistryConnection::checked).toList();
        for (var key : security.keySet()) {
            if (!key.equals(BASIC)
                    && !key.equals(BEARER)
                    && !key.startsWith("ssl.")
                    && !key.startsWith("config.providers")) {
                throw new IllegalArgumentException(
                        "schema registry property %s is not one of %s, %s, ssl.*, config.providers*"
                                .formatted(key, BASIC, BEARER));
            }
        }
        if (security.containsKey(BASIC) && security.containsKey(BEARER)) {
            throw new IllegalArgumentException(
                    "a schema registry takes %s or %s, not both".formatted(BASIC, BEARER));
        }
        security = Map.copyOf(security);
    }

    /** A registry without authentication that takes schemas as they come, named by record. */
    public static RegistryConnection at(String urls) {
        return new RegistryConnection(split(urls), true, SubjectNaming.RECORD, true, Map.of());
    }

    /** The addresses in a comma-separated list. */
    public static List<String> split(String urls) {
        return Arrays.stream(urls.split(",", -1)).map(String::strip).toList();
    }

    private static String checked(String url) {
        try {
            var uri = new URI(url);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!web || uri.getHost() == null || uri.getQuery() != null) {
                throw new IllegalArgumentException(
                        "schema registry '%s' is not of the form http(s)://host:port/path"
                                .formatted(withoutUser(url)));
            }
            if (uri.getUserInfo() != null) {
                throw new IllegalArgumentException(
                        "schema registry '%s' must not have credentials in its address; set %s"
                                .formatted(withoutUser(url), BASIC));
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "schema registry '%s' is not a URL: %s"
                            .formatted(withoutUser(url), e.getReason()),
                    e);
        }
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static String withoutUser(String url) {
        return url.replaceFirst("//[^/]*@", "//***@");
    }

    /** The same for somebody who registers schemas. */
    public RegistryConnection registering() {
        return new RegistryConnection(urls, writes, subjects, true, security);
    }

    /** The same for somebody who reads both frames and writes our own. */
    public RegistryConnection reading() {
        return new RegistryConnection(urls, false, subjects, autoRegister, security);
    }

    /** The numbers of this registry; one memory of them in each process. */
    public RegistryIds ids() {
        return new RegistryIds(this);
    }

    /** Does not show credentials. */
    @Override
    public String toString() {
        return String.join(",", urls);
    }
}
