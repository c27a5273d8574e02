package dev.orrery.scheduler.extras.statistics.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.extras.statistics.job.JobSelection.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class JobSelectionTest {
  private static final Instant NOON = Instant.parse("2027-01-01T12:00:00Z");

  /** In the order of no sort. */
  private static final List<JobKey> JOBS =
      List.of(
          new JobKey(3, "c-disabled", false, true, false, null),
          new JobKey(1, "a-well", false, false, false, NOON.plusSeconds(2)),
          new JobKey(4, "d-new", false, false, true, NOON.plusSeconds(1)),
          new JobKey(5, "e-failing", false, false, false, NOON.plusSeconds(3)),
          new JobKey(2, "b-paused", true, true, true, null));

  private static final Map<Long, JobFigures> FIGURES =
      Map.of(
          1L, new JobFigures(1.0, 90.0, null),
          2L, new JobFigures(0.5, 1000.0, NOON),
          3L, new JobFigures(0.75, null, null),
          5L, new JobFigures(0.0, 5.0, NOON.minusSeconds(60)));

  @ParameterizedTest
  @CsvSource({
    "ENABLED, ade",
    "DISABLED, c",
    "PAUSED, b",
    "FAILING, be",
    "OVERDUE, bd",
    ", abcde",
  })
  void selectsJobsByState(JobFilter filter, String letters) {
    assertThat(letters(places(new JobSelection(null, Map.of(), filter, JobSort.NAME, false))))
        .isEqualTo(letters);
  }

  @ParameterizedTest
  @CsvSource({
    "NAME, false, abcde",
    "NAME, true, edcba",
    "NEXT_FIRE_TIME, false, daebc",
    "NEXT_FIRE_TIME, true, eadbc",
    "SUCCESS_RATE, false, ebcad",
    "SUCCESS_RATE, true, acbed",
    "RUN_MILLIS, false, eabcd",
    "RUN_MILLIS, true, baecd",
    "FAILING_SINCE, false, ebacd",
    "FAILING_SINCE, true, beacd",
    "STATE, false, debca",
    "STATE, true, cbdea",
  })
  void placesJobsWithoutSortValueLast(JobSort sort, boolean descending, String letters) {
    assertThat(letters(places(new JobSelection(null, Map.of(), null, sort, descending))))
        .isEqualTo(letters);
  }

  @ParameterizedTest
  @EnumSource(JobSort.class)
  void returnsEachJobOnceThroughCursors(JobSort sort) {
    for (boolean descending : List.of(true, false)) {
      JobSelection selection = new JobSelection(null, Map.of(), null, sort, descending);
      List<Place> read = new ArrayList<>();
      List<Place> rest = selection.behind(places(selection), null);
      while (!rest.isEmpty()) {
        read.add(rest.get(0));
        rest = selection.behind(places(selection), rest.get(0).cursor());
      }

      assertThat(read).isEqualTo(places(selection));
    }
  }

  @Test
  void continuesListWhenJobOfCursorIsMissing() {
    JobSelection selection = new JobSelection(null, Map.of(), null, JobSort.SUCCESS_RATE, false);

    assertThat(letters(selection.behind(places(selection), "0.6:z"))).isEqualTo("cad");
    assertThat(letters(selection.behind(places(selection), "c"))).isEqualTo("d");
  }

  @Test
  void refusesCursorOfDifferentList() {
    JobSelection selection = new JobSelection("a", Map.of(), null, JobSort.NAME, false);

    assertThatThrownBy(() -> selection.behind(places(selection), "x:a"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("'after' must be the cursor of a page before");
  }

  private static List<Place> places(JobSelection selection) {
    return selection.places(JOBS, FIGURES);
  }

  private static String letters(List<Place> places) {
    StringBuilder letters = new StringBuilder();
    places.forEach(place -> letters.append(place.name().charAt(0)));
    return letters.toString();
  }
}
