package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.InstanceRef;
import dev.orrery.powerjob.RunRequest;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.Protocol;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Calls PowerJob workers of the protocol MU over the connections that they have opened to {@link
 * MuListener}. A connection becomes the one of a worker by a heartbeat; from then on, the one
 * before it gets nothing more.
 */
@ApplicationScoped
class MuWorkerTransport implements WorkerTransport {
  private final GatewayLoop loop;
  private final GatewaySessionRegistry gatewaySessions;
  private final RunTracker runs;
  private final Map<WorkerAddress, MuConnection> connections = new ConcurrentHashMap<>();
  private volatile boolean open;

  MuWorkerTransport(GatewayLoop loop, GatewaySessionRegistry gatewaySessions, RunTracker runs) {
    this.loop = loop;
    this.gatewaySessions = gatewaySessions;
    this.runs = runs;
  }

  void opened(boolean isOpen) {
    open = isOpen;
  }

  @Override
  public Protocol protocol() {
    return Protocol.MU;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean dials() {
    return false;
  }

  @Override
  public String host(WorkerAddress worker) {
    MuConnection connection = connections.get(worker);
    return connection == null ? worker.host() : connection.host();
  }

  /** A worker handles the messages of a connection one after another. */
  @Override
  public Delivery delivery() {
    return Delivery.READ;
  }

  /**
   * Makes a connection the one of a worker.
   *
   * @return false if the worker is connected from another host
   */
  boolean bind(MuConnection connection, int app, WorkerAddress worker) {
    return connections.compute(
            worker,
            (address, before) -> {
              if (before == null || before == connection) {
                return connection;
              }
              if (!before.host().equals(connection.host())) {
                return before;
              }
              // Before the worker gets anything over the new connection.
              lost(app, worker, "the worker has connected again");
              connection.replaces(before);
              return connection;
            })
        == connection;
  }

  void closed(MuConnection connection, int app, WorkerAddress worker) {
    if (connections.remove(worker, connection)) {
      lost(app, worker, "the connection is closed");
    }
  }

  private void lost(int app, WorkerAddress worker, String reason) {
    loop.executeUnlessStopped(
        () ->
            gatewaySessions
                .ofWorker(app, new WorkerChannel(this, worker))
                .forEach(
                    gatewaySession ->
                        runs.unreachable(gatewaySession, new IllegalStateException(reason))));
  }

  @Override
  public Future<Void> run(WorkerAddress worker, RunRequest request) {
    return over(worker, connection -> connection.tell("/worker/runJob", request));
  }

  @Override
  public Future<Void> stop(WorkerAddress worker, long wireId) {
    return over(
        worker, connection -> connection.tell("/worker/stopInstance", new InstanceRef(wireId)));
  }

  @Override
  public Future<Boolean> knows(WorkerAddress worker, long wireId) {
    return over(
            worker,
            connection -> connection.ask("/worker/queryInstanceStatus", new InstanceRef(wireId)))
        .map(answer -> answer.path("success").asBoolean());
  }

  private <T> Future<T> over(WorkerAddress worker, Function<MuConnection, Future<T>> call) {
    MuConnection connection = connections.get(worker);
    return connection == null
        ? Future.failedFuture(
            new UnsentException(new IllegalStateException("the worker is not connected")))
        : call.apply(connection);
  }
}
