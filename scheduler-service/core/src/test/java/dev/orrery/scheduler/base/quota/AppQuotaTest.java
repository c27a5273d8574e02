package dev.orrery.scheduler.base.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppQuotaTest {
  private static final int BILLING = 1;
  private static final int REPORTS = 2;
  private static final int MAILS = 3;

  private final AppQuota quota = new AppQuota(200, 100);

  @Test
  void limitsAppToItsShare() {
    assertThat(quota.take(BILLING, 60)).isTrue();
    assertThat(quota.take(BILLING, 40)).isTrue();
    assertThat(quota.take(BILLING, 1)).isFalse();
  }

  @Test
  void limitsAllAppsTogetherToTheTotal() {
    quota.take(BILLING, 100);
    quota.take(REPORTS, 60);

    assertThat(quota.take(MAILS, 41)).isFalse();
    assertThat(quota.take(MAILS, 40)).isTrue();
    assertThat(quota.taken()).isEqualTo(200);
  }

  @Test
  void keepsTotalUnchangedWhenRefusing() {
    quota.take(BILLING, 60);
    quota.take(BILLING, 41);

    assertThat(quota.taken()).isEqualTo(60);
    assertThat(quota.take(BILLING, 40)).isTrue();
  }

  @Test
  void keepsWeightOfAppUnchangedWhenRefusing() {
    quota.take(BILLING, 100);

    assertThat(quota.take(BILLING, 1)).isFalse();
    assertThat(quota.take(BILLING, 1)).isFalse();
    quota.release(BILLING, 100);
    assertThat(quota.take(BILLING, 1)).isTrue();
  }

  @Test
  void grantsAppItsShareWhileAnotherAppIsFull() {
    quota.take(BILLING, 100);

    assertThat(quota.take(REPORTS, 100)).isTrue();
  }

  @Test
  void admitsWeightOverTheShareWhenAppHoldsNothing() {
    assertThat(quota.take(BILLING, 150)).isTrue();
    assertThat(quota.take(BILLING, 1)).isFalse();
    quota.release(BILLING, 150);
    assertThat(quota.take(BILLING, 150)).isTrue();
  }

  @Test
  void admitsWeightOverTheTotalWhenNothingIsHeld() {
    quota.take(REPORTS, 1);

    assertThat(quota.take(BILLING, 500)).isFalse();
    quota.release(REPORTS, 1);
    assertThat(quota.take(BILLING, 500)).isTrue();
    assertThat(quota.take(REPORTS, 1)).isFalse();
  }

  @Test
  void grantsReleasedWeightAgain() {
    quota.take(BILLING, 60);
    quota.take(BILLING, 40);

    quota.release(BILLING, 40);

    assertThat(quota.take(BILLING, 41)).isFalse();
    assertThat(quota.take(BILLING, 40)).isTrue();
  }

  @Test
  void ignoresReleaseOfMoreThanWasTaken() {
    quota.take(REPORTS, 100);
    quota.release(BILLING, 10);
    quota.release(REPORTS, 110);

    assertThat(quota.taken()).isZero();
    assertThat(quota.take(BILLING, 100)).isTrue();
    assertThat(quota.take(BILLING, 1)).isFalse();
  }

  @Test
  void reportsLargestWeightOfSingleApp() {
    assertThat(quota.largest()).isZero();
    quota.take(BILLING, 30);
    quota.take(REPORTS, 50);
    quota.take(BILLING, 10);

    assertThat(quota.largest()).isEqualTo(50);
    assertThat(quota.usedRatio()).isEqualTo(0.5);
  }

  @Test
  void countsRefusals() {
    quota.take(BILLING, 100);
    quota.take(BILLING, 1);
    quota.take(BILLING, 1);

    assertThat(quota.refused()).isEqualTo(2);
  }

  @Test
  void countsAddedWeightBeyondTheShare() {
    quota.add(BILLING, 120);

    assertThat(quota.isAtItsBound(BILLING)).isTrue();
    assertThat(quota.take(BILLING, 1)).isFalse();
    quota.release(BILLING, 30);
    assertThat(quota.take(BILLING, 10)).isTrue();
    assertThat(quota.held()).containsExactly(Map.entry(BILLING, 100L));
  }

  @Test
  void releasesPermitOnlyOnce() {
    QuotaPermit permit = quota.hold(BILLING, 60).orElseThrow();
    quota.hold(BILLING, 40);

    permit.release();
    permit.release();

    assertThat(quota.hold(BILLING, 61)).isEmpty();
    assertThat(quota.hold(BILLING, 60)).isPresent();
  }

  /** Each step takes weight or releases a permit, some of them twice. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void matchesModelOverRandomSteps(long seed) {
    Random random = new Random(seed);
    List<Map.Entry<Integer, Long>> weights = new ArrayList<>();
    List<QuotaPermit> permits = new ArrayList<>();
    List<QuotaPermit> released = new ArrayList<>();
    for (int step = 0; step < 5_000; step++) {
      int app = random.nextInt(4);
      long weight = 1L + random.nextInt(60);
      Map<Integer, Long> before = byApp(weights);
      if (random.nextBoolean()) {
        Optional<QuotaPermit> permit = quota.hold(app, weight);
        long own = before.getOrDefault(app, 0L) + weight;
        long all = before.values().stream().mapToLong(Long::longValue).sum() + weight;
        assertThat(permit.isPresent()).isEqualTo(own <= 100 && all <= 200);
        permit.ifPresent(
            taken -> {
              permits.add(taken);
              weights.add(Map.entry(app, weight));
            });
      } else if (!permits.isEmpty()) {
        int at = random.nextInt(permits.size());
        permits.get(at).release();
        released.add(permits.remove(at));
        weights.remove(at);
        released.get(random.nextInt(released.size())).release();
      }
      assertThat(quota.held()).isEqualTo(byApp(weights));
    }
    permits.forEach(QuotaPermit::release);

    assertThat(quota.taken()).isZero();
    assertThat(quota.held()).isEmpty();
  }

  private static Map<Integer, Long> byApp(List<Map.Entry<Integer, Long>> weights) {
    return weights.stream()
        .collect(
            Collectors.groupingBy(Map.Entry::getKey, Collectors.summingLong(Map.Entry::getValue)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 201})
  void refusesShareOfZeroOrBeyondTheTotal(long perApp) {
    assertThatThrownBy(() -> new AppQuota(200, perApp))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("200");
  }

  @Test
  void releasesAllWeightWhenManyThreadsTakeAndRelease() {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int app = i % 3;
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int round = 0; round < 2000; round++) {
                  if (quota.take(app, 30)) {
                    quota.release(app, 30);
                  }
                }
              }));
    }
    threads.forEach(CompletableFuture::join);

    assertThat(quota.taken()).isZero();
    assertThat(quota.largest()).isZero();
  }
}
