package dev.orrery.scheduler.base.database;

import dev.orrery.scheduler.base.time.Ticker;
import java.sql.Connection;
import java.util.Optional;

/** A fence to which each new connection leads where the test says. */
public final class ScriptedFence extends PrimaryFence {
  private final DatabaseReachability reachability;
  private volatile ServerIdentity server;

  public ScriptedFence(DatabaseReachability reachability) {
    super(reachability, Ticker.SYSTEM);
    this.reachability = reachability;
  }

  public DatabaseReachability reachability() {
    return reachability;
  }

  /** A fence on servers that do not show what they are, so it admits all. */
  public static PrimaryFence open() {
    return new ScriptedFence(new DatabaseReachability());
  }

  public void lead(long system, long timeline) {
    server = new ServerIdentity(system, timeline);
  }

  @Override
  Optional<ServerIdentity> identify(Connection connection) {
    return Optional.ofNullable(server);
  }
}
