package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.http.security.Caller;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedResponseCacheTest {
  private final SharedResponseCache cache =
      new SharedResponseCache(new ObjectMapper(), null, null, new SettableTicker());
  private final AtomicInteger computed = new AtomicInteger();

  /** 20,000 answers of two bytes, to targets that have 80 MB. */
  @Test
  void countsTargetLengthTowardCacheSize() {
    int targets = 20_000;
    for (int n = 0; n < targets; n++) {
      get(n);
    }
    get(targets - 1);
    assertThat(computed).hasValueLessThanOrEqualTo(targets + 1);

    int before = computed.get();
    for (int n = 0; n < targets; n++) {
      get(n);
    }

    assertThat(computed.get() - before).isGreaterThan(targets / 2);
  }

  private void get(int number) {
    cache.get(
        Caller.ADMIN,
        "/api/v1/apps/a/jobs?after=" + number + "x".repeat(4_000),
        () -> {
          computed.incrementAndGet();
          return "";
        });
  }

  @ParameterizedTest
  @CsvSource({
    "max-age=3, true",
    "max-age=60, true",
    "MAX-AGE=3, true",
    "'no-transform, max-age=3', true",
    "max-age=2, false",
    "max-age=0, false",
    "max-age=-3, false",
    "max-age=, false",
    "max-age=three, false",
    "max-age=99999999999999999999, false",
    "'max-age=3, no-cache', false",
    "'no-store, max-age=3', false",
    "no-cache, false",
    "'', false",
    ", false"
  })
  void readsMaximumAgeFromRequestHeader(String header, boolean accepted) {
    assertThat(SharedResponseCache.accepts(Duration.ofSeconds(3), header)).isEqualTo(accepted);
  }
}
