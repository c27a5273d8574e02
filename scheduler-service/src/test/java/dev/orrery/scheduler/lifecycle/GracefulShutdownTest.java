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
    GracefulShutdown leaving = Times.leaving(Duration.ofMillis(200));
    List<Boolean> begun = new ArrayList<>();
    leaving.beforeStop(() -> begun.add(leaving.hasBegun()));
    assertThat(leaving.hasBegun()).isFalse();

    long signal = System.nanoTime();
    leaving.leave();

    assertThat(Duration.ofNanos(System.nanoTime() - signal))
        .isGreaterThanOrEqualTo(Duration.ofMillis(160));
    assertThat(begun).containsExactly(true);
  }

  @Test
  void oneThingThatFailsDoesNotKeepTheOthersFromBeingDone() {
    GracefulShutdown leaving = Times.leaving(Duration.ZERO);
    List<String> done = new ArrayList<>();
    leaving.beforeStop(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    leaving.beforeStop(() -> done.add("second"));

    leaving.leave();

    assertThat(done).containsExactly("second");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-1S", "PT10M1S"})
  void delayThatCannotBeMeantIsRefused(String delay) {
    GracefulShutdown leaving = Times.leaving(Duration.parse(delay));

    assertThatThrownBy(() -> leaving.start(new StartupEvent()))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("orrery.shutdown.delay is " + delay);
  }

  @Test
  void whatIsStoppedWithoutASignalIsForgotten() {
    GracefulShutdown leaving = Times.leaving(Duration.ofMinutes(10));
    leaving.start(new StartupEvent());

    leaving.stop(new ShutdownEvent());

    assertThat(leaving.hasBegun()).isFalse();
  }
}
