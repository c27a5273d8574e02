package dev.orrery.scheduler.base.time;

/** A monotonic clock for waits and durations, unrelated to the date. */
@FunctionalInterface
public interface Ticker {

  /** Returns nanoseconds since an arbitrary moment; only differences have a meaning. */
  long nanos();

  /** The clock of this machine. */
  Ticker SYSTEM = System::nanoTime;
}
