package io.tributary.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.cli.dashboard.Dashboard;
import io.tributary.kafka.client.Genesis;
import io.tributary.kafka.client.GenesisWriter;
import io.tributary.kafka.client.LocalUpdate;
import io.tributary.kafka.client.UpdateWriter;
import io.tributary.schemas.codec.Codec;
import io.tributary.schemas.model.ParameterBuffer;
import io.tributary.schemas.update.UpdateId;
import io.tributary.silo.Silo;
import io.tributary.silo.SiloOptions;
import io.tributary.silo.export.Safetensors;
import io.tributary.silo.model.Architecture;
import io.tributary.silo.model.ModelInitializer;
import io.tributary.silo.text.ByteTokenizer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/**
 * The live page in a browser, of a federation that runs: a broker, the job, and silos that only
 * pretend to train. Writes what it looked like to {@code target/live-page}.
 */
@TestInstance(Lifecycle.PER_CLASS)
class LivePageITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path PICTURES = Path.of("target", "live-page");

    /** Perplexities that they come close to, in name order. */
    private static final Map<String, Double> SILOS =
            Map.of("acme", 4.1, "bolt", 6.3, "core", 11.8, "dune", 3.2);

    /** Has a topic and no part in any round; what it sends is refused. */
    private static final String OUTSIDER = "echo";

    private static final int VERSIONS = 6;
    private static final String OTHER_MODEL = "expert-law";

    private static final Architecture ARCHITECTURE = new Architecture(257, 64, 1, 2, 32);

    @AutoClose private TestCluster cluster;
    private Path work;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        assumeTrue(
                Browser.isInstalled(),
                "there is no chromium with its chromedriver; 'apt-get install chromium chromium-driver' brings them");
        work = folder;
        cluster = TestCluster.start(folder, 1, 2, 2);
    }

    @Test
    void showsAFederationAsItGoes() throws Exception {
        var topics = new TreeSet<>(SILOS.keySet());
        topics.add(OUTSIDER);
        var begin = new CountDownLatch(1);
        try (var federation = federation(topics);
                var text = new ByteTokenizer();
                var silos = silos(federation, begin);
                var page =
                        Dashboard.start(
                                federation.connection(),
                                federation.topics(),
                                text,
                                Dashboard.LOOPBACK,
                                0,
                                Dashboard.HISTORY);
                var browser = Browser.start()) {
            var driver = browser.driver();
            browser.prefer("light");
            browser.resize(1440, 1000, false);
            driver.get(page.url());

            await("the first news")
                    .atMost(PATIENCE)
                    .until(() -> figure(browser, "Version").equals("0"));
            browser.photograph(PICTURES.resolve("begin.png"));
            refuseAnUpdate(federation);
            begin.countDown();

            await("versions that appear by themselves")
                    .atMost(PATIENCE)
                    .until(() -> Integer.parseInt(figure(browser, "Version")) >= VERSIONS);
            await("a silo that trains").atMost(PATIENCE).until(() -> trains(browser));
            await("a refusal").atMost(PATIENCE).until(() -> count(browser, "#refusals > li") == 1);

            browser.photograph(PICTURES.resolve("desktop-light.png"));
            assertThat(count(browser, "#silos tbody tr")).isEqualTo(topics.size());
            assertThat(count(browser, "#versions tbody tr")).isGreaterThanOrEqualTo(VERSIONS);
            assertThat(count(browser, ".uplot canvas")).isEqualTo(4);
            assertThat(count(browser, "#legend button")).isEqualTo(1 + topics.size());
            assertThat(driver.findElement(By.id("refusals")).getText())
                    .contains("not in plan", OUTSIDER);
            assertThat(driver.findElement(By.cssSelector("#connection")).getText())
                    .isEqualTo("live");
            assertThat(columns(browser, "acme"))
                    .containsKeys("Lag", "Alignment")
                    .hasEntrySatisfying("Contribution", text1 -> assertThat(text1).endsWith("%"))
                    .hasEntrySatisfying("Accepted", n -> assertThat(n).matches("[1-9]\\d*"));
            await("a lag")
                    .atMost(PATIENCE)
                    .until(() -> columns(browser, "acme").get("Lag").matches("\\d+"));
            assertFits(browser);

            browser.prefer("dark");
            await().until(() -> browser.run(BACKGROUND).equals("rgb(13, 20, 23)"));
            browser.photograph(PICTURES.resolve("desktop-dark.png"));
            assertFits(browser);

            browser.prefer("light");
            browser.resize(375, 812, true);
            await().until(() -> browser.run("return innerWidth").equals(375L));
            browser.photograph(PICTURES.resolve("phone.png"));
            assertFits(browser);
            browser.resize(820, 1180, true);
            await().until(() -> browser.run("return innerWidth").equals(820L));
            browser.photograph(PICTURES.resolve("tablet.png"));
            assertFits(browser);
            browser.resize(1440, 1000, false);

            assertThemesByHand(browser);
            publish(federation, OTHER_MODEL);
            assertChooses(browser, OTHER_MODEL, "0");
            assertChooses(browser, TestFederation.MODEL, "[1-9]\\d*");
            assertDownloads(
                    driver.findElements(By.cssSelector("a.download")).get(0).getAttribute("href"));
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.requests())
                    .isNotEmpty()
                    .allSatisfy(url -> assertThat(url).startsWith(page.url()));

            page.stopObserving();
            await("the end").atMost(PATIENCE).until(() -> status(browser).equals("ended"));
            browser.photograph(PICTURES.resolve("ended.png"));
        }
    }

    private static final String BACKGROUND =
            "return getComputedStyle(document.body).backgroundColor";

    private TestFederation federation(Collection<String> topics) throws Exception {
        var federation =
                TestFederation.create(cluster, topics)
                        .with("round.min-silos", SILOS.size())
                        .with("round.rule", "mean")
                        .with("round.server-optimizer", "sgd(lr=1)")
                        .with("round.local-steps", 24)
                        .with("round.local-steps-of.bolt", 40)
                        .with("round.local-steps-of.dune", 12);
        publish(federation, TestFederation.MODEL);
        federation.startJob();
        return federation;
    }

    /** Publishes version 0 of a model that can be exported. */
    private static void publish(TestFederation federation, String model) {
        var genesis = new Genesis(model, 0, -1, ARCHITECTURE.toJson(), "bytes", Codec.F32, 0);
        var initial = ModelInitializer.initialize(ARCHITECTURE, 4096, 1);
        var written =
                new GenesisWriter(federation.connection(), federation.topics(), PATIENCE)
                        .write(genesis, initial);
        assertThat(written.version()).isZero();
    }

    private static void assertChooses(Browser browser, String model, String version) {
        var choice = browser.driver().findElement(By.id("model"));
        await("a choice").atMost(PATIENCE).until(() -> choice.getText().contains(OTHER_MODEL));
        choice.findElements(By.tagName("option")).stream()
                .filter(option -> option.getText().equals(model))
                .findFirst()
                .orElseThrow()
                .click();
        await("model " + model)
                .atMost(PATIENCE)
                .until(() -> figure(browser, "Version").matches(version));
        assertThat((String) browser.run("return location.search")).isEqualTo("?model=" + model);
    }

    /** Silos in threads of their own, until what is returned is closed. */
    private AutoCloseable silos(TestFederation federation, CountDownLatch begin) {
        var threads = new LinkedHashMap<Silo, Thread>();
        SILOS.forEach(
                (id, floor) -> {
                    var options =
                            SiloOptions.of(
                                            federation.connection(),
                                            federation.topics().federation(),
                                            id,
                                            work.resolve("silos"))
                                    .withHeartbeat(Duration.ofMillis(300))
                                    .withEvaluationDelay(Duration.ofMillis(50));
                    var trainer = new PacedTrainer(id.charAt(0) - 'a', 60, floor, begin);
                    var silo = new Silo(options, trainer);
                    threads.put(silo, new Thread(silo, "silo " + id));
                });
        threads.values().forEach(Thread::start);
        return () -> {
            begin.countDown();
            threads.keySet().forEach(Silo::stop);
            for (var thread : threads.values()) {
                thread.join();
            }
        };
    }

    /** Sends an update of a silo that no plan names. */
    private static void refuseAnUpdate(TestFederation federation) throws Exception {
        federation.awaitPlan(1);
        var global = ModelInitializer.initialize(ARCHITECTURE, 4096, 1);
        var trained = ParameterBuffer.allocate(global.layout());
        try (var writer =
                UpdateWriter.open(
                        federation.connection(), federation.topics(), OUTSIDER, PATIENCE)) {
            var update =
                    new LocalUpdate(
                            TestFederation.MODEL,
                            new UpdateId(1, 1, 1),
                            0,
                            Codec.F32,
                            512,
                            8,
                            8,
                            0.1,
                            3);
            assertThat(writer.write(update, global, trained)).isNotNull();
        }
    }

    private static String figure(Browser browser, String name) {
        return browser.driver().findElements(By.cssSelector("#figures > div")).stream()
                .filter(tile -> tile.findElement(By.tagName("dt")).getText().equals(name))
                .map(tile -> tile.findElement(By.cssSelector(".figure")).getText())
                .findFirst()
                .orElse("");
    }

    private static boolean trains(Browser browser) {
        return browser.driver().findElement(By.id("silos")).getText().contains("training");
    }

    private static String status(Browser browser) {
        return browser.driver().findElement(By.id("connection")).getText();
    }

    private static int count(Browser browser, String selector) {
        return browser.driver().findElements(By.cssSelector(selector)).size();
    }

    /** A silo's row, by the names of the columns. */
    private static Map<String, String> columns(Browser browser, String silo) {
        var row =
                browser.driver().findElements(By.cssSelector("#silos tbody tr")).stream()
                        .filter(r -> r.findElement(By.tagName("th")).getText().equals(silo))
                        .findFirst()
                        .orElseThrow();
        var columns = new LinkedHashMap<String, String>();
        for (var cell : row.findElements(By.cssSelector("td.n"))) {
            columns.put(cell.getAttribute("data-label"), cell.getText());
        }
        return columns;
    }

    private static void assertFits(Browser browser) {
        assertThat((Long) browser.run("return document.documentElement.scrollWidth - innerWidth"))
                .as("pixels to scroll to the right")
                .isLessThanOrEqualTo(0);
    }

    /** The button goes from the system's choice to light, dark, and back. */
    private static void assertThemesByHand(Browser browser) {
        var button = browser.driver().findElement(By.id("theme"));
        for (var theme : List.of("Light", "Dark", "Auto")) {
            button.click();
            assertThat(button.getText()).endsWith(theme);
            boolean dark = browser.run(BACKGROUND).equals("rgb(13, 20, 23)");
            assertThat(dark).as(theme).isEqualTo(theme.equals("Dark"));
        }
    }

    private void assertDownloads(String link) throws Exception {
        var archive = work.resolve("model.zip");
        var answer =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(link)).build(),
                                BodyHandlers.ofFile(archive));
        assertThat(answer.statusCode()).isEqualTo(200);
        try (var zip = new ZipFile(archive.toFile())) {
            var names = zip.stream().map(entry -> Path.of(entry.getName())).toList();
            assertThat(names)
                    .extracting(name -> name.getFileName().toString())
                    .containsExactlyInAnyOrder(
                            "config.json",
                            "generation_config.json",
                            "tokenizer.json",
                            "tokenizer_config.json",
                            "model.safetensors");
            var parameters = work.resolve("model.safetensors");
            for (var name : names) {
                try (var in = zip.getInputStream(zip.getEntry(name.toString()))) {
                    if (name.endsWith("config.json")) {
                        var config = new String(in.readAllBytes(), UTF_8);
                        assertThat(Architecture.fromJson(config)).isEqualTo(ARCHITECTURE);
                    } else if (name.endsWith("model.safetensors")) {
                        Files.copy(in, parameters);
                    }
                }
            }
            assertThat(Safetensors.read(parameters).tensors())
                    .extracting(tensor -> (long) tensor.values().remaining() / Float.BYTES)
                    .satisfies(
                            sizes ->
                                    assertThat(sizes.stream().mapToLong(Long::longValue).sum())
                                            .isEqualTo(ARCHITECTURE.parameters()));
        }
    }
}
