package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.InstanceRef;
import dev.orrery.powerjob.RunRequest;
import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.base.time.Ticker;
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
  private final Ticker ticker;

  /** By {@link WorkerChannel#identity}. */
  private final Map<String, Bound> connections = new ConcurrentHashMap<>();

  private volatile boolean open;

  /**
   * The connection of a worker.
   *
   * @param heardNanos of its latest heartbeat
   */
  private record Bound(MuConnection connection, int app, long heardNanos) {
    boolean isAlive(long nowNanos) {
      return nowNanos - heardNanos < PowerJobLimits.HEARTBEAT_TIMEOUT.toNanos();
    }
  }

  MuWorkerTransport(
      GatewayLoop loop, GatewaySessionRegistry gatewaySessions, RunTracker runs, Ticker ticker) {
    this.loop = loop;
    this.gatewaySessions = gatewaySessions;
    this.runs = runs;
    this.ticker = ticker;
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
    long now = ticker.nanos();
    return connections.entrySet().stream()
        .filter(worker -> worker.getValue().isAlive(now))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A worker handles the messages of a connection one after another. */
  @Override
  public Delivery delivery() {
    return Delivery.READ;
  }

  /**
   * Makes a connection the one of a worker, at each heartbeat.
   *
   * @return false if it is the one of a live worker of another app
   */
  boolean bind(MuConnection connection, int app, WorkerChannel worker) {
    long now = ticker.nanos();
    Bound bound =
        connections.compute(
            worker.identity(),
            (identity, before) -> {
              if (before != null && before.connection() != connection) {
                if (before.app() != app && before.isAlive(now)) {
                  return before;
                }
                // Before the worker gets anything over the new connection.
                lost(before.app(), worker, "the worker has connected again");
                connection.replaces(before.connection());
              }
              return new Bound(connection, app, now);
            });
    return bound.connection() == connection;
  }

  void closed(MuConnection connection, WorkerChannel worker) {
    connections.computeIfPresent(
        worker.identity(),
        (identity, bound) -> {
          if (bound.connection() != connection) {
            return bound;
          }
          lost(bound.app(), worker, "the connection is closed");
          return null;
        });
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
    Bound bound = connections.get(worker.identity());
    return bound == null
        ? Future.failedFuture(
            new UnsentException(new IllegalStateException("the worker is not connected")))
        : call.apply(bound.connection());
  }
}
