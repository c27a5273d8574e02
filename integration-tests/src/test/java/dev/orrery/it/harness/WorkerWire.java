package dev.orrery.it.harness;

import dev.orrery.protocol.Transport;
import dev.orrery.protocol.Verb;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.DiscoveryAnswer.Endpoint;
import dev.orrery.protocol.message.Offer;
import dev.orrery.protocol.message.ReportAnswer;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.transport.TransportModule;
import dev.orrery.worker.wire.HttpWire;
import dev.orrery.worker.wire.TransportWire;
import dev.orrery.worker.wire.Wire;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The way of the worker's library to a scheduler, over one of the transports. */
public final class WorkerWire implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Transport transport;
  private final Wire wire;
  private final URI api;
  private URI scheduler;
  private String session;

  public WorkerWire(Transport transport, Stack stack) {
    this.transport = transport;
    this.api = URI.create("http://localhost:" + stack.apiPort());
    this.wire =
        transport == Transport.HTTP
            ? new HttpWire(stack.workerToken())
            : new TransportWire(
                transport,
                TransportModule.find(transport)
                    .orElseThrow()
                    .open(WorkerEndpoint.onThisMachine(Optional.of("localhost"))),
                stack.workerToken());
  }

  /** Begins a session, which is not renewed. Tries more than once, as workers do. */
  public void shakeHands() {
    Await.until(
        "hands are shaken over " + transport.canonicalName(),
        Duration.ofSeconds(30),
        () -> {
          handshake();
          return true;
        });
  }

  private void handshake() {
    Offer offer =
        new Offer(
            transport.canonicalName(),
            "orrery",
            VersionRange.SUPPORTED.min(),
            VersionRange.SUPPORTED.max(),
            "test",
            Stack.APP,
            "wire",
            List.of(),
            List.of("nothing"),
            1);
    scheduler =
        wire.ask(api, Verb.DISCOVERY, offer, LONGEST).join().active().stream()
            .filter(endpoint -> endpoint.protocol() == transport)
            .map(Endpoint::address)
            .map(URI::create)
            .findFirst()
            .orElseThrow();
    session = wire.ask(scheduler, Verb.HANDSHAKE, offer, LONGEST).join().session();
  }

  /**
   * Reports nothing. That takes the whole way: the token, the session, the answer; but nothing of
   * it is asked of the database.
   */
  public CompletableFuture<ReportAnswer> reportNothing() {
    return wire.ask(scheduler, Verb.REPORT, new ReportRequest(session, List.of()), LONGEST);
  }

  public void sayGoodBye() {
    wire.ask(scheduler, Verb.BYE, new ByeRequest(session, List.of()), LONGEST).join();
  }

  @Override
  public void close() {
    wire.close();
  }
}
