package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.http.problem.ProblemException;
import dev.orrery.scheduler.http.problem.ProblemMapper;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The seats of this replica, and the places for more. */
@Singleton
class SeatRegistry {
  static final int MAX_SEATS = 4_000;
  static final int MAX_SEATS_OF_APP = 500;

  private final RunTracker runs;
  private final UUID owner = UUID.randomUUID();
  private final Map<SeatStore.Key, WorkerSeat> seats = new ConcurrentHashMap<>();
  private final AppQuota places;
  private volatile boolean stopping;

  SeatRegistry(RunTracker runs, QuotaMetrics quotas) {
    this.runs = runs;
    this.places = quotas.watch("powerjob_workers", new AppQuota(MAX_SEATS, MAX_SEATS_OF_APP));
  }

  /** Returns the name of this replica as the owner of workers. */
  UUID owner() {
    return owner;
  }

  /** Returns a place for a seat of the app, or empty if this replica or the app has too many. */
  Optional<QuotaPermit> holdPlace(int app) {
    return places.hold(app, 1);
  }

  int room() {
    return MAX_SEATS - seats.size();
  }

  /** Adds a seat, and closes the one that the worker had before. */
  void put(WorkerSeat seat) {
    WorkerSeat before = seats.put(seat.key(), seat);
    if (before != null) {
      before.close();
      before.place().release();
    }
  }

  Optional<WorkerSeat> find(SeatStore.Key key) {
    return Optional.ofNullable(seats.get(key));
  }

  boolean isEmpty() {
    return seats.isEmpty();
  }

  List<SeatStore.Key> keys() {
    return List.copyOf(seats.keySet());
  }

  Stream<WorkerSeat> all() {
    return seats.values().stream();
  }

  Stream<WorkerSeat> ofSession(UUID session) {
    return all().filter(seat -> seat.session().equals(session));
  }

  /** The engine or another replica takes what the seat held. */
  void drop(WorkerSeat seat) {
    seat.close();
    seats.remove(seat.key(), seat);
    seat.place().release();
    runs.drop(seat);
  }

  /**
   * Drops the seat if a call has failed because its session is over.
   *
   * @return true if it was dropped
   */
  boolean dropIfSessionGone(WorkerSeat seat, Throwable failure) {
    boolean isGone =
        ProblemMapper.unwrap(failure) instanceof ProblemException problem
            && problem.problem().code() == ErrorCode.SESSION_GONE;
    if (isGone) {
      drop(seat);
    }
    return isGone;
  }

  /** From now on, no seat is added and none polls. */
  void stop() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }
}
