package dev.orrery.scheduler.cluster;

/** A call on the cluster port that was answered, but not as it should be. */
final class CallFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reach.State state;

  CallFailedException(Reach.State state) {
    super(state.name(), null, false, false);
    this.state = state;
  }

  Reach.State state() {
    return state;
  }

  /** What a failure of any kind says about the replica that was called. */
  static Reach.State stateOf(Throwable failure) {
    return failure instanceof CallFailedException call ? call.state : Reach.State.UNREACHABLE;
  }
}
