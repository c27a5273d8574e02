package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.agreement.Agreement.Refused;
import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The workers that this replica refused last, the newest first: one entry for each (app, worker,
 * code), and one for each (address, code) of calls without a valid token. At most {@value #BOUND}
 * of either kind are kept, so that callers without a token cannot push out workers that have one.
 * At most one refusal of a kind is logged a minute.
 */
@ApplicationScoped
public class RefusedWorkerLog {
  private static final int BOUND = 100;
  private static final int MAX_ADDRESS = 255;
  private static final String TOKEN_SETTING = "worker: orrery.worker.token (ORRERY_WORKER_TOKEN)";

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
  void add(String app, WorkerOffer offer, ErrorCode code, String detail, String settingToChange) {
    add(
        new RefusedWorker(
            app,
            offer.name(),
            offer.softwareVersion(),
            null,
            code,
            detail,
            settingToChange,
            clock.instant(),
            1),
        "refused",
        "app=%s worker=%s".formatted(app, offer.name()));
  }

  /**
   * Adds a call that had no token, or one that is unknown or revoked. The token is not kept.
   *
   * @param address where the call came from
   */
  void addUnauthenticated(String address) {
    String bounded = BoundedText.cut(address, MAX_ADDRESS);
    add(
        new RefusedWorker(
            null,
            null,
            null,
            bounded,
            ErrorCode.UNAUTHENTICATED,
            "A worker at "
                + bounded
                + " sends no token, or one that the scheduler does not know: it is wrong, or it was"
                + " revoked.",
            TOKEN_SETTING,
            clock.instant(),
            1),
        "unauthenticated",
        "address=" + bounded);
  }

  private synchronized void add(RefusedWorker refusal, String kind, String who) {
    Optional<RefusedWorker> before =
        newestFirst.stream().filter(known -> isSame(known, refusal)).findFirst();
    before.ifPresent(newestFirst::remove);
    newestFirst.addFirst(before.map(known -> refusal.after(known.times())).orElse(refusal));
    List<RefusedWorker> sameKind =
        newestFirst.stream()
            .filter(known -> (known.address() == null) == (refusal.address() == null))
            .toList();
    if (sameKind.size() > BOUND) {
      newestFirst.remove(sameKind.get(BOUND));
    }
    total++;
    log.log(
        Level.WARNING,
        kind,
        "Refused worker: %s code=%s. %s To change: %s"
            .formatted(who, refusal.code(), refusal.detail(), refusal.settingToChange()));
  }

  /** Returns the workers, the one that was refused last first. */
  public synchronized List<RefusedWorker> list() {
    return new ArrayList<>(newestFirst);
  }

  /** Returns the number of refusals since the start. */
  public synchronized long total() {
    return total;
  }

  private static boolean isSame(RefusedWorker known, RefusedWorker other) {
    return known.code() == other.code()
        && Objects.equals(known.app(), other.app())
        && Objects.equals(known.worker(), other.worker())
        && Objects.equals(known.address(), other.address());
  }
}
