package dev.orrery.scheduler.job;

import dev.orrery.scheduler.job.document.TriggerDocument;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.trigger.InvalidTriggerException;
import dev.orrery.scheduler.trigger.Trigger;
import dev.orrery.scheduler.trigger.TriggerDescriber;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Describes triggers, and previews their fire times. */
@ApplicationScoped
class PreviewService {
  private final JobService jobs;
  private final TriggerStore triggers;

  PreviewService(JobService jobs, TriggerStore triggers) {
    this.jobs = jobs;
    this.triggers = triggers;
  }

  /**
   * The trigger in words, and the fire times that it names, whether or not the job is enabled; for
   * a fixed delay at most one, because the others depend on how long instances take.
   */
  @Transactional
  FirePreview next(int appId, String name, PreviewQuery query) {
    Job job = jobs.get(appId, name);
    Optional<TriggerState> state = triggers.find(job.id());
    if (state.isEmpty() || !job.isReadable()) {
      return new FirePreview(null, List.of());
    }
    Trigger trigger = job.document().trigger().toTrigger();
    String description = TriggerDescriber.of(trigger);
    Instant after = query.from() == null ? jobs.now() : query.from();
    if (trigger instanceof Trigger.Delay) {
      return new FirePreview(
          description,
          Optional.ofNullable(state.get().nextFireAt()).filter(after::isBefore).stream().toList());
    }
    return new FirePreview(
        description, fireTimes(trigger, after, state.get().anchorAt(), query.count()));
  }

  /**
   * Describes a trigger that belongs to no job, and lists its fire times.
   *
   * @throws ProblemException {@code INVALID} if a job with it would be refused
   */
  @Transactional
  FirePreview next(TriggerDocument document, PreviewQuery query) {
    Trigger trigger = document.toTrigger();
    Instant after = query.from() == null ? jobs.now() : query.from();
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
