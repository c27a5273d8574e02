package dev.orrery.scheduler.time;

/** Monotonic time for waits and durations, unrelated to the date. */
@FunctionalInterface
public interface Ticker {

  /** Nanoseconds since an arbitrary moment; only differences mean anything. */
  long nanos();

  /** The ticker of this machine. */
  Ticker SYSTEM = System::nanoTime;
}
