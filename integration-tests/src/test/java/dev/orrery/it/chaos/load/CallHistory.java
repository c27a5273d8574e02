package dev.orrery.it.chaos.load;

import dev.orrery.it.chaos.check.Facts.Batch;
import dev.orrery.it.chaos.check.Facts.ClientView;
import dev.orrery.it.chaos.check.Facts.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The requests of clients and their responses. Thread-safe. */
public final class CallHistory {
  private final Queue<Batch> batches = new ConcurrentLinkedQueue<>();
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<Long> askedToCancel = ConcurrentHashMap.newKeySet();
  private final Set<Long> canceled = ConcurrentHashMap.newKeySet();
  private final Set<Long> notFound = ConcurrentHashMap.newKeySet();

  /** All acknowledged ids, for random selection. */
  private final List<Long> known = new ArrayList<>();

  private final List<Long> knownToHaveEnded = new ArrayList<>();

  /** Records a request, answered or not. */
  void asked(Batch batch) {
    batches.add(batch);
    if (batch.ids() != null) {
      know(batch.ids());
    }
  }

  void acknowledged(long id) {
    acknowledged.add(id);
    know(List.of(id));
  }

  private void know(List<Long> ids) {
    synchronized (known) {
      known.addAll(ids);
    }
  }

  void askedToCancel(long id) {
    askedToCancel.add(id);
  }

  void canceled(long id) {
    canceled.add(id);
  }

  void notFound(long id) {
    notFound.add(id);
  }

  void seen(Seen end) {
    seen.add(end);
    synchronized (knownToHaveEnded) {
      knownToHaveEnded.add(end.id());
    }
  }

  /**
   * Returns a random acknowledged instance.
   *
   * @param newest selects among this many of the latest ones
   */
  Optional<Long> any(Random random, int newest) {
    synchronized (known) {
      return choose(random, known, newest);
    }
  }

  /** Returns a random instance whose end a client has seen. */
  Optional<Long> anyEnded(Random random) {
    synchronized (knownToHaveEnded) {
      return choose(random, knownToHaveEnded, knownToHaveEnded.size());
    }
  }

  private static Optional<Long> choose(Random random, List<Long> from, int newest) {
    if (from.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(from.get(from.size() - 1 - random.nextInt(Math.min(newest, from.size()))));
  }

  /** The number of acknowledged instances. */
  public int size() {
    synchronized (known) {
      return known.size();
    }
  }

  public ClientView clientView() {
    return new ClientView(
        List.copyOf(batches),
        Set.copyOf(acknowledged),
        Set.copyOf(askedToCancel),
        Set.copyOf(canceled),
        List.copyOf(seen),
        Set.copyOf(notFound));
  }
}
