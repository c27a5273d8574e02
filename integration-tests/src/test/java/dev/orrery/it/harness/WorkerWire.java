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
import dev.orrery.protocol.transport.TransportModule;
import dev.orrery.testing.program.Await;
import dev.orrery.worker.client.HttpProtocolClient;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.client.TransportProtocolClient;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The way of the worker's library to a scheduler, over one of the protocols. */
public final class WorkerWire implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(10);

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

  /** Offers one processor. */
  public WorkerWire(Protocol protocol, Stack stack, String processor) {
    this.protocol = protocol;
    this.processor = processor;
    this.api = URI.create("http://localhost:" + stack.apiPort());
    this.wire =
        protocol == Protocol.HTTP
            ? new HttpProtocolClient(stack.workerToken())
            : new TransportProtocolClient(
                protocol,
                TransportModule.find(protocol)
                    .orElseThrow()
                    .open(WorkerEndpoint.onThisMachine(Optional.of("localhost"))),
                stack.workerToken());
  }

  /** Begins a session, which is not renewed. Tries more than once, as workers do. */
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
        wire.ask(api, WorkerOperation.DISCOVERY, offer, LONGEST).join().active().stream()
            .filter(endpoint -> endpoint.protocol() == protocol)
            .map(Endpoint::address)
            .map(URI::create)
            .findFirst()
            .orElseThrow();
    session = wire.ask(scheduler, WorkerOperation.HANDSHAKE, offer, LONGEST).join().session();
  }

  /**
   * Reports nothing. That takes the whole way: the token, the session, the answer; but nothing of
   * it is asked of the database.
   */
  public CompletableFuture<ReportResponse> reportNothing() {
    return wire.ask(
        scheduler, WorkerOperation.REPORT, new ReportRequest(session, List.of()), LONGEST);
  }

  /** Waits for one attempt. */
  public CompletableFuture<PollResponse> poll(long sequence) {
    return wire.ask(
        scheduler,
        WorkerOperation.POLL,
        new PollRequest(session, sequence, 1, List.of(), MAX_POLL.toMillis(), false),
        MAX_POLL.plus(LONGEST));
  }

  public void sayGoodBye() {
    wire.ask(scheduler, WorkerOperation.BYE, new ByeRequest(session, List.of()), LONGEST).join();
  }

  @Override
  public void close() {
    wire.close();
  }
}
