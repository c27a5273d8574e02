package dev.orrery.scheduler.pulse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.orrery.scheduler.database.DatabaseFailures;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.Hints;
import dev.orrery.scheduler.hint.TestPeers;
import dev.orrery.scheduler.pulse.LookStore.Look;
import dev.orrery.scheduler.time.SettableTicker;
import dev.orrery.scheduler.worker.SessionConfig;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Given this look, these actions; given this hint, this sleep. */
class PulseTest {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration BLOCKED_INTERVAL = Duration.ofSeconds(2);
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SOON = Duration.ofMillis(300);

  private final SettableTicker ticker = new SettableTicker();
  private final Hints hints = new Hints();
  private final FakeLookStore store = new FakeLookStore();
  private final FakeDuties duties = new FakeDuties();
  private final Pulse pulse =
      new Pulse(store, duties, TestPeers.peers(ticker), config(), sessionConfig(), ticker, hints);

  private static PulseConfig config() {
    return new PulseConfig() {
      @Override
      public Duration interval() {
        return INTERVAL;
      }

      @Override
      public Duration blockedInterval() {
        return BLOCKED_INTERVAL;
      }
    };
  }

  private static SessionConfig sessionConfig() {
    return new SessionConfig() {
      @Override
      public Duration lease() {
        return LEASE;
      }

      @Override
      public Duration renewEvery() {
        return LEASE.dividedBy(3);
      }
    };
  }

  private List<String> doneAt(Look look) {
    store.shows(look);
    pulse.beat();
    return duties.takeDone().stream().filter(done -> !done.startsWith("blocked")).toList();
  }

  /** Looks each second for a whole lease, so that sessions may be judged. */
  private void outliveTheGrace() {
    store.showsNothing();
    for (int second = 0; second <= LEASE.toSeconds(); second++) {
      pulse.beat();
      ticker.advance(INTERVAL);
    }
    duties.takeDone();
  }

  @Test
  void nothingToDoIsLookedAtAgainAfterTheInterval() {
    store.showsNothing();

    assertThat(pulse.beat()).isEqualTo(INTERVAL);
    assertThat(store.askedFor()).containsExactly(7, 8);
  }

  static Stream<Arguments> whatIsDue() {
    return Stream.of(
        Arguments.of(FakeLookStore.fireIn(NOW), "fire"),
        Arguments.of(FakeLookStore.fireIn(SOON.negated()), "fire"),
        Arguments.of(FakeLookStore.dueIn(NOW), "promote"),
        Arguments.of(FakeLookStore.deadlineIn(NOW), "end overdue"),
        Arguments.of(FakeLookStore.leaseEndsIn(NOW), "end expired"),
        Arguments.of(FakeLookStore.unsettled(), "settle"),
        Arguments.of(FakeLookStore.ready(3, 4), "lanes [3, 4]"));
  }

  @ParameterizedTest
  @MethodSource("whatIsDue")
  void whatIsDueIsDone(Look look, String done) {
    outliveTheGrace();

    assertThat(doneAt(look)).containsExactly(done);
  }

  static Stream<Look> whatIsDueSoon() {
    return Stream.of(
        FakeLookStore.fireIn(SOON),
        FakeLookStore.dueIn(SOON),
        FakeLookStore.deadlineIn(SOON),
        FakeLookStore.leaseEndsIn(SOON));
  }

  @ParameterizedTest
  @MethodSource("whatIsDueSoon")
  void sleepsUntilTheNextThingIsDue(Look look) {
    store.shows(look);

    assertThat(pulse.beat()).isEqualTo(SOON);
    assertThat(duties.takeDone()).containsExactly("blocked false");
  }

  @Test
  void looksAgainAtOnceAfterItHasDoneSomething() {
    store.shows(FakeLookStore.fireIn(NOW));

    assertTheSleepIsOver();
  }

  @Test
  void looksAgainSoonWhereAnotherReplicaHoldsWhatIsDue() {
    duties.findNothing();
    store.shows(FakeLookStore.fireIn(NOW));

    assertThat(pulse.beat()).isEqualTo(Duration.ofMillis(20));
    assertThat(duties.takeDone()).contains("fire");
  }

  @Test
  void noSessionIsEndedInTheGraceAfterTheStart() {
    ticker.advance(LEASE.minusMillis(1));

    assertThat(doneAt(FakeLookStore.leaseEndsIn(NOW))).isEmpty();
  }

  @Test
  void graceBeginsWhenThePortsAreOpenHoweverLongTheStartTakes() {
    outliveTheGrace();

    pulse.beginGrace();

    assertThat(doneAt(FakeLookStore.leaseEndsIn(NOW))).isEmpty();
  }

  @Test
  void sessionIsEndedOnceTheGraceIsOver() {
    outliveTheGrace();

    assertThat(doneAt(FakeLookStore.leaseEndsIn(NOW))).containsExactly("end expired");
  }

  @Test
  void outageBeginsTheGraceAnew() {
    outliveTheGrace();
    store.failsWith(DatabaseFailures.outage());
    pulse.beat();

    assertThat(doneAt(FakeLookStore.leaseEndsIn(NOW))).isEmpty();

    outliveTheGrace();
    assertThat(doneAt(FakeLookStore.leaseEndsIn(NOW))).containsExactly("end expired");
  }

  @Test
  void failureOfOneStatementIsNoOutage() {
    outliveTheGrace();
    store.failsWith(DatabaseFailures.conflict());
    pulse.beat();

    assertThat(pulse.databaseReachable()).isTrue();
    assertThat(doneAt(FakeLookStore.leaseEndsIn(NOW))).containsExactly("end expired");
  }

  @Test
  void databaseIsUnreachableUntilALookSucceeds() {
    store.failsWith(DatabaseFailures.outage());
    assertThat(pulse.beat()).isEqualTo(Duration.ofSeconds(1));
    assertThat(pulse.databaseReachable()).isFalse();

    store.showsNothing();
    pulse.beat();

    assertThat(pulse.databaseReachable()).isTrue();
  }

  @Test
  void beatGoesOnAfterAnyFailure() {
    store.failsWith(new IllegalStateException("a bug"));

    assertThat(pulse.beat()).isEqualTo(Duration.ofSeconds(1));
    assertThat(doneAt(FakeLookStore.fireIn(NOW))).containsExactly("fire");
  }

  @Test
  void blockedInstancesAreLookedAtOnceAnInterval() {
    store.shows(FakeLookStore.blocked());
    pulse.beat();
    assertThat(duties.takeDone()).containsExactly("blocked true");

    ticker.advance(BLOCKED_INTERVAL.minusNanos(1));
    pulse.beat();
    assertThat(duties.takeDone()).isEmpty();

    ticker.advance(Duration.ofNanos(1));
    pulse.beat();
    assertThat(duties.takeDone()).containsExactly("blocked true");
  }

  static Stream<Hint> hintsThatEndTheSleep() {
    return Stream.of(new Hint.DueIn(SOON), new Hint.JobsChanged(), new Hint.LookAtEverything());
  }

  @ParameterizedTest
  @MethodSource("hintsThatEndTheSleep")
  void hintEndsTheSleep(Hint hint) {
    store.showsNothing();
    hints.give(hint);
    ticker.advance(SOON);

    assertTheSleepIsOver();
  }

  /** The ticker stands still, so a sleep that is not over does not end. */
  private void assertTheSleepIsOver() {
    assertTimeoutPreemptively(Duration.ofSeconds(5), pulse::beatAndSleep);
  }
}
