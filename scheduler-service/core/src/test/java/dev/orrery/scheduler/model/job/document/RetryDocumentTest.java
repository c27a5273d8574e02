package dev.orrery.scheduler.model.job.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryDocumentTest {
  @ParameterizedTest
  @CsvSource({
    "PT10S, PT10M, 1, PT10S",
    "PT10S, PT10M, 2, PT20S",
    "PT10S, PT10M, 3, PT40S",
    "PT10S, PT10M, 6, PT5M20S",
    "PT10S, PT10M, 7, PT10M",
    "PT10S, PT10M, 8, PT10M",
    "PT10S, PT10M, 1000, PT10M",
    "PT10S, PT20S, 2, PT20S",
    "PT10S, PT5S, 1, PT5S",
    "PT0S, PT10M, 1, PT0S",
    "PT0S, PT10M, 50, PT0S",
    "PT10S, PT0S, 1, PT0S",
    "PT0.001S, P30D, 30, P6DT5H7M50.912S",
    "PT0.001S, P30D, 33, P30D"
  })
  void doublesBackoffPerFailureUpToMaximum(
      Duration backoff, Duration maxBackoff, int failures, Duration expected) {
    assertThat(new RetryDocument(9, backoff, maxBackoff, 3).backoffAfter(failures))
        .isEqualTo(expected);
  }

  @Test
  void calculatesBackoffWithoutOverflow() {
    RetryDocument longest = new RetryDocument(1000, Duration.ofDays(30), Duration.ofDays(30), 3);
    RetryDocument shortest = new RetryDocument(1000, Duration.ofMillis(1), Duration.ofDays(30), 3);

    for (int failures : new int[] {31, 32, 40, 41, 42, 63, 64, 65, 1000, Integer.MAX_VALUE}) {
      assertThat(longest.backoffAfter(failures)).isEqualTo(Duration.ofDays(30));
      assertThat(shortest.backoffAfter(failures))
          .isBetween(Duration.ofDays(12), Duration.ofDays(30));
    }
  }

  @Test
  void neverDecreasesBackoff() {
    RetryDocument retry = new RetryDocument(99, Duration.ofMillis(7), Duration.ofHours(3), 3);

    Duration before = Duration.ZERO;
    for (int failures = 1; failures < 70; failures++) {
      Duration backoff = retry.backoffAfter(failures);
      assertThat(backoff).isGreaterThanOrEqualTo(before).isLessThanOrEqualTo(Duration.ofHours(3));
      before = backoff;
    }
  }
}
