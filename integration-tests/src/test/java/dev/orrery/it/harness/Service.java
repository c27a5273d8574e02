package dev.orrery.it.harness;

import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

/**
 * A Kubernetes Service: an address in front of replicas that sends new connections, in turn, to
 * ready replicas. Open connections stay.
 */
public final class Service implements AutoCloseable {
  private static final Duration PROBE_EVERY = Duration.ofMillis(100);

  private final List<Stack> replicas;
  private final Map<Stack, Boolean> ready = new ConcurrentHashMap<>();
  private final Map<Stack, List<Boolean>> changes = new ConcurrentHashMap<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicInteger unserved = new AtomicInteger();
  private final List<CuttingProxy> ports = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  public Service(Stack... replicas) {
    this.replicas = List.of(replicas);
    for (Stack replica : replicas) {
      ready.put(replica, replica.isReady());
      changes.put(replica, new CopyOnWriteArrayList<>());
      Thread thread = new Thread(() -> watch(replica), "probe");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Opens a port of the Service for a port of each replica; returns its number. */
  public int listen(ToIntFunction<Stack> port) {
    return listen(0, port);
  }

  /**
   * @param number of the Service's own port; 0 means any free port
   */
  public int listen(int number, ToIntFunction<Stack> port) {
    CuttingProxy way = new CuttingProxy(number, () -> port.applyAsInt(next()));
    ports.add(way);
    return way.port();
  }

  /** Returns the changes of a replica's readiness since the last call. */
  public List<Boolean> changes(Stack replica) {
    List<Boolean> seen = changes.get(replica);
    List<Boolean> taken = new ArrayList<>(seen);
    seen.clear();
    return taken;
  }

  /** Returns the number of connections without a ready replica. */
  public int unserved() {
    return unserved.get();
  }

  private Stack next() {
    int first = turn.getAndIncrement();
    for (int i = 0; i < replicas.size(); i++) {
      Stack replica = replicas.get((first + i) % replicas.size());
      if (ready.get(replica)) {
        return replica;
      }
    }
    unserved.incrementAndGet();
    throw new IllegalStateException("No replica is ready");
  }

  private void watch(Stack replica) {
    while (!closed) {
      boolean now = replica.isReady();
      if (ready.put(replica, now) != now) {
        changes.get(replica).add(now);
      }
      Await.pass(PROBE_EVERY);
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    for (CuttingProxy port : ports) {
      port.close();
    }
  }
}
