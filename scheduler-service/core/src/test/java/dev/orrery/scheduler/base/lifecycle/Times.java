package dev.orrery.scheduler.base.lifecycle;

import java.time.Duration;
import java.util.Optional;

/** Times of a stop, as a test wants them. */
public final class Times {
  private Times() {}

  public static GracefulShutdown leaving(Duration delay) {
    return new GracefulShutdown(of(delay, Duration.ofSeconds(10)));
  }

  public static ShutdownConfig of(Duration delay, Duration timeout) {
    return new ShutdownConfig() {
      @Override
      public Optional<Duration> delay() {
        return Optional.of(delay);
      }

      @Override
      public Duration timeout() {
        return timeout;
      }
    };
  }

  /** The signal has come. */
  public static void leave(GracefulShutdown shutdown) {
    shutdown.run();
  }
}
