package dev.orrery.scheduler.job;

import dev.orrery.scheduler.rest.QueryParameter;
import java.time.Instant;

/**
 * The fire times that a preview lists.
 *
 * @param count the most that are listed
 * @param from they are strictly after this instant; null means now
 */
public record PreviewQuery(int count, Instant from) {
  public static final int DEFAULT_COUNT = 5;
  public static final int MAX_COUNT = 100;

  /**
   * @param count null for the default
   * @param from null for now
   * @throws dev.orrery.scheduler.problem.ProblemException naming the parameter that is not valid
   */
  static PreviewQuery of(String count, String from) {
    return new PreviewQuery(
        QueryParameter.integer("count", count, DEFAULT_COUNT, 1, MAX_COUNT),
        QueryParameter.instant("from", from));
  }
}
