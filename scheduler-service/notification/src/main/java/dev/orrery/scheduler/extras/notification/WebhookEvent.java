package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.scheduler.base.json.JsonFields;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The events that a webhook can subscribe to. */
@RegisterForReflection
@Schema(description = "An event that webhooks report.")
public enum WebhookEvent {
  /** At least the threshold of instances ended FAILED or TIMED_OUT within the window. */
  FAILED,
  /** The first success after a failure event, or of an overdue job. */
  RECOVERED,
  /** An alarm has ended, though not by a success. */
  CLOSED,
  /** Fires were missed, and are not caught up. */
  MISSED,
  /** An instance still waits, although it has been due for longer than allowed. */
  LATE,
  /** A job has not succeeded for as long as its {@code alerts.noSuccessFor}. */
  OVERDUE,
  /** An attempt, or a parent as a whole, runs for longer than {@code alerts.runsLongerThan}. */
  SLOW,
  /** The scheduler has paused a job after {@code onFailure.pauseAfter} failures in a row. */
  PAUSED,
  /** A test message that a user requested. */
  TEST;

  /** The events that a document may name. A test is always sent. */
  static final WebhookEvent[] TO_CHOOSE = {
    FAILED, RECOVERED, CLOSED, MISSED, LATE, OVERDUE, SLOW, PAUSED
  };

  @JsonValue
  public String spelling() {
    return JsonFields.spelling(this);
  }
}
