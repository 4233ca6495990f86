package io.tributary.tests.watch;

/**
 * A query of a dashboard.
 *
 * @param dashboard its file, without the ending
 * @param title of the panel, or the name of the variable that it fills
 * @param query PromQL, with the dashboard's variables in it
 */
record Panel(String dashboard, String title, String query) {

    /** Longer than four scrapes, as Grafana's own would be. */
    private static final String RATE_INTERVAL = "30s";

    /** The query as Grafana sends it when one federation and all its silos are chosen. */
    String queryOf(String federation, String model) {
        return query.replace("$__rate_interval", RATE_INTERVAL)
                .replace("$federation", federation)
                .replace("$model", model)
                .replace("$silo", ".*");
    }
}
