package io.tributary.cli.dashboard;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before every request: lets only GET through, and nothing that another site's page has made
 * a browser ask for. Tells browsers to run and load nothing but what this server sends.
 *
 * <p>On loopback the {@code Host} header must name this machine: a name that its owner points at
 * 127.0.0.1 after the browser has loaded his page (DNS rebinding) would make that page one of the
 * same origin. On other addresses any name may be right.
 */
final class Guard extends Filter {

    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private final boolean loopback;
    private final String host;

    /**
     * @param address that the server is bound to
     * @param host as the address was given: a name of this machine, too
     */
    Guard(InetAddress address, String host) {
        this.loopback = address.isLoopbackAddress();
        this.host = host.toLowerCase(Locale.ROOT);
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        protect(exchange.getResponseHeaders());
        var name = hostName(exchange.getRequestHeaders().getFirst("Host"));
        if (loopback && !THIS_MACHINE.contains(name) && !name.equals(host)) {
            Answers.text(
                    exchange,
                    Answers.FORBIDDEN,
                    "this page answers on this machine only, to the name localhost; start it with --host to show it to others");
            return;
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().set("Allow", "GET");
            Answers.text(exchange, Answers.METHOD_NOT_ALLOWED, "there is nothing to change here");
            return;
        }
        var site = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
        if ("cross-site".equals(site) && !exchange.getRequestURI().getPath().equals("/")) {
            Answers.text(exchange, Answers.FORBIDDEN, "this is not for the pages of other sites");
            return;
        }
        try (exchange) {
            answer(exchange, chain);
        } catch (IOException e) {
            LOG.debug("the browser has gone", e);
        }
    }

    /** Whatever fails is told before the exchange is closed. */
    private static void answer(HttpExchange exchange, Chain chain) throws IOException {
        try {
            chain.doFilter(exchange);
        } catch (RuntimeException e) {
            LOG.error("cannot answer {}", exchange.getRequestURI(), e);
            fail(exchange);
        }
    }

    private static void fail(HttpExchange exchange) throws IOException {
        if (exchange.getResponseCode() == -1) {
            Answers.text(exchange, Answers.FAILED, "this failed; the log says why");
        }
    }

    private static void protect(Headers headers) {
        headers.set("Content-Security-Policy", POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cache-Control", "no-store");
    }

    /** Without the port: the page may be looked at through a tunnel. */
    static String hostName(@Nullable String header) {
        if (header == null) {
            return "";
        }
        int colon = header.lastIndexOf(':');
        boolean port = colon > header.lastIndexOf(']');
        return (port ? header.substring(0, colon) : header).toLowerCase(Locale.ROOT);
    }

    @Override
    public String description() {
        return "what may be asked for, and by whom";
    }
}
