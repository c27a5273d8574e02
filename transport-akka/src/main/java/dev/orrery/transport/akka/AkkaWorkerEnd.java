package dev.orrery.transport.akka;

import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.protocol.transport.TransportException;
import dev.orrery.protocol.transport.WorkerEnd;
import dev.orrery.transport.akka.artery.ArterySystem;
import dev.orrery.transport.akka.artery.PendingRequests;
import dev.orrery.transport.akka.artery.PendingRequests.Ask;
import dev.orrery.transport.akka.artery.WorkerSystem;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A worker's side: asks, and listens for the answers. */
final class AkkaWorkerEnd implements WorkerEnd {
  private static final String SYSTEM = "orrery-worker";
  private static final int MAX_WAITING = 1000;

  private final GuardedPort front;
  private final ConnectionDiagnosis probe;
  private final PendingRequests asks;
  private final SystemSupervisor<WorkerSystem> keeper;

  /** Looks and waits, which the caller of {@link #ask} must not. */
  private final ThreadPoolExecutor slow =
      new ThreadPoolExecutor(
          1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), AkkaWorkerEnd::thread);

  /**
   * The address that answered last; the others are tried before they are trusted with a message.
   */
  private volatile URI heard;

  private AkkaWorkerEnd(EndpointSettings settings, GuardedPort front, PendingRequests asks) {
    this.front = front;
    this.probe = new ConnectionDiagnosis(settings, front.setting());
    this.asks = asks;
    this.keeper =
        new SystemSupervisor<>(
            front.guard(),
            whenUseless -> WorkerSystem.start(front.setting(), asks, whenUseless),
            WorkerSystem::artery,
            () -> asks.failAll("The actor system of akka was made anew."));
    slow.allowCoreThreadTimeOut(true);
  }

  static AkkaWorkerEnd open(EndpointSettings settings) {
    PendingRequests asks = new PendingRequests();
    GuardedPort front = GuardedPort.bind(settings, SYSTEM, true, asks::gone);
    AkkaWorkerEnd end = new AkkaWorkerEnd(settings, front, asks);
    try {
      end.keeper.open();
      return end;
    } catch (ClosedChannelException | RuntimeException e) {
      end.close();
      throw new IllegalStateException("The protocol akka cannot be started", e);
    }
  }

  @Override
  public CompletableFuture<OperationResponse> ask(
      URI address, OperationRequest request, Duration longest) {
    if (address.equals(heard)) {
      return send(address, request, longest);
    }
    CompletableFuture<OperationResponse> answer = new CompletableFuture<>();
    try {
      slow.execute(
          () -> {
            try {
              probe.reach(address);
              var unused =
                  send(address, request, longest)
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
      answer.completeExceptionally(new TransportException("Too many requests wait.", e));
    }
    return answer;
  }

  private CompletableFuture<OperationResponse> send(
      URI address, OperationRequest request, Duration longest) {
    Ask ask = asks.open(longest, () -> probe.silence(address));
    try {
      keeper.current().send(address.toString(), ask.id(), request);
    } catch (RuntimeException e) {
      ask.answer().completeExceptionally(new TransportException("It could not be sent: " + e, e));
    }
    return ask.answer().whenComplete((answer, failure) -> heard = failure == null ? address : null);
  }

  private void explain(
      URI address, Throwable failure, CompletableFuture<OperationResponse> answer) {
    try {
      slow.execute(() -> answer.completeExceptionally(probe.explain(address, failure)));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(failure);
    }
  }

  /** The system that asks now; for tests. */
  ArterySystem artery() {
    return keeper.current().artery();
  }

  int port() {
    return front.guard().port();
  }

  /** For tests. */
  String address() {
    return "akka://" + SYSTEM + "@" + front.setting().advertisedHost() + ":" + port();
  }

  @Override
  public void close() {
    asks.close();
    slow.shutdownNow();
    keeper.close();
    front.guard().close();
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "orrery-akka-worker");
    thread.setDaemon(true);
    return thread;
  }
}
