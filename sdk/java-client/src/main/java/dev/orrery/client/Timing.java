package dev.orrery.client;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Provides a client with a monotonic clock, pauses and jitter. */
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
        public RandomGenerator jitter() {
          return ThreadLocalRandom.current();
        }
      };

  long nanos();

  void sleep(long nanos) throws InterruptedException;

  /**
   * @throws OrreryException if the thread is interrupted, and stays so
   */
  default void pause(long nanos) {
    try {
      sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problems.interrupted(e);
    }
  }

  /** Spreads out clients that failed at the same time. */
  RandomGenerator jitter();
}
