package dev.orrery.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.dispatch.ClaimCursor.Look;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimCursorTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long SLACK = 200_000;
  private static final QueuePosition FIRST = new QueuePosition(1_800_000_000_000_000L, 7);

  private final ClaimCursor mark = new ClaimCursor();
  private long now = 17;
  private long clock = FIRST.dueMicros() + 60 * SLACK;

  @BeforeEach
  void allWasLookedAt() {
    assertThat(since()).isEqualTo(QueuePosition.START);
    look(FIRST, false, 0);
  }

  private void look(QueuePosition last, boolean complete, long duration) {
    Look look = mark.next(now);
    now += duration;
    mark.looked(look, last, clock, complete, now, duration);
  }

  private QueuePosition since() {
    return mark.next(now).since();
  }

  private static QueuePosition after(long micros) {
    return new QueuePosition(FIRST.dueMicros() + micros, 3);
  }

  @Test
  void looksOnAtTheLastThatWasClaimed() {
    assertThat(since()).isEqualTo(FIRST);

    look(after(5), false, 0);

    assertThat(since()).isEqualTo(after(5));
  }

  @Test
  void ofThoseDueAtOneTimeGoesOnWithTheNext() {
    QueuePosition next = new QueuePosition(FIRST.dueMicros(), FIRST.id() + 1);

    look(next, false, 0);

    assertThat(since()).isEqualTo(next);
  }

  @Test
  void looksAtAllThatBecameDueJustNow() {
    look(new QueuePosition(clock - SLACK / 2, 9), true, 0);

    assertThat(since()).isEqualTo(new QueuePosition(clock - SLACK, 0));
  }

  @Test
  void goesBackNeitherForOneThatIsLateNorForNone() {
    look(after(-5), true, 0);
    look(null, true, 0);

    assertThat(since()).isEqualTo(FIRST);
  }

  @Test
  void looksAtAllOnceASecond() {
    now += SECOND - 1;
    assertThat(since()).isEqualTo(FIRST);
    now += 1;
    assertThat(since()).isEqualTo(QueuePosition.START);

    look(null, true, 0);

    assertThat(since()).isEqualTo(FIRST);
  }

  @Test
  void looksAtAllWhenRewoundAndAgainIfThatHappensDuringTheLook() {
    mark.rewind();
    Look look = mark.next(now);
    assertThat(look.since()).isEqualTo(QueuePosition.START);
    mark.rewind();
    mark.looked(look, null, clock, true, now, 0);

    assertThat(since()).isEqualTo(QueuePosition.START);
  }

  @Test
  void goesBackToWhereALookAtAllHadToStop() {
    mark.rewind();
    look(after(-50 * SLACK), false, 0);
    assertThat(since()).isEqualTo(after(-50 * SLACK));
  }

  @Test
  void staysInFrontIfALookAtAllLeftNothingBehind() {
    mark.rewind();
    look(after(-50 * SLACK), true, 0);
    assertThat(since()).isEqualTo(FIRST);
  }

  @Test
  void looksAtAllWheneverItIsRewoundWhereThatTakesLittle() {
    for (int i = 0; i < 3; i++) {
      mark.rewind();
      assertThat(since()).isEqualTo(QueuePosition.START);
      look(null, true, SECOND / 20);
      assertThat(since()).isEqualTo(FIRST);
    }
  }

  @Test
  void looksAtAllMoreSeldomWhereThatTakesLong() {
    mark.rewind();
    look(null, true, SECOND);
    mark.rewind();

    now += 10 * (SECOND - SECOND / 20) - 1;
    assertThat(since()).isEqualTo(FIRST);
    now += 1;
    assertThat(since()).isEqualTo(QueuePosition.START);
  }
}
