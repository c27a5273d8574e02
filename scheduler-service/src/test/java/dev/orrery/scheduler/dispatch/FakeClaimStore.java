package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.dispatch.ClaimBatcher.Probe;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;

/** Claims without a database: gives what the test says, and notes where it was looked. */
final class FakeClaimStore extends ClaimStore {
  private final List<String> claims = new ArrayList<>();
  private final Deque<ClaimedInstance> ready = new ArrayDeque<>();
  private Set<UUID> closed = Set.of();
  private RuntimeException failure;
  private Runnable during = () -> {};
  private Held held = new Held(List.of(), List.of());

  FakeClaimStore() {
    super(null);
  }

  /** Each claim as its probes, such as {@code 5/1} for priority 5 in lane 1. */
  List<String> takeClaims() {
    List<String> taken = List.copyOf(claims);
    claims.clear();
    return taken;
  }

  /** The next claim that has room finds this one. */
  void ready(UUID session, long instance, Duration timeLeft) {
    ready.add(claimed(session, instance, timeLeft));
  }

  private static ClaimedInstance claimed(UUID session, long instance, Duration timeLeft) {
    return new ClaimedInstance(
        new AttemptRef(instance, 1),
        1,
        5,
        1_000_000,
        session,
        1,
        null,
        null,
        timeLeft,
        Duration.ZERO);
  }

  /** These sessions have ended, and nothing here has heard of it. */
  void closed(UUID... sessions) {
    closed = Set.of(sessions);
  }

  /** Happens during each claim from now on. */
  void during(Runnable action) {
    during = action;
  }

  void failOnce(RuntimeException reason) {
    failure = reason;
  }

  /** Every session holds these. */
  void holds(long... instances) {
    held =
        new Held(
            LongStream.of(instances).mapToObj(one -> claimed(null, one, null)).toList(), List.of());
  }

  /** Every session is to stop this one. */
  void holdsCanceled(AttemptRef attempt) {
    held = new Held(List.of(), List.of(attempt));
  }

  @Override
  Found claim(Set<UUID> sessions, List<Probe> probes, List<UUID> slots) {
    claims.add(
        String.join(
            " ",
            probes.stream().map(probe -> probe.priority() + "/" + probe.lane().id()).toList()));
    during.run();
    throwFailure();
    List<ClaimedInstance> rows = new ArrayList<>();
    long open = slots.stream().filter(slot -> !closed.contains(slot)).count();
    while (rows.size() < open && !ready.isEmpty()) {
      rows.add(ready.remove());
    }
    return new Found(rows, closed);
  }

  @Override
  Held held(UUID session) {
    throwFailure();
    return held;
  }

  private void throwFailure() {
    RuntimeException reason = failure;
    failure = null;
    if (reason != null) {
      throw reason;
    }
  }
}
