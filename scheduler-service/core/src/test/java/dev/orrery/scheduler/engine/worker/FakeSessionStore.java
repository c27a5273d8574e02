package dev.orrery.scheduler.engine.worker;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.hint.Hint.CancelRequested;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Session rows without a database. */
final class FakeSessionStore extends SessionStore {
  private final Set<UUID> live = new HashSet<>();
  private final List<CancelRequested> cancels = new ArrayList<>();
  private RuntimeException failure;
  private int questions;

  FakeSessionStore() {
    super(null);
  }

  /** As if another replica had ended it. */
  void end(UUID session) {
    live.remove(session);
  }

  void cancel(UUID session, AttemptRef attempt) {
    cancels.add(new CancelRequested(session, attempt));
  }

  void failWith(RuntimeException reason) {
    failure = reason;
  }

  /** How often it was asked which sessions live or what they are to stop. */
  int questions() {
    return questions;
  }

  @Override
  Optional<Instant> open(
      UUID id,
      int appId,
      WorkerOffer offer,
      Terms terms,
      Capabilities capabilities,
      Duration lease) {
    live.add(id);
    return Optional.of(Instant.EPOCH);
  }

  @Override
  Set<UUID> liveAmong(Collection<UUID> ids) {
    ask();
    Set<UUID> found = new HashSet<>(ids);
    found.retainAll(live);
    return found;
  }

  @Override
  List<CancelRequested> cancelsOf(Collection<UUID> sessions) {
    ask();
    return cancels.stream().filter(cancel -> sessions.contains(cancel.session())).toList();
  }

  private void ask() {
    questions++;
    if (failure != null) {
      throw failure;
    }
  }
}
