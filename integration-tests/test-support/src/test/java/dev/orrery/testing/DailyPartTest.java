package dev.orrery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DailyPartTest {
  private static final List<Integer> ALL = List.of(0, 1, 2, 3, 4, 5, 6);

  @Test
  void selectsEveryNthCase() {
    assertThat(DailyPart.of(ALL, 3, 20_001)).containsExactly(0, 3, 6);
    assertThat(DailyPart.of(ALL, 3, 20_002)).containsExactly(1, 4);
    assertThat(DailyPart.of(ALL, 3, 20_003)).containsExactly(2, 5);
  }

  @Test
  void selectsEachCaseOncePerCycleOfDays() {
    List<Integer> taken = new ArrayList<>();
    for (long day = 20_783; day < 20_788; day++) {
      taken.addAll(DailyPart.of(ALL, 5, day));
    }

    assertThat(taken).containsExactlyInAnyOrderElementsOf(ALL);
  }
}
