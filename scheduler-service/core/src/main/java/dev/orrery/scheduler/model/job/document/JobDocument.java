package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.orrery.protocol.ProcessorSpec;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The processor, trigger and policies of a job, with all defaults filled in. Two documents with the
 * same meaning are equal.
 *
 * @param description never null
 * @param trigger null for jobs that only the API starts
 * @param fanOut null for jobs whose instances have no parts
 * @param parameters never null
 * @param timeout time-out of one attempt; null means none
 * @param concurrency the maximum number of concurrent instances; null means unlimited
 * @param requiredTags sorted, without duplicates
 * @param alerts null if nothing is reported but failures
 * @param onFailure null if a failure changes nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "JobDocument")
@RegisterForReflection
public record JobDocument(
    String name,
    @JsonUnwrapped JobDescription description,
    TriggerDocument trigger,
    ProcessorSpec processor,
    FanOutDocument fanOut,
    Map<String, String> parameters,
    OverlapPolicy overlap,
    MisfirePolicy misfire,
    Duration catchUpWindow,
    RetryDocument retry,
    Duration timeout,
    int priority,
    Integer concurrency,
    List<String> requiredTags,
    AlertsDocument alerts,
    OnFailureDocument onFailure,
    boolean enabled) {

  /**
   * Returns true if instances of the job may wait for each other. The job then has a row in {@code
   * job_concurrency}.
   */
  public boolean needsConcurrencyRow() {
    return concurrency != null || overlap.waits();
  }

  public Optional<FanOutDocument> fanOutIfAny() {
    return Optional.ofNullable(fanOut);
  }

  public Optional<ProcessorSpec.Flow> flowIfAny() {
    return processor instanceof ProcessorSpec.Flow flow ? Optional.of(flow) : Optional.empty();
  }

  /** Returns true if an instance runs on no worker itself, but waits for others. */
  public boolean hasChildren() {
    return fanOut != null || flowIfAny().isPresent();
  }

  public Optional<TriggerDocument> triggerIfAny() {
    return Optional.ofNullable(trigger);
  }

  /** Returns a copy for viewers, without values of headers that may be secret. */
  public JobDocument forViewers() {
    return copy(HeaderMask.hide(processor), enabled);
  }

  public JobDocument disabled() {
    return copy(processor, false);
  }

  private JobDocument copy(ProcessorSpec newProcessor, boolean newEnabled) {
    return new JobDocument(
        name,
        description,
        trigger,
        newProcessor,
        fanOut,
        parameters,
        overlap,
        misfire,
        catchUpWindow,
        retry,
        timeout,
        priority,
        concurrency,
        requiredTags,
        alerts,
        onFailure,
        newEnabled);
  }

  /** Returns the tags that a worker needs for a run; sorted, without duplicates. */
  public List<String> workerTags() {
    List<String> ofProcessor = processor.tags();
    return ofProcessor.isEmpty()
        ? requiredTags
        : Stream.concat(requiredTags.stream(), ofProcessor.stream()).distinct().sorted().toList();
  }
}
