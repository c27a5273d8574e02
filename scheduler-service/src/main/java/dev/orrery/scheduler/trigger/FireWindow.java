package dev.orrery.scheduler.trigger;

import java.time.Instant;

/**
 * Between which instants a trigger fires. {@code until} before {@code from} is accepted here, and
 * refused by {@link Trigger#requireFiresAfter}.
 *
 * @param from the earliest fire time there may be, itself included; null if open
 * @param until the latest fire time there may be, itself included; null if open
 */
public record FireWindow(Instant from, Instant until) {

  /** No bounds at all. */
  public static final FireWindow OPEN = new FireWindow(null, null);

  /**
   * @throws InvalidTriggerException if either lies outside the years 0 to 9999
   */
  public FireWindow {
    if (from != null) {
      SupportedYears.require("from", from);
    }
    if (until != null) {
      SupportedYears.require("until", until);
    }
  }

  /** Returns true if a trigger may fire at this instant. */
  public boolean contains(Instant fireTime) {
    return (from == null || !fireTime.isBefore(from)) && !fireTime.isAfter(end());
  }

  /** What a fire time must be strictly after, to be after {@code after} and not before from. */
  Instant startAfter(Instant after) {
    return from != null && from.isAfter(after) ? from.minusNanos(1) : SupportedYears.clamp(after);
  }

  /** The start of a span, or {@code from} if that is later. */
  Instant notBefore(Instant start) {
    return from != null && from.isAfter(start) ? from : start;
  }

  /** The end of a span, itself excluded, or just behind {@code until} if that is earlier. */
  Instant notBehind(Instant end) {
    return end().isBefore(end) ? end().plusNanos(1) : end;
  }

  /** As {@link #startAfter}, for the first fire time, which may be {@code from} in any case. */
  Instant startOfFirst(Instant createdAt) {
    return createdAt.equals(from) ? from.minusNanos(1) : startAfter(createdAt);
  }

  /** Refuses bounds that end before the first fire time there would be without an end. */
  void requireReach(Instant firstFireTime) {
    if (!firstFireTime.isAfter(end())) {
      return;
    }
    throw new InvalidTriggerException(
        "until",
        from != null && end().isBefore(from)
            ? "The trigger never fires: 'until', " + end() + ", is before 'from', " + from + "."
            : "The trigger never fires: 'until' is "
                + end()
                + ", but the first fire time would be "
                + firstFireTime
                + ".");
  }

  private Instant end() {
    return until == null ? SupportedYears.LAST : until;
  }
}
