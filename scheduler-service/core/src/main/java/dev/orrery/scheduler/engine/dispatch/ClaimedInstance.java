package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.engine.dispatch.PartStore.PartOrigin;
import dev.orrery.scheduler.model.instance.AttemptDeadline;
import dev.orrery.scheduler.model.job.JobVersionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A row that was claimed now, or that a session holds from an earlier claim.
 *
 * @param dueMicros its due time, in microseconds since 1970
 * @param consistent whether its version is of its job and of its lane
 * @param parameters a JSON object of the instance's own parameters; null if there are none
 * @param fireTime null for instances submitted through the API
 * @param timeLeft until the worker must stop the attempt; null without a time-out
 * @param lateness from the due time to the claim; never negative
 */
record ClaimedInstance(
    AttemptRef attempt,
    int laneId,
    int priority,
    long dueMicros,
    UUID session,
    JobVersionKey version,
    boolean consistent,
    String parameters,
    Instant fireTime,
    Duration timeLeft,
    Duration lateness) {

  static final Duration REPORT_MARGIN = AttemptDeadline.REPORT_MARGIN;

  /** Returns the row of a part with what its parent knows. */
  ClaimedInstance ofPart(PartOrigin origin) {
    return new ClaimedInstance(
        attempt,
        laneId,
        priority,
        dueMicros,
        session,
        version,
        origin.consistent(),
        parameters,
        origin.fireTime(),
        timeLeft,
        lateness);
  }

  QueuePosition position() {
    return new QueuePosition(dueMicros, attempt.instance());
  }

  /** Returns the database's clock at the claim, in microseconds since 1970. */
  long claimedMicros() {
    return dueMicros + lateness.toNanos() / 1000;
  }
}
