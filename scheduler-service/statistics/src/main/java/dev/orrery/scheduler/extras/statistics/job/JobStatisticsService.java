package dev.orrery.scheduler.extras.statistics.job;

import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/** Returns statistics of jobs. Equal calls within two seconds share a read. */
@ApplicationScoped
public class JobStatisticsService {
  /** The most jobs of one call. */
  public static final int MAX_JOBS = 100;

  /** The most ends of each job that a call can request. */
  public static final int MAX_ENDS = 100;

  public static final int DEFAULT_ENDS = 20;

  /** The greatest age of an instance that counts, in days since its creation. */
  public static final int MAX_DAYS = 100;

  private static final String JOB = "job";

  private static final Duration CACHE_TIME = Duration.ofSeconds(2);

  /** Bounds the memory of shared responses; an end takes about 150 bytes. */
  private static final long MAX_ENDS_SHARED = 100_000;

  private final JobStatisticsStore store;
  private final ReadThroughCache<Query, List<JobStatisticsView>> shared;

  JobStatisticsService(JobStatisticsStore store, Ticker ticker) {
    this.store = store;
    this.shared =
        new ReadThroughCache<>(
            taken -> CACHE_TIME, MAX_ENDS_SHARED, (query, jobs) -> weight(jobs), ticker);
  }

  private record Query(int appId, List<String> names, int last) {}

  /**
   * Returns the statistics of jobs, sorted by name, at most two seconds old.
   *
   * @param names names of the jobs, in any order; empty means the first {@value #MAX_JOBS} of the
   *     app
   * @param last number of ends of each job that count
   * @throws ProblemException {@code JOB_NOT_FOUND}; {@code INVALID} if there are too many names
   */
  List<JobStatisticsView> of(int appId, List<String> names, int last) {
    List<String> distinct = names.stream().distinct().sorted().toList();
    if (distinct.size() > MAX_JOBS) {
      throw ProblemException.invalid(
          JOB,
          "'" + JOB + "' must name at most " + MAX_JOBS + " jobs; got " + distinct.size() + ".");
    }
    return shared.get(
        new Query(appId, distinct, last),
        query -> store.read(query.appId(), query.names(), MAX_JOBS, query.last()));
  }

  private static int weight(List<JobStatisticsView> jobs) {
    return 1 + jobs.stream().mapToInt(job -> 1 + job.ends().size()).sum();
  }
}
