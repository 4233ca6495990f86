package io.tributary.kafka.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FederationTopicsTest {

    private final FederationTopics topics = new FederationTopics("demo");

    @Test
    void theOwnerOfAnUpdateTopicIsInItsName() {
        assertThat(topics.siloOf(topics.updates("acme-eu"))).contains("acme-eu");
    }

    @Test
    void aMirroredUpdateTopicKeepsItsOwner() {
        assertThat(topics.siloOf("berlin.demo.updates.acme")).contains("acme");
        assertThat(topics.siloOf("paris.berlin.demo.updates.acme")).contains("acme");
        assertThat(topics.updatesPattern().matcher("berlin.demo.updates.acme").matches()).isTrue();
    }

    @Test
    void updateTopicsAreASilosItsOwnBeforeCopiesWhateverTheOrderOfNames() {
        var names =
                new ArrayList<>(
                        List.of(
                                "demo.updates.globex",
                                "paris.demo.updates.acme",
                                "demo.models",
                                "demo.updates.acme",
                                "berlin.demo.updates.acme",
                                "demo-2.updates.acme",
                                "berlin.demo.updates.initech"));
        for (int seed = 0; seed < 10; seed++) {
            Collections.shuffle(names, new Random(seed));

            var bySilo = topics.bySilo(names);

            assertThat(bySilo.keySet()).containsExactly("acme", "globex", "initech");
            assertThat(bySilo.get("acme"))
                    .containsExactly(
                            "demo.updates.acme",
                            "berlin.demo.updates.acme",
                            "paris.demo.updates.acme");
            assertThat(bySilo.get("globex")).containsExactly("demo.updates.globex");
            assertThat(bySilo.get("initech")).containsExactly("berlin.demo.updates.initech");
        }
    }

    @Test
    void theJobOfARegionIsARelay() {
        assertThat(topics.job("main")).isEqualTo("demo.main.aggregation");
        assertThat(new FederationTopics("north", "demo").job("main")).isEqualTo("north.main.relay");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo.models",
                "demo.updates.",
                "demo.updates.acme.more",
                "demo.updates.Acme",
                "xdemo.updates.acme",
                "demo-2.updates.acme",
                "demoxupdates.acme"
            })
    void otherTopicsBelongToNoSilo(String topic) {
        assertThat(topics.siloOf(topic)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Acme", "a.b", "a_b", "a b", "a/b", "-*"})
    void aBadNameIsRefusedWithTheRule(String name) {
        assertThatThrownBy(() -> topics.updates(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + name + "'")
                .hasMessageContaining("[a-z0-9-]");
        assertThatThrownBy(() -> new FederationTopics(name))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNameHasAtMost63Characters() {
        assertThat(topics.updates("a".repeat(63))).endsWith("a");
        assertThatThrownBy(() -> topics.updates("a".repeat(64)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void chunksAreSpreadOverAllPartitionsButTheFirst() {
        assertThat(FederationTopics.updatePartition(0, 3)).isEqualTo(1);
        assertThat(FederationTopics.updatePartition(2, 3)).isEqualTo(3);
        assertThat(FederationTopics.updatePartition(3, 3)).isEqualTo(1);
    }
}
