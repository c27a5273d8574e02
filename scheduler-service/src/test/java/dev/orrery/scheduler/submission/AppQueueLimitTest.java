package dev.orrery.scheduler.submission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AppQueueLimitTest {
  private static final int BILLING = 1;
  private static final int REPORTS = 2;

  private final AppQueueLimit shares = new AppQueueLimit(100);

  @Test
  void appHoldsAtMostTheBound() {
    assertThat(shares.take(BILLING, 60)).isTrue();
    assertThat(shares.take(BILLING, 40)).isTrue();
    assertThat(shares.take(BILLING, 1)).isFalse();
  }

  @Test
  void whatWasRefusedTakesNothing() {
    shares.take(BILLING, 60);
    shares.take(BILLING, 41);

    assertThat(shares.take(BILLING, 40)).isTrue();
  }

  @Test
  void refusalDoesNotForgetWhatTheAppHolds() {
    shares.take(BILLING, 100);

    assertThat(shares.take(BILLING, 1)).isFalse();
    assertThat(shares.take(BILLING, 1)).isFalse();
    shares.giveBack(BILLING, 100);
    assertThat(shares.take(BILLING, 1)).isTrue();
  }

  @Test
  void fullAppDoesNotKeepAnotherFromItsShare() {
    shares.take(BILLING, 100);

    assertThat(shares.take(REPORTS, 100)).isTrue();
  }

  @Test
  void singlePieceOverTheBoundIsAcceptedIfTheAppHoldsNothing() {
    assertThat(shares.take(BILLING, 500)).isTrue();
    assertThat(shares.take(BILLING, 1)).isFalse();
    shares.giveBack(BILLING, 500);
    assertThat(shares.take(BILLING, 500)).isTrue();
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    shares.take(BILLING, 60);
    shares.take(BILLING, 40);

    shares.giveBack(BILLING, 40);

    assertThat(shares.take(BILLING, 41)).isFalse();
    assertThat(shares.take(BILLING, 40)).isTrue();
  }

  @Test
  void givingBackMoreThanTakenIsHarmless() {
    shares.giveBack(BILLING, 10);

    assertThat(shares.take(BILLING, 100)).isTrue();
    assertThat(shares.take(BILLING, 1)).isFalse();
  }

  @Test
  void nothingIsLeftOverFromManyThreads() {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int round = 0; round < 2000; round++) {
                  if (shares.take(BILLING, 30)) {
                    shares.giveBack(BILLING, 30);
                  }
                }
              }));
    }
    threads.forEach(CompletableFuture::join);

    assertThat(shares.take(BILLING, 99)).isTrue();
    assertThat(shares.take(BILLING, 1)).isTrue();
    assertThat(shares.take(BILLING, 1)).isFalse();
  }
}
