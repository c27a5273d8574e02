package dev.orrery.scheduler.worker;

import dev.orrery.scheduler.time.Ticker;
import dev.orrery.scheduler.worker.Session.Skills;
import java.time.Duration;
import java.util.UUID;

/** Sessions for tests of what is given to them. */
public final class LiveSessions {
  public static final Duration LEASE = Duration.ofSeconds(30);

  private LiveSessions() {}

  public static Session session(Skills skills, int capacity, Ticker ticker) {
    return new Session(UUID.randomUUID(), skills.appId(), "w", skills, capacity, LEASE, ticker);
  }
}
