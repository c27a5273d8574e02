package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.FlowNode.When;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.flow.FlowStore.NodeKey;
import dev.orrery.scheduler.flow.FlowStore.StoredFlow;
import dev.orrery.scheduler.flow.FlowStore.StoredNode;
import dev.orrery.scheduler.flow.ParentStore.AwaitingParent;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceId;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlowProgressTest {
  private static final Instant CANCELED_AT = Instant.parse("2027-03-01T12:00:00Z");

  @Test
  void countsTimeoutOfEndedNodeFromItsStartIfItStartedAfterCancel() {
    Instant started = CANCELED_AT.plusSeconds(3600);

    assertThat(toCancel(started, started.plusSeconds(59))).isEmpty();
    assertThat(toCancel(started, started.plusSeconds(60)))
        .containsOnlyKeys(EndReason.NODE_TIMED_OUT);
  }

  @Test
  void countsTimeoutOfEndedNodeFromCancelIfItWasActiveThen() {
    Instant started = CANCELED_AT.minusSeconds(3600);

    assertThat(toCancel(started, CANCELED_AT.plusSeconds(59))).isEmpty();
    assertThat(toCancel(started, CANCELED_AT.plusSeconds(60)))
        .containsOnlyKeys(EndReason.NODE_TIMED_OUT);
  }

  /** Of a canceled flow whose only node has a time-out of a minute. */
  private static Map<EndReason, Set<Long>> toCancel(Instant started, Instant now) {
    StoredFlow flow =
        new StoredFlow(1, null, 1, null, null, null, false, false, false, CANCELED_AT, now);
    FlowNode node =
        new FlowNode("release", "job", List.of(), When.ENDED, "PT1M", null, false, Map.of());
    StoredNode running =
        new StoredNode(
            new NodeKey(1, "release"), InstanceState.RUNNING, InstanceId.at(started), null);
    return new FlowProgress(
            new AwaitingParent(1, 1, 1, false, false, EndReason.CANCELED, flow),
            FlowPlan.of(new ProcessorSpec.Flow(null, List.of(node)), Map.of()),
            Map.of("release", running))
        .toCancel();
  }
}
