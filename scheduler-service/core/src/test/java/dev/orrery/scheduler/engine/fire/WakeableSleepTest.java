package dev.orrery.scheduler.engine.fire;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.orrery.scheduler.base.time.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WakeableSleepTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final WakeableSleep alarm = new WakeableSleep(Ticker.SYSTEM);

  @Test
  void sleepsAtLeastGivenDuration() {
    Duration slept = sleep(Duration.ofMillis(30));

    assertThat(slept).isGreaterThanOrEqualTo(Duration.ofMillis(30));
  }

  @Test
  void endsLongerSleepOnWakeUpCall() throws Exception {
    CountDownLatch sleeping = new CountDownLatch(1);
    CompletableFuture<Duration> slept =
        CompletableFuture.supplyAsync(
            () -> {
              sleeping.countDown();
              return sleep(LONG);
            });
    assertThat(sleeping.await(10, SECONDS)).isTrue();

    alarm.within(Duration.ZERO);

    assertThat(slept.get(10, SECONDS)).isLessThan(LONG);
  }

  @Test
  void comparesRemainingSleepWithGivenDuration() throws Exception {
    assertThat(alarm.isLongerThan(Duration.ZERO)).as("not sleeping").isFalse();
    CompletableFuture<Duration> slept = CompletableFuture.supplyAsync(() -> sleep(LONG));

    await().until(() -> alarm.isLongerThan(Duration.ofSeconds(1)));
    assertThat(alarm.isLongerThan(LONG)).isFalse();

    alarm.within(Duration.ZERO);
    assertThat(alarm.isLongerThan(Duration.ofMillis(1))).isFalse();
    slept.get(10, SECONDS);
    assertThat(alarm.isLongerThan(Duration.ZERO)).as("woken").isFalse();
  }

  @Test
  void shortensSleepByEarlierWakeUpCall() {
    alarm.within(Duration.ofMillis(10));

    assertThat(sleep(LONG)).isLessThan(DEADLINE);
  }

  @Test
  void keepsEarlierEndDespiteLaterWakeUpCall() {
    alarm.within(Duration.ofMillis(10));
    alarm.within(LONG);

    assertThat(sleep(LONG)).isLessThan(DEADLINE);
  }

  @Test
  void consumesWakeUpCallWithEndedSleep() {
    alarm.within(Duration.ZERO);
    sleep(LONG);

    assertThat(sleep(Duration.ofMillis(30))).isGreaterThanOrEqualTo(Duration.ofMillis(30));
  }

  @Test
  void treatsNegativeDelayAsImmediate() {
    alarm.within(Duration.ofSeconds(-5));

    assertThat(sleep(LONG)).isLessThan(DEADLINE);
  }

  @Test
  void toleratesDelayOfThousandsOfYears() {
    assertThatCode(() -> alarm.within(Duration.ofDays(365L * 8000))).doesNotThrowAnyException();

    assertThat(sleep(Duration.ofMillis(1))).isLessThan(DEADLINE);
  }

  /** The clock goes on between two looks at it, and may pass the end of the sleep there. */
  @ParameterizedTest
  @ValueSource(longs = {400, 500, 600, 1000, 1_000_000})
  void endsSleepWhenClockPassesEndBetweenReads(long step) {
    AtomicLong nanos = new AtomicLong();
    WakeableSleep stepping = new WakeableSleep(() -> nanos.getAndAdd(step));

    assertTimeoutPreemptively(DEADLINE, () -> stepping.sleep(Duration.ofNanos(1000)));
  }

  private Duration sleep(Duration longest) {
    long before = System.nanoTime();
    assertTimeoutPreemptively(DEADLINE, () -> alarm.sleep(longest));
    return Duration.ofNanos(System.nanoTime() - before);
  }
}
