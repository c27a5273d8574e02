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
import java.util.Optional;

/** Tells workers which protocols there are, and where. */
@ApplicationScoped
public class Discovery {
  private final SchedulerProtocols protocols;
  private final ProtocolsConfig config;
  private final Handshakes handshakes;
  private final BoundPorts ports;
  private final Software software;
  private final AgreementState state;

  Discovery(
      SchedulerProtocols protocols,
      ProtocolsConfig config,
      Handshakes handshakes,
      BoundPorts ports,
      Software software,
      AgreementState state) {
    this.protocols = protocols;
    this.config = config;
    this.handshakes = handshakes;
    this.ports = ports;
    this.software = software;
    this.state = state;
  }

  /**
   * @param dialledHost the host under which the worker reached us; without a port
   * @throws dev.orrery.scheduler.problem.ProblemException if the offer could not be agreed upon;
   *     the refusal is recorded
   */
  public DiscoveryAnswer discover(Caller caller, Offer offer, String dialledHost) {
    handshakes.requireAgreement(caller, offer);
    List<Endpoint> endpoints = new ArrayList<>();
    Transport main =
        protocols.active().contains(state.recordedMain()) ? state.recordedMain() : protocols.main();
    address(main, dialledHost).ifPresent(endpoints::add);
    protocols.active().stream()
        .filter(transport -> transport != main)
        .forEach(transport -> address(transport, dialledHost).ifPresent(endpoints::add));
    return new DiscoveryAnswer(
        endpoints, protocols.versions().min(), protocols.versions().max(), software.version());
  }

  /** Empty while the listener is not bound. */
  private Optional<Endpoint> address(Transport transport, String dialledHost) {
    Optional<String> address =
        switch (transport) {
          case HTTP ->
              config
                  .http()
                  .advertisedAddress()
                  .or(() -> Optional.of("http://" + dialledHost + ":" + ports.of(transport)));
          case AKKA -> ports.address(transport);
        };
    return address.map(known -> new Endpoint(transport, known));
  }
}
