package dev.orrery.scheduler.time;

/** Monotonic time, for waits and for how long ago something was; says nothing about the date. */
@FunctionalInterface
public interface Ticker {

  /** Nanoseconds since an arbitrary moment; only differences mean anything. */
  long nanos();

  /** The ticker of this machine. */
  Ticker SYSTEM = System::nanoTime;
}
