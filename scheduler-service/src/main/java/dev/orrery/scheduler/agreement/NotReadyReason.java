package dev.orrery.scheduler.agreement;

/**
 * A reason why a replica is not ready. Probes show all of it, so it contains no names of workers
 * and no addresses.
 *
 * @param detail one sentence for people
 * @param settingToChange the key and what to do with it
 */
public record NotReadyReason(Code code, String detail, String settingToChange) {

  /** The kinds, as they stand in probes and in the table of replicas. */
  public enum Code {
    /** It was told to stop, and serves on only for those who have not heard of it. */
    STOPPING,
    /** What the others speak is not known yet. */
    STARTING,
    /**
     * The other replicas are not known yet, and the database, which lists them, takes no writes.
     */
    DATABASE_OUTAGE,
    /** An active protocol's port is not bound. */
    NOT_LISTENING,
    /** The main protocol on record, or one that sessions use, is not active here. */
    LACKS_PROTOCOL,
    /** A replica that goes before this one speaks other protocol versions. */
    VERSIONS_DISJOINT
  }
}
