package dev.orrery.scheduler.database;

import dev.orrery.scheduler.time.Ticker;
import java.sql.Connection;
import java.util.Optional;

/** A fence to which each new connection leads where the test says. */
final class ScriptedFence extends ServerFence {
  private final DatabaseReachability reachability;
  private volatile ServerIdentity server;

  ScriptedFence(DatabaseReachability reachability) {
    super(reachability, Ticker.SYSTEM);
    this.reachability = reachability;
  }

  DatabaseReachability reachability() {
    return reachability;
  }

  /** A fence on servers that do not show what they are, so it admits all. */
  static ServerFence open() {
    return new ScriptedFence(new DatabaseReachability());
  }

  void lead(long system, long timeline) {
    server = new ServerIdentity(system, timeline);
  }

  @Override
  Optional<ServerIdentity> identify(Connection connection) {
    return Optional.ofNullable(server);
  }
}
