package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.agreement.Agreement.Refused;
import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The workers that this replica refused last: at most {@value #BOUND}, the newest first, one entry
 * for each (app, worker, code). At most one refusal a minute is logged.
 */
@ApplicationScoped
public class RefusedWorkerLog {
  private static final int BOUND = 100;

  private final InstantSource clock;
  private final RateLimitedLog log;
  private final Deque<RefusedWorker> newestFirst = new ArrayDeque<>();
  private long total;

  RefusedWorkerLog(InstantSource clock, Ticker ticker) {
    this.clock = clock;
    this.log =
        new RateLimitedLog(System.getLogger(RefusedWorkerLog.class.getName()), ticker::nanos);
  }

  void add(WorkerOffer offer, Refused refused) {
    add(offer.app(), offer, refused.code(), refused.detail(), refused.settingToChange());
  }

  /**
   * @param app that is shown the refusal; not the app of the offer if the worker may not see that
   */
  synchronized void add(
      String app, WorkerOffer offer, ErrorCode code, String detail, String settingToChange) {
    Optional<RefusedWorker> before =
        newestFirst.stream().filter(known -> isSame(known, app, offer.name(), code)).findFirst();
    before.ifPresent(newestFirst::remove);
    newestFirst.addFirst(
        new RefusedWorker(
            app,
            offer.name(),
            offer.softwareVersion(),
            code,
            detail,
            settingToChange,
            clock.instant(),
            before.map(RefusedWorker::times).orElse(0L) + 1));
    if (newestFirst.size() > BOUND) {
      newestFirst.removeLast();
    }
    total++;
    log.log(
        Level.WARNING,
        "refused",
        "Refused worker: app=%s worker=%s code=%s. %s To change: %s"
            .formatted(app, offer.name(), code, detail, settingToChange));
  }

  /** Returns the workers, the one that was refused last first. */
  public synchronized List<RefusedWorker> list() {
    return new ArrayList<>(newestFirst);
  }

  /** Returns the number of refusals since the start. */
  public synchronized long total() {
    return total;
  }

  private static boolean isSame(RefusedWorker known, String app, String worker, ErrorCode code) {
    return known.app().equals(app) && known.worker().equals(worker) && known.code() == code;
  }
}
