package dev.orrery.scheduler.instance;

import dev.orrery.scheduler.database.StateCode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * The states of an instance. Users see the single state {@code WAITING} for all instances that have
 * not started.
 *
 * <p>{@link #mayBecome} is the table of all transitions; every statement that changes a state names
 * the one that it expects, and a terminal state never changes.
 */
public enum InstanceState {
  /** Not due yet: made for later, or backing off. */
  SCHEDULED(StateCode.SCHEDULED, "WAITING"),
  /** Can be claimed. */
  READY(StateCode.READY, "WAITING"),
  /** Due, and not to be claimed: paused, limited, or queued behind another one. */
  BLOCKED(StateCode.BLOCKED, "WAITING"),
  /** Held by a session. */
  RUNNING(StateCode.RUNNING, "RUNNING"),
  SUCCEEDED(StateCode.SUCCEEDED, "SUCCEEDED"),
  FAILED(StateCode.FAILED, "FAILED"),
  TIMED_OUT(StateCode.TIMED_OUT, "TIMED_OUT"),
  CANCELED(StateCode.CANCELED, "CANCELED"),
  /** Never started: its fire was left out. */
  SKIPPED(StateCode.SKIPPED, "SKIPPED");

  private final int code;
  private final String publicName;

  InstanceState(StateCode code, String publicName) {
    this.code = code.number();
    this.publicName = publicName;
  }

  /** As it is stored; terminal states are 10 and above. */
  public int code() {
    return code;
  }

  /** As users see it. */
  public String publicName() {
    return publicName;
  }

  public boolean isTerminal() {
    return code >= SUCCEEDED.code;
  }

  /** The states that may follow; empty for terminal ones. */
  public Set<InstanceState> mayBecome() {
    return switch (this) {
      case SCHEDULED -> EnumSet.of(READY, BLOCKED, CANCELED);
      case READY -> EnumSet.of(RUNNING, BLOCKED, CANCELED);
      case BLOCKED -> EnumSet.of(READY, SCHEDULED, CANCELED);
      case RUNNING -> EnumSet.of(SCHEDULED, READY, BLOCKED, SUCCEEDED, FAILED, TIMED_OUT, CANCELED);
      case SUCCEEDED, FAILED, TIMED_OUT, CANCELED, SKIPPED -> EnumSet.noneOf(InstanceState.class);
    };
  }

  public static InstanceState ofCode(int code) {
    return Arrays.stream(values())
        .filter(state -> state.code == code)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No state has the code " + code));
  }

  /** All states that users see under this name; empty for an unknown one. */
  public static Set<InstanceState> ofPublicName(String name) {
    EnumSet<InstanceState> states = EnumSet.noneOf(InstanceState.class);
    Arrays.stream(values()).filter(state -> state.publicName.equals(name)).forEach(states::add);
    return states;
  }
}
