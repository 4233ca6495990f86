package io.tributary.kafka.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kafka.topics.FederationTopics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransactionOwnerTest {

    private static final FederationTopics TOPICS = new FederationTopics("demo");

    @ParameterizedTest
    @CsvSource({
        "demo.acme.updates, SILO, acme",
        "demo.acme.doctor, SILO, acme",
        "demo.main.aggregation.models.-0-1, JOB, main/models",
        "demo.main.aggregation.rounds.x.y, JOB, main/rounds",
        "demo.genesis.main, GENESIS, main",
        "demo.main.relay.rounds.-0-1, JOB, main/rounds",
        "demo.north.main.relayed-chunks.-0-1, SILO, north",
        "demo.north.relay.relayed-manifests.-0-1, SILO, north",
        "demo.clock, CLOCK, ''",
        "demo-eu.acme.updates, OTHER, ''",
        "billing, OTHER, ''",
    })
    void theIdTellsWhoseItIs(String id, TransactionOwner.Kind kind, String name) {
        assertThat(TransactionOwner.of(TOPICS, id)).isEqualTo(new TransactionOwner(kind, name));
    }

    @Test
    void aTransactionWithoutAnIdIsNobodys() {
        assertThat(TransactionOwner.of(TOPICS, null).kind()).isEqualTo(TransactionOwner.Kind.OTHER);
    }
}
