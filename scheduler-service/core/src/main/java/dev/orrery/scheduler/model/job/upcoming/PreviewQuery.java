package dev.orrery.scheduler.model.job.upcoming;

import dev.orrery.scheduler.http.rest.QueryParameter;
import java.time.Instant;

/**
 * The query parameters of a preview of fire times.
 *
 * @param count the maximum number of fire times
 * @param from the fire times are strictly after this instant; null means now
 */
public record PreviewQuery(int count, Instant from) {
  public static final int DEFAULT_COUNT = 5;
  public static final int MAX_COUNT = 100;

  /**
   * @param count null for the default
   * @param from null for now
   * @throws dev.orrery.scheduler.base.problem.ProblemException naming the invalid parameter
   */
  static PreviewQuery of(String count, String from) {
    return new PreviewQuery(
        QueryParameter.integer("count", count, DEFAULT_COUNT, 1, MAX_COUNT),
        QueryParameter.instant("from", from));
  }
}
