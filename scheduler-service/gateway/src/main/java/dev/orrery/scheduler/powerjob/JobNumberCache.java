package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Caches the job numbers for messages to workers: the PowerJob number of an imported job, or the id
 * of any other job.
 */
@ApplicationScoped
class JobNumberCache {
  private static final Duration CACHE_TIME = Duration.ofMinutes(1);
  private static final int MAX_JOBS = 50_000;

  private final GatewaySessionStore store;
  private final ReadThroughCache<Job, Long> numbers;

  JobNumberCache(GatewaySessionStore store, Ticker ticker) {
    this.store = store;
    this.numbers = new ReadThroughCache<>(CACHE_TIME, MAX_JOBS, ticker);
  }

  private record Job(int app, String name) {}

  /** Returns the numbers of the jobs by their names, without those of deleted jobs; may block. */
  Map<String, Long> of(int app, Collection<String> names) {
    Map<String, Long> found = new HashMap<>();
    Set<Job> missing = new HashSet<>();
    for (String name : names) {
      Job job = new Job(app, name);
      Long number = numbers.getIfPresent(job);
      if (number == null) {
        missing.add(job);
      } else {
        found.put(name, number);
      }
    }
    if (!missing.isEmpty()) {
      numbers
          .readAll(missing, jobs -> read(app, jobs))
          .forEach((job, number) -> found.put(job.name(), number));
    }
    return found;
  }

  private Map<Job, Long> read(int app, Set<? extends Job> jobs) {
    Map<Job, Long> read = new HashMap<>();
    store
        .jobs(app, jobs.stream().map(Job::name).toList())
        .forEach((name, number) -> read.put(new Job(app, name), number));
    return read;
  }
}
