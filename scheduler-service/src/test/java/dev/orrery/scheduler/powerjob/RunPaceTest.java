package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunPaceTest {
  private final RunPace pace = new RunPace();

  @Test
  void assumesLongRunsUntilFirstRunEnds() {
    assertThat(pace.isShort()).isFalse();
  }

  @Test
  void classifiesRunsAsShortAfterManyShortRuns() {
    end(5, 1);
    assertThat(pace.isShort()).isFalse();

    end(20, 1);
    assertThat(pace.isShort()).isTrue();
  }

  @Test
  void classifiesRunsOfHalfASecondAsLong() {
    end(1_000, 500);

    assertThat(pace.isShort()).isFalse();
  }

  @Test
  void classifiesRunsAsLongAfterTwoLongRuns() {
    end(100, 1);
    end(1, 3_600_000);
    assertThat(pace.isShort()).isTrue();

    end(1, 3_600_000);

    assertThat(pace.isShort()).isFalse();
  }

  private void end(int count, long millis) {
    IntStream.range(0, count).forEach(run -> pace.ended(millis));
  }
}
