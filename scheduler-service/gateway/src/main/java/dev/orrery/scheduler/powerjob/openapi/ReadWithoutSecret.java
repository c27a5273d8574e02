package dev.orrery.scheduler.powerjob.openapi;

import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.quota.AppRateLimiter;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.powerjob.LimiterKey;
import dev.orrery.scheduler.powerjob.app.OpenedAppService;
import dev.orrery.scheduler.powerjob.app.OpenedAppStore.Stored;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers the two read calls that clients of 4.x send without the number of their app. They see the
 * run that they name if its app has a password and allows such reads. The id of a run consists of a
 * time and a counter, so it can be guessed; an address that names runs that do not exist is limited
 * in rate.
 *
 * <p>The first read of a run uses a connection in the share of the caller's address, and finds the
 * app. A client that waits for the end of its run repeats the call, which then uses the share of
 * that app.
 */
@ApplicationScoped
class ReadWithoutSecret {
  static final int MAX_GUESSES = 20;
  private static final Duration ONE_MORE = Duration.ofSeconds(3);
  private static final Duration APPS_KEPT = Duration.ofMinutes(10);
  private static final int MAX_APPS_KEPT = 10_000;
  private static final Map<String, Function<ClientRun, Object>> CALLS =
      Map.of(
          "fetchInstanceStatus", RunCallGroup::status,
          "fetchInstanceInfo", InstanceInfoPayload::of);

  private final OpenedAppService apps;
  private final ClientRunStore runs;
  private final AppRateLimiter guesses;
  private final ReadThroughCache<Long, Integer> appsOfRuns;

  ReadWithoutSecret(OpenedAppService apps, ClientRunStore runs, Ticker ticker) {
    this.apps = apps;
    this.runs = runs;
    this.guesses = new AppRateLimiter(MAX_GUESSES, ONE_MORE, ticker::nanos);
    this.appsOfRuns = new ReadThroughCache<>(APPS_KEPT, MAX_APPS_KEPT, ticker);
  }

  /** Returns the data of the answer; blocks. */
  Object answer(String call, ClientParameters parameters, String address) {
    Function<ClientRun, Object> answer = CALLS.get(call);
    if (answer == null) {
      throw RefusedCallException.illegal("'appId' is missing");
    }
    long number = parameters.id("instanceId");
    int key = LimiterKey.of(address);
    if (!guesses.take(key)) {
      throw RefusedCallException.because(
          "Orrery: too many runs that do not exist were asked for; try again in a minute");
    }
    boolean isWrong = false;
    try {
      Optional<ClientRun> run = find(number, address).filter(found -> isOpen(found.appId()));
      isWrong = run.isEmpty();
      return answer.apply(run.orElseThrow(() -> unknown(number)));
    } finally {
      if (!isWrong) {
        guesses.release(key);
      }
    }
  }

  private boolean isOpen(int app) {
    return apps.withPassword(app).filter(Stored::readsWithoutNumber).isPresent();
  }

  /** Says the same of a run of a closed app, so that it does not tell which runs exist. */
  private static RefusedCallException unknown(long number) {
    return RefusedCallException.illegal(
        "invalid instanceId: "
            + number
            + " (Orrery: clients of 4.x, which send no appId with this call, are answered for apps"
            + " with readsWithoutNumber: ./orrery powerjob open APP --reads-without-number)");
  }

  private Optional<ClientRun> find(long number, String address) {
    Integer app = appsOfRuns.getIfPresent(number);
    Optional<ClientRun> run =
        runs.findInShare(app == null ? LimiterKey.share(address) : app, number);
    run.ifPresent(found -> appsOfRuns.get(number, missing -> found.appId()));
    return run;
  }
}
