package dev.orrery.transport.akka.artery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests of workers without a response, up to a limit. Each may have actions that run if the
 * connection of its worker ends first. Thread-safe.
 */
public final class RequestsInFlight {
  private final int most;
  private final AtomicInteger open = new AtomicInteger();

  /** Requests with actions, by the uid of the worker's actor system. */
  private final Map<Long, Set<Request>> interested = new ConcurrentHashMap<>();

  /**
   * @param most the most requests at once
   */
  public RequestsInFlight(int most) {
    this.most = most;
  }

  /** Takes a place for a request of this remote system; empty if all places are taken. */
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

  /** The place of one request. */
  final class Request {
    private final long system;
    private final List<Runnable> actions = new ArrayList<>(1);
    private boolean ended;

    private Request(long system) {
      this.system = system;
    }

    /** Adds an action, unless the request has ended. */
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

    /** Gives the place back and forgets the actions. */
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
