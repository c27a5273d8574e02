package dev.orrery.scheduler.extras.statistics;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The bucket lengths of end counts, shortest first, and how long the counts of each are kept. */
enum EndCountSpan {
  MINUTE(Duration.ofMinutes(1), Duration.ofHours(6)),
  TEN_MINUTES(Duration.ofMinutes(10), Duration.ofDays(2)),
  HOUR(Duration.ofHours(1), Duration.ofDays(8));

  private final Duration length;
  private final Duration kept;

  EndCountSpan(Duration length, Duration kept) {
    this.length = length;
    this.kept = kept;
  }

  Duration length() {
    return length;
  }

  short minutes() {
    return (short) length.toMinutes();
  }

  /** Returns the age up to which ends can be counted by this length. */
  Duration kept() {
    return kept;
  }

  /** Returns the next longer one; empty for the longest. */
  Optional<EndCountSpan> longer() {
    return switch (this) {
      case MINUTE -> Optional.of(TEN_MINUTES);
      case TEN_MINUTES -> Optional.of(HOUR);
      case HOUR -> Optional.empty();
    };
  }

  /** Returns the start of the span with this instant. */
  Instant startOf(Instant instant) {
    long millis = length.toMillis();
    return Instant.ofEpochMilli(Math.floorDiv(instant.toEpochMilli(), millis) * millis);
  }

  /** Returns the end of the span with this instant, or the instant if a span starts there. */
  Instant endOf(Instant instant) {
    Instant start = startOf(instant);
    return start.equals(instant) ? start : start.plus(length);
  }
}
