package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.time.SettableTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExpiryGracePeriodTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final SettableTicker ticker = new SettableTicker();
  private final ExpiryGracePeriod grace =
      new ExpiryGracePeriod(LEASE, Duration.ofSeconds(1), ticker);

  @Test
  void endsOneLeaseDurationAfterStartup() {
    lookEverySecondFor(Duration.ofSeconds(29));
    assertThat(grace.isOver()).isFalse();

    lookEverySecondFor(Duration.ofSeconds(1));

    assertThat(grace.isOver()).isTrue();
  }

  @Test
  void restartsAfterOutage() {
    lookEverySecondFor(Duration.ofSeconds(60));
    missEverySecondFor(Duration.ofSeconds(45));

    grace.onDatabaseUp();

    assertThat(grace.isOver()).isFalse();
    lookEverySecondFor(Duration.ofSeconds(29));
    assertThat(grace.isOver()).isFalse();
    lookEverySecondFor(Duration.ofSeconds(1));
    assertThat(grace.isOver()).isTrue();
  }

  @Test
  void restartsAfterSingleFailedQuery() {
    lookEverySecondFor(Duration.ofSeconds(60));
    ticker.advance(Duration.ofMillis(1));
    grace.onDatabaseDown();
    ticker.advance(Duration.ofMillis(1));

    grace.onDatabaseUp();

    assertThat(grace.isOver()).isFalse();
  }

  @Test
  void restartsAfterProcessPause() {
    lookEverySecondFor(Duration.ofSeconds(60));
    ticker.advance(Duration.ofSeconds(5).plusMillis(1));

    grace.onDatabaseUp();

    assertThat(grace.isOver()).isFalse();
  }

  @Test
  void staysEndedAfterSlowQuery() {
    lookEverySecondFor(Duration.ofSeconds(60));
    ticker.advance(Duration.ofSeconds(5));

    grace.onDatabaseUp();

    assertThat(grace.isOver()).isTrue();
  }

  @Test
  void endsOnTimeDespiteLongQueryInterval() {
    Duration interval = Duration.ofSeconds(10);
    ExpiryGracePeriod rare = new ExpiryGracePeriod(LEASE, interval, ticker);
    for (int look = 0; look < 3; look++) {
      ticker.advance(interval);
      rare.onDatabaseUp();
    }

    assertThat(rare.isOver()).isTrue();
  }

  @Test
  void startsAtFirstQueryEvenLongAfterStartup() {
    ticker.advance(Duration.ofMinutes(2));

    grace.onDatabaseUp();

    assertThat(grace.isOver()).isFalse();
  }

  private void lookEverySecondFor(Duration time) {
    for (int i = 0; i < time.toSeconds(); i++) {
      ticker.advance(Duration.ofSeconds(1));
      grace.onDatabaseUp();
    }
  }

  private void missEverySecondFor(Duration time) {
    for (int i = 0; i < time.toSeconds(); i++) {
      ticker.advance(Duration.ofSeconds(1));
      grace.onDatabaseDown();
    }
  }
}
