package dev.orrery.protocol.agreement;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.UnknownNameException;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.message.WorkerOffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Decides whether the scheduler accepts a worker's offer. This is a pure rule: the same offer and
 * protocols always have the same result.
 */
public final class AgreementRule {
  private AgreementRule() {}

  /** Decides for discovery, which may arrive over another protocol than the offered one. */
  public static Agreement decide(WorkerOffer offer, SchedulerProtocols scheduler) {
    Protocol protocol;
    try {
      protocol = Protocol.parse(offer.protocol());
    } catch (UnknownNameException e) {
      return protocolMismatch(offer, scheduler, e.getMessage());
    }
    if (!scheduler.active().contains(protocol)) {
      return protocolMismatch(
          offer,
          scheduler,
          "The worker uses "
              + protocol.canonicalName()
              + ", which is not active on the scheduler (active: "
              + scheduler.activeNames()
              + ").");
    }
    Dialect dialect;
    try {
      dialect = Dialect.parse(offer.dialect());
    } catch (UnknownNameException e) {
      return protocolMismatch(offer, scheduler, e.getMessage());
    }
    if (dialect != Dialect.ORRERY) {
      return protocolMismatch(
          offer,
          scheduler,
          "The dialect of an offer is orrery, not powerjob; PowerJob workers join with their own"
              + " messages.");
    }
    return decideVersion(offer, scheduler, protocol, dialect);
  }

  /** Decides for the handshake, which must arrive over the offered protocol. */
  public static Agreement decide(
      WorkerOffer offer, SchedulerProtocols scheduler, Protocol arrivedOver) {
    Agreement agreement = decide(offer, scheduler);
    if (agreement instanceof Agreement.Reached reached && reached.protocol() != arrivedOver) {
      return protocolMismatch(
          offer,
          scheduler,
          "The worker names "
              + reached.protocol().canonicalName()
              + " but makes its handshake over "
              + arrivedOver.canonicalName()
              + ".");
    }
    return agreement;
  }

  private static Agreement decideVersion(
      WorkerOffer offer, SchedulerProtocols scheduler, Protocol protocol, Dialect dialect) {
    int min = offer.minVersion();
    int max = offer.maxVersion();
    if (min < 1 || max < min) {
      return versionMismatch(
          offer, scheduler, "The worker's version range is not one.", "worker: its software");
    }
    OptionalInt version = scheduler.versions().highestShared(new VersionRange(min, max));
    if (version.isPresent()) {
      return new Agreement.Reached(protocol, dialect, version.getAsInt());
    }
    boolean workerIsOlder = max < scheduler.versions().min();
    return versionMismatch(
        offer,
        scheduler,
        workerIsOlder
            ? "The worker is too old for this scheduler."
            : "The scheduler is too old for this worker.",
        workerIsOlder
            ? "worker: upgrade its software to one that speaks version " + scheduler.versions()
            : "scheduler: upgrade its software to one that speaks version "
                + new VersionRange(min, max));
  }

  private static Agreement.Refused protocolMismatch(
      WorkerOffer offer, SchedulerProtocols scheduler, String detail) {
    String choices =
        scheduler.active().stream()
            .map(Protocol::canonicalName)
            .collect(Collectors.joining(" or "));
    StringBuilder setting = new StringBuilder("worker: orrery.worker.protocol=" + choices);
    offeredProtocol(offer)
        .ifPresent(
            offered -> {
              if (!scheduler.active().contains(offered)) {
                setting
                    .append("; or scheduler: orrery.protocols.active=")
                    .append(scheduler.activeNames())
                    .append(',')
                    .append(offered.canonicalName());
              }
            });
    return new Agreement.Refused(
        ErrorCode.PROTOCOL_MISMATCH,
        detail,
        describe(scheduler),
        describe(offer),
        setting.toString());
  }

  private static Agreement.Refused versionMismatch(
      WorkerOffer offer, SchedulerProtocols scheduler, String detail, String settingToChange) {
    return new Agreement.Refused(
        ErrorCode.VERSION_MISMATCH, detail, describe(scheduler), describe(offer), settingToChange);
  }

  private static Optional<Protocol> offeredProtocol(WorkerOffer offer) {
    try {
      return Optional.of(Protocol.parse(offer.protocol()));
    } catch (UnknownNameException e) {
      return Optional.empty();
    }
  }

  private static String describe(SchedulerProtocols scheduler) {
    return "protocols " + scheduler.activeNames() + ", versions " + scheduler.versions();
  }

  private static String describe(WorkerOffer offer) {
    return "protocol "
        + offer.protocol().strip()
        + " ("
        + offer.dialect().strip()
        + "), versions "
        + offer.minVersion()
        + ".."
        + offer.maxVersion();
  }
}
