package dev.orrery.scheduler.engine.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineOrderTest {
  @Test
  void showsLinesWithoutGap() {
    assertThat(shown(LogCursor.START, null, 1, "1-0", "1-1", "1-2")).isEqualTo(3);
    assertThat(shown(new LogCursor(1, 4), null, 1, "1-5", "1-6")).isEqualTo(2);
  }

  @Test
  void stopsAtGapOfUnfinishedAttempt() {
    assertThat(shown(LogCursor.START, null, 1, "1-1")).isZero();
    assertThat(shown(LogCursor.START, null, 1, "1-0", "1-2")).isEqualTo(1);
    assertThat(shown(new LogCursor(2, 3), null, 2, "2-5")).isZero();
  }

  @Test
  void skipsGapOfFinalAttempt() {
    assertThat(shown(LogCursor.START, null, 2, "1-1", "1-5", "2-0", "2-2")).isEqualTo(3);
  }

  @Test
  void delaysNextAttemptUntilEarlierAttemptsAreFinal() {
    assertThat(shown(LogCursor.START, null, 1, "1-0", "2-0")).isEqualTo(1);
    assertThat(shown(LogCursor.START, null, 2, "1-0", "2-0")).isEqualTo(2);
    assertThat(shown(LogCursor.START, null, 1, "2-0")).isZero();
  }

  @Test
  void showsFollowedAttemptWithoutWaitingForEarlierAttempts() {
    assertThat(shown(LogCursor.START, 2, 1, "2-0", "2-1")).isEqualTo(2);
    assertThat(shown(LogCursor.START, 2, 1, "2-1")).isZero();
  }

  @Test
  void showsIncompleteLogMarkerOnlyOnceAttemptIsFinal() {
    assertThat(shown(LogCursor.START, null, 1, "1-0", "1-2147483647")).isEqualTo(1);
    assertThat(shown(LogCursor.START, null, 2, "1-0", "1-2147483647", "2-0")).isEqualTo(3);
    assertThat(shown(new LogCursor(1, Integer.MAX_VALUE), null, 2, "2-0")).isEqualTo(1);
  }

  @Test
  void treatsAttemptAsFinalShortlyAfterNextStart() {
    assertThat(LogProgress.active(0, false, false).finalBelow()).isEqualTo(1);
    assertThat(LogProgress.active(1, true, false).finalBelow()).isEqualTo(1);
    assertThat(LogProgress.active(2, true, false).finalBelow()).isEqualTo(1);
    assertThat(LogProgress.active(2, true, true).finalBelow()).isEqualTo(2);
    assertThat(LogProgress.active(2, false, true).finalBelow()).isEqualTo(2);
  }

  @Test
  void endsLogShortlyAfterInstanceEnd() {
    LogProgress justEnded = LogProgress.ended(2, InstanceState.FAILED, false);
    LogProgress ended = LogProgress.ended(2, InstanceState.FAILED, true);

    assertThat(justEnded.isOver(null)).isFalse();
    assertThat(justEnded.isOver(1)).isTrue();
    assertThat(justEnded.isOver(2)).isFalse();
    assertThat(ended.isOver(null)).isTrue();
    assertThat(ended.isOver(2)).isTrue();
    assertThat(LogProgress.active(2, true, true).isOver(null)).isFalse();
    assertThat(LogProgress.active(2, true, true).isOver(1)).isTrue();
  }

  private static int shown(LogCursor cursor, Integer only, int finalBelow, String... places) {
    List<LogLine> lines =
        Arrays.stream(places)
            .map(LogCursor::parse)
            .map(
                place ->
                    new LogLine(place.attempt(), place.sequence(), Instant.EPOCH, "stdout", ""))
            .toList();
    List<LogLine> shown = LineOrder.showable(lines, cursor, only, finalBelow);
    assertThat(shown).isEqualTo(lines.subList(0, shown.size()));
    return shown.size();
  }
}
