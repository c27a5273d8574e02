package dev.orrery.scheduler.base.database;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * The identity of a database server, read on a connection to it.
 *
 * @param system identifies the server and its physical copies
 * @param timeline rises by one when a standby is promoted, or a backup is restored with a log
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@RegisterForReflection
public record ServerIdentity(long system, long timeline) {

  boolean isCopyOf(ServerIdentity other) {
    return system == other.system;
  }

  /** Returns true if this is an old primary, and the other server was promoted later. */
  boolean isBefore(ServerIdentity other) {
    return isCopyOf(other) && timeline < other.timeline;
  }
}
