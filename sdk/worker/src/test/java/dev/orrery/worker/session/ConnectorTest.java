package dev.orrery.worker.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.DiscoveryResponse.Endpoint;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.worker.client.FakeProtocolClient;
import dev.orrery.worker.client.FakeProtocolClient.Asked;
import dev.orrery.worker.core.ManualEventLoop;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectorTest {
  private static final URI SERVER = URI.create("http://one:10010");
  private static final URI PROTOCOL_PORT = URI.create("http://one:10011");

  private static final String SESSION = "5f0c1d6a-3b0e-4a53-9d0f-7a2f6c1f8e21";

  private final ManualEventLoop loop = new ManualEventLoop();
  private final FakeProtocolClient client = new FakeProtocolClient(loop);
  private final Connector connector =
      new Connector(
          loop,
          client,
          new WorkerOffer(null, null, 2, 3, "0", "billing", "w", List.of(), List.of("noop"), 4));
  private final Outcome outcome = new Outcome();

  @Test
  void reportsAgreementWithAddressAndHandshakeSendTime() {
    loop.pass(Duration.ofSeconds(1));
    long sentAt = loop.nanos();
    connector.connect(SERVER, SESSION, outcome);
    loop.pass(Duration.ofSeconds(1));

    client.take(WorkerOperation.HANDSHAKE).answer(agreement(2));

    assertThat(outcome.events).containsExactly("agreed " + SERVER + " " + sentAt);
  }

  @Test
  void reportsSendTimeOfHandshakeAtDiscoveredAddress() {
    connector.connect(SERVER, SESSION, outcome);
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);
    loop.pass(Duration.ofSeconds(1));
    long sentAt = loop.nanos();
    client.take(WorkerOperation.DISCOVERY).answer(discovered(PROTOCOL_PORT.toString()));

    Asked<WorkerOffer, HandshakeResponse> handshake = client.take(WorkerOperation.HANDSHAKE);
    assertThat(handshake.address()).isEqualTo(PROTOCOL_PORT);
    handshake.answer(agreement(3));

    assertThat(outcome.events).containsExactly("agreed " + PROTOCOL_PORT + " " + sentAt);
  }

  @Test
  void reportsExactlyOneFailurePerFailedConnect() {
    connector.connect(SERVER, SESSION, outcome);
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.FORBIDDEN);
    connector.connect(SERVER, SESSION, outcome);
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);
    client.take(WorkerOperation.DISCOVERY).lose();
    connector.connect(SERVER, SESSION, outcome);
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);
    client.take(WorkerOperation.DISCOVERY).refuse(ErrorCode.NOT_FOUND);
    connector.connect(SERVER, SESSION, outcome);
    client.take(WorkerOperation.HANDSHAKE).answer(agreement(1));
    connector.connect(SERVER, SESSION, outcome);
    client.take(WorkerOperation.HANDSHAKE).answer(agreement(4));
    connector.connect(SERVER, SESSION, outcome);
    client
        .take(WorkerOperation.HANDSHAKE)
        .answer(new HandshakeResponse(" ", 2, 0, 0, 0, null, null));

    assertThat(outcome.events)
        .containsExactly(
            "failed FORBIDDEN",
            "failed UNREACHABLE",
            "failed UNREACHABLE",
            "failed VERSION_MISMATCH",
            "failed VERSION_MISMATCH",
            "failed UNREACHABLE");
  }

  @Test
  void stopsAfterRefusedHandshakeWhenConnectionIsNoLongerNeeded() {
    connector.connect(SERVER, SESSION, outcome);
    outcome.wanted = false;

    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);

    assertThat(client.isAsked(WorkerOperation.DISCOVERY)).isFalse();
    assertThat(outcome.events).containsExactly("given up");
  }

  @Test
  void reportsAgreementEvenWhenConnectionIsNoLongerNeeded() {
    connector.connect(SERVER, SESSION, outcome);
    outcome.wanted = false;

    client.take(WorkerOperation.HANDSHAKE).answer(agreement(2));

    assertThat(outcome.events).containsExactly("agreed " + SERVER + " " + loop.nanos());
  }

  @Test
  void stopsAfterDiscoveryWhenConnectionIsNoLongerNeeded() {
    connector.connect(SERVER, SESSION, outcome);
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);
    connector.connect(SERVER, SESSION, outcome);
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);
    outcome.wanted = false;

    client.take(WorkerOperation.DISCOVERY).answer(discovered(PROTOCOL_PORT.toString()));
    client.take(WorkerOperation.DISCOVERY).lose();

    assertThat(client.isAsked(WorkerOperation.HANDSHAKE)).isFalse();
    assertThat(outcome.events).containsExactly("given up", "given up");
  }

  @Test
  void selectsFirstValidDiscoveredAddressOfOwnProtocol() {
    List<URI> found = new ArrayList<>();
    connector.discover(SERVER, found::add, problem -> outcome.onFailed(problem));

    client
        .take(WorkerOperation.DISCOVERY)
        .answer(
            new DiscoveryResponse(
                List.of(
                    new Endpoint(Protocol.AKKA, "two:10086"),
                    new Endpoint(Protocol.HTTP, "http://a b"),
                    new Endpoint(Protocol.HTTP, PROTOCOL_PORT.toString())),
                1,
                1,
                "0.1.0"));

    assertThat(found).containsExactly(PROTOCOL_PORT);
    assertThat(outcome.events).isEmpty();
  }

  private static HandshakeResponse agreement(int version) {
    return new HandshakeResponse("s-1", version, 30000, 25000, 10000, null, null);
  }

  private static DiscoveryResponse discovered(String address) {
    return new DiscoveryResponse(List.of(new Endpoint(Protocol.HTTP, address)), 1, 1, "0.1.0");
  }

  private static final class Outcome implements Connector.Listener {
    private final List<String> events = new ArrayList<>();
    private boolean wanted = true;

    @Override
    public boolean isWanted() {
      return wanted;
    }

    @Override
    public void onAgreed(URI address, long sentAtNanos, HandshakeResponse agreement) {
      events.add("agreed " + address + " " + sentAtNanos);
    }

    @Override
    public void onFailed(ProblemDetail problem) {
      events.add("failed " + problem.code());
    }

    @Override
    public void onGivenUp() {
      events.add("given up");
    }
  }
}
