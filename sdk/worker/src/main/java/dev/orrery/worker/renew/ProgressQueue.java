package dev.orrery.worker.renew;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.worker.attempt.HeldAttempt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The attempts whose progress has not been sent yet, each at most once. */
final class ProgressQueue {
  private final Set<HeldAttempt> waiting = new LinkedHashSet<>();

  void add(HeldAttempt held) {
    waiting.add(held);
  }

  void addAll(Collection<HeldAttempt> attempts) {
    waiting.addAll(attempts);
  }

  /** Removes and returns the attempts of the next message; drops attempts of other sessions. */
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

  /** Returns true if an attempt in the queue has ended, so that its progress is final. */
  boolean hasFinalProgress() {
    return waiting.stream().anyMatch(held -> held.outcome() != null);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }
}
