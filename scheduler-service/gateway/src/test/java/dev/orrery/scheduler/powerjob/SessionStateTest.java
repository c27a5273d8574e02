package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.powerjob.SessionState.Event;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionStateTest {
  private static final String FORBIDDEN = "-";

  private static final String TABLE =
      """
      state            HEARTBEAT  CALL_FAILED      SILENCE          DRAIN            RESUME   CLOSE
      SERVING          SERVING    UNREACHABLE      SILENT           DRAINING         -        CLOSED
      UNREACHABLE      SERVING    UNREACHABLE      SILENT           DRAINING         -        CLOSED
      SILENT           SERVING    SILENT           -                DRAINING_SILENT  -        CLOSED
      DRAINING         DRAINING   DRAINING         DRAINING_SILENT  -                SERVING  CLOSED
      DRAINING_SILENT  DRAINING   DRAINING_SILENT  -                -                SILENT   CLOSED
      CLOSED           CLOSED     CLOSED           -                -                -        CLOSED
      """;

  @Test
  void followsTableForEachStateAndEvent() {
    List<String[]> lines = TABLE.lines().map(line -> line.split(" +", -1)).toList();
    List<String> walked = new ArrayList<>();
    for (String[] cells : lines.subList(1, lines.size())) {
      SessionState state = SessionState.valueOf(cells[0]);
      for (int column = 1; column < cells.length; column++) {
        Event event = Event.valueOf(lines.get(0)[column]);
        walked.add(state + " " + event);
        if (cells[column].equals(FORBIDDEN)) {
          assertThatThrownBy(() -> state.on(event))
              .isInstanceOf(IllegalStateException.class)
              .hasMessage(event + " in the state " + state);
        } else {
          assertThat(state.on(event)).as(state + " on " + event).hasToString(cells[column]);
        }
      }
    }
    assertThat(walked)
        .doesNotHaveDuplicates()
        .hasSize(SessionState.values().length * Event.values().length);
  }

  @ParameterizedTest
  @CsvSource({
    "SERVING, false, false",
    "UNREACHABLE, false, false",
    "SILENT, true, false",
    "DRAINING, false, true",
    "DRAINING_SILENT, true, true",
    "CLOSED, false, false"
  })
  void tellsSilentAndDrainingStates(SessionState state, boolean isSilent, boolean isDraining) {
    assertThat(state.isSilent()).isEqualTo(isSilent);
    assertThat(state.isDraining()).isEqualTo(isDraining);
  }
}
