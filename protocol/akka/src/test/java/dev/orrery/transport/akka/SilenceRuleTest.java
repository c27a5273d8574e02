package dev.orrery.transport.akka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SilenceRuleTest {
  private static final long START = Long.MAX_VALUE - Duration.ofMinutes(3).toNanos();

  private final SilenceRule rule = new SilenceRule(START);
  private long now = START;
  private Duration silence = Duration.ZERO;

  private boolean look(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
    silence = silence.plusSeconds(seconds);
    return rule.mustReplace(silence, now);
  }

  /** Returns the number of replacements, each of which would be silent as well. */
  private int looks(int seconds) {
    int replaced = 0;
    for (int i = 0; i < seconds; i++) {
      if (look(1)) {
        replaced++;
      }
    }
    return replaced;
  }

  @Test
  void replacesSystemAfterTwentySecondsOfSilence() {
    assertThat(looks(19)).isZero();
    assertThat(look(1)).isTrue();
  }

  @Test
  void replacesNothingThatAnswers() {
    for (int i = 0; i < 100; i++) {
      assertThat(looks(19)).isZero();
      silence = Duration.ZERO;
    }
  }

  @Test
  void concludesNothingFromSilenceOfStandingProcess() {
    assertThat(looks(10)).isZero();
    assertThat(look(60)).isFalse();
    assertThat(looks(19)).isZero();
    assertThat(look(1)).isTrue();
  }

  @Test
  void replacesAtMostOnceInFiveMinutes() {
    assertThat(looks(20)).isEqualTo(1);
    assertThat(looks(299)).isZero();
    assertThat(look(1)).isTrue();
  }
}
