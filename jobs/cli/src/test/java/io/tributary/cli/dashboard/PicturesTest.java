package io.tributary.cli.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cli.watch.FederationView;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class PicturesTest {

    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(Seen.NOW), ZoneOffset.UTC);

    private final Pictures pictures = new Pictures(CLOCK);

    @Test
    void whoKnowsTheSameIsToldWhatWasMadeOnce() throws InterruptedException {
        var small = Seen.of(Seen.smallFederation());
        var large = Seen.of(Seen.midRun());
        var before = pictures.of(small, "main").orElseThrow();
        var now = pictures.of(large, "main").orElseThrow();

        assertThat(pictures.of(large, "main")).containsSame(now);
        assertThat(now.eventAfter(before))
                .startsWith("event: changes\ndata: {")
                .isSameAs(now.eventAfter(before));
        assertThat(now.eventAfter(now)).isEqualTo("event: changes\ndata: {}\n\n");
        assertThat(now.eventAfter(null)).startsWith("event: whole\ndata: {");
    }

    @Test
    void whoLooksAtAnotherModelTakesNothingFromTheFirst() {
        var expert = new FederationView("news").snapshot("expert-law", Seen.NOW);
        var seen = Seen.of(expert, Seen.smallFederation());
        var main = pictures.of(seen, "main").orElseThrow();
        var other = pictures.of(seen, "expert-law").orElseThrow();

        assertThat(other.eventAfter(main)).startsWith("event: whole\n");
        assertThat(pictures.of(seen, "main")).containsSame(main);
        assertThat(pictures.of(seen, "none")).isEmpty();
    }
}
