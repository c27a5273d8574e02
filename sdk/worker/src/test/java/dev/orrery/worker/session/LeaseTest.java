package dev.orrery.worker.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseTest {
  private static final Duration THIRTY = Duration.ofSeconds(30);

  /** Nanoseconds may be negative, and may overflow: only differences are meaningful. */
  @ParameterizedTest
  @ValueSource(longs = {0, -5_000_000_000L, Long.MAX_VALUE - 3_000_000_000L, Long.MIN_VALUE})
  void allowsAttemptStartsOnlyInFirstTwoThirdsOfLease(long sentAt) {
    Lease lease = new Lease(sentAt, THIRTY);

    assertThat(lease.mayStart(sentAt)).isTrue();
    assertThat(lease.mayStart(sentAt + seconds(20) - 1)).isTrue();
    assertThat(lease.mayStart(sentAt + seconds(20))).isFalse();
    assertThat(lease.mayStart(sentAt + seconds(30))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 12_000_000_000L})
  void extendsLeaseFromSendTimeOfRenewal(long start) {
    Lease lease = new Lease(start, THIRTY);
    long sentAt = start + seconds(10);

    lease.renewed(sentAt, THIRTY);

    assertThat(lease.mayStart(sentAt + seconds(20) - 1)).isTrue();
    assertThat(lease.mayStart(sentAt + seconds(20))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 12_000_000_000L})
  void ignoresRenewalThatWouldShortenLease(long start) {
    Lease lease = new Lease(start + seconds(10), THIRTY);

    lease.renewed(start, THIRTY);
    lease.renewed(start + seconds(5), Duration.ZERO);

    assertThat(lease.mayStart(start + seconds(30) - 1)).isTrue();
    assertThat(lease.mayStart(start + seconds(30))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void allowsNoAttemptStartAfterLeaseExpiry(long now) {
    assertThat(new Lease(now, Duration.ZERO).mayStart(now)).isFalse();
  }

  private static long seconds(int count) {
    return Duration.ofSeconds(count).toNanos();
  }
}
