package dev.orrery.scheduler.extras.statistics.job;

import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Returns the statistics of all jobs of an app, for lists that select or sort by them. Callers
 * share them for {@link #CACHE_TIME}, and of an app with very many jobs for {@link
 * #CACHE_TIME_RATIO} times as long as the read took, so the reads for open consoles take a small
 * part of one processor.
 */
@ApplicationScoped
class JobFiguresService {
  static final Duration CACHE_TIME = Duration.ofSeconds(10);

  /** The multiple of its duration for which a read is shared. */
  static final int CACHE_TIME_RATIO = 20;

  /** Jobs of one statement, so that none takes long, and other calls use the connection between. */
  private static final int BATCH_SIZE = 500;

  /** The most jobs of all apps whose figures are kept, about 150 bytes each. */
  private static final long MAX_JOBS = 150_000;

  private final JobStatisticsStore store;
  private final ReadThroughCache<Integer, Map<Long, JobFigures>> shared;

  JobFiguresService(JobStatisticsStore store, Ticker ticker) {
    this.store = store;
    this.shared =
        new ReadThroughCache<>(
            JobFiguresService::kept, MAX_JOBS, (app, figures) -> 1 + figures.size(), ticker);
  }

  /** Returns the figures by job id; a job without ends that count is missing. */
  Map<Long, JobFigures> of(int appId) {
    return shared.get(appId, this::read);
  }

  private Map<Long, JobFigures> read(int appId) {
    List<Long> jobs = store.jobsOf(appId);
    Map<Long, JobFigures> figures = new HashMap<>();
    for (int start = 0; start < jobs.size(); start += BATCH_SIZE) {
      List<Long> some = jobs.subList(start, Math.min(jobs.size(), start + BATCH_SIZE));
      store
          .ends(some, JobStatisticsService.DEFAULT_ENDS)
          .forEach(
              (job, ends) -> {
                JobFigures found = JobFigures.of(ends);
                if (!found.equals(JobFigures.NONE)) {
                  figures.put(job, found);
                }
              });
    }
    return figures;
  }

  static Duration kept(Duration taken) {
    Duration cheap = taken.multipliedBy(CACHE_TIME_RATIO);
    return cheap.compareTo(CACHE_TIME) > 0 ? cheap : CACHE_TIME;
  }
}
