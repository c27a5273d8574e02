package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DateHeaderTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("1994-11-06T08:49:37.900Z"));
  private final DateHeader header = new DateHeader(now::get);

  @Test
  void formatsDateAsHttpDateWithTwoDigitDay() {
    assertThat(header.text()).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
  }

  @Test
  void followsClockForwardAndBackward() {
    header.text();

    now.set(Instant.parse("1994-11-06T08:49:38Z"));
    assertThat(header.text()).isEqualTo("Sun, 06 Nov 1994 08:49:38 GMT");
    now.set(Instant.parse("1994-11-06T07:00:00Z"));
    assertThat(header.text()).isEqualTo("Sun, 06 Nov 1994 07:00:00 GMT");
  }
}
