package dev.orrery.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A clock that pauses move; each pause has its full length. */
final class ManualTiming implements Timing {
  private final List<Duration> pauses = new ArrayList<>();
  private long now = 1_000_000_000_000L;

  @Override
  public synchronized long nanos() {
    return now;
  }

  @Override
  public synchronized void sleep(long nanos) {
    now += nanos;
    pauses.add(Duration.ofNanos(nanos));
  }

  @Override
  public RandomGenerator jitter() {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return 0;
      }

      @Override
      public long nextLong(long bound) {
        return bound - 1;
      }
    };
  }

  synchronized List<Duration> pauses() {
    return List.copyOf(pauses);
  }

  synchronized Duration paused() {
    return pauses.stream().reduce(Duration.ZERO, Duration::plus);
  }
}
