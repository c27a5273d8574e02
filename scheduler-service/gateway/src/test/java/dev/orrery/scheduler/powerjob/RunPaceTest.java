package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunPaceTest {
  private final RunPace pace = new RunPace();

  @Test
  void assumesLongRunsUntilFirstRunEnds() {
    assertThat(pace.isShort("job")).isFalse();

    end(1, 1);

    assertThat(pace.isShort("job")).isTrue();
  }

  @Test
  void classifiesRunsOfHalfASecondAsLong() {
    end(1_000, 500);

    assertThat(pace.isShort("job")).isFalse();
  }

  @Test
  void classifiesRunsAsLongAfterTwoLongRuns() {
    end(100, 1);
    end(1, 3_600_000);
    assertThat(pace.isShort("job")).isTrue();

    end(1, 3_600_000);

    assertThat(pace.isShort("job")).isFalse();
  }

  @Test
  void judgesEachJobByItsOwnRuns() {
    end(100, 1);
    pace.ended("another", 3_600_000);

    assertThat(pace.isShort("job")).isTrue();
    assertThat(pace.isShort("another")).isFalse();
  }

  @Test
  void forgetsJobsThatEndedLongestAgo() {
    end(1, 1);
    IntStream.range(0, 199).forEach(job -> pace.ended("job-" + job, 1));
    assertThat(pace.isShort("job")).isTrue();

    IntStream.range(199, 399).forEach(job -> pace.ended("job-" + job, 1));

    assertThat(pace.isShort("job")).isFalse();
    assertThat(pace.isShort("job-398")).isTrue();
  }

  private void end(int count, long millis) {
    IntStream.range(0, count).forEach(run -> pace.ended("job", millis));
  }
}
