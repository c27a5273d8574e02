package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepeatedDenialTest {
  /**
   * The events of a run at tenths of a second: {@code ?a} a question, {@code -a} its denial, {@code
   * +a} another answer or a time-out, {@code h} a heartbeat, {@code x} a loss of contact.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          20 ?a, 21 -a                                               | false
          20 ?a, 21 -a, 30 h, 70 ?b, 71 -b                           | true
          20 ?a, 30 -a, 31 h, 70 ?b, 80 -b                           | true
          20 ?a, 21 -a, 30 h, 69 ?b, 70 -b                           | false
          20 ?a, 21 -a, 70 ?b, 71 -b                                 | false
          10 h, 20 ?a, 21 -a, 70 ?b, 71 -b                           | false
          20 ?a, 21 -a, 70 ?b, 71 h, 72 -b                           | false
          20 ?a, 21 -a, 70 ?b, 71 h, 72 -b, 90 ?c, 91 -c             | true
          20 ?a, 31 -a, 35 h, 70 ?b, 71 -b                           | false
          20 ?a, 21 -a, 30 h, 70 ?b, 81 -b                           | false
          20 ?a, 21 -a, 30 h, 40 ?b, 55 -b, 70 ?c, 71 -c             | false
          20 ?a, 21 -a, 30 h, 40 ?b, 41 -b, 70 ?c, 71 -c             | true
          20 ?a, 21 -a, 30 h, 40 ?b, 70 ?c, 71 -c                    | false
          20 ?a, 21 -a, 30 h, 40 ?b, 69 +b, 70 ?c, 71 -c             | false
          20 ?a, 21 -a, 30 h, 40 x, 70 ?b, 71 -b                     | false
          20 ?a, 40 ?b, 41 -b, 45 h, 60 -a, 90 ?c, 91 -c             | false
          """)
  void requiresTwoQuickDenialsFiveSecondsApartWithHeartbeatBetween(
      String events, boolean expected) {
    RepeatedDenial denials = new RepeatedDenial();
    Map<String, Long> asked = new HashMap<>();
    long heartbeat = -TimeUnit.SECONDS.toNanos(5);
    boolean repeated = false;
    for (String event : Arrays.asList(events.split(", "))) {
      String[] words = event.split(" ");
      long nanos = Long.parseLong(words[0]) * TimeUnit.MILLISECONDS.toNanos(100);
      String question = words[1].substring(1);
      switch (words[1].charAt(0)) {
        case '?' -> {
          asked.put(question, nanos);
          denials.asked();
        }
        case '-' -> repeated = denials.denied(asked.get(question), nanos, heartbeat);
        case '+' -> denials.answered();
        case 'x' -> denials.begin();
        default -> heartbeat = nanos;
      }
    }

    assertThat(repeated).isEqualTo(expected);
  }
}
