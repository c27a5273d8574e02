package dev.orrery.scheduler.time;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** The one place where the machine's clocks enter. */
final class TimeProducer {

  @Produces
  @Singleton
  Ticker ticker() {
    return Ticker.SYSTEM;
  }

  /** For what people read. Deadlines and leases count by the database's clock. */
  @Produces
  @Singleton
  InstantSource clock() {
    return InstantSource.system();
  }
}
