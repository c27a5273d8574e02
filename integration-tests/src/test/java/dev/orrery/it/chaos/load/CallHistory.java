package dev.orrery.it.chaos.load;

import dev.orrery.it.chaos.check.Facts.Batch;
import dev.orrery.it.chaos.check.Facts.Seen;
import dev.orrery.it.chaos.check.Facts.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What clients asked for, and what they were told. Safe for use by several threads. */
public final class CallHistory {
  private final Queue<Batch> batches = new ConcurrentLinkedQueue<>();
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<Long> askedToCancel = ConcurrentHashMap.newKeySet();
  private final Set<Long> canceled = ConcurrentHashMap.newKeySet();
  private final Set<Long> notFound = ConcurrentHashMap.newKeySet();

  /** All acknowledged ids, to choose from. */
  private final List<Long> known = new ArrayList<>();

  private final List<Long> knownToHaveEnded = new ArrayList<>();

  /** Answered or not. */
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
   * Some acknowledged instance.
   *
   * @param newest so many of the last ones to choose from
   */
  Optional<Long> any(Random random, int newest) {
    synchronized (known) {
      return choose(random, known, newest);
    }
  }

  /** One that a client has seen the end of. */
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

  /** How many instances were acknowledged. */
  public int size() {
    synchronized (known) {
      return known.size();
    }
  }

  public Told told() {
    return new Told(
        List.copyOf(batches),
        Set.copyOf(acknowledged),
        Set.copyOf(askedToCancel),
        Set.copyOf(canceled),
        List.copyOf(seen),
        Set.copyOf(notFound));
  }
}
