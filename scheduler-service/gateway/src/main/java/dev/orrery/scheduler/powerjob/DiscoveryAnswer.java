package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.ResultEnvelope;
import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.UnknownNameException;
import dev.orrery.scheduler.base.lifecycle.BuildInfo;
import dev.orrery.scheduler.engine.agreement.PortRegistry;
import dev.orrery.scheduler.engine.agreement.ProtocolConfig;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import dev.orrery.scheduler.powerjob.app.OpenedAppService;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Answers the discovery calls of PowerJob workers from memory. */
@ApplicationScoped
class DiscoveryAnswer {
  private final OpenedAppService apps;
  private final ProtocolConfig config;
  private final PortRegistry ports;
  private final HttpWorkerTransport http;
  private final AkkaWorkerTransport akka;
  private final MuListener mu;
  private final JoinRefusal refusals;
  private final BuildInfo software;
  private final InstantSource clock;

  DiscoveryAnswer(
      OpenedAppService apps,
      ProtocolConfig config,
      PortRegistry ports,
      HttpWorkerTransport http,
      AkkaWorkerTransport akka,
      MuListener mu,
      JoinRefusal refusals,
      BuildInfo software,
      InstantSource clock) {
    this.apps = apps;
    this.config = config;
    this.ports = ports;
    this.http = http;
    this.akka = akka;
    this.mu = mu;
    this.refusals = refusals;
    this.software = software;
    this.clock = clock;
  }

  ResultEnvelope app(String name, String caller) {
    return apps.named(name)
        .map(app -> ResultEnvelope.of(app.id()))
        .orElseGet(() -> closed(name, caller));
  }

  ResultEnvelope appAsObject(String name, String caller) {
    return apps.named(name)
        .map(app -> ResultEnvelope.of(Map.of("appId", app.id())))
        .orElseGet(() -> closed(name, caller));
  }

  /** The worker logs this text. */
  private ResultEnvelope closed(String name, String caller) {
    return ResultEnvelope.refused(refusals.closedApp(caller, name));
  }

  /**
   * Returns where a worker finds the port of its protocol. The worker throws the text of a refusal
   * away.
   */
  ResultEnvelope server(String protocol, String appId, String dialledHost, String caller) {
    OpenedApp app = find(appId);
    if (app == null) {
      return ResultEnvelope.refused(refusals.closedNumber(caller, appId));
    }
    Optional<Protocol> known = known(protocol);
    if (known.isEmpty()) {
      return ResultEnvelope.refused(
          refusals.wrongProtocol(
              app,
              caller,
              "The worker uses '"
                  + JoinRefusal.shown(protocol)
                  + "', which Orrery does not speak with PowerJob workers."));
    }
    return address(known.get(), dialledHost)
        .map(ResultEnvelope::of)
        .orElseGet(() -> ResultEnvelope.refused(refusals.inactive(app, caller, known.get())));
  }

  /** Returns an address; empty if its port is closed. */
  private Optional<String> address(Protocol protocol, String dialledHost) {
    return switch (protocol) {
      case HTTP ->
          http.isOpen() && ports.isBound(Protocol.HTTP)
              ? Optional.of(httpAddress(dialledHost))
              : Optional.empty();
      // Not by the host that the worker dials: Artery drops what is addressed to any other.
      case AKKA -> akka.address();
      case MU -> mu.address(dialledHost);
    };
  }

  private static Optional<Protocol> known(String protocol) {
    try {
      return Optional.of(Protocol.parse(Dialect.POWERJOB, protocol));
    } catch (UnknownNameException e) {
      return Optional.empty();
    }
  }

  private OpenedApp find(String appId) {
    try {
      return apps.find(Integer.parseInt(appId)).orElse(null);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private String httpAddress(String dialledHost) {
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
