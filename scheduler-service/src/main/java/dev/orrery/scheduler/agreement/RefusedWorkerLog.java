package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.agreement.Agreement.Refused;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The workers that this replica refused last: a bounded number, the newest first, one entry for
 * each (app, worker, code). A flood of refusals costs one line of the log a minute.
 */
@ApplicationScoped
public class RefusedWorkerLog {
  private static final Logger LOG = Logger.getLogger(RefusedWorkerLog.class);
  private static final int BOUND = 100;
  private static final Duration LOG_EVERY = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final Ticker ticker;
  private final Deque<RefusedWorker> newestFirst = new ArrayDeque<>();
  private long total;
  private long unlogged;
  private Long loggedAtNanos;

  RefusedWorkerLog(InstantSource clock, Ticker ticker) {
    this.clock = clock;
    this.ticker = ticker;
  }

  synchronized void add(WorkerOffer offer, Refused refused) {
    Optional<RefusedWorker> before =
        newestFirst.stream().filter(known -> isSame(known, offer, refused)).findFirst();
    before.ifPresent(newestFirst::remove);
    newestFirst.addFirst(
        new RefusedWorker(
            offer.app(),
            offer.name(),
            offer.softwareVersion(),
            refused.code(),
            refused.detail(),
            refused.settingToChange(),
            clock.instant(),
            before.map(RefusedWorker::times).orElse(0L) + 1));
    if (newestFirst.size() > BOUND) {
      newestFirst.removeLast();
    }
    total++;
    log(offer, refused);
  }

  /** The newest first. */
  public synchronized List<RefusedWorker> list() {
    return new ArrayList<>(newestFirst);
  }

  /** Since the start. */
  public synchronized long total() {
    return total;
  }

  private void log(WorkerOffer offer, Refused refused) {
    unlogged++;
    if (loggedAtNanos != null && ticker.nanos() - loggedAtNanos < LOG_EVERY.toNanos()) {
      return;
    }
    LOG.warnf(
        "Refused worker %s of app %s: %s %s To change: %s (%d refusals since the last such line)",
        offer.name(),
        offer.app(),
        refused.code(),
        refused.detail(),
        refused.settingToChange(),
        unlogged);
    loggedAtNanos = ticker.nanos();
    unlogged = 0;
  }

  private static boolean isSame(RefusedWorker known, WorkerOffer offer, Refused refused) {
    return known.app().equals(offer.app())
        && known.worker().equals(offer.name())
        && known.code() == refused.code();
  }
}
