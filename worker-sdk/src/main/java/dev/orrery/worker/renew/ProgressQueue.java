package dev.orrery.worker.renew;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.worker.attempt.HeldAttempt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Attempts whose progress must be sent, each once, however often it changed. */
final class ProgressQueue {
  private final Set<HeldAttempt> waiting = new LinkedHashSet<>();

  void add(HeldAttempt held) {
    waiting.add(held);
  }

  void addAll(Collection<HeldAttempt> attempts) {
    waiting.addAll(attempts);
  }

  /** Removes and returns the attempts of the next message; those of other sessions are dropped. */
  List<HeldAttempt> next(String session) {
    List<HeldAttempt> next = new ArrayList<>();
    for (Iterator<HeldAttempt> all = waiting.iterator();
        all.hasNext() && next.size() < MessageLimits.MAX_PROGRESS_UPDATES; ) {
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

  /** Returns true if an attempt among them has ended, so that its progress is final. */
  boolean hasFinalProgress() {
    return waiting.stream().anyMatch(held -> held.outcome() != null);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }
}
