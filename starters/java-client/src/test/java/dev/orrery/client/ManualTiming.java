package dev.orrery.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A clock that pauses move, without jitter. */
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
  public double jitter() {
    return 1;
  }

  synchronized List<Duration> pauses() {
    return List.copyOf(pauses);
  }

  synchronized Duration paused() {
    return pauses.stream().reduce(Duration.ZERO, Duration::plus);
  }
}
