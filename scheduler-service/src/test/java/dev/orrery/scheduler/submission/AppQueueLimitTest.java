package dev.orrery.scheduler.submission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
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
    assertThat(shares.take(BILLING, 60)).isEmpty();
    assertThat(shares.take(BILLING, 40)).isEmpty();
    assertThat(shares.take(BILLING, 1)).isPresent();
  }

  @Test
  void refusalIsAnOverloadThatNamesTheApp() {
    shares.take(BILLING, 100);

    assertThat(shares.take(BILLING, 1))
        .get()
        .extracting(refusal -> refusal.problem().code(), refusal -> refusal.problem().detail())
        .containsExactly(
            ErrorCode.OVERLOADED, "Too many runs of this app are waiting to be stored.");
  }

  @Test
  void whatWasRefusedTakesNothing() {
    shares.take(BILLING, 60);
    shares.take(BILLING, 41);

    assertThat(shares.take(BILLING, 40)).isEmpty();
  }

  @Test
  void refusalDoesNotForgetWhatTheAppHolds() {
    shares.take(BILLING, 100);

    assertThat(shares.take(BILLING, 1)).isPresent();
    assertThat(shares.take(BILLING, 1)).isPresent();
    shares.giveBack(BILLING, 100);
    assertThat(shares.take(BILLING, 1)).isEmpty();
  }

  @Test
  void fullAppDoesNotKeepAnotherFromItsShare() {
    shares.take(BILLING, 100);

    assertThat(shares.take(REPORTS, 100)).isEmpty();
  }

  @Test
  void singlePieceOverTheBoundIsAcceptedIfTheAppHoldsNothing() {
    assertThat(shares.take(BILLING, 500)).isEmpty();
    assertThat(shares.take(BILLING, 1)).isPresent();
    shares.giveBack(BILLING, 500);
    assertThat(shares.take(BILLING, 500)).isEmpty();
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    shares.take(BILLING, 60);
    shares.take(BILLING, 40);

    shares.giveBack(BILLING, 40);

    assertThat(shares.take(BILLING, 41)).isPresent();
    assertThat(shares.take(BILLING, 40)).isEmpty();
  }

  @Test
  void givingBackMoreThanTakenIsHarmless() {
    shares.giveBack(BILLING, 10);

    assertThat(shares.take(BILLING, 100)).isEmpty();
    assertThat(shares.take(BILLING, 1)).isPresent();
  }

  @Test
  void nothingIsLeftOverFromManyThreads() {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int round = 0; round < 2000; round++) {
                  if (shares.take(BILLING, 30).isEmpty()) {
                    shares.giveBack(BILLING, 30);
                  }
                }
              }));
    }
    threads.forEach(CompletableFuture::join);

    assertThat(shares.take(BILLING, 99)).isEmpty();
    assertThat(shares.take(BILLING, 1)).isEmpty();
    assertThat(shares.take(BILLING, 1)).isPresent();
  }
}
