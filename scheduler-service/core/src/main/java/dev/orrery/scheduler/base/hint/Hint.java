package dev.orrery.scheduler.base.hint;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.orrery.protocol.SessionHandle;
import dev.orrery.protocol.message.AttemptRef;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * A notification that means "query the database now" and so saves waiting. Correctness never
 * depends on a hint: its content is in the database, which every listener also queries
 * periodically.
 *
 * <p>The types that have a name here are also sent to other replicas. A replica that receives an
 * unknown name, because the sender is newer, queries everything.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", defaultImpl = Hint.Resync.class)
@JsonSubTypes({
  @JsonSubTypes.Type(value = Hint.LanesReady.class, name = "lanes"),
  @JsonSubTypes.Type(value = Hint.JobsChanged.class, name = "jobs"),
  @JsonSubTypes.Type(value = Hint.CancelRequested.class, name = "cancel"),
  @JsonSubTypes.Type(value = Hint.SessionEnded.class, name = "ended"),
  @JsonSubTypes.Type(value = Hint.AttemptReported.class, name = "reported"),
  @JsonSubTypes.Type(value = Hint.Deliver.class, name = "deliver"),
  @JsonSubTypes.Type(value = Hint.Resync.class, name = "resync")
})
@RegisterForReflection
public sealed interface Hint {

  /** Only the replica that publishes such a hint acts on it. */
  sealed interface Local extends Hint {}

  /**
   * Instances became ready in these lanes.
   *
   * @param fresh whether all of them became due within {@link HintBus#JUST_NOW}
   */
  @RegisterForReflection
  record LanesReady(Set<Integer> lanes, boolean fresh) implements Hint {
    public LanesReady {
      lanes = Set.copyOf(lanes);
    }
  }

  /** An instance or a trigger becomes due after this time, or sooner. */
  record DueIn(Duration time) implements Local {}

  /** Blocked instances of these jobs may have become startable. */
  record Unblock(Set<Long> jobs) implements Local {}

  /** Jobs were written: there may be new lanes and earlier fire times. */
  @RegisterForReflection
  record JobsChanged() implements Hint {}

  /** The session that holds a running attempt must stop it. */
  @RegisterForReflection
  record CancelRequested(
      UUID session, @JsonFormat(shape = JsonFormat.Shape.ARRAY) AttemptRef attempt)
      implements Hint {
    public CancelRequested {
      Objects.requireNonNull(session);
      Objects.requireNonNull(attempt);
    }

    @Override
    public String toString() {
      return "CancelRequested[" + SessionHandle.of(session) + ", " + attempt + "]";
    }
  }

  /** A session has ended: it gets no more work, and its attempts are requeued. */
  @RegisterForReflection
  record SessionEnded(UUID session) implements Hint {
    public SessionEnded {
      Objects.requireNonNull(session);
    }

    @Override
    public String toString() {
      return "SessionEnded[" + SessionHandle.of(session) + "]";
    }
  }

  /** A session whose worker another replica serves has reported the end of an attempt here. */
  @RegisterForReflection
  record AttemptReported(
      UUID session, @JsonFormat(shape = JsonFormat.Shape.ARRAY) AttemptRef attempt)
      implements Hint {
    public AttemptReported {
      Objects.requireNonNull(session);
      Objects.requireNonNull(attempt);
    }

    @Override
    public String toString() {
      return "AttemptReported[" + SessionHandle.of(session) + ", " + attempt + "]";
    }
  }

  /** Parts or nodes of these parents have ended, or a parent needs a look for another reason. */
  record ChildrenEnded(Set<Long> parents) implements Local {}

  /** Attempts were given to these sessions without a claim. */
  @RegisterForReflection
  record Deliver(Set<UUID> sessions) implements Hint {
    public Deliver {
      sessions = Set.copyOf(sessions);
    }

    @Override
    public String toString() {
      return "Deliver[" + sessions.stream().map(SessionHandle::of).toList() + "]";
    }
  }

  /** Hints of other replicas may be lost: everything that they could announce must be queried. */
  @RegisterForReflection
  record Resync() implements Hint {}
}
