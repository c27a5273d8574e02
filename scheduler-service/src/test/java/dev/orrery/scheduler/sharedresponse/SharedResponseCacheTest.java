package dev.orrery.scheduler.sharedresponse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.time.SettableTicker;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedResponseCacheTest {
  private final SharedResponseCache cache =
      new SharedResponseCache(new ObjectMapper(), new SettableTicker());
  private final AtomicInteger computed = new AtomicInteger();

  /** 20,000 answers of two bytes, to targets that have 80 MB. */
  @Test
  void targetsCountWithTheBytesOfTheirResponses() {
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
}
