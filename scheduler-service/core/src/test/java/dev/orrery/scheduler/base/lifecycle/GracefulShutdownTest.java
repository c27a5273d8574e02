package dev.orrery.scheduler.base.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.testkit.CapturedLog;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GracefulShutdownTest {

  /** Ports close at the end of the delay. */
  @Test
  void runsActionsAfterFourFifthsOfDelay() {
    List<String> steps = new ArrayList<>();
    GracefulShutdown shutdown =
        new GracefulShutdown(
            Times.of(Duration.ofSeconds(10), Duration.ofSeconds(30)),
            time -> steps.add("sleep " + time));
    shutdown.beforeStop(() -> steps.add("first, begun: " + shutdown.hasBegun()));
    shutdown.beforeStop(() -> steps.add("second"));
    assertThat(shutdown.hasBegun()).isFalse();

    shutdown.run();

    assertThat(steps).containsExactly("sleep PT8S", "first, begun: true", "second");
  }

  @Test
  void reportsNotReadyDuringDelay() {
    List<Boolean> begun = new ArrayList<>();
    AtomicReference<GracefulShutdown> sleeping = new AtomicReference<>();
    sleeping.set(
        new GracefulShutdown(
            Times.of(Duration.ofSeconds(10), Duration.ofSeconds(30)),
            time -> begun.add(sleeping.get().hasBegun())));

    try (CapturedLog log = CapturedLog.of(GracefulShutdown.class)) {
      sleeping.get().run();

      assertThat(log.lines())
          .containsExactly(
              "INFO Shutdown requested; reporting unready, but still serving for PT10S");
    }
    assertThat(begun).containsExactly(true);
  }

  /** With the real clock. */
  @Test
  void sleepsForFourFifthsOfDelayOnSystemClock() {
    GracefulShutdown shutdown = Times.leaving(Duration.ofMillis(200));

    long signal = System.nanoTime();
    shutdown.run();

    assertThat(Duration.ofNanos(System.nanoTime() - signal))
        .isGreaterThanOrEqualTo(Duration.ofMillis(160));
  }

  @Test
  void runsRemainingActionsAfterFailedAction() {
    GracefulShutdown shutdown = Times.leaving(Duration.ZERO);
    List<String> done = new ArrayList<>();
    shutdown.beforeStop(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    shutdown.beforeStop(() -> done.add("second"));

    shutdown.run();

    assertThat(done).containsExactly("second");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-1S", "PT10M1S"})
  void refusesShutdownDelayOutOfRange(String delay) {
    GracefulShutdown shutdown = Times.leaving(Duration.parse(delay));

    assertThatThrownBy(() -> shutdown.start(new StartupEvent()))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("orrery.shutdown.delay is " + delay);
  }

  @Test
  void removesHookOnStopWithoutSignal() {
    GracefulShutdown shutdown = Times.leaving(Duration.ofMinutes(10));
    shutdown.start(new StartupEvent());

    shutdown.stop(new ShutdownEvent());

    assertThat(shutdown.hasBegun()).isFalse();
  }
}
