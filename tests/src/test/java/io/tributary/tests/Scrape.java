package io.tributary.tests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a process serves to Prometheus at a moment.
 *
 * @param samples one for each series
 */
record Scrape(List<Sample> samples) {

    private static final Pattern SAMPLE =
            Pattern.compile("^([A-Za-z_:][\\w:]*)(?:\\{(.*)\\})? (\\S+)$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** A series and its value. */
    record Sample(String name, Map<String, String> labels, double value) {}

    static Scrape of(int port) throws IOException, InterruptedException {
        var uri = URI.create("http://127.0.0.1:%s/metrics".formatted(port));
        var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
        var text = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
        return new Scrape(
                text.lines().filter(line -> !line.startsWith("#")).map(Scrape::sample).toList());
    }

    private static Sample sample(String line) {
        var found = SAMPLE.matcher(line);
        if (!found.matches()) {
            throw new AssertionError("no sample: " + line);
        }
        var labels = new TreeMap<String, String>();
        var rest = found.group(2) == null ? "" : found.group(2);
        for (Matcher label = LABEL.matcher(rest); label.find(); ) {
            labels.put(label.group(1), label.group(2));
        }
        var value = found.group(3).replace("Inf", "Infinity");
        return new Sample(found.group(1), labels, Double.parseDouble(value));
    }

    /** The series with this label. */
    Scrape with(String label, String value) {
        return new Scrape(
                samples.stream().filter(s -> value.equals(s.labels().get(label))).toList());
    }

    /** The series whose names begin so, by the rest of these. */
    Scrape behind(String prefix) {
        return new Scrape(
                samples.stream()
                        .filter(s -> s.name().startsWith(prefix))
                        .map(
                                s ->
                                        new Sample(
                                                s.name().substring(prefix.length()),
                                                s.labels(),
                                                s.value()))
                        .toList());
    }

    Set<String> names() {
        return samples.stream().map(Sample::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Values of the series of this name. */
    List<Double> values(String name) {
        return samples.stream().filter(s -> s.name().equals(name)).map(Sample::value).toList();
    }

    /** The value of the one series of this name. */
    double only(String name) {
        var values = values(name);
        if (values.size() != 1) {
            throw new AssertionError("%s series of %s, not 1".formatted(values.size(), name));
        }
        return values.get(0);
    }

    /** Sum of the series of this name. */
    double sum(String name) {
        return values(name).stream().mapToDouble(Double::doubleValue).sum();
    }
}
