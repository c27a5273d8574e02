package dev.orrery.client;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The monotonic clock, pauses and jitter of a client. */
interface Timing {
  Timing SYSTEM =
      new Timing() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(nanos);
        }

        @Override
        public double jitter() {
          return ThreadLocalRandom.current().nextDouble();
        }
      };

  long nanos();

  void sleep(long nanos) throws InterruptedException;

  /** Returns a number from 0 to 1. */
  double jitter();
}
