package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.DiscoveryResponse.Endpoint;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.lifecycle.BuildInfo;
import dev.orrery.scheduler.http.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers discovery calls with the active protocols and their addresses. */
@ApplicationScoped
public class DiscoveryService {
  private final SchedulerProtocols protocols;
  private final ProtocolConfig config;
  private final HandshakeService handshakes;
  private final PortRegistry ports;
  private final BuildInfo software;
  private final AgreementState state;

  DiscoveryService(
      SchedulerProtocols protocols,
      ProtocolConfig config,
      HandshakeService handshakes,
      PortRegistry ports,
      BuildInfo software,
      AgreementState state) {
    this.protocols = protocols;
    this.config = config;
    this.handshakes = handshakes;
    this.ports = ports;
    this.software = software;
    this.state = state;
  }

  /**
   * @param dialledHost the host that the worker dialled, without the port
   * @throws dev.orrery.scheduler.base.problem.ProblemException if the worker offers nothing that
   *     this scheduler accepts; the refusal is recorded
   */
  public DiscoveryResponse discover(Caller caller, WorkerOffer offer, String dialledHost) {
    handshakes.requireAgreement(caller, offer);
    List<Endpoint> endpoints = new ArrayList<>();
    Protocol main =
        protocols.active().contains(state.recordedMain()) ? state.recordedMain() : protocols.main();
    address(main, dialledHost).ifPresent(endpoints::add);
    protocols.active().stream()
        .filter(protocol -> protocol != main)
        .forEach(protocol -> address(protocol, dialledHost).ifPresent(endpoints::add));
    return new DiscoveryResponse(
        endpoints, protocols.versions().min(), protocols.versions().max(), software.version());
  }

  /** Returns the address; empty while the listener is not bound. */
  private Optional<Endpoint> address(Protocol protocol, String dialledHost) {
    Optional<String> address =
        switch (protocol) {
          case HTTP ->
              config.http().advertisedAddress().or(() -> ownAddress(protocol, dialledHost));
          case AKKA, MU -> ports.address(protocol);
        };
    return address.map(known -> new Endpoint(protocol, known));
  }

  private Optional<String> ownAddress(Protocol protocol, String dialledHost) {
    int port = ports.of(protocol);
    return port == 0 ? Optional.empty() : Optional.of("http://" + dialledHost + ":" + port);
  }
}
