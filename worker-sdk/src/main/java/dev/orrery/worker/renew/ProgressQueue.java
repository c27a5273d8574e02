package dev.orrery.worker.renew;

import dev.orrery.protocol.message.ProgressUpdate;
import dev.orrery.worker.attempt.HeldAttempt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Attempts whose progress is to be sent, each once, whatever it said meanwhile. */
final class ProgressQueue {
  private final Set<HeldAttempt> waiting = new LinkedHashSet<>();

  void add(HeldAttempt held) {
    waiting.add(held);
  }

  void addAll(Collection<HeldAttempt> helds) {
    waiting.addAll(helds);
  }

  /** Those that a message of this session may carry; what other sessions held is forgotten. */
  List<HeldAttempt> next(String session) {
    List<HeldAttempt> next = new ArrayList<>();
    for (Iterator<HeldAttempt> all = waiting.iterator();
        all.hasNext() && next.size() < ProgressUpdate.MAX_PER_REQUEST; ) {
      HeldAttempt held = all.next();
      all.remove();
      if (held.session().equals(session)) {
        next.add(held);
      }
    }
    return next;
  }

  boolean contains(HeldAttempt held) {
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
