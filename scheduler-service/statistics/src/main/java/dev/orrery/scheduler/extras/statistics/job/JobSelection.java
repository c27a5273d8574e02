package dev.orrery.scheduler.extras.statistics.job;

import dev.orrery.scheduler.base.problem.ProblemException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Selects and sorts the jobs of a list. This is a pure rule.
 *
 * @param search a text within the name, upper and lower case alike; null for all jobs
 * @param labels that the jobs have; empty for all jobs
 * @param filter null for all states
 * @param descending the greatest value first; jobs without a value are always at the end
 */
record JobSelection(
    String search, Map<String, String> labels, JobFilter filter, JobSort sort, boolean descending) {
  private static final char SEPARATOR = ':';

  /**
   * A job at its place in the list, which is also the cursor of the page behind it.
   *
   * @param id 0 in a cursor
   * @param value null for none
   */
  record Place(long id, String name, Double value) {
    private static Place parse(String cursor) {
      int end = cursor.indexOf(SEPARATOR);
      try {
        return new Place(
            0,
            cursor.substring(end + 1),
            end < 0 ? null : Double.valueOf(cursor.substring(0, end)));
      } catch (NumberFormatException e) {
        throw ProblemException.invalid("after", "'after' must be the cursor of a page before.");
      }
    }

    String cursor() {
      return value == null ? name : value.toString() + SEPARATOR + name;
    }
  }

  /** Returns true if the list is that of all jobs by name. */
  boolean isPlain() {
    return search == null
        && labels.isEmpty()
        && filter == null
        && sort == JobSort.NAME
        && !descending;
  }

  boolean readsFigures() {
    return filter == JobFilter.FAILING || sort.readsFigures();
  }

  boolean readsWatches() {
    return filter == JobFilter.OVERDUE || sort == JobSort.STATE;
  }

  boolean readsVersions() {
    return (filter != null && filter.readsVersions()) || sort.readsVersions();
  }

  /**
   * Returns the places of the selected jobs in their order.
   *
   * @param figures by job id; a job without figures is missing
   */
  List<Place> places(List<JobKey> jobs, Map<Long, JobFigures> figures) {
    return jobs.stream()
        .filter(job -> filter == null || filter.selects(job, of(figures, job)))
        .map(job -> new Place(job.id(), job.name(), sort.value(job, of(figures, job))))
        .sorted(order())
        .toList();
  }

  /**
   * Returns the places behind a cursor.
   *
   * @param after null for all
   * @throws ProblemException {@code INVALID} if it cannot be the cursor of a page
   */
  List<Place> behind(List<Place> places, String after) {
    if (after == null) {
      return places;
    }
    Place last = Place.parse(after);
    return places.stream().filter(place -> order().compare(place, last) > 0).toList();
  }

  private static JobFigures of(Map<Long, JobFigures> figures, JobKey job) {
    return figures.getOrDefault(job.id(), JobFigures.NONE);
  }

  private Comparator<Place> order() {
    Comparator<Double> values = Comparator.naturalOrder();
    Comparator<String> names = Comparator.naturalOrder();
    return Comparator.comparing(
            Place::value, Comparator.nullsLast(descending ? values.reversed() : values))
        .thenComparing(Place::name, descending && sort == JobSort.NAME ? names.reversed() : names);
  }
}
