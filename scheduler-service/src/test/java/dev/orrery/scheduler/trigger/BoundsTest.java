package dev.orrery.scheduler.trigger;

import static dev.orrery.scheduler.trigger.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class BoundsTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant ONE = Instant.parse("2026-03-01T13:00:00Z");

  @Test
  void bothEndsAreInclusive() {
    Bounds hour = new Bounds(NOON, ONE);

    assertThat(hour.contains(NOON)).isTrue();
    assertThat(hour.contains(ONE)).isTrue();
    assertThat(hour.contains(NOON.minusNanos(1))).isFalse();
    assertThat(hour.contains(ONE.plusNanos(1))).isFalse();
  }

  @Test
  void eitherEndMayBeOpen() {
    assertThat(new Bounds(NOON, null).contains(ONE)).isTrue();
    assertThat(new Bounds(NOON, null).contains(NOON.minusNanos(1))).isFalse();
    assertThat(new Bounds(null, NOON).contains(Instant.EPOCH)).isTrue();
    assertThat(new Bounds(null, NOON).contains(ONE)).isFalse();
    assertThat(Bounds.OPEN.contains(NOON)).isTrue();
  }

  @Test
  void nothingIsWithinBoundsBeyondTheYear9999() {
    assertThat(Bounds.OPEN.contains(Instant.parse("9999-12-31T23:59:59Z"))).isTrue();
    assertThat(Bounds.OPEN.contains(Instant.parse("+10000-01-01T00:00:00Z"))).isFalse();
  }

  @Test
  void endsOutsideTheYears0To9999AreRefused() {
    assertRefused("from", () -> new Bounds(Instant.MIN, null))
        .hasMessageContaining("years 0 to 9999");
    assertRefused("until", () -> new Bounds(null, Instant.parse("+10000-01-01T00:00:00Z")))
        .hasMessageContaining("years 0 to 9999");
  }
}
