package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
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
 */
@JsonIgnoreProperties(ignoreUnknown = true)
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
    int capacity) {

  public WorkerOffer {
    protocol = protocol == null ? "http" : protocol;
    dialect = dialect == null ? "orrery" : dialect;
    minVersion = minVersion == null ? 1 : minVersion;
    maxVersion = maxVersion == null ? minVersion : maxVersion;
    softwareVersion = softwareVersion == null ? "unknown" : softwareVersion;
    tags = tags == null ? List.of() : List.copyOf(tags);
    processors = processors == null ? List.of() : List.copyOf(processors);
  }
}
