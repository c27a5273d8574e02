package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.time.SettableTicker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineExecutorTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final SettableTicker ticker = new SettableTicker();
  private final EngineExecutor executor = new EngineExecutor(new ProgressWatch(registry, ticker));
  private final Semaphore ends = new Semaphore(0);

  @AfterEach
  void stop() throws InterruptedException {
    ends.release(100);
    executor.stop(new ShutdownEvent());
  }

  @Test
  void reportsStallOnlyWhileQueuedWorkWaits() {
    assertThat(stalledAfter(100)).isZero();
    for (int n = 0; n < EngineExecutor.THREADS; n++) {
      executor.execute(this::block);
    }
    assertThat(stalledAfter(100)).as("no work waits").isZero();
    assertThat(stalledAfter(100)).as("no work waits").isZero();

    executor.execute(this::block);
    executor.execute(this::block);
    assertThat(stalledAfter(0)).isZero();
    assertThat(stalledAfter(38)).isEqualTo(3);

    ends.release();
    await().untilAsserted(() -> assertThat(stalledAfter(0)).as("one work still waits").isZero());
    assertThat(stalledAfter(38)).isEqualTo(3);
  }

  private void block() {
    ends.acquireUninterruptibly();
  }

  private double stalledAfter(int seconds) {
    ticker.advance(Duration.ofSeconds(seconds));
    return registry.get("orrery.stalled").timeGauge().value(TimeUnit.SECONDS);
  }
}
