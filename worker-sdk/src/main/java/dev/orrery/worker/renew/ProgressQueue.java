package dev.orrery.worker.renew;

import dev.orrery.protocol.message.Progress;
import dev.orrery.worker.attempt.Held;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Attempts whose progress is to be sent, each once, whatever it said meanwhile. */
final class ProgressQueue {
  private final Set<Held> waiting = new LinkedHashSet<>();

  void add(Held held) {
    waiting.add(held);
  }

  void addAll(Collection<Held> helds) {
    waiting.addAll(helds);
  }

  /** Those that a message of this session may carry; what other sessions held is forgotten. */
  List<Held> next(String session) {
    List<Held> next = new ArrayList<>();
    for (Iterator<Held> all = waiting.iterator();
        all.hasNext() && next.size() < Progress.MAX_IN_MESSAGE; ) {
      Held held = all.next();
      all.remove();
      if (held.session().equals(session)) {
        next.add(held);
      }
    }
    return next;
  }

  boolean contains(Held held) {
    return waiting.contains(held);
  }

  /** Whether an attempt among them has ended, and will say no more. */
  boolean hasLastWords() {
    return waiting.stream().anyMatch(held -> held.outcome() != null);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }
}
