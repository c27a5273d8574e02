package dev.orrery.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.dispatch.Mark.Look;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MarkTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long DUE = 1_800_000_000_000_000L;
  private static final long SLACK = 1_000_000;

  private final Mark mark = new Mark();
  private long now = 17;

  @BeforeEach
  void allWasLookedAt() {
    assertThat(mark.next(now).sinceMicros()).isEqualTo(Mark.START);
    look(DUE, false, 0);
  }

  private void look(Long lastDue, boolean complete, long duration) {
    Look look = mark.next(now);
    now += duration;
    mark.looked(look, lastDue, complete, now, duration);
  }

  private long since() {
    return mark.next(now).sinceMicros();
  }

  @Test
  void looksOnALittleBeforeTheLastThatWasClaimed() {
    assertThat(since()).isEqualTo(DUE - SLACK);

    look(DUE + 5, false, 0);

    assertThat(since()).isEqualTo(DUE + 5 - SLACK);
  }

  @Test
  void goesBackNeitherForOneThatIsLateNorForNone() {
    look(DUE - SLACK / 2, true, 0);
    look(null, true, 0);

    assertThat(since()).isEqualTo(DUE - SLACK);
  }

  @Test
  void looksAtAllOnceASecond() {
    now += SECOND - 1;
    assertThat(since()).isEqualTo(DUE - SLACK);
    now += 1;
    assertThat(since()).isEqualTo(Mark.START);

    look(null, true, 0);

    assertThat(since()).isEqualTo(DUE - SLACK);
  }

  @Test
  void looksAtAllWhenRewoundAndAgainIfThatHappensDuringTheLook() {
    mark.rewind();
    Look look = mark.next(now);
    assertThat(look.sinceMicros()).isEqualTo(Mark.START);
    mark.rewind();
    mark.looked(look, null, true, now, 0);

    assertThat(since()).isEqualTo(Mark.START);
  }

  @Test
  void goesBackToWhereALookAtAllHadToStop() {
    mark.rewind();
    look(DUE - 50 * SLACK, false, 0);
    assertThat(since()).isEqualTo(DUE - 51 * SLACK);
  }

  @Test
  void staysInFrontIfALookAtAllLeftNothingBehind() {
    mark.rewind();
    look(DUE - 50 * SLACK, true, 0);
    assertThat(since()).isEqualTo(DUE - SLACK);
  }

  @Test
  void looksAtAllMoreSeldomWhereThatTakesLong() {
    mark.rewind();
    look(null, true, SECOND);
    mark.rewind();

    now += 10 * SECOND - 1;
    assertThat(since()).isEqualTo(DUE - SLACK);
    now += 1;
    assertThat(since()).isEqualTo(Mark.START);
  }
}
