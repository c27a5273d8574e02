package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.agreement.Agreement.Refused;
import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.base.problem.ProblemTexts;
import dev.orrery.scheduler.base.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The last workers that this replica refused, newest first. There is one entry for each (app,
 * requested app, worker, code), one for each (app, address, code, setting) of PowerJob workers, and
 * one for each (app, address, code) of calls that were refused only for their token.
 *
 * <p>An entry is removed when the worker joins this replica, or ten minutes after its last refusal:
 * a worker retries every few seconds, so by then it has stopped. PowerJob workers have no name, and
 * several can share an address. So when one of them joins, the entries of its address are removed
 * unless they are refused again.
 *
 * <p>At most {@value #MAX_WORKERS} entries with a valid token are kept, as many without one, and as
 * many of PowerJob workers, which have no token. So callers without a token cannot push out workers
 * that have one. At most {@value #MAX_WORKERS_PER_APP} entries of an app are kept, and as many for
 * each code of PowerJob workers that belong to no app. At most one refusal of a kind is logged per
 * minute.
 */
@ApplicationScoped
public class RefusedWorkerLog {
  private static final int MAX_WORKERS = 100;
  private static final int MAX_WORKERS_PER_APP = 20;
  private static final int MAX_ADDRESS = 255;
  private static final Duration RETENTION = Duration.ofMinutes(10);

  /** A PowerJob worker asks for a scheduler every ten seconds until it has one. */
  private static final Duration REPEAT_TIMEOUT = Duration.ofSeconds(15);

  private final InstantSource clock;
  private final RateLimitedLog log;
  private final Deque<Entry> newestFirst = new ArrayDeque<>();
  private long total;

  /**
   * @param until removed after this instant unless the worker is refused again
   */
  private record Entry(RefusedWorker refusal, Instant until) {
    Entry atMostUntil(Instant other) {
      return other.isBefore(until) ? new Entry(refusal, other) : this;
    }
  }

  RefusedWorkerLog(InstantSource clock, Ticker ticker) {
    this.clock = clock;
    this.log =
        new RateLimitedLog(System.getLogger(RefusedWorkerLog.class.getName()), ticker::nanos);
  }

  void add(WorkerOffer offer, Refused refused) {
    add(
        new RefusedWorker(
            Dialect.ORRERY,
            offer.app(),
            null,
            offer.name(),
            offer.softwareVersion(),
            null,
            refused.code(),
            refused.detail(),
            refused.settingToChange(),
            clock.instant(),
            1),
        "refused",
        "app=%s worker=%s".formatted(offer.app(), offer.name()));
  }

  /**
   * Adds a worker that requests another app than its token's. It is listed only for the app of the
   * token: a worker must not fill the list of another app.
   */
  void addOfAnotherApp(String appOfToken, WorkerOffer offer, String settingToChange) {
    add(
        new RefusedWorker(
            Dialect.ORRERY,
            appOfToken,
            offer.app(),
            offer.name(),
            offer.softwareVersion(),
            null,
            ErrorCode.FORBIDDEN,
            "Its token belongs to another app than the one that it asks for.",
            settingToChange,
            clock.instant(),
            1),
        "refused",
        "app=%s requestedApp=%s worker=%s".formatted(appOfToken, offer.app(), offer.name()));
  }

  /** Adds a PowerJob worker, which sends no token. */
  void addOfPowerJob(PowerJobRefusal refusal) {
    String address = BoundedText.cut(refusal.address(), MAX_ADDRESS);
    add(
        new RefusedWorker(
            Dialect.POWERJOB,
            refusal.app(),
            refusal.requestedApp(),
            null,
            null,
            address,
            refusal.code(),
            refusal.detail(),
            refusal.settingToChange(),
            clock.instant(),
            1),
        "powerjob " + refusal.code(),
        (refusal.app() == null ? "" : "app=" + refusal.app() + " ") + "address=" + address);
  }

  /**
   * Adds a call with a valid token whose role is not that of a worker.
   *
   * @param app the app of the token; null for the admin's token
   * @param address the source address of the call
   */
  void addOfWrongRole(String app, String address, ProblemDetail problem) {
    String bounded = BoundedText.cut(address, MAX_ADDRESS);
    add(
        new RefusedWorker(
            Dialect.ORRERY,
            app,
            null,
            null,
            null,
            bounded,
            problem.code(),
            problem.detail(),
            problem.settingToChange(),
            clock.instant(),
            1),
        "wrong-role",
        (app == null ? "" : "app=" + app + " ") + "address=" + bounded);
  }

  /**
   * Adds a call without a valid token. The token is not kept.
   *
   * @param address the source address of the call
   */
  void addUnauthenticated(String address) {
    String bounded = BoundedText.cut(address, MAX_ADDRESS);
    add(
        new RefusedWorker(
            Dialect.ORRERY,
            null,
            null,
            null,
            null,
            bounded,
            ErrorCode.UNAUTHENTICATED,
            "A worker at "
                + bounded
                + " sends no token, or one that the scheduler does not accept: it is wrong, or it was"
                + " revoked or has expired.",
            ProblemTexts.WORKER_TOKEN_SETTING,
            clock.instant(),
            1),
        "unauthenticated",
        "address=" + bounded);
  }

  synchronized void joined(String app, String worker, String address) {
    Instant asked = clock.instant().plus(REPEAT_TIMEOUT);
    List<Entry> before = List.copyOf(newestFirst);
    newestFirst.clear();
    for (Entry entry : before) {
      RefusedWorker refusal = entry.refusal();
      if (refusal.isAt(app, address) && refusal.dialect() == Dialect.POWERJOB) {
        newestFirst.add(entry.atMostUntil(asked));
      } else if (!refusal.isNamed(app, worker) && !refusal.isAt(app, address)) {
        newestFirst.add(entry);
      }
    }
  }

  private void removeExpired() {
    Instant now = clock.instant();
    newestFirst.removeIf(entry -> entry.until().isBefore(now));
  }

  private synchronized void add(RefusedWorker refusal, String kind, String who) {
    removeExpired();
    Optional<Entry> before =
        newestFirst.stream().filter(known -> isSame(known.refusal(), refusal)).findFirst();
    before.ifPresent(newestFirst::remove);
    newestFirst.addFirst(
        new Entry(
            before.map(known -> refusal.after(known.refusal().times())).orElse(refusal),
            refusal.at().plus(RETENTION)));
    Credential credential = Credential.of(refusal);
    if (credential != Credential.NONE) {
      bound(
          MAX_WORKERS_PER_APP,
          known -> Credential.of(known) == credential && hasSameShare(known, refusal));
    }
    bound(MAX_WORKERS, known -> Credential.of(known) == credential);
    total++;
    log.log(
        Level.WARNING,
        kind,
        "Refused worker: %s code=%s. %s To change: %s"
            .formatted(who, refusal.code(), refusal.detail(), refusal.settingToChange()));
  }

  private void bound(int most, Predicate<RefusedWorker> these) {
    newestFirst.stream()
        .filter(entry -> these.test(entry.refusal()))
        .skip(most)
        .findFirst()
        .ifPresent(newestFirst::remove);
  }

  public synchronized List<RefusedWorker> list() {
    removeExpired();
    return newestFirst.stream().map(Entry::refusal).toList();
  }

  public synchronized long total() {
    return total;
  }

  /** What a refused call had to prove who it is. */
  private enum Credential {
    TOKEN,
    NONE,
    /** PowerJob workers have only the network from which they call. */
    NETWORK;

    private static Credential of(RefusedWorker refusal) {
      if (refusal.dialect() == Dialect.POWERJOB) {
        return NETWORK;
      }
      return refusal.code() == ErrorCode.UNAUTHENTICATED ? NONE : TOKEN;
    }
  }

  /** Calls from elsewhere must not push out those that ask for an app which is not open. */
  private static boolean hasSameShare(RefusedWorker known, RefusedWorker other) {
    return Objects.equals(known.app(), other.app())
        && (known.app() != null || known.code() == other.code());
  }

  /** PowerJob workers have no name: two faults at one address may be those of two workers. */
  private static boolean isSame(RefusedWorker known, RefusedWorker other) {
    return known.code() == other.code()
        && (other.dialect() != Dialect.POWERJOB
            || Objects.equals(known.settingToChange(), other.settingToChange()))
        && Objects.equals(known.app(), other.app())
        && Objects.equals(known.requestedApp(), other.requestedApp())
        && Objects.equals(known.worker(), other.worker())
        && Objects.equals(known.address(), other.address());
  }
}
