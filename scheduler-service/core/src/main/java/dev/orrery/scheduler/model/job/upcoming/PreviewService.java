package dev.orrery.scheduler.model.job.upcoming;

import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.model.job.JobService;
import dev.orrery.scheduler.model.job.TriggerState;
import dev.orrery.scheduler.model.job.document.JobDocument;
import dev.orrery.scheduler.model.job.document.TriggerDocument;
import dev.orrery.trigger.InvalidTriggerException;
import dev.orrery.trigger.Trigger;
import dev.orrery.trigger.TriggerDescriber;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Describes triggers and previews their fire times. Holds no connection during the computation: a
 * hundred fire times of a rare trigger take many times as long as reading the job.
 */
@ApplicationScoped
public class PreviewService {
  /** One more than people look at: a fire that moved a little has its counterpart in the list. */
  private static final int COUNT_AFTER_WRITE = PreviewQuery.DEFAULT_COUNT + 1;

  private final JobService jobs;
  private final InstantSource clock;

  PreviewService(JobService jobs, InstantSource clock) {
    this.jobs = jobs;
    this.clock = clock;
  }

  /**
   * Returns the description and the fire times of the trigger, whether or not the job is enabled. A
   * fixed delay has at most one, because the next ones depend on how long instances take.
   */
  FirePreview next(int appId, String name, PreviewQuery query) {
    JobService.Triggered job = jobs.getTriggered(appId, name);
    Optional<TriggerState> state = job.trigger();
    if (state.isEmpty() || !job.job().isReadable()) {
      return new FirePreview(null, List.of());
    }
    Trigger trigger = job.job().document().trigger().toTrigger();
    String description = TriggerDescriber.of(trigger);
    Instant after = query.from() == null ? job.now() : query.from();
    if (trigger instanceof Trigger.Delay) {
      return new FirePreview(
          description,
          Optional.ofNullable(state.get().nextFireAt()).filter(after::isBefore).stream().toList());
    }
    return new FirePreview(
        description, fireTimes(trigger, after, state.get().anchorAt(), query.count()));
  }

  /**
   * Returns the next fire times of a document after it is written, whether or not its job is
   * enabled. A fixed delay has only one.
   */
  public List<Instant> afterWrite(JobDocument document, JobService.DryRun result) {
    if (result.trigger().isEmpty()) {
      return List.of();
    }
    TriggerState state = result.trigger().get();
    Trigger trigger = document.trigger().toTrigger();
    return trigger instanceof Trigger.Delay
        ? Optional.ofNullable(state.nextFireAt()).stream().toList()
        : fireTimes(trigger, result.now(), state.anchorAt(), COUNT_AFTER_WRITE);
  }

  /**
   * Describes a trigger that belongs to no job, and previews its fire times.
   *
   * @throws ProblemException {@code INVALID} if a job with this trigger would be refused
   */
  FirePreview next(TriggerDocument document, PreviewQuery query) {
    Trigger trigger = document.toTrigger();
    Instant after =
        query.from() == null ? clock.instant().truncatedTo(ChronoUnit.MILLIS) : query.from();
    try {
      trigger.requireSound(after);
    } catch (InvalidTriggerException e) {
      throw ProblemException.invalid(e.field(), e.getMessage());
    }
    return new FirePreview(
        TriggerDescriber.of(trigger),
        fireTimes(trigger, after, trigger.firstAnchor(after), query.count()));
  }

  private static List<Instant> fireTimes(
      Trigger trigger, Instant after, Instant anchor, int count) {
    List<Instant> fireTimes = new ArrayList<>();
    Optional<Instant> next = trigger.next(after, anchor);
    while (next.isPresent() && fireTimes.size() < count) {
      fireTimes.add(next.get());
      next = trigger.next(next.get(), anchor);
    }
    return fireTimes;
  }
}
