package dev.orrery.scheduler.cluster;

/** A cluster port responded to a call with an error. */
final class CallFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final LinkState.State state;

  CallFailedException(LinkState.State state) {
    super(state.name(), null, false, false);
    this.state = state;
  }

  LinkState.State state() {
    return state;
  }

  static LinkState.State stateOf(Throwable failure) {
    return failure instanceof CallFailedException call ? call.state : LinkState.State.UNREACHABLE;
  }
}
