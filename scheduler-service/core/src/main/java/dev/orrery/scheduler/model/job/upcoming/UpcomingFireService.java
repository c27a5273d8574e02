package dev.orrery.scheduler.model.job.upcoming;

import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.model.job.upcoming.UpcomingTriggerStore.Soonest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Lists the next fires of an app. Calls within two seconds share a read. */
@ApplicationScoped
class UpcomingFireService {
  static final int MAX_HOURS = 24;

  private static final Duration MAX_SPAN = Duration.ofHours(MAX_HOURS);

  private static final Duration CACHE_TIME = Duration.ofSeconds(2);

  /** A shared read must still cover the longest span at its last use. */
  private static final Duration READ_SPAN = MAX_SPAN.plus(CACHE_TIME);

  /** A read has at most {@link Page#MAX_LIMIT} + 1 triggers. */
  private static final int MAX_APPS_SHARED = 100;

  private static final String UNTIL = "until";

  private final UpcomingTriggerStore store;
  private final InstantSource clock;
  private final ReadThroughCache<Integer, Soonest> shared;

  UpcomingFireService(UpcomingTriggerStore store, InstantSource clock, Ticker ticker) {
    this.store = store;
    this.clock = clock;
    this.shared =
        new ReadThroughCache<>(
            taken -> CACHE_TIME.minus(taken), MAX_APPS_SHARED, (app, soonest) -> 1, ticker);
  }

  /**
   * Returns the next fires of all jobs of an app, at most two seconds old.
   *
   * @param until the last fire time that is listed; null for the latest that is allowed
   * @throws ProblemException {@code INVALID} if {@code until} is not within the next 24 hours
   */
  UpcomingFiresView next(int appId, Instant until, int limit) {
    Instant now = clock.instant();
    if (until != null && (!until.isAfter(now) || until.isAfter(now.plus(MAX_SPAN)))) {
      throw ProblemException.invalid(
          UNTIL,
          "'"
              + UNTIL
              + "' must be after now and at most "
              + MAX_HOURS
              + " hours ahead; now is "
              + now
              + ".");
    }
    Instant wanted = until == null ? now.plus(MAX_SPAN) : until;
    Soonest soonest = soonest(appId);
    Instant end = wanted.isAfter(soonest.completeUntil()) ? soonest.completeUntil() : wanted;
    UpcomingFires fires = UpcomingFires.of(soonest.triggers(), soonest.now(), end, limit);
    return UpcomingFiresView.of(fires, end);
  }

  /** Counts the fires of the next 24 hours, from the current hour on, at most two seconds old. */
  FireCountsView count(int appId) {
    Soonest soonest = soonest(appId);
    return FireCountsView.of(FireCounts.of(soonest.triggers(), soonest.now(), soonest.lastRead()));
  }

  private Soonest soonest(int appId) {
    return shared.get(appId, app -> store.soonest(app, READ_SPAN, Page.MAX_LIMIT + 1));
  }
}
