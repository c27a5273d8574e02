package dev.orrery.scheduler.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.DiscoveryResponse.Endpoint;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.database.DatabaseReachability;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.http.security.Caller;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Endpoints that discovery returns, depending on protocols, ports and settings. */
class DiscoveryServiceTest {
  private static final String AKKA_ADDRESS = "akka://orrery@10.0.0.9:10086";
  private static final Endpoint AKKA = new Endpoint(Protocol.AKKA, AKKA_ADDRESS);
  private static final Endpoint HTTP = new Endpoint(Protocol.HTTP, "http://dialled:10010");

  private final PortRegistry ports = new PortRegistry();
  private Optional<String> advertised = Optional.empty();
  private boolean refuses;

  private DiscoveryResponse discover(Protocol recorded, Protocol main, Protocol... active) {
    SchedulerProtocols protocols =
        new SchedulerProtocols(List.of(active), main, VersionRange.SUPPORTED);
    ProtocolRequirement required = TestAgreement.requirement(protocols);
    required.mainProtocolChanged(recorded);
    return new DiscoveryService(
            protocols,
            new LoopbackProtocolConfig(advertised),
            new FixedHandshakes(),
            ports,
            TestSoftware.of("1.2.3"),
            new AgreementState(
                protocols,
                required,
                ports,
                null,
                new DatabaseReachability(),
                new OtherDialects(List.of(), key -> null)))
        .discover(null, null, "dialled");
  }

  private void bindBoth() {
    ports.bound(Protocol.HTTP, 10010);
    ports.bound(Protocol.AKKA, 10086, AKKA_ADDRESS);
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP", "AKKA"})
  void listsMainProtocolFirst(Protocol configured) {
    bindBoth();

    assertThat(discover(Protocol.AKKA, configured, Protocol.HTTP, Protocol.AKKA).active())
        .containsExactly(AKKA, HTTP);
    assertThat(discover(Protocol.HTTP, configured, Protocol.AKKA, Protocol.HTTP).active())
        .containsExactly(HTTP, AKKA);
  }

  @Test
  void listsOnlyActiveProtocols() {
    bindBoth();

    assertThat(discover(Protocol.AKKA, Protocol.HTTP, Protocol.HTTP).active())
        .containsExactly(HTTP);
    assertThat(discover(Protocol.HTTP, Protocol.AKKA, Protocol.AKKA).active())
        .containsExactly(AKKA);
  }

  @Test
  void returnsAdvertisedHttpAddress() {
    bindBoth();
    advertised = Optional.of("http://orrery-http:10010");

    assertThat(discover(Protocol.HTTP, Protocol.HTTP, Protocol.HTTP, Protocol.AKKA).active())
        .containsExactly(new Endpoint(Protocol.HTTP, "http://orrery-http:10010"), AKKA);
  }

  @Test
  void omitsProtocolsWithUnboundPort() {
    assertThat(discover(Protocol.HTTP, Protocol.HTTP, Protocol.HTTP, Protocol.AKKA).active())
        .isEmpty();

    bindBoth();
    ports.closed(Protocol.HTTP);

    assertThat(discover(Protocol.HTTP, Protocol.HTTP, Protocol.HTTP, Protocol.AKKA).active())
        .containsExactly(AKKA);
  }

  @Test
  void returnsProtocolAndSoftwareVersions() {
    DiscoveryResponse response = discover(Protocol.HTTP, Protocol.HTTP, Protocol.HTTP);

    assertThat(response.minVersion()).isEqualTo(VersionRange.SUPPORTED.min());
    assertThat(response.maxVersion()).isEqualTo(VersionRange.SUPPORTED.max());
    assertThat(response.softwareVersion()).isEqualTo("1.2.3");
  }

  @Test
  void refusesDiscoveryWhenNoProtocolIsAgreed() {
    bindBoth();
    refuses = true;

    assertThatThrownBy(() -> discover(Protocol.HTTP, Protocol.HTTP, Protocol.HTTP))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("no agreement");
  }

  private final class FixedHandshakes extends HandshakeService {
    FixedHandshakes() {
      super(null, null, null, null, null, null, null, Ticker.SYSTEM);
    }

    @Override
    public void requireAgreement(Caller caller, WorkerOffer offer) {
      if (refuses) {
        throw ProblemException.of(ErrorCode.PROTOCOL_MISMATCH, "no agreement");
      }
    }
  }
}
