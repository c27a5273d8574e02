package dev.orrery.transport.akka;

import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.protocol.transport.TransportException;
import dev.orrery.protocol.transport.WorkerEnd;
import dev.orrery.transport.akka.artery.ArterySystem;
import dev.orrery.transport.akka.artery.PendingRequests;
import dev.orrery.transport.akka.artery.PendingRequests.PendingRequest;
import dev.orrery.transport.akka.artery.WorkerSystem;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The worker's side of the transport {@code akka}: sends requests to a scheduler and receives the
 * responses.
 */
final class AkkaWorkerEnd implements WorkerEnd {
  private static final String SYSTEM = "orrery-worker";
  private static final int MAX_WAITING = 1000;

  private final GuardedPort guardedPort;
  private final ConnectionDiagnosis diagnosis;
  private final PendingRequests pending;
  private final SystemSupervisor<WorkerSystem> supervisor;

  /**
   * Resolves names and connects, which may block, on behalf of callers of {@link #ask}, which must
   * not block.
   */
  private final ThreadPoolExecutor slow =
      new ThreadPoolExecutor(
          1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), AkkaWorkerEnd::thread);

  /** The last address that responded; any other address is diagnosed before the first message. */
  private volatile URI lastResponding;

  private AkkaWorkerEnd(
      EndpointSettings settings, GuardedPort guardedPort, PendingRequests pending) {
    this.guardedPort = guardedPort;
    this.diagnosis = new ConnectionDiagnosis(settings, guardedPort.setting());
    this.pending = pending;
    this.supervisor =
        new SystemSupervisor<>(
            guardedPort.proxy(),
            onUnusable ->
                WorkerSystem.start(
                    guardedPort.setting(), pending, guardedPort.proxy()::onProven, onUnusable),
            WorkerSystem::artery,
            () -> pending.failAll("The actor system of akka was replaced."));
    slow.allowCoreThreadTimeOut(true);
  }

  static AkkaWorkerEnd open(EndpointSettings settings) {
    PendingRequests pending = new PendingRequests(MAX_WAITING);
    GuardedPort guardedPort = GuardedPort.ofOrrery(settings, SYSTEM, true, pending::onDisconnected);
    AkkaWorkerEnd end = new AkkaWorkerEnd(settings, guardedPort, pending);
    try {
      end.supervisor.open();
      return end;
    } catch (ClosedChannelException | RuntimeException e) {
      end.close();
      throw new IllegalStateException("Failed to start the protocol akka", e);
    }
  }

  @Override
  public boolean isResponding() {
    return supervisor.isResponding();
  }

  @Override
  public CompletableFuture<OperationResponse> ask(
      URI address, OperationRequest request, Duration timeout) {
    if (address.equals(lastResponding)) {
      return send(address, request, timeout);
    }
    CompletableFuture<OperationResponse> answer = new CompletableFuture<>();
    try {
      slow.execute(
          () -> {
            try {
              diagnosis.requireReachable(address);
              var unused =
                  send(address, request, timeout)
                      .whenComplete(
                          (done, failure) -> {
                            if (failure == null) {
                              answer.complete(done);
                            } else {
                              explain(address, failure, answer);
                            }
                          });
            } catch (TransportException e) {
              answer.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(PendingRequests.tooMany(e));
    }
    return answer;
  }

  private CompletableFuture<OperationResponse> send(
      URI address, OperationRequest request, Duration timeout) {
    PendingRequest ask = pending.open(timeout, () -> diagnosis.silence(address));
    if (ask.answer().isDone()) {
      return ask.answer();
    }
    try {
      supervisor.current().send(address.toString(), ask.id(), request);
    } catch (RuntimeException e) {
      ask.answer()
          .completeExceptionally(new TransportException("The request was not sent: " + e, e));
    }
    return ask.answer()
        .whenComplete((answer, failure) -> lastResponding = failure == null ? address : null);
  }

  private void explain(
      URI address, Throwable failure, CompletableFuture<OperationResponse> answer) {
    try {
      slow.execute(() -> answer.completeExceptionally(diagnosis.explain(address, failure)));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(failure);
    }
  }

  /** For tests. */
  ArterySystem artery() {
    return supervisor.current().artery();
  }

  int port() {
    return guardedPort.proxy().port();
  }

  /** The address under which peers dial this side; for tests. */
  String address() {
    return "akka://" + SYSTEM + "@" + guardedPort.setting().advertisedHost() + ":" + port();
  }

  @Override
  public void close() {
    pending.close();
    slow.shutdownNow();
    supervisor.close();
    guardedPort.proxy().close();
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "orrery-akka-worker");
    thread.setDaemon(true);
    return thread;
  }
}
