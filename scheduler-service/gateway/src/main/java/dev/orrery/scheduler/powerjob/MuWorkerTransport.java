package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.InstanceRef;
import dev.orrery.powerjob.RunRequest;
import dev.orrery.protocol.Protocol;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
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

  /** By {@link WorkerChannel#identity}. */
  private final Map<String, MuConnection> connections = new ConcurrentHashMap<>();

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
  public List<String> connected() {
    return List.copyOf(connections.keySet());
  }

  /** A worker handles the messages of a connection one after another. */
  @Override
  public Delivery delivery() {
    return Delivery.READ;
  }

  /** Makes a connection the one of a worker. */
  void bind(MuConnection connection, int app, WorkerChannel worker) {
    connections.compute(
        worker.identity(),
        (identity, before) -> {
          if (before != null && before != connection) {
            // Before the worker gets anything over the new connection.
            lost(app, worker, "the worker has connected again");
            connection.replaces(before);
          }
          return connection;
        });
  }

  void closed(MuConnection connection, int app, WorkerChannel worker) {
    if (connections.remove(worker.identity(), connection)) {
      lost(app, worker, "the connection is closed");
    }
  }

  private void lost(int app, WorkerChannel worker, String reason) {
    loop.executeUnlessStopped(
        () ->
            gatewaySessions
                .ofWorker(app, worker)
                .forEach(
                    gatewaySession ->
                        runs.unreachable(gatewaySession, new IllegalStateException(reason))));
  }

  @Override
  public Future<Void> run(WorkerChannel worker, RunRequest request) {
    return over(worker, connection -> connection.tell("/worker/runJob", request));
  }

  @Override
  public Future<Void> stop(WorkerChannel worker, long wireId) {
    return over(
        worker, connection -> connection.tell("/worker/stopInstance", new InstanceRef(wireId)));
  }

  @Override
  public Future<Boolean> knows(WorkerChannel worker, long wireId) {
    return over(
            worker,
            connection -> connection.ask("/worker/queryInstanceStatus", new InstanceRef(wireId)))
        .map(answer -> answer.path("success").asBoolean());
  }

  private <T> Future<T> over(WorkerChannel worker, Function<MuConnection, Future<T>> call) {
    MuConnection connection = connections.get(worker.identity());
    return connection == null
        ? Future.failedFuture(
            new UnsentException(new IllegalStateException("the worker is not connected")))
        : call.apply(connection);
  }
}
