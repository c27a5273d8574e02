package dev.orrery.cli.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.cli.client.ApiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutageRetryTest {
  private static final String AWAY = "Scheduler not reachable; retrying for up to a minute …";
  private static final String BACK = "Scheduler reachable again.";

  private final ApiException outage = new ApiException("UNAVAILABLE", "stopping");
  private final List<String> notes = new ArrayList<>();
  private long nanos = Long.MAX_VALUE - 1;
  private final OutageRetry retrying = new OutageRetry(notes::add, () -> nanos, Duration.ZERO);

  @Test
  void retriesDuringOutageForOneMinute() throws InterruptedException {
    retrying.failed(outage);
    pass(Duration.ofSeconds(60));
    retrying.failed(outage);
    pass(Duration.ofNanos(1));

    assertThatThrownBy(() -> retrying.failed(outage)).isSameAs(outage);
    assertThat(notes).containsExactly(AWAY);
  }

  @Test
  void restartsRetryMinuteForNextOutage() throws InterruptedException {
    retrying.failed(outage);
    pass(Duration.ofSeconds(30));
    retrying.answered();
    pass(Duration.ofSeconds(31));
    assertThatCode(() -> retrying.failed(outage)).doesNotThrowAnyException();
    pass(Duration.ofSeconds(60));

    assertThatCode(() -> retrying.failed(outage)).doesNotThrowAnyException();
    assertThat(notes).containsExactly(AWAY, BACK, AWAY);
  }

  @Test
  void printsEndOfOutageOnce() throws InterruptedException {
    retrying.answered();
    assertThat(notes).as("without an outage").isEmpty();
    retrying.failed(outage);
    retrying.answered();
    retrying.answered();

    assertThat(notes).containsExactly(AWAY, BACK);
  }

  @Test
  void rethrowsApiRefusalWithoutRetry() {
    ApiException refusal = new ApiException("FORBIDDEN", "no");

    assertThatThrownBy(() -> retrying.failed(refusal)).isSameAs(refusal);
    assertThat(notes).isEmpty();
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }
}
