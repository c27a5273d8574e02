package dev.orrery.worker.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.session.ConnectionPhase.Step;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConnectionPhaseTest {
  /** A dash marks a step that the phase does not have. */
  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          phase,        AGREED, DRAIN_REQUESTED, BYE_SENT, BYE_ANSWERED, SESSION_GONE, WORKER_DRAINS
          CONNECTING,   OPEN,   -,               -,        -,            -,            DISCONNECTED
          OPEN,         -,      LEAVING,         -,        -,            CONNECTING,   DRAINING
          LEAVING,      -,      -,               CLOSING,  -,            CONNECTING,   DRAINING
          CLOSING,      -,      -,               -,        CONNECTING,   -,            PARTING
          DRAINING,     -,      -,               PARTING,  -,            DISCONNECTED, -
          PARTING,      -,      -,               -,        DISCONNECTED, -,            -
          DISCONNECTED, -,      -,               -,        -,            -,            -
          """)
  void allowsOnlyDefinedPhaseTransitions(
      ConnectionPhase phase,
      String agreed,
      String drainRequested,
      String byeSent,
      String byeAnswered,
      String sessionGone,
      String workerDrains) {
    Map<Step, String> expected = new EnumMap<>(Step.class);
    expected.put(Step.AGREED, agreed);
    expected.put(Step.DRAIN_REQUESTED, drainRequested);
    expected.put(Step.BYE_SENT, byeSent);
    expected.put(Step.BYE_ANSWERED, byeAnswered);
    expected.put(Step.SESSION_GONE, sessionGone);
    expected.put(Step.WORKER_DRAINS, workerDrains);

    expected.forEach(
        (step, name) ->
            assertThat(phase.after(step))
                .as("%s after %s", phase, step)
                .isEqualTo(name.equals("-") ? phase : ConnectionPhase.valueOf(name)));
    assertThat(expected).hasSameSizeAs(Step.values());
  }

  @ParameterizedTest
  @EnumSource(names = {"DRAINING", "PARTING", "DISCONNECTED"})
  void staysDrainingAfterEveryStep(ConnectionPhase phase) {
    assertThat(Arrays.stream(Step.values()).map(phase::after))
        .allMatch(ConnectionPhase::isDraining);
  }

  @Test
  void hasSessionExceptInFirstAndLastPhase() {
    assertThat(Arrays.stream(ConnectionPhase.values()).filter(phase -> !phase.hasSession()))
        .containsExactly(ConnectionPhase.CONNECTING, ConnectionPhase.DISCONNECTED);
  }
}
