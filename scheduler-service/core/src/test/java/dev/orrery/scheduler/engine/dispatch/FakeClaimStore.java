package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.engine.worker.Capabilities;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Claims without a database: returns the rows of the test, and records the scans. */
final class FakeClaimStore extends ClaimStore {
  private final List<String> claims = new ArrayList<>();
  private final Deque<ClaimedInstance> ready = new ArrayDeque<>();
  private Set<UUID> closed = Set.of();
  private RuntimeException failure;
  private Runnable during = () -> {};
  private Runnable duringRead = () -> {};
  private HeldAttempts held = new HeldAttempts(List.of(), List.of(), Set.of(), true);

  FakeClaimStore() {
    super(null);
  }

  /** Returns each claim as its scans, such as {@code 5/1} for priority 5 in lane 1. */
  List<String> takeClaims() {
    List<String> taken = List.copyOf(claims);
    claims.clear();
    return taken;
  }

  /** The next claim with an open slot finds this instance. */
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
        Fixtures.VERSION,
        true,
        null,
        null,
        timeLeft,
        Duration.ZERO);
  }

  /** These sessions have ended, and no hint has arrived about it. */
  void closed(UUID... sessions) {
    closed = Set.of(sessions);
  }

  /** Runs during each claim from now on. */
  void during(Runnable action) {
    during = action;
  }

  void failOnce(RuntimeException reason) {
    failure = reason;
  }

  /** Every session holds these attempts. */
  void holds(long... instances) {
    List<ClaimedInstance> active =
        LongStream.of(instances).mapToObj(one -> claimed(null, one, null)).toList();
    held =
        new HeldAttempts(
            active,
            List.of(),
            active.stream().map(ClaimedInstance::attempt).collect(Collectors.toSet()),
            true);
  }

  /** Runs during the next read of held attempts, which does not see its changes. */
  void duringRead(Runnable action) {
    duringRead = action;
  }

  /** Every session must stop this attempt. */
  void holdsCanceled(AttemptRef attempt) {
    held = new HeldAttempts(List.of(), List.of(attempt), Set.of(attempt), true);
  }

  @Override
  ClaimResult claim(
      Capabilities capabilities, Set<UUID> sessions, List<LaneScan> scans, List<UUID> slots) {
    claims.add(
        String.join(
            " ", scans.stream().map(scan -> scan.priority() + "/" + scan.lane().id()).toList()));
    during.run();
    throwFailure();
    List<ClaimedInstance> rows = new ArrayList<>();
    long open = slots.stream().filter(slot -> !closed.contains(slot)).count();
    while (rows.size() < open && !ready.isEmpty()) {
      rows.add(ready.remove());
    }
    return new ClaimResult(rows, closed);
  }

  @Override
  HeldAttempts held(UUID session, Collection<AttemptRef> named, int limit) {
    throwFailure();
    HeldAttempts read = held;
    Runnable action = duringRead;
    duringRead = () -> {};
    action.run();
    return new HeldAttempts(
        read.missing().stream().filter(one -> !named.contains(one.attempt())).toList(),
        read.canceled(),
        read.all(),
        read.complete());
  }

  private void throwFailure() {
    RuntimeException reason = failure;
    failure = null;
    if (reason != null) {
      throw reason;
    }
  }
}
