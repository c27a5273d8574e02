package dev.orrery.scheduler.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GracefulShutdownTest {

  @Test
  void beginsWithTheSignalAndDoesTheLastThingsWithinTheDelay() {
    GracefulShutdown shutdown = Times.leaving(Duration.ofMillis(200));
    List<Boolean> begun = new ArrayList<>();
    shutdown.beforeStop(() -> begun.add(shutdown.hasBegun()));
    assertThat(shutdown.hasBegun()).isFalse();

    long signal = System.nanoTime();
    shutdown.run();

    assertThat(Duration.ofNanos(System.nanoTime() - signal))
        .isGreaterThanOrEqualTo(Duration.ofMillis(160));
    assertThat(begun).containsExactly(true);
  }

  @Test
  void oneThingThatFailsDoesNotKeepTheOthersFromBeingDone() {
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
  void delayThatCannotBeMeantIsRefused(String delay) {
    GracefulShutdown shutdown = Times.leaving(Duration.parse(delay));

    assertThatThrownBy(() -> shutdown.start(new StartupEvent()))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("orrery.shutdown.delay is " + delay);
  }

  @Test
  void stopWithoutASignalRemovesTheHook() {
    GracefulShutdown shutdown = Times.leaving(Duration.ofMinutes(10));
    shutdown.start(new StartupEvent());

    shutdown.stop(new ShutdownEvent());

    assertThat(shutdown.hasBegun()).isFalse();
  }
}
