package dev.orrery.scheduler.engine.agreement;

/**
 * A reason why a replica is not ready. Probes show all of it, so it contains no names of workers
 * and no addresses.
 *
 * @param detail one sentence for operators
 * @param settingToChange the setting, and how to change it
 */
public record NotReadyReason(Code code, String detail, String settingToChange) {

  /** The codes, as probes and the table of replicas show them. */
  public enum Code {
    /** The replica is stopping; it still serves callers that have not noticed. */
    STOPPING,
    /** The API versions of the other replicas are not known yet. */
    STARTING,
    /**
     * The other replicas are not known yet, and the database, which lists them, accepts no writes.
     */
    DATABASE_OUTAGE,
    /** An active protocol's port is not bound. */
    NOT_LISTENING,
    /** The main protocol on record, or one that sessions use, is not active here. */
    LACKS_PROTOCOL,
    /** PowerJob workers have sessions, and are not served here. */
    LACKS_DIALECT,
    /** A senior replica has no API version in common with this one. */
    VERSIONS_DISJOINT
  }
}
