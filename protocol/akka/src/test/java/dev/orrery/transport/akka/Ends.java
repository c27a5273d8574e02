package dev.orrery.transport.akka;

import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.protocol.transport.MutualTls;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.testing.program.Await;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;

/** A scheduler's end and a worker's end in this process. */
final class Ends implements AutoCloseable {
  static final Duration SECONDS = Duration.ofSeconds(60);

  final TestHandler handler = new TestHandler();
  final AkkaSchedulerEnd scheduler;
  final AkkaWorkerEnd worker;

  Ends(SSLContext schedulers, SSLContext workers) {
    scheduler = AkkaSchedulerEnd.open(settings(of(schedulers)), handler);
    worker = AkkaWorkerEnd.open(settings(of(workers)));
  }

  Ends(EndpointSettings both) {
    scheduler = AkkaSchedulerEnd.open(both, handler);
    worker = AkkaWorkerEnd.open(both);
  }

  static EndpointSettings settings(Optional<MutualTls> tls) {
    return settings("127.0.0.1", Optional.empty(), Optional.empty(), tls);
  }

  static EndpointSettings settings(
      String host,
      Optional<String> advertised,
      Optional<List<String>> networks,
      Optional<MutualTls> tls) {
    return new EndpointSettings(
        "test",
        "test.networks",
        "test.tls",
        host,
        0,
        advertised,
        networks.map(texts -> AllowedNetworks.parse("test.networks", texts)),
        tls,
        Optional.empty());
  }

  private static Optional<MutualTls> of(SSLContext context) {
    return Optional.ofNullable(context).map(there -> mutual(() -> there));
  }

  static MutualTls mutual(Callable<SSLContext> source) {
    return MutualTls.of("test.tls", "test", Optional.of(new MutualTls.Stores(true, true, source)));
  }

  URI address() {
    return URI.create(scheduler.address());
  }

  CompletableFuture<OperationResponse> ask(String path, String body) {
    return worker.ask(
        address(),
        new OperationRequest(path, "token", body.getBytes(StandardCharsets.UTF_8)),
        SECONDS);
  }

  /** Waits until the two are connected, which takes longer than a request may on a busy machine. */
  void awaitConnected() {
    Await.until("the worker is connected", SECONDS, this::isConnected);
  }

  private boolean isConnected() {
    try {
      return echo("").isEmpty();
    } catch (CompletionException e) {
      return false;
    }
  }

  OperationResponse answer(String path, byte[] body) {
    return answer(worker, address(), new OperationRequest(path, "token", body));
  }

  /**
   * Returns the response. Asks again if a busy machine has brought no message within the seconds
   * that a request waits for its first one.
   */
  static OperationResponse answer(AkkaWorkerEnd worker, URI address, OperationRequest request) {
    long began = System.nanoTime();
    while (true) {
      try {
        return worker.ask(address, request, SECONDS).join();
      } catch (CompletionException e) {
        boolean isSilence = e.getMessage().contains("accepts connections but does not answer");
        if (!isSilence || System.nanoTime() - began > SECONDS.toNanos()) {
          throw e;
        }
      }
    }
  }

  String echo(String body) {
    return new String(ask(TestHandler.ECHO, body).join().body(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    worker.close();
    scheduler.close();
  }
}
