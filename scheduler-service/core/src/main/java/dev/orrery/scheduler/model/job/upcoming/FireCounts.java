package dev.orrery.scheduler.model.job.upcoming;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Counts the fires of several triggers in the next 24 hours, per hour. This is a pure rule. Its
 * work is bounded: it counts at most {@link #MAX_OF_A_JOB} fires of a job in an hour, and adds no
 * further hour once it has counted more than {@link #MAX_COMPUTED} fires.
 *
 * @param hours from the current one on, without a gap
 * @param until the end of the last hour that is counted
 * @param more whether an hour of the 24 is missing or has fires that are not counted
 */
record FireCounts(List<Hour> hours, Instant until, boolean more) {
  /** The most fires of one job that are counted in an hour. */
  static final int MAX_OF_A_JOB = 60;

  /** The most jobs of an hour that are named. */
  static final int MAX_JOBS = 20;

  static final int HOURS = 24;

  /** Hours that begin after so many computed fires are not counted. */
  static final int MAX_COMPUTED = 50_000;

  private static final Duration HOUR = Duration.ofHours(1);

  /**
   * An hour.
   *
   * @param fires the sum over all jobs
   * @param jobs the number of jobs that fire
   * @param first the jobs that fire least in it, by their fires, then by time and name: what fires
   *     often would hide the others
   * @param more whether it has fires that are not counted
   */
  record Hour(Instant at, int fires, int jobs, List<JobFires> first, boolean more) {}

  /**
   * The fires of a job in an hour.
   *
   * @param at the first one
   * @param more whether it has more than are counted
   */
  record JobFires(String job, Instant at, int fires, boolean more) {}

  /**
   * @param triggers those with the earliest next fires
   * @param now a fire that is due counts in the current hour
   * @param lastRead triggers that fire after this instant may be missing
   */
  static FireCounts of(Collection<UpcomingTrigger> triggers, Instant now, Instant lastRead) {
    List<Source> sources = triggers.stream().map(trigger -> new Source(trigger, now)).toList();
    List<Hour> hours = new ArrayList<>();
    Instant until = now.truncatedTo(ChronoUnit.HOURS);
    int computed = 0;
    boolean isWhole = true;
    while (hours.size() < HOURS && isWhole && computed <= MAX_COMPUTED) {
      Instant at = until;
      until = at.plus(HOUR);
      isWhole = !lastRead.isBefore(until);
      Hour hour = hour(sources, at, until, !isWhole);
      computed += hour.fires();
      hours.add(hour);
    }
    boolean more = hours.size() < HOURS || hours.stream().anyMatch(Hour::more);
    return new FireCounts(List.copyOf(hours), until, more);
  }

  private static Hour hour(List<Source> sources, Instant at, Instant until, boolean isPart) {
    List<JobFires> jobs =
        sources.stream()
            .map(source -> source.countUntil(until))
            .flatMap(Optional::stream)
            .sorted(
                Comparator.comparing(JobFires::more)
                    .thenComparing(JobFires::fires)
                    .thenComparing(JobFires::at)
                    .thenComparing(JobFires::job))
            .toList();
    return new Hour(
        at,
        jobs.stream().mapToInt(JobFires::fires).sum(),
        jobs.size(),
        jobs.stream().limit(MAX_JOBS).toList(),
        isPart || jobs.stream().anyMatch(JobFires::more));
  }

  /** A trigger with the first of its fires that is not counted yet. */
  private static final class Source {
    private final UpcomingTrigger trigger;
    private final Instant now;
    private Optional<Instant> next;

    Source(UpcomingTrigger trigger, Instant now) {
      this.trigger = trigger;
      this.now = now;
      this.next = Optional.of(trigger.nextFireAt());
    }

    /** Counts the fires before an instant, and goes on to the first one that is not before it. */
    Optional<JobFires> countUntil(Instant until) {
      Optional<Instant> first = nextBefore(until);
      int fires = 0;
      while (nextBefore(until).isPresent() && fires < MAX_OF_A_JOB) {
        fires++;
        Instant at = next.get();
        next = trigger.following(at.isBefore(now) ? now : at);
      }
      boolean more = nextBefore(until).isPresent();
      if (more) {
        next = trigger.following(until.minusNanos(1));
      }
      int count = fires;
      return first.map(at -> new JobFires(trigger.job(), at, count, more));
    }

    private Optional<Instant> nextBefore(Instant until) {
      return next.filter(until::isAfter);
    }
  }
}
