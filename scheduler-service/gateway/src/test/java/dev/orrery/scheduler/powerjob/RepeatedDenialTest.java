package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepeatedDenialTest {
  /**
   * The events of a run at tenths of a second: {@code ?} questions, {@code -} their denial, {@code
   * h} a heartbeat, {@code x} a loss of contact.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          20 ?, 21 -                                    | false
          20 ?, 21 -, 30 h, 70 ?, 71 -                  | true
          20 ?, 30 -, 31 h, 70 ?, 80 -                  | true
          20 ?, 21 -, 30 h, 69 ?, 70 -                  | false
          20 ?, 21 -, 70 ?, 71 -                        | false
          10 h, 20 ?, 21 -, 70 ?, 71 -                  | false
          20 ?, 21 -, 70 ?, 71 h, 72 -                  | false
          20 ?, 21 -, 70 ?, 71 h, 72 -, 90 ?, 91 -      | true
          20 ?, 31 -, 35 h, 70 ?, 71 -                  | false
          20 ?, 21 -, 30 h, 70 ?, 81 -                  | false
          20 ?, 21 -, 30 h, 40 ?, 55 -, 70 ?, 71 -      | false
          20 ?, 21 -, 30 h, 40 ?, 41 -, 70 ?, 71 -      | true
          20 ?, 21 -, 30 h, 40 x, 70 ?, 71 -            | false
          20 ?, 21 -, 30 x, 40 ?, 41 -, 50 h, 90 ?, 91 - | true
          """)
  void requiresTwoQuickDenialsFiveSecondsApartWithHeartbeatBetween(
      String events, boolean expected) {
    RepeatedDenial denials = new RepeatedDenial();
    long heartbeat = -TimeUnit.SECONDS.toNanos(5);
    long asked = 0;
    long heard = 0;
    boolean repeated = false;
    for (String event : events.split(", ", -1)) {
      String[] words = event.split(" ", -1);
      long nanos = Long.parseLong(words[0]) * TimeUnit.MILLISECONDS.toNanos(100);
      switch (words[1]) {
        case "?" -> {
          asked = nanos;
          heard = heartbeat;
        }
        case "-" -> repeated = denials.denied(asked, nanos, heard);
        case "x" -> denials.begin();
        default -> heartbeat = nanos;
      }
    }

    assertThat(repeated).isEqualTo(expected);
  }
}
