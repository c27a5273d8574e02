package dev.orrery.scheduler.model.instance;

import dev.orrery.scheduler.base.database.StateCode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The states of an instance. Users see the single state {@code WAITING} for all instances that have
 * not started.
 *
 * <p>Every statement that changes a state names the expected state, and a terminal state never
 * changes. Tests compare all transitions with the table in {@code InstanceTransitions}.
 */
public enum InstanceState {
  /** Not due yet: submitted for later, or backing off. */
  SCHEDULED(StateCode.SCHEDULED, "WAITING"),
  READY(StateCode.READY, "WAITING"),
  /** Due, but must not be claimed: paused, limited, or queued behind another instance. */
  BLOCKED(StateCode.BLOCKED, "WAITING"),
  RUNNING(StateCode.RUNNING, "RUNNING"),
  /** It waits for its parts or nodes; it has no session, and no worker knows it. */
  AWAITING(StateCode.AWAITING, "RUNNING"),
  SUCCEEDED(StateCode.SUCCEEDED, "SUCCEEDED"),
  FAILED(StateCode.FAILED, "FAILED"),
  TIMED_OUT(StateCode.TIMED_OUT, "TIMED_OUT"),
  CANCELED(StateCode.CANCELED, "CANCELED"),
  /** Never started: its fire was skipped. */
  SKIPPED(StateCode.SKIPPED, "SKIPPED");

  private final int code;
  private final String publicName;

  InstanceState(StateCode code, String publicName) {
    this.code = code.number();
    this.publicName = publicName;
  }

  /** Returns the stored code; terminal states have 10 and above. */
  public int code() {
    return code;
  }

  public String publicName() {
    return publicName;
  }

  /** Returns true if a cancel only requests its end, because others must stop first. */
  public boolean hasStarted() {
    return this == RUNNING || this == AWAITING;
  }

  public boolean isTerminal() {
    return code >= SUCCEEDED.code;
  }

  public static InstanceState ofCode(int code) {
    return Arrays.stream(values())
        .filter(state -> state.code == code)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No state has the code " + code));
  }

  public static List<String> publicNames() {
    return Arrays.stream(values()).map(InstanceState::publicName).distinct().toList();
  }

  /** Returns all states with this public name; empty if it is unknown. */
  public static Set<InstanceState> ofPublicName(String name) {
    EnumSet<InstanceState> states = EnumSet.noneOf(InstanceState.class);
    Arrays.stream(values()).filter(state -> state.publicName.equals(name)).forEach(states::add);
    return states;
  }
}
