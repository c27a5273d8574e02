package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.quota.QuotaPermit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What one session of a worker of PowerJob holds, and when it must poll. No thread belongs to it:
 * {@link SeatService} calls it when a message or a poll arrives, and each second.
 */
final class WorkerSeat {
  private final OpenedApp app;
  private final WorkerAddress address;
  private final UUID session;
  private final int capacity;
  private final QuotaPermit place;
  private final Map<Long, WorkerRun> runs = new LinkedHashMap<>();
  private long sequence;
  private boolean overload;
  private boolean pollRequested;
  private boolean closed;
  private long heardNanos;

  WorkerSeat(
      OpenedApp app,
      WorkerAddress address,
      UUID session,
      int capacity,
      long nowNanos,
      QuotaPermit place) {
    this.app = app;
    this.address = address;
    this.session = session;
    this.capacity = capacity;
    this.heardNanos = nowNanos;
    this.place = place;
  }

  /** The place of the worker among those that this replica takes. */
  QuotaPermit place() {
    return place;
  }

  OpenedApp app() {
    return app;
  }

  WorkerAddress address() {
    return address;
  }

  UUID session() {
    return session;
  }

  SeatStore.Key key() {
    return new SeatStore.Key(app.id(), address.toString());
  }

  /** The numbers of a poll. A later poll of the seat replaces an earlier one. */
  record Poll(long sequence, int free, List<AttemptRef> held) {}

  /** Returns true if no poll is requested yet. */
  synchronized boolean requestPoll() {
    boolean first = !pollRequested;
    pollRequested = true;
    return first;
  }

  synchronized Poll nextPoll() {
    pollRequested = false;
    sequence++;
    int free = overload || closed ? 0 : Math.max(0, capacity - runs.size());
    return new Poll(sequence, free, held());
  }

  /** Returns true for the latest poll, whose end is followed by another one. */
  synchronized boolean isLatest(long poll) {
    return !closed && poll == sequence;
  }

  synchronized List<AttemptRef> held() {
    return runs.values().stream().map(WorkerRun::attempt).toList();
  }

  /**
   * @return true if the worker takes work again
   */
  synchronized boolean heartbeat(boolean overloaded, long nowNanos) {
    boolean again = overload && !overloaded;
    overload = overloaded;
    heardNanos = nowNanos;
    return again;
  }

  synchronized long heardNanos() {
    return heardNanos;
  }

  /** Returns false if the seat has the run already, or is closed. */
  synchronized boolean add(WorkerRun run) {
    return !closed && runs.putIfAbsent(run.wireId(), run) == null;
  }

  synchronized boolean holds(AttemptRef attempt) {
    return runs.values().stream().anyMatch(run -> run.attempt().equals(attempt));
  }

  synchronized WorkerRun remove(long wireId) {
    return runs.remove(wireId);
  }

  /** Runs a change of a run under the lock of the seat. */
  synchronized void change(Runnable change) {
    change.run();
  }

  synchronized Collection<WorkerRun> runs() {
    return new ArrayList<>(runs.values());
  }

  synchronized void close() {
    closed = true;
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
