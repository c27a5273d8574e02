package dev.orrery.scheduler.powerjob.openapi;

import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.AppRateLimiter;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.http.security.TokenHash;
import dev.orrery.scheduler.powerjob.LimiterKey;
import dev.orrery.scheduler.powerjob.app.ClientPassword;
import dev.orrery.scheduler.powerjob.app.OpenedAppService;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Checks passwords of clients. A check occupies a processor for a tenth of a second, so only a few
 * run at once, and wrong passwords are limited in rate per address and per app. A correct password
 * is remembered: after a restart of an application, all its instances authenticate with the same
 * one.
 */
@ApplicationScoped
class PasswordCheck {
  static final int WRONG_BY_ADDRESS = 10;
  static final int WRONG_BY_APP = 100;
  private static final Duration ONE_MORE_BY_ADDRESS = Duration.ofSeconds(6);
  private static final Duration ONE_MORE_BY_APP = Duration.ofSeconds(1);
  private static final int MAX_NAME = 200;

  private static final int MAX_RUNNING = 2;
  private static final int MAX_WAITING = 32;
  private static final int MAX_WAITING_PER_APP = 4;

  private static final Duration CACHE_TIME = Duration.ofHours(24);
  private static final int MAX_REMEMBERED = 10_000;

  private final OpenedAppService apps;
  private final AppRateLimiter byAddress;
  private final AppRateLimiter byApp;
  private final AppQuota waiting;
  private final Semaphore running = new Semaphore(MAX_RUNNING, true);
  private final ReadThroughCache<Attempt, Long> right;

  PasswordCheck(OpenedAppService apps, QuotaMetrics quotas, Ticker ticker) {
    this.apps = apps;
    this.byAddress = new AppRateLimiter(WRONG_BY_ADDRESS, ONE_MORE_BY_ADDRESS, ticker::nanos);
    this.byApp = new AppRateLimiter(WRONG_BY_APP, ONE_MORE_BY_APP, ticker::nanos);
    this.waiting =
        quotas.watch("powerjob_passwords", new AppQuota(MAX_WAITING, MAX_WAITING_PER_APP));
    this.right = new ReadThroughCache<>(CACHE_TIME, MAX_REMEMBERED, ticker);
  }

  /**
   * A password that a client sent.
   *
   * @param given its hash; a right one is not kept in memory as it is
   */
  private record Attempt(ClientPassword stored, TokenHash given) {}

  /**
   * Returns the number that clients of the app send; blocks.
   *
   * @param app the name by which clients ask for it
   * @param digest of the password, see {@link dev.orrery.scheduler.powerjob.app.ClientKey#digest}
   * @param address of the caller
   * @throws RefusedCallException also after too many wrong passwords
   */
  long clientId(String app, String digest, String address) {
    ClientPassword stored =
        Optional.of(app)
            .filter(name -> name.length() <= MAX_NAME)
            .flatMap(apps::password)
            .orElseThrow(PasswordCheck::wrong);
    Attempt attempt = new Attempt(stored, TokenHash.of(digest));
    // Calls with the same password wait for one check.
    Long clientId = right.get(attempt, missing -> check(missing, app, digest, address));
    if (clientId == null) {
      throw wrong();
    }
    return clientId;
  }

  /** Returns null for a wrong password. */
  private Long check(Attempt attempt, String app, String digest, String address) {
    int addressKey = LimiterKey.of(address);
    int appKey = LimiterKey.of(app);
    if (!byAddress.take(addressKey)) {
      throw tooMany();
    }
    if (!byApp.take(appKey)) {
      byAddress.release(addressKey);
      throw tooMany();
    }
    Optional<Long> clientId = inTurn(appKey, () -> attempt.stored().clientId(digest));
    if (clientId.isPresent()) {
      byAddress.release(addressKey);
      byApp.release(appKey);
    }
    return clientId.orElse(null);
  }

  private Optional<Long> inTurn(int appKey, Supplier<Optional<Long>> check) {
    QuotaPermit place =
        waiting
            .hold(appKey, 1)
            .orElseThrow(
                () -> RefusedCallException.because("too many passwords are checked; try again"));
    running.acquireUninterruptibly();
    try {
      return check.get();
    } finally {
      running.release();
      place.release();
    }
  }

  private static RefusedCallException tooMany() {
    return RefusedCallException.because(
        "too many wrong passwords of this app or address; try again in a minute");
  }

  private static RefusedCallException wrong() {
    return RefusedCallException.illegal(
        "Orrery has no app that is open to clients with this name and password; open it and set"
            + " the password: ./orrery powerjob open APP --name NAME --password-file FILE");
  }
}
