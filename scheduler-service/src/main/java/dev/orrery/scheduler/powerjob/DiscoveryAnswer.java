package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.ResultEnvelope;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.UnknownNameException;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.agreement.HandshakeService;
import dev.orrery.scheduler.agreement.PortRegistry;
import dev.orrery.scheduler.agreement.ProtocolConfig;
import dev.orrery.scheduler.startup.BuildInfo;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Map;

/** Answers of discovery, from memory. */
@ApplicationScoped
class DiscoveryAnswer {
  private static final int MAX_SHOWN = 60;

  private final OpenedAppService apps;
  private final SchedulerProtocols protocols;
  private final ProtocolConfig config;
  private final PortRegistry ports;
  private final HandshakeService handshakes;
  private final BuildInfo software;
  private final InstantSource clock;

  DiscoveryAnswer(
      OpenedAppService apps,
      SchedulerProtocols protocols,
      ProtocolConfig config,
      PortRegistry ports,
      HandshakeService handshakes,
      BuildInfo software,
      InstantSource clock) {
    this.apps = apps;
    this.protocols = protocols;
    this.config = config;
    this.ports = ports;
    this.handshakes = handshakes;
    this.software = software;
    this.clock = clock;
  }

  ResultEnvelope app(String name) {
    return apps.named(name).map(app -> ResultEnvelope.of(app.id())).orElseGet(() -> closed(name));
  }

  ResultEnvelope appAsObject(String name) {
    return apps.named(name)
        .map(app -> ResultEnvelope.of(Map.of("appId", app.id())))
        .orElseGet(() -> closed(name));
  }

  /** The worker logs this text. */
  private static ResultEnvelope closed(String name) {
    String shown = BoundedText.abbreviate(String.valueOf(name), MAX_SHOWN);
    return ResultEnvelope.refused(
        "app("
            + shown
            + ") is not open to workers of PowerJob on this Orrery. Open it: ./orrery powerjob open "
            + shown);
  }

  /**
   * Returns where a worker finds the port of its protocol. The worker throws the text of a refusal
   * away, so it is recorded as well.
   */
  ResultEnvelope server(String protocol, String appId, String dialledHost, String caller) {
    OpenedApp app = find(appId);
    if (app == null) {
      return ResultEnvelope.refused(
          BoundedText.abbreviate(String.valueOf(appId), MAX_SHOWN)
              + " is not open to workers of PowerJob on this Orrery.");
    }
    Protocol wanted;
    try {
      wanted = Protocol.parse(protocol);
    } catch (UnknownNameException e) {
      return mismatch(app, caller, e.getMessage());
    }
    if (wanted != Protocol.HTTP) {
      return mismatch(
          app,
          caller,
          "The worker uses "
              + wanted.canonicalName()
              + ", which Orrery does not speak with workers of PowerJob.");
    }
    if (!protocols.active().contains(Protocol.HTTP) || !ports.isBound(Protocol.HTTP)) {
      return mismatch(
          app,
          caller,
          "The protocol http is not active on the scheduler (orrery.protocols.active).");
    }
    return ResultEnvelope.of(address(dialledHost));
  }

  private ResultEnvelope mismatch(OpenedApp app, String caller, String reason) {
    handshakes.recordPowerJobMismatch(
        app.app(), caller, reason, "worker: PowerJobWorkerConfig.protocol=HTTP");
    return ResultEnvelope.refused(reason);
  }

  private OpenedApp find(String appId) {
    try {
      return apps.find(Integer.parseInt(appId)).orElse(null);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private String address(String dialledHost) {
    return config
        .http()
        .advertisedAddress()
        .map(url -> url.replaceFirst("^https?://", "").replaceFirst("/.*$", ""))
        .orElse(dialledHost + ":" + ports.of(Protocol.HTTP));
  }

  ResultEnvelope hello() {
    return ResultEnvelope.of(
        Map.of(
            "serverInfo",
            Map.of("version", "Orrery " + software.version()),
            "serverTimeTs",
            clock.instant().toEpochMilli()));
  }
}
