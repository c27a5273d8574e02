package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.ACCEPTED_TWICE;
import static dev.orrery.it.chaos.check.Violation.Kind.LOST;

import dev.orrery.it.chaos.check.Facts.Batch;
import dev.orrery.it.chaos.check.Facts.Ended;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Acknowledged instances exist exactly once and complete; a call without acknowledgement exists
 * completely or not at all; an acknowledged cancel precedes every end except a success.
 */
final class NothingLost implements Rule {

  @Override
  public Stream<Violation> broken(Facts facts) {
    return Stream.of(batches(facts), single(facts), cancels(facts)).flatMap(found -> found);
  }

  private static Stream<Violation> batches(Facts facts) {
    Map<String, Set<Long>> made = madeByKey(facts);
    return facts.clientView().batches().stream()
        .flatMap(batch -> broken(batch, made.getOrDefault(batch.key(), Set.of())));
  }

  private static Stream<Violation> broken(Batch batch, Set<Long> there) {
    Stream.Builder<Violation> found = Stream.builder();
    if (batch.ids() == null) {
      if (!there.isEmpty() && there.size() < batch.count()) {
        found.add(half(batch, "made", there.size()));
      }
    } else {
      if (batch.ids().size() != batch.count()) {
        found.add(half(batch, "acknowledged", batch.ids().size()));
      }
      batch.ids().stream()
          .filter(id -> !there.contains(id))
          .forEach(id -> found.add(lost(id, "acknowledged in batch " + batch.key())));
    }
    if (there.size() > batch.count()) {
      found.add(
          new Violation(
              ACCEPTED_TWICE,
              "batch %s of %d made %d".formatted(batch.key(), batch.count(), there.size())));
    }
    return found.build();
  }

  private static Violation half(Batch batch, String how, int count) {
    return new Violation(
        LOST, "batch %s of %d: %d were %s".formatted(batch.key(), batch.count(), count, how));
  }

  private static Map<String, Set<Long>> madeByKey(Facts facts) {
    Map<String, Set<Long>> made = new HashMap<>();
    for (Ended one : facts.ended().values()) {
      if (one.batch() != null && one.retryOf() == null) {
        made.computeIfAbsent(one.batch(), absent -> new HashSet<>()).add(one.id());
      }
    }
    facts.active().values().stream()
        .filter(one -> one.batch() != null && one.retryOf() == null)
        .forEach(one -> made.computeIfAbsent(one.batch(), absent -> new HashSet<>()).add(one.id()));
    return made;
  }

  private static Stream<Violation> single(Facts facts) {
    return Stream.concat(
        facts.clientView().acknowledged().stream()
            .filter(id -> !facts.ended().containsKey(id) && !facts.active().containsKey(id))
            .map(id -> lost(id, "acknowledged")),
        facts.clientView().notFound().stream()
            .map(id -> lost(id, "acknowledged, but reported as missing to a client")));
  }

  private static Stream<Violation> cancels(Facts facts) {
    return facts.clientView().canceled().stream()
        .map(facts.ended()::get)
        .filter(end -> end != null && !Set.of("CANCELED", "SUCCEEDED").contains(end.state()))
        // Its parts had failed before.
        .filter(end -> !(facts.trees().containsKey(end.id()) && end.state().equals("FAILED")))
        .map(end -> lost(end.id(), "its cancel was acknowledged, and it ended " + end.state()));
  }

  private static Violation lost(long id, String how) {
    return new Violation(LOST, "instance " + id + ": " + how);
  }
}
