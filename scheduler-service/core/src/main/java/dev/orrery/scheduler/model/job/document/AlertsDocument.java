package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;

/**
 * The conditions under which a job is reported although nothing failed. At least one of the two
 * fields is set.
 *
 * @param noSuccessFor the time without a success after which the job is overdue; null for never
 * @param runsLongerThan the time after which a running attempt, or a parent as a whole, is slow;
 *     null for never
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record AlertsDocument(Duration noSuccessFor, Duration runsLongerThan) {}
