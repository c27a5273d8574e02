package dev.orrery.scheduler.database;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A server of the database, as a connection to it sees it.
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

  /** True for an old primary, if the other one is the present one. */
  boolean isBefore(ServerIdentity other) {
    return isCopyOf(other) && timeline < other.timeline;
  }
}
