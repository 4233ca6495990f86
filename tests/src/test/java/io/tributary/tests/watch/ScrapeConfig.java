package io.tributary.tests.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tributary.kafka.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The configuration that Prometheus has in {@code docker}, with other targets and a shorter
 * interval. Its rules, the names of its jobs and what it makes of labels stay as they are.
 *
 * @param ports of this machine, by the names of the jobs; a job that is not in it is left out
 */
record ScrapeConfig(Map<String, List<Integer>> ports) {

    /** Shorter would only cost time of processors that the federation needs. */
    private static final String INTERVAL = "2s";

    private static final YAMLMapper YAML = new YAMLMapper();

    /**
     * @throws IllegalStateException if a port is of a job that the file does not have
     */
    void write(Path file) throws IOException {
        var prometheus = SourceTree.docker().resolve("prometheus");
        var root = (ObjectNode) YAML.readTree(prometheus.resolve("prometheus.yml").toFile());
        root.withObject("/global")
                .put("scrape_interval", INTERVAL)
                .put("scrape_timeout", INTERVAL)
                .put("evaluation_interval", INTERVAL);
        var rules = root.withArray("rule_files");
        for (int i = 0; i < rules.size(); i++) {
            rules.set(i, rules.textNode(prometheus.resolve(rules.get(i).asText()).toString()));
        }
        var jobs = root.withArray("scrape_configs");
        int found = 0;
        for (int i = jobs.size() - 1; i >= 0; i--) {
            var job = (ObjectNode) jobs.get(i);
            var targets = ports.get(job.path("job_name").asText());
            if (targets == null) {
                jobs.remove(i);
            } else {
                found++;
                job.remove("dns_sd_configs");
                var addresses = job.putArray("static_configs").addObject().putArray("targets");
                targets.forEach(port -> addresses.add(FreePorts.HOST + ":" + port));
            }
        }
        if (found < ports.size()) {
            throw new IllegalStateException(
                    "%s is to have the jobs %s".formatted(prometheus, ports.keySet()));
        }
        YAML.writeValue(file.toFile(), root);
    }
}
