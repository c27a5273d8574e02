package dev.orrery.client;

import java.util.Optional;

/**
 * The number of nodes of a flow in each state.
 *
 * @param total all of them
 * @param waiting those that wait for other nodes
 * @param active those whose runs wait or run
 * @param succeeded those that ended in success
 * @param failed those that failed, timed out or were canceled
 * @param skipped those that did not run
 * @param ending CANCELED or TIMED_OUT if the flow will end so once its active nodes, and those with
 *     {@code when: ended}, have ended
 */
public record NodeCounts(
    int total,
    int waiting,
    int active,
    int succeeded,
    int failed,
    int skipped,
    Optional<InstanceState> ending) {
  static NodeCounts of(Fields json) {
    return new NodeCounts(
        json.number("total"),
        json.number("waiting"),
        json.number("active"),
        json.number("succeeded"),
        json.number("failed"),
        json.number("skipped"),
        json.optionalText("ending")
            .map(state -> Fields.constant(InstanceState.class, state, InstanceState.UNKNOWN)));
  }
}
