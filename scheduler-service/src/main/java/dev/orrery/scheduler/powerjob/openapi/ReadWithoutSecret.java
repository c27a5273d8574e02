package dev.orrery.scheduler.powerjob.openapi;

import dev.orrery.scheduler.powerjob.OpenedApp;
import dev.orrery.scheduler.powerjob.OpenedAppService;
import dev.orrery.scheduler.powerjob.PowerJobConfig;
import dev.orrery.scheduler.quota.AppRateLimiter;
import dev.orrery.scheduler.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The two reads with which clients of 4.x send no number of their app. They see the run that they
 * name, if its app has a password. An id tells the time and a counter, so it can be guessed: an
 * address that names runs that do not exist is limited in rate.
 */
@ApplicationScoped
class ReadWithoutSecret {
  static final int WRONG = 20;
  private static final Duration ONE_MORE = Duration.ofSeconds(3);
  private static final Set<String> CALLS = Set.of("fetchInstanceStatus", "fetchInstanceInfo");

  private final PowerJobConfig config;
  private final OpenedAppService apps;
  private final ClientRunStore runs;
  private final AppRateLimiter guesses;

  ReadWithoutSecret(
      PowerJobConfig config, OpenedAppService apps, ClientRunStore runs, Ticker ticker) {
    this.config = config;
    this.apps = apps;
    this.runs = runs;
    this.guesses = new AppRateLimiter(WRONG, ONE_MORE, ticker::nanos);
  }

  /** Returns the app of the run that the call names; blocks. */
  OpenedApp app(String call, ClientParameters parameters, String address) {
    if (!CALLS.contains(call)) {
      throw RefusedCallException.illegal("'appId' is missing");
    }
    if (!config.answerReadsWithoutApp()) {
      throw RefusedCallException.because(
          "Orrery answers this call to clients of 5.x only, which send a secret with it; see"
              + " orrery.powerjob.answer-reads-without-app");
    }
    long number = parameters.id("instanceId");
    int key = LimiterKey.of(address);
    if (!guesses.take(key)) {
      throw RefusedCallException.because(
          "Orrery: too many runs that do not exist were asked for; try again in a minute");
    }
    boolean isWrong = false;
    try {
      Optional<OpenedApp> app = runs.find(number).flatMap(run -> apps.withPassword(run.appId()));
      isWrong = app.isEmpty();
      return app.orElseThrow(() -> RefusedCallException.illegal("invalid instanceId: " + number));
    } finally {
      if (!isWrong) {
        guesses.release(key);
      }
    }
  }
}
