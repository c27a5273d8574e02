package dev.orrery.trigger;

import java.time.Instant;

/**
 * The interval in which a trigger fires. An {@code until} before {@code from} is accepted here;
 * {@link Trigger#requireFiresAfter} refuses it.
 *
 * @param from the earliest possible fire time, inclusive; null if open
 * @param until the latest possible fire time, inclusive; null if open
 */
public record FireWindow(Instant from, Instant until) {

  public static final FireWindow OPEN = new FireWindow(null, null);

  /**
   * @throws InvalidTriggerException if a bound is outside the years 0 to 9999
   */
  public FireWindow {
    if (from != null) {
      SupportedYears.require("from", from);
    }
    if (until != null) {
      SupportedYears.require("until", until);
    }
  }

  public boolean contains(Instant fireTime) {
    return (from == null || !fireTime.isBefore(from)) && !fireTime.isAfter(end());
  }

  /**
   * Returns the exclusive lower bound of fire times that are after {@code after} and not before
   * {@code from}.
   */
  Instant startAfter(Instant after) {
    return from != null && from.isAfter(after) ? from.minusNanos(1) : SupportedYears.clamp(after);
  }

  /** Returns the later of {@code start} and {@code from}. */
  Instant notBefore(Instant start) {
    return from != null && from.isAfter(start) ? from : start;
  }

  /** Returns {@code end}, exclusive, or the instant just after {@code until} if that is earlier. */
  Instant notBehind(Instant end) {
    return end().isBefore(end) ? end().plusNanos(1) : end;
  }

  /** Like {@link #startAfter}, for the first fire time, which may always equal {@code from}. */
  Instant startOfFirst(Instant createdAt) {
    return createdAt.equals(from) ? from.minusNanos(1) : startAfter(createdAt);
  }

  /** Refuses bounds that end before the first fire time of the trigger without an end. */
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
