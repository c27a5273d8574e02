package dev.orrery.it.harness;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.DiscoveryResponse.Endpoint;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.protocol.transport.TransportModule;
import dev.orrery.testing.program.Await;
import dev.orrery.worker.client.Credentials;
import dev.orrery.worker.client.HttpProtocolClient;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.client.TransportProtocolClient;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A raw worker client for a scheduler, over one of the protocols. */
public final class WorkerWire implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final Duration MAX_POLL = Duration.ofSeconds(25);

  private final Protocol protocol;
  private final String processor;
  private final ProtocolClient wire;
  private final URI api;
  private URI scheduler;
  private String session;

  public WorkerWire(Protocol protocol, Stack stack) {
    this(protocol, stack, "nothing");
  }

  /** Creates a client that offers one processor. */
  public WorkerWire(Protocol protocol, Stack stack, String processor) {
    this.protocol = protocol;
    this.processor = processor;
    this.api = URI.create("http://localhost:" + stack.apiPort());
    this.wire =
        protocol == Protocol.HTTP
            ? new HttpProtocolClient(Credentials.of(stack.workerToken()))
            : new TransportProtocolClient(
                protocol,
                TransportModule.find(protocol).orElseThrow().open(onThisMachine()),
                Credentials.of(stack.workerToken()));
  }

  private static EndpointSettings onThisMachine() {
    String prefix = "orrery.worker.akka";
    return new EndpointSettings(
        prefix,
        prefix + ".allowed-networks",
        prefix + ".tls",
        "127.0.0.1",
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("localhost"));
  }

  /** Opens a session, which is not renewed. Retries, as workers do. */
  public void shakeHands() {
    Await.until(
        "hands are shaken over " + protocol.canonicalName(),
        Duration.ofSeconds(30),
        () -> {
          handshake();
          return true;
        });
  }

  private void handshake() {
    WorkerOffer offer =
        new WorkerOffer(
            protocol.canonicalName(),
            "orrery",
            VersionRange.SUPPORTED.min(),
            VersionRange.SUPPORTED.max(),
            "test",
            Stack.APP,
            "wire",
            List.of(),
            List.of(processor),
            1);
    scheduler =
        wire.ask(api, WorkerOperation.DISCOVERY, offer, TIMEOUT).join().active().stream()
            .filter(endpoint -> endpoint.protocol() == protocol)
            .map(Endpoint::address)
            .map(URI::create)
            .findFirst()
            .orElseThrow();
    session = wire.ask(scheduler, WorkerOperation.HANDSHAKE, offer, TIMEOUT).join().session();
  }

  /**
   * Sends an empty report. This exercises the whole path (token, session, response) without the
   * database.
   */
  public CompletableFuture<ReportResponse> reportNothing() {
    return wire.ask(
        scheduler, WorkerOperation.REPORT, new ReportRequest(session, List.of()), TIMEOUT);
  }

  public CompletableFuture<PollResponse> poll(long sequence) {
    return wire.ask(
        scheduler,
        WorkerOperation.POLL,
        new PollRequest(session, sequence, 1, List.of(), MAX_POLL.toMillis(), false),
        MAX_POLL.plus(TIMEOUT));
  }

  public void sayGoodBye() {
    wire.ask(scheduler, WorkerOperation.BYE, new ByeRequest(session, List.of()), TIMEOUT).join();
  }

  @Override
  public void close() {
    wire.close();
  }
}
