package dev.orrery.outbound;

import dev.orrery.outbound.OutboundException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs name lookups on threads that their owners share fairly. A lookup blocks its thread even
 * after its time-out if the name server does not respond. Therefore each owner has a share of the
 * threads and a separate, equal share for hanging lookups, so that they do not block its other
 * lookups. The last threads are for owners that have none, so that slow names of many owners do not
 * block the others. Owners take turns. Concurrent requests for the same name share one lookup.
 * Thread-safe.
 */
final class LookupQueue implements AutoCloseable {
  private static final int MAX_WAITING = 1000;

  private final Vertx vertx;
  private final NameResolver resolver;
  private final LookupLimits limits;
  private final ThreadPoolExecutor threads;

  /** Owners with lookups, in round-robin order. */
  private final Map<Integer, Owner> owners = new LinkedHashMap<>();

  /** Running and hanging lookups. */
  private final Map<String, Lookup> byName = new HashMap<>();

  private int waiting;
  private int busyThreads;

  private static final class Owner {
    private final int id;
    private final Map<String, Lookup> lookups = new HashMap<>();
    private final Deque<Lookup> waiting = new ArrayDeque<>();
    private int inTime;
    private int threads;

    Owner(int id) {
      this.id = id;
    }
  }

  private static final class Lookup {
    private final Owner owner;
    private final String host;
    private final Promise<List<InetAddress>> promise = Promise.promise();
    private long timer;
    private boolean late;

    Lookup(Owner owner, String host) {
      this.owner = owner;
      this.host = host;
    }
  }

  LookupQueue(Vertx vertx, NameResolver resolver, LookupLimits limits) {
    this.vertx = vertx;
    this.resolver = resolver;
    this.limits = limits;
    threads =
        new ThreadPoolExecutor(
            0,
            // As many again may be about to end their tasks.
            2 * LookupLimits.THREADS,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            runnable -> {
              Thread thread = new Thread(runnable, "orrery-resolve");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Resolves at least one address. Fails with an {@link UnknownHostException} if the name has no
   * address, and with an {@link OutboundException} on time-out.
   */
  synchronized Future<List<InetAddress>> lookUp(int ownerId, String name) {
    String host = name.toLowerCase(Locale.ROOT);
    Lookup running = byName.get(host);
    if (running != null) {
      return running.promise.future();
    }
    Owner owner = owners.computeIfAbsent(ownerId, Owner::new);
    Lookup known = owner.lookups.get(host);
    if (known != null) {
      return known.promise.future();
    }
    if (waiting == MAX_WAITING) {
      forgetIfIdle(owner);
      return Future.failedFuture(
          failure(host, "could not be looked up: more than " + MAX_WAITING + " look-ups wait"));
    }
    Lookup lookup = new Lookup(owner, host);
    owner.lookups.put(host, lookup);
    owner.waiting.add(lookup);
    waiting++;
    lookup.timer = vertx.setTimer(limits.timeout().toMillis(), timer -> timedOut(lookup));
    startWaiting();
    return lookup.promise.future();
  }

  private void startWaiting() {
    while (!threads.isShutdown()) {
      Optional<Owner> next = owners.values().stream().filter(this::mayStart).findFirst();
      if (next.isEmpty()) {
        return;
      }
      Owner owner = next.get();
      owners.remove(owner.id);
      owners.put(owner.id, owner);
      Lookup lookup = owner.waiting.remove();
      waiting--;
      byName.putIfAbsent(lookup.host, lookup);
      owner.inTime++;
      owner.threads++;
      busyThreads++;
      threads.execute(() -> run(lookup));
    }
  }

  private boolean mayStart(Owner owner) {
    int free = LookupLimits.THREADS - busyThreads;
    return !owner.waiting.isEmpty()
        && free > (owner.threads > 0 ? LookupLimits.RESERVED : 0)
        && owner.inTime < limits.atOnce()
        && owner.threads < limits.threads();
  }

  private void run(Lookup lookup) {
    List<InetAddress> found = null;
    Throwable failure = null;
    try {
      found = resolver.resolve(lookup.host);
    } catch (UnknownHostException | RuntimeException e) {
      failure = e;
    } finally {
      ended(lookup);
    }
    if (failure == null) {
      lookup.promise.tryComplete(found);
    } else {
      lookup.promise.tryFail(failure);
    }
  }

  private synchronized void ended(Lookup lookup) {
    Owner owner = lookup.owner;
    vertx.cancelTimer(lookup.timer);
    owner.lookups.remove(lookup.host);
    byName.remove(lookup.host, lookup);
    if (!lookup.late) {
      owner.inTime--;
    }
    owner.threads--;
    busyThreads--;
    forgetIfIdle(owner);
    startWaiting();
  }

  private void timedOut(Lookup lookup) {
    if (leaveAtTimeout(lookup)) {
      lookup.promise.tryFail(
          failure(
              lookup.host, "could not be looked up within " + limits.timeout().toMillis() + " ms"));
    }
  }

  /**
   * Abandons a lookup at its time-out; returns false if it has ended. A running lookup keeps its
   * thread and its name.
   */
  private synchronized boolean leaveAtTimeout(Lookup lookup) {
    Owner owner = lookup.owner;
    if (owner.lookups.get(lookup.host) != lookup) {
      return false;
    }
    if (owner.waiting.remove(lookup)) {
      waiting--;
      owner.lookups.remove(lookup.host);
      forgetIfIdle(owner);
    } else {
      lookup.late = true;
      owner.inTime--;
      startWaiting();
    }
    return true;
  }

  private void forgetIfIdle(Owner owner) {
    if (owner.lookups.isEmpty()) {
      owners.remove(owner.id);
    }
  }

  private static OutboundException failure(String host, String reason) {
    return new OutboundException(Kind.UNKNOWN_HOST, "the name " + host + " " + reason);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
