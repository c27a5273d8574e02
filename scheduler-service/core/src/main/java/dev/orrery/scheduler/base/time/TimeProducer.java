package dev.orrery.scheduler.base.time;

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

  /** For times that people read. Deadlines and leases use the clock of the database. */
  @Produces
  @Singleton
  InstantSource clock() {
    return InstantSource.system();
  }
}
