package dev.orrery.scheduler.engine.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.engine.logs.FollowStore.FollowedLog;
import dev.orrery.scheduler.engine.logs.FollowStore.News;
import dev.orrery.scheduler.engine.logs.LogStreamState.EndEvent;
import dev.orrery.scheduler.engine.logs.LogStreamState.Event;
import dev.orrery.scheduler.engine.logs.LogStreamState.HeartbeatEvent;
import dev.orrery.scheduler.engine.logs.LogStreamState.LineEvent;
import dev.orrery.scheduler.engine.logs.LogStreamState.Phase;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogStreamStateTest {
  private static final LogProgress RUNNING = LogProgress.active(1, true, true);
  private static final LogProgress OVER = LogProgress.ended(1, InstanceState.SUCCEEDED, true);

  private LogStreamState state = stateOf(null);

  @Test
  void readsOnceSubscriberRequestsEvents() {
    assertThat(state.phase()).isEqualTo(Phase.IDLE);
    assertThat(state.startReading()).isFalse();

    state.onRequest(1);

    assertThat(state.startReading()).isTrue();
    assertThat(state.phase()).isEqualTo(Phase.READING);
    assertThat(state.startReading()).as("a second read at the same time").isFalse();
  }

  @Test
  void continuesReadingAfterLastLineOfPage() {
    state.onRequest(10);
    assertThat(read(RUNNING, line(0), line(1))).isEqualTo(position(0, -1));
    take(2);

    assertThat(read(RUNNING)).isEqualTo(position(1, 1));
  }

  @Test
  void sendsPageBeforeReadingNextPage() {
    state.onRequest(1);
    read(RUNNING, line(0), line(1));
    assertThat(state.phase()).isEqualTo(Phase.IDLE);

    assertThat(take(2)).containsExactly(new LineEvent(line(0)));
    assertThat(state.startReading()).as("without demand").isFalse();
    state.onRequest(5);
    assertThat(state.startReading()).as("with a line that is not sent").isFalse();
    assertThat(take(2)).containsExactly(new LineEvent(line(1)));

    assertThat(state.startReading()).isTrue();
  }

  @Test
  void rereadsAfterEmptyPageOnlyOnNewLines() {
    state.onRequest(10);
    read(RUNNING);
    assertThat(state.phase()).isEqualTo(Phase.IDLE);
    assertThat(state.startReading()).isFalse();

    state.onLinesWritten();

    assertThat(state.startReading()).isTrue();
  }

  @Test
  void rereadsWhenLinesArriveDuringRead() {
    state.onRequest(10);
    state.startReading();
    state.readPosition();
    state.onLinesWritten();
    state.onPageRead(RUNNING, List.of());

    assertThat(state.startReading()).isTrue();
  }

  @Test
  void waitsForChangesWithoutRereadingWhenLineIsBehindGap() {
    state.onRequest(10);
    read(RUNNING, line(1));

    assertThat(take(1)).isEmpty();
    assertThat(state.startReading()).isFalse();
    assertThat(state.queryPosition()).contains(position(0, -1));
  }

  @Test
  void pausesAfterFailedReadUntilNextTick() {
    state.onRequest(10);
    state.startReading();
    state.readPosition();

    state.onReadFailed();
    assertThat(state.phase()).isEqualTo(Phase.RESTING);
    assertThat(state.startReading()).isFalse();
    assertThat(state.queryPosition()).isEmpty();
    state.onTick();

    assertThat(state.phase()).isEqualTo(Phase.IDLE);
    assertThat(state.startReading()).isTrue();
  }

  @Test
  void continuesReadWhenTickArrives() {
    state.onRequest(10);
    state.startReading();

    state.onTick();

    assertThat(state.phase()).isEqualTo(Phase.READING);
  }

  @Test
  void completesStreamOnEmptyReadAfterEnd() {
    state.onRequest(10);
    read(OVER, line(0));
    assertThat(state.phase()).as("a page with lines may not be the last").isEqualTo(Phase.IDLE);
    take(1);

    read(OVER);

    assertThat(state.phase()).isEqualTo(Phase.COMPLETE);
    assertThat(state.startReading()).isFalse();
    assertThat(state.queryPosition()).isEmpty();
  }

  @Test
  void staysIdleOnEmptyReadBeforeEnd() {
    state.onRequest(10);
    read(RUNNING);

    assertThat(state.phase()).isEqualTo(Phase.IDLE);
  }

  @Test
  void continuesAfterEndNotificationDuringRead() {
    state.onRequest(10);
    state.startReading();
    state.readPosition();
    state.onNews(position(0, -1), new News(OVER, false));
    state.onPageRead(RUNNING, List.of());

    assertThat(state.phase()).as("lines may have come between read and end").isEqualTo(Phase.IDLE);
    assertThat(state.progress()).contains(OVER);
  }

  @Test
  void completesFullyReadStreamOnEndNotification() {
    state.onRequest(10);
    read(RUNNING);

    state.onNews(state.queryPosition().orElseThrow(), new News(OVER, false));

    assertThat(state.phase()).isEqualTo(Phase.COMPLETE);
  }

  @Test
  void readsAfterNotificationOfNewLines() {
    state.onRequest(10);
    read(RUNNING);

    state.onNews(position(0, -1), new News(OVER, true));

    assertThat(state.phase()).isEqualTo(Phase.IDLE);
    assertThat(state.startReading()).isTrue();
  }

  @Test
  void ignoresEndNotificationForStalePosition() {
    state.onRequest(10);
    read(RUNNING);
    FollowedLog asked = state.queryPosition().orElseThrow();
    state.onLinesWritten();
    read(RUNNING, line(0));
    take(1);
    read(RUNNING);

    state.onNews(asked, new News(OVER, false));
    assertThat(state.phase()).isEqualTo(Phase.IDLE);

    state.onNews(position(1, 0), new News(OVER, false));
    assertThat(state.phase()).isEqualTo(Phase.COMPLETE);
  }

  @Test
  void ignoresEndNotificationWithUnreadOrUnsentLines() {
    state.onRequest(10);
    state.onNews(position(0, -1), new News(OVER, false));
    assertThat(state.phase()).as("unread").isEqualTo(Phase.IDLE);

    read(RUNNING, line(0));
    state.onNews(position(1, 0), new News(OVER, false));
    assertThat(state.phase()).as("unsent").isEqualTo(Phase.IDLE);
  }

  @Test
  void queriesNewLinesOnlyWhileWaitingForThem() {
    assertThat(state.queryPosition()).as("unread").isEmpty();
    state.onRequest(1);
    state.startReading();
    state.readPosition();
    assertThat(state.queryPosition()).as("reading").isEmpty();
    state.onPageRead(RUNNING, List.of());
    assertThat(state.queryPosition()).contains(position(0, -1));

    assertThat(state.takeEvent(true)).containsInstanceOf(HeartbeatEvent.class);
    assertThat(state.queryPosition()).as("without demand").isEmpty();
  }

  @Test
  void writesEndEventLastAndConfirmsOnNextRequest() {
    complete();
    assertThat(take(5)).containsExactly(new EndEvent(InstanceState.SUCCEEDED));
    assertThat(state.phase()).isEqualTo(Phase.ENDING);
    assertThat(state.takeEvent(true)).isEmpty();
    assertThat(state.isEndWritten()).isFalse();

    state.onRequest(1);

    assertThat(state.isEndWritten()).isTrue();
    assertThat(state.takeEvent(true)).isEmpty();
  }

  @Test
  void omitsInstanceStateFromEndEventOfSingleAttempt() {
    state = stateOf(1);
    state.onRequest(1);
    read(LogProgress.active(2, true, true));

    assertThat(take(1)).containsExactly(new EndEvent(null));
  }

  @Test
  void sendsRequestedHeartbeatAfterPendingLogLines() {
    assertThat(state.takeEvent(true)).isEmpty();
    state.onRequest(2);
    read(RUNNING, line(0));

    assertThat(state.takeEvent(true)).contains(new LineEvent(line(0)));
    assertThat(state.takeEvent(false)).isEmpty();
    assertThat(state.takeEvent(true)).contains(new HeartbeatEvent());
    assertThat(state.takeEvent(true)).as("without demand").isEmpty();
  }

  @Test
  void treatsOverflowingDemandAsUnbounded() {
    state.onRequest(Long.MAX_VALUE);
    state.onRequest(Long.MAX_VALUE);

    assertThat(state.startReading()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void closesStreamOnceFromAnyPhase(Phase phase) {
    bringTo(phase);
    assertThat(state.phase()).isEqualTo(phase);

    assertThat(state.close()).isEqualTo(phase != Phase.CLOSED);
    assertThat(state.close()).isFalse();
    state.onRequest(10);
    state.onLinesWritten();
    state.onTick();
    state.onPageRead(OVER, List.of(line(0)));
    state.onReadFailed();
    state.onNews(position(0, -1), new News(OVER, false));

    assertThat(state.phase()).isEqualTo(Phase.CLOSED);
    assertThat(state.takeEvent(true)).isEmpty();
    assertThat(state.startReading()).isFalse();
    assertThat(state.queryPosition()).isEmpty();
    assertThat(state.isEndWritten()).isFalse();
  }

  private void bringTo(Phase phase) {
    switch (phase) {
      case IDLE -> {
        state.onRequest(10);
        read(RUNNING, line(0));
      }
      case READING -> {
        state.onRequest(10);
        state.startReading();
      }
      case RESTING -> {
        bringTo(Phase.READING);
        state.onReadFailed();
      }
      case COMPLETE -> complete();
      case ENDING -> {
        complete();
        take(1);
      }
      case CLOSED -> state.close();
    }
  }

  private void complete() {
    state.onRequest(1);
    read(OVER);
    assertThat(state.phase()).isEqualTo(Phase.COMPLETE);
  }

  /** Reads a page of these lines, and returns the position of the read. */
  private FollowedLog read(LogProgress before, LogLine... lines) {
    assertThat(state.startReading()).isTrue();
    FollowedLog from = state.readPosition();
    state.onPageRead(before, List.of(lines));
    return from;
  }

  private List<Event> take(int atMost) {
    List<Event> taken = new ArrayList<>();
    for (int i = 0; i < atMost; i++) {
      Optional<Event> event = state.takeEvent(false);
      event.ifPresent(taken::add);
    }
    return taken;
  }

  private static LogStreamState stateOf(Integer onlyAttempt) {
    return new LogStreamState(new FollowedLog(7, onlyAttempt, LogCursor.START));
  }

  private static FollowedLog position(int attempt, int sequence) {
    return new FollowedLog(7, null, new LogCursor(attempt, sequence));
  }

  private static LogLine line(int sequence) {
    return new LogLine(1, sequence, Instant.EPOCH, "stdout", "line " + sequence);
  }
}
