package dev.orrery.transport.akka.artery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the requests that a scheduler is serving, and limits their number. A request may have
 * actions that run if its worker's connection ends before the response. Thread-safe.
 */
public final class RequestsInFlight {
  private final int most;
  private final AtomicInteger open = new AtomicInteger();

  /** Requests with actions, by the uid of the worker's actor system. */
  private final Map<Long, Set<Request>> interested = new ConcurrentHashMap<>();

  /**
   * @param most the maximum number of pending requests
   */
  public RequestsInFlight(int most) {
    this.most = most;
  }

  /** Admits a request of this remote system; empty if the limit is reached. */
  Optional<Request> begin(long system) {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      return Optional.empty();
    }
    return Optional.of(new Request(system));
  }

  /** Runs the actions of this remote system, each once. */
  public void onDisconnected(long system) {
    Set<Request> gone = interested.remove(system);
    if (gone != null) {
      gone.forEach(Request::runActions);
    }
  }

  private void add(Request request) {
    interested.compute(
        request.system,
        (system, known) -> {
          Set<Request> all = known == null ? ConcurrentHashMap.newKeySet() : known;
          all.add(request);
          return all;
        });
  }

  private void remove(Request request) {
    interested.computeIfPresent(
        request.system,
        (system, all) -> {
          all.remove(request);
          return all.isEmpty() ? null : all;
        });
  }

  final class Request {
    private final long system;
    private final List<Runnable> actions = new ArrayList<>(1);
    private boolean ended;

    private Request(long system) {
      this.system = system;
    }

    synchronized void whenGone(Runnable action) {
      if (!ended) {
        actions.add(action);
        add(this);
      }
    }

    private void runActions() {
      List<Runnable> due;
      synchronized (this) {
        due = List.copyOf(actions);
        actions.clear();
      }
      due.forEach(Runnable::run);
    }

    /** Releases the request and discards its actions. */
    synchronized void end() {
      if (!ended) {
        ended = true;
        open.decrementAndGet();
        if (!actions.isEmpty()) {
          remove(this);
        }
      }
    }
  }
}
