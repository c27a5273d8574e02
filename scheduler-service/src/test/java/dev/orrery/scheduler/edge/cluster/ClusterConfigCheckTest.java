package dev.orrery.scheduler.edge.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterConfigCheckTest {

  @ParameterizedTest
  @ValueSource(strings = {"PT0.1S", "PT2S"})
  void acceptsHeartbeatIntervalWithinBounds(Duration interval) {
    assertThatCode(() -> ClusterConfigCheck.require(interval)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-1S", "PT0S", "PT0.099S", "PT2.001S"})
  void refusesHeartbeatIntervalOutsideBounds(Duration interval) {
    assertThatThrownBy(() -> ClusterConfigCheck.require(interval))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.cluster.heartbeat-interval is " + interval)
        .hasMessageContaining("between 100 milliseconds and 2 seconds");
  }
}
