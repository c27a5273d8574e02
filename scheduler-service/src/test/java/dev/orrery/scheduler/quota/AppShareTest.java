package dev.orrery.scheduler.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppShareTest {
  private static final int BILLING = 1;
  private static final int REPORTS = 2;
  private static final int MAILS = 3;

  private final AppShare share = new AppShare(200, 100);

  @Test
  void appHoldsAtMostItsShare() {
    assertThat(share.take(BILLING, 60)).isTrue();
    assertThat(share.take(BILLING, 40)).isTrue();
    assertThat(share.take(BILLING, 1)).isFalse();
  }

  @Test
  void allAppsHoldAtMostTheTotal() {
    share.take(BILLING, 100);
    share.take(REPORTS, 60);

    assertThat(share.take(MAILS, 41)).isFalse();
    assertThat(share.take(MAILS, 40)).isTrue();
    assertThat(share.taken()).isEqualTo(200);
  }

  @Test
  void refusedPieceTakesNothing() {
    share.take(BILLING, 60);
    share.take(BILLING, 41);

    assertThat(share.taken()).isEqualTo(60);
    assertThat(share.take(BILLING, 40)).isTrue();
  }

  @Test
  void refusalDoesNotForgetWhatTheAppHolds() {
    share.take(BILLING, 100);

    assertThat(share.take(BILLING, 1)).isFalse();
    assertThat(share.take(BILLING, 1)).isFalse();
    share.giveBack(BILLING, 100);
    assertThat(share.take(BILLING, 1)).isTrue();
  }

  @Test
  void fullAppDoesNotKeepAnotherFromItsShare() {
    share.take(BILLING, 100);

    assertThat(share.take(REPORTS, 100)).isTrue();
  }

  @Test
  void singlePieceOverTheShareIsTakenIfTheAppHoldsNothing() {
    assertThat(share.take(BILLING, 150)).isTrue();
    assertThat(share.take(BILLING, 1)).isFalse();
    share.giveBack(BILLING, 150);
    assertThat(share.take(BILLING, 150)).isTrue();
  }

  @Test
  void singlePieceOverTheTotalIsTakenIfNoAppHoldsAnything() {
    share.take(REPORTS, 1);

    assertThat(share.take(BILLING, 500)).isFalse();
    share.giveBack(REPORTS, 1);
    assertThat(share.take(BILLING, 500)).isTrue();
    assertThat(share.take(REPORTS, 1)).isFalse();
  }

  @Test
  void returnedPieceCanBeTakenAgain() {
    share.take(BILLING, 60);
    share.take(BILLING, 40);

    share.giveBack(BILLING, 40);

    assertThat(share.take(BILLING, 41)).isFalse();
    assertThat(share.take(BILLING, 40)).isTrue();
  }

  @Test
  void givingBackMoreThanTakenIsHarmless() {
    share.take(REPORTS, 100);
    share.giveBack(BILLING, 10);
    share.giveBack(REPORTS, 110);

    assertThat(share.taken()).isZero();
    assertThat(share.take(BILLING, 100)).isTrue();
    assertThat(share.take(BILLING, 1)).isFalse();
  }

  @Test
  void largestIsThatOfOneApp() {
    assertThat(share.largest()).isZero();
    share.take(BILLING, 30);
    share.take(REPORTS, 50);
    share.take(BILLING, 10);

    assertThat(share.largest()).isEqualTo(50);
    assertThat(share.usedRatio()).isEqualTo(0.5);
  }

  @Test
  void refusalsAreCounted() {
    share.take(BILLING, 100);
    share.take(BILLING, 1);
    share.take(BILLING, 1);

    assertThat(share.refused()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 201})
  void shareBeyondTheTotalIsAMistake(long perApp) {
    assertThatThrownBy(() -> new AppShare(200, perApp))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("200");
  }

  @Test
  void nothingIsLeftOverFromManyThreads() {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int app = i % 3;
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int round = 0; round < 2000; round++) {
                  if (share.take(app, 30)) {
                    share.giveBack(app, 30);
                  }
                }
              }));
    }
    threads.forEach(CompletableFuture::join);

    assertThat(share.taken()).isZero();
    assertThat(share.largest()).isZero();
  }
}
