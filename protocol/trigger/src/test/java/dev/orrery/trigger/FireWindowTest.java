package dev.orrery.trigger;

import static dev.orrery.trigger.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class FireWindowTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant ONE = Instant.parse("2026-03-01T13:00:00Z");

  @Test
  void includesBothEndsOfFireWindow() {
    FireWindow hour = new FireWindow(NOON, ONE);

    assertThat(hour.contains(NOON)).isTrue();
    assertThat(hour.contains(ONE)).isTrue();
    assertThat(hour.contains(NOON.minusNanos(1))).isFalse();
    assertThat(hour.contains(ONE.plusNanos(1))).isFalse();
  }

  @Test
  void allowsOpenEndsOfFireWindow() {
    assertThat(new FireWindow(NOON, null).contains(ONE)).isTrue();
    assertThat(new FireWindow(NOON, null).contains(NOON.minusNanos(1))).isFalse();
    assertThat(new FireWindow(null, NOON).contains(Instant.EPOCH)).isTrue();
    assertThat(new FireWindow(null, NOON).contains(ONE)).isFalse();
    assertThat(FireWindow.OPEN.contains(NOON)).isTrue();
  }

  @Test
  void excludesInstantsBeyondYear9999() {
    assertThat(FireWindow.OPEN.contains(Instant.parse("9999-12-31T23:59:59Z"))).isTrue();
    assertThat(FireWindow.OPEN.contains(Instant.parse("+10000-01-01T00:00:00Z"))).isFalse();
  }

  @Test
  void refusesFireWindowOutsideYears0To9999() {
    assertRefused("from", () -> new FireWindow(Instant.MIN, null))
        .hasMessageContaining("years 0 to 9999");
    assertRefused("until", () -> new FireWindow(null, Instant.parse("+10000-01-01T00:00:00Z")))
        .hasMessageContaining("years 0 to 9999");
  }
}
