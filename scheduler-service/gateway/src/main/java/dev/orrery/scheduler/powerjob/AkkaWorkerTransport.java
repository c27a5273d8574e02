package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.RunRequest;
import dev.orrery.powerjob.port.WorkerPort;
import dev.orrery.protocol.Protocol;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Calls PowerJob workers of the protocol AKKA over the port that {@link PowerJobAkkaListener} has
 * opened. Its messages may be lost silently, so the worker is asked about each run.
 */
@ApplicationScoped
class AkkaWorkerTransport implements WorkerTransport {
  private volatile WorkerPort port;

  void opened(WorkerPort opened) {
    port = opened;
  }

  void closed() {
    port = null;
  }

  /** Returns the address that workers must dial; empty if the port is closed. */
  Optional<String> address() {
    return Optional.ofNullable(port).map(WorkerPort::address);
  }

  @Override
  public Protocol protocol() {
    return Protocol.AKKA;
  }

  @Override
  public boolean isOpen() {
    return port != null;
  }

  /** The actors of a worker take turns, each with messages of its own. */
  @Override
  public Delivery delivery() {
    return Delivery.UNCERTAIN;
  }

  @Override
  public Future<Void> run(WorkerChannel worker, RunRequest request) {
    return send(open -> open.run(worker.address(), request));
  }

  @Override
  public Future<Void> stop(WorkerChannel worker, long wireId) {
    return send(open -> open.stop(worker.address(), wireId));
  }

  private Future<Void> send(Consumer<WorkerPort> message) {
    WorkerPort open = port;
    if (open == null) {
      return closedPort();
    }
    try {
      message.accept(open);
      return Future.succeededFuture();
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(new UnfitException(e.getMessage()));
    }
  }

  @Override
  public Future<Boolean> knows(WorkerChannel worker, long wireId) {
    WorkerPort open = port;
    return open == null
        ? closedPort()
        : Future.fromCompletionStage(
                open.ask(worker.address(), wireId, PowerJobLimits.PUSH_TIMEOUT))
            .map(AskAnswer::success);
  }

  private static <T> Future<T> closedPort() {
    return Future.failedFuture(
        new UnsentException(new IllegalStateException("the port for AKKA is closed")));
  }
}
