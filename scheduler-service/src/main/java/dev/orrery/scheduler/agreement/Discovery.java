package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.Transport;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.message.DiscoveryAnswer;
import dev.orrery.protocol.message.DiscoveryAnswer.Endpoint;
import dev.orrery.protocol.message.Offer;
import dev.orrery.scheduler.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Tells workers which protocols there are, and where. */
@ApplicationScoped
public class Discovery {
  private final SchedulerProtocols protocols;
  private final ProtocolsConfig config;
  private final Handshakes handshakes;
  private final BoundPorts ports;
  private final Software software;

  Discovery(
      SchedulerProtocols protocols,
      ProtocolsConfig config,
      Handshakes handshakes,
      BoundPorts ports,
      Software software) {
    this.protocols = protocols;
    this.config = config;
    this.handshakes = handshakes;
    this.ports = ports;
    this.software = software;
  }

  /**
   * @param dialledHost the host under which the worker reached us; without a port
   * @throws dev.orrery.scheduler.problem.ProblemException if the offer could not be agreed upon;
   *     the refusal is recorded
   */
  public DiscoveryAnswer discover(Caller caller, Offer offer, String dialledHost) {
    handshakes.requireAgreement(caller, offer);
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.add(endpoint(protocols.main(), dialledHost));
    protocols.active().stream()
        .filter(transport -> transport != protocols.main())
        .forEach(transport -> endpoints.add(endpoint(transport, dialledHost)));
    return new DiscoveryAnswer(
        endpoints, protocols.versions().min(), protocols.versions().max(), software.version());
  }

  private Endpoint endpoint(Transport transport, String dialledHost) {
    return switch (transport) {
      case HTTP ->
          new Endpoint(
              transport,
              config
                  .http()
                  .advertisedAddress()
                  .orElseGet(() -> "http://" + dialledHost + ":" + ports.of(transport)));
      case AKKA -> throw new IllegalStateException("akka is refused at the start");
    };
  }
}
