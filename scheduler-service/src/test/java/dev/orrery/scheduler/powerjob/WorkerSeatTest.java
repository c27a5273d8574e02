package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WorkerSeatTest {
  private static final int THREADS = 20;

  private final SettableTicker ticker = new SettableTicker();
  private final WorkerSeat seat = seat(false);

  private WorkerSeat seat(boolean adopted) {
    return new WorkerSeat(
        new OpenedApp(1, "shop", "shop"),
        WorkerAddress.parse("127.0.0.1:27777").orElseThrow(),
        UUID.randomUUID(),
        adopted,
        THREADS,
        ticker.nanos(),
        new AppQuota(1, 1).hold(1, 1).orElseThrow());
  }

  @Test
  void offersSlotForEachIdleThread() {
    seat.add(new AttemptRef(1, 1), 1, null);

    assertThat(free()).isEqualTo(THREADS - 1);
    assertThat(seat.nextPoll(ticker.nanos()).held()).containsExactly(new AttemptRef(1, 1));
  }

  @Test
  void offersTwoSlotsPerThreadWhileRunsAreShort() {
    for (int run = 0; run < 30; run++) {
      seat.ended(1);
    }
    assertThat(free()).isEqualTo(2 * THREADS);

    for (int run = 0; run < 3; run++) {
      seat.ended(60_000);
    }
    assertThat(free()).isEqualTo(THREADS);
  }

  @Test
  void offersNoSlotsWhileWorkerIsOverloaded() {
    seat.heartbeat(true, ticker.nanos());
    assertThat(free()).isZero();

    assertThat(seat.heartbeat(false, ticker.nanos())).isTrue();
    assertThat(free()).isEqualTo(THREADS);
  }

  /** The next heartbeat may reach another replica. */
  @Test
  void endsOverloadAfterFifteenSecondsWithoutHeartbeat() {
    seat.heartbeat(true, ticker.nanos());
    ticker.advance(Duration.ofSeconds(15));

    assertThat(free()).isEqualTo(THREADS);
  }

  @Test
  void offersNoSlotsAfterTwoMissedHeartbeats() {
    ticker.advance(Duration.ofSeconds(20));
    assertThat(seat.becomesSilent(ticker.nanos())).isFalse();
    ticker.advance(Duration.ofNanos(1));
    assertThat(seat.becomesSilent(ticker.nanos())).isTrue();
    assertThat(seat.becomesSilent(ticker.nanos())).isFalse();
    assertThat(free()).isZero();

    assertThat(seat.heartbeat(false, ticker.nanos())).isTrue();
    assertThat(free()).isEqualTo(THREADS);
  }

  @Test
  void offersOneSlotAfterFailedConnectionUntilConnectionSucceeds() {
    assertThat(seat.becomesUnreachable()).isTrue();
    assertThat(seat.becomesUnreachable()).isFalse();
    assertThat(free()).isZero();

    assertThat(seat.heartbeat(false, ticker.nanos())).isTrue();
    assertThat(free()).isEqualTo(1);

    assertThat(seat.reached()).isTrue();
    assertThat(free()).isEqualTo(THREADS);
  }

  @Test
  void offersNoSlotsWhileWorkerDrains() {
    assertThat(seat.drain(true)).isTrue();
    assertThat(seat.drain(true)).isFalse();

    assertThat(free()).isZero();
  }

  @Test
  void reservesSlotForTakenAttemptAndReportsItAsHeld() {
    AttemptRef attempt = new AttemptRef(1, 1);
    assertThat(seat.take(attempt)).isTrue();

    WorkerSeat.Poll poll = seat.nextPoll(ticker.nanos());
    assertThat(poll.held()).containsExactly(attempt);
    assertThat(poll.free()).isEqualTo(THREADS - 1);
    assertThat(seat.isEmpty()).isFalse();

    assertThat(seat.add(attempt, 1, null)).isPresent();
    assertThat(seat.held()).containsExactly(attempt);
    assertThat(free()).isEqualTo(THREADS - 1);
  }

  @Test
  void takesEachAttemptOnce() {
    AttemptRef attempt = new AttemptRef(1, 1);
    assertThat(seat.take(attempt)).isTrue();
    assertThat(seat.take(attempt)).isFalse();

    seat.add(attempt, 1, null);
    assertThat(seat.take(attempt)).isFalse();
  }

  /** Else the engine counts it as received, because a poll has named it. */
  @Test
  void skipsSequenceNumberAfterReleasingUnstartedAttempt() {
    seat.take(new AttemptRef(1, 1));
    long before = seat.nextPoll(ticker.nanos()).sequence();
    seat.letGo(new AttemptRef(1, 1));

    WorkerSeat.Poll poll = seat.nextPoll(ticker.nanos());
    assertThat(poll.sequence()).isEqualTo(before + 2);
    assertThat(poll.held()).isEmpty();
    assertThat(poll.free()).isEqualTo(THREADS);
  }

  @Test
  void acceptsEachAttemptOnce() {
    assertThat(seat.add(new AttemptRef(1, 1), 1, null)).isPresent();
    assertThat(seat.add(new AttemptRef(1, 1), 1, null)).isEmpty();

    seat.close();
    assertThat(seat.add(new AttemptRef(2, 1), 2, null)).isEmpty();
  }

  @Test
  void asksAdoptedWorkerAfterItsFirstHeartbeatOrThirtySeconds() {
    WorkerSeat adopted = seat(true);
    assertThat(seat.isAskable(ticker.nanos())).isTrue();
    ticker.advance(Duration.ofSeconds(10));
    assertThat(adopted.isAskable(ticker.nanos())).isFalse();
    adopted.heartbeat(false, ticker.nanos());
    assertThat(adopted.isAskable(ticker.nanos())).isTrue();

    WorkerSeat silent = seat(true);
    ticker.advance(Duration.ofSeconds(30).minusNanos(1));
    silent.becomesSilent(ticker.nanos());
    assertThat(silent.isAskable(ticker.nanos())).isFalse();
    ticker.advance(Duration.ofNanos(1));
    assertThat(silent.isAskable(ticker.nanos())).isTrue();
  }

  @Test
  void asksNoWorkerThatWentSilent() {
    ticker.advance(Duration.ofSeconds(21));
    seat.becomesSilent(ticker.nanos());

    assertThat(seat.isAskable(ticker.nanos())).isFalse();
  }

  @Test
  void saysAtItsEndWhatWasSent() {
    seat.add(new AttemptRef(1, 1), 1, null);
    seat.take(new AttemptRef(2, 1));

    assertThat(seat.closeWithSent(ticker.nanos())).containsExactly(1L);
    assertThat(seat.isClosed()).isTrue();
  }

  /** Its former owner may have sent what arrives now. */
  @Test
  void countsArrivingAttemptsAsSentSoonAfterAdoption() {
    WorkerSeat adopted = seat(true);
    adopted.add(new AttemptRef(1, 1), 1, null);
    adopted.take(new AttemptRef(2, 1));

    assertThat(adopted.closeWithSent(ticker.nanos())).containsExactly(1L, 2L);
    ticker.advance(Duration.ofSeconds(15));
    assertThat(adopted.closeWithSent(ticker.nanos())).containsExactly(1L);
  }

  private int free() {
    return seat.nextPoll(ticker.nanos()).free();
  }
}
