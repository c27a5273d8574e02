package dev.orrery.scheduler.time;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Produces the clocks of the machine, and is the only class that reads them. */
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
