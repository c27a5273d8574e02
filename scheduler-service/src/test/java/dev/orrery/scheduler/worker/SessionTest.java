package dev.orrery.scheduler.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.time.SettableTicker;
import dev.orrery.scheduler.worker.Session.Skills;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionTest {
  private final SettableTicker ticker = new SettableTicker();
  private final Session session =
      LiveSessions.session(new Skills(1, List.of("noop"), List.of()), 5, ticker);

  @Test
  void leaseRunsDownToZeroAndNotBelow() {
    assertThat(session.leaseRemaining()).isEqualTo(Duration.ofSeconds(30));
    ticker.advance(Duration.ofSeconds(29));
    assertThat(session.leaseRemaining()).isEqualTo(Duration.ofSeconds(1));
    ticker.advance(Duration.ofSeconds(29));
    assertThat(session.leaseRemaining()).isZero();
  }

  @Test
  void renewalCountsFromNow() {
    ticker.advance(Duration.ofSeconds(25));

    session.renewed(Duration.ofSeconds(20));

    assertThat(session.leaseRemaining()).isEqualTo(Duration.ofSeconds(20));
    ticker.advance(Duration.ofSeconds(3));
    assertThat(session.sinceRenewal()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void alikeWorkersHaveEqualSkills() {
    assertThat(new Skills(1, List.of("shell", "noop", "noop"), List.of("b", "a")))
        .isEqualTo(new Skills(1, List.of("noop", "shell"), List.of("a", "b", "b")))
        .isNotEqualTo(new Skills(2, List.of("noop", "shell"), List.of("a", "b")));
  }

  @ParameterizedTest
  @CsvSource({
    "noop, '', true",
    "noop, gpu, true",
    "noop, eu gpu, true",
    "noop, us, false",
    "noop, gpu us, false",
    "shell, '', false"
  })
  void skillsSufficeForAProcessorThatIsThereAndTagsThatAreAllThere(
      String processor, String tags, boolean suffice) {
    Skills skills = new Skills(1, List.of("noop", "java:x"), List.of("gpu", "eu"));
    List<String> required = Arrays.stream(tags.split(" ")).filter(tag -> !tag.isEmpty()).toList();

    assertThat(skills.suffice(processor, required)).isEqualTo(suffice);
  }
}
