package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.testkit.ConcurrentCalls;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The limiter has three connections; an app may use two of them, and two of its reads may wait. */
class FairConnectionLimiterTest {
  private static final int APP = 7;
  private static final int OTHER = 8;
  private static final int THIRD = 9;
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final FairConnectionLimiter places = places(LONGEST);

  private static FairConnectionLimiter places(Duration longest) {
    return new FairConnectionLimiter(new AppQuota(3, 2), 2, longest, Ticker.SYSTEM);
  }

  @Test
  void reservesConnectionForAnotherApp() {
    places.enter(APP);
    places.enter(APP);
    CompletableFuture<Void> third = entering();

    places.enter(OTHER);

    assertThat(third).isNotDone();
    places.leave(APP);
    assertThat(third).succeedsWithin(LONGEST);
  }

  @Test
  void admitsNoMoreCallsThanConnections() {
    places.enter(APP);
    places.enter(APP);
    places.enter(OTHER);
    CompletableFuture<Void> fourth = ConcurrentCalls.start(() -> enter(OTHER));
    await().until(() -> places.waiting(OTHER) == 1);

    places.leave(APP);

    assertThat(fourth).succeedsWithin(LONGEST);
  }

  @Test
  void refusesWaitingReadAfterMaximumWait() {
    FairConnectionLimiter impatient = places(Duration.ofMillis(20));
    impatient.enter(APP);
    impatient.enter(APP);

    assertThatThrownBy(() -> impatient.enter(APP)).isInstanceOf(ConnectionsInUseException.class);
    assertThat(impatient.waiting(APP)).isZero();
  }

  @Test
  void countsRefusedWaitingCallOnce() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    FairConnectionLimiter impatient =
        new FairConnectionLimiter(
            new QuotaMetrics(registry).watch("reads", new AppQuota(3, 2)),
            2,
            Duration.ofMillis(20),
            Ticker.SYSTEM);
    impatient.enter(APP);
    impatient.enter(APP);
    refused(impatient, APP);

    assertThat(registry.get("orrery.share.used.ratio").tag("kind", "reads").gauge().value())
        .isEqualTo(1);
    assertThat(registry.get("orrery.share.refused").tag("kind", "reads").functionCounter().count())
        .isEqualTo(1);
  }

  @Test
  void attributesRefusalToAppOnlyAtOwnLimit() {
    FairConnectionLimiter impatient = places(Duration.ofMillis(20));
    impatient.enter(APP);
    impatient.enter(APP);
    impatient.enter(OTHER);

    assertThat(refused(impatient, APP).isByOneApp()).isTrue();
    assertThat(refused(impatient, OTHER).isByOneApp()).as("it has one of two").isFalse();
    impatient.leave(OTHER);
    impatient.leave(APP);
    impatient.enter(AppQuota.ALL_APPS);
    impatient.enter(AppQuota.ALL_APPS);
    assertThat(refused(impatient, AppQuota.ALL_APPS).isByOneApp()).as("the admin").isFalse();
  }

  private static ConnectionsInUseException refused(FairConnectionLimiter places, int app) {
    return catchThrowableOfType(ConnectionsInUseException.class, () -> places.enter(app));
  }

  @Test
  void refusesAppWithFullWaitQueueWithoutDelayingAnotherApp() {
    places.enter(APP);
    places.enter(APP);
    CompletableFuture<Void> third = entering();
    CompletableFuture<Void> fourth = entering();
    await().until(() -> places.waiting(APP) == 2);

    assertThatThrownBy(() -> places.enter(APP)).isInstanceOf(ConnectionsInUseException.class);
    places.enter(OTHER);

    places.leave(APP);
    places.leave(APP);
    assertThat(third).succeedsWithin(LONGEST);
    assertThat(fourth).succeedsWithin(LONGEST);
  }

  @Test
  void admitsWaitingCallsOfAppInArrivalOrder() {
    places.enter(APP);
    places.enter(APP);
    CompletableFuture<Void> third = entering();
    CompletableFuture<Void> fourth = entering();

    places.leave(APP);

    assertThat(third).succeedsWithin(LONGEST);
    assertThat(fourth).isNotDone();
    places.leave(APP);
    assertThat(fourth).succeedsWithin(LONGEST);
  }

  @Test
  void alternatesBetweenWaitingApps() {
    places.enter(APP);
    places.enter(APP);
    places.enter(AppQuota.ALL_APPS);
    CompletableFuture<Void> first = entering(OTHER);
    CompletableFuture<Void> second = entering(OTHER);
    CompletableFuture<Void> ofThird = entering(THIRD);

    places.leave(APP);
    assertThat(first).succeedsWithin(LONGEST);
    places.leave(APP);
    assertThat(ofThird).succeedsWithin(LONGEST);
    assertThat(second).isNotDone();
    places.leave(AppQuota.ALL_APPS);
    assertThat(second).succeedsWithin(LONGEST);
  }

  @Test
  void admitsNextCallerAfterWaitingCallerTimesOut() {
    FairConnectionLimiter impatient = places(Duration.ofMillis(300));
    impatient.enter(APP);
    impatient.enter(APP);
    assertThat(refused(impatient, APP)).isNotNull();
    impatient.leave(APP);

    impatient.enter(APP);
    impatient.leave(APP);
    impatient.leave(APP);
    impatient.enter(OTHER);
    impatient.enter(OTHER);
    impatient.enter(APP);
    assertThat(impatient.waiting(APP)).isZero();
  }

  private CompletableFuture<Void> entering() {
    return entering(APP);
  }

  private CompletableFuture<Void> entering(int app) {
    int before = places.waiting(app);
    CompletableFuture<Void> call = ConcurrentCalls.start(() -> enter(app));
    await().until(() -> places.waiting(app) == before + 1);
    return call;
  }

  private Void enter(int app) {
    places.enter(app);
    return null;
  }
}
