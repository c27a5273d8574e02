package dev.orrery.protocol.message;

import java.util.List;

/**
 * A worker's description of itself, in discovery and in the handshake.
 *
 * <p>Protocol and dialect are plain strings here: an unknown name gets a refusal with an
 * explanation, which a failed parse could not contain.
 *
 * @param protocol the one protocol that the worker uses, in any case; absent means {@code http}
 * @param dialect absent means {@code orrery}
 * @param minVersion lowest API version that the worker supports; absent means 1
 * @param maxVersion highest one; absent means {@code minVersion}
 * @param softwareVersion the worker's software version, shown and never compared
 * @param app the app whose work the worker runs; must be that of its token
 * @param name for display only; need not be unique
 * @param tags in any order; a job that requires tags goes only to workers that have them all
 * @param processors that the worker offers: {@code noop}, {@code shell}, {@code java:NAME}
 * @param capacity how many attempts it runs at once, 1 to {@value MessageLimits#MAX_CAPACITY}
 * @param session id for the session, a random UUID. A handshake that is repeated with it, because
 *     no answer came, opens no second session. Absent: the scheduler chooses one
 */
@SparseMessage
public record WorkerOffer(
    @Bounded(max = MessageLimits.MAX_OFFER_NAME_LENGTH) String protocol,
    @Bounded(max = MessageLimits.MAX_OFFER_NAME_LENGTH) String dialect,
    Integer minVersion,
    Integer maxVersion,
    @Bounded(max = MessageLimits.MAX_SOFTWARE_VERSION_LENGTH) String softwareVersion,
    @Bounded(max = MessageLimits.MAX_NAME_LENGTH) String app,
    @Bounded(max = MessageLimits.MAX_NAME_LENGTH) String name,
    @Bounded(max = MessageLimits.MAX_OFFER_ENTRIES, each = MessageLimits.MAX_NAME_LENGTH)
        List<String> tags,
    @Bounded(max = MessageLimits.MAX_OFFER_ENTRIES, each = MessageLimits.MAX_PROCESSOR_LENGTH)
        List<String> processors,
    int capacity,
    @Bounded(max = MessageLimits.MAX_OFFER_NAME_LENGTH) String session) {

  /** Creates an offer without a session id; the scheduler assigns one. */
  public WorkerOffer(
      String protocol,
      String dialect,
      Integer minVersion,
      Integer maxVersion,
      String softwareVersion,
      String app,
      String name,
      List<String> tags,
      List<String> processors,
      int capacity) {
    this(
        protocol,
        dialect,
        minVersion,
        maxVersion,
        softwareVersion,
        app,
        name,
        tags,
        processors,
        capacity,
        null);
  }

  public WorkerOffer {
    protocol = protocol == null ? "http" : protocol;
    dialect = dialect == null ? "orrery" : dialect;
    minVersion = minVersion == null ? 1 : minVersion;
    maxVersion = maxVersion == null ? minVersion : maxVersion;
    softwareVersion = softwareVersion == null ? "unknown" : softwareVersion;
    tags = tags == null ? List.of() : List.copyOf(tags);
    processors = processors == null ? List.of() : List.copyOf(processors);
  }

  public WorkerOffer withSession(String id) {
    return new WorkerOffer(
        protocol,
        dialect,
        minVersion,
        maxVersion,
        softwareVersion,
        app,
        name,
        tags,
        processors,
        capacity,
        id);
  }
}
