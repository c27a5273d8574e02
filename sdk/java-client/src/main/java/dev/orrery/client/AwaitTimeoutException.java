package dev.orrery.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an instance has not ended within the time that the caller waits. The instance
 * continues; only the wait is over.
 */
public final class AwaitTimeoutException extends OrreryException {
  /** The {@link #code()} of this exception. */
  public static final String CODE = "AWAIT_TIMEOUT";

  private static final long serialVersionUID = 1L;

  private final transient Optional<Instance> lastSeen;

  AwaitTimeoutException(
      String id, Duration timeout, Optional<Instance> lastSeen, @Nullable OrreryException outage) {
    super(Failure.of(CODE, detail(id, timeout, lastSeen, outage)), outage);
    this.lastSeen = lastSeen;
  }

  private static String detail(
      String id, Duration timeout, Optional<Instance> lastSeen, @Nullable OrreryException outage) {
    return "Instance "
        + id
        + " has not ended within "
        + timeout
        + lastSeen.map(AwaitTimeoutException::state).orElse("")
        + (outage == null ? "." : "; the last call failed: " + outage.getMessage());
  }

  private static String state(Instance instance) {
    return "; it is "
        + instance.state()
        + instance.waitingFor().map(reason -> " for " + reason).orElse("")
        + (instance.state() == InstanceState.RUNNING ? ", attempt " + instance.attempt() : "");
  }

  /** Returns the state that the scheduler last reported; empty if it never answered. */
  public Optional<InstanceState> state() {
    return lastSeen.map(Instance::state);
  }

  /** Returns the instance as the scheduler last reported it. */
  public Optional<Instance> lastSeen() {
    return lastSeen;
  }
}
