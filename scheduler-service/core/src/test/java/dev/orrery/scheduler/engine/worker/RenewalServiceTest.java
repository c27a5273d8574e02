package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.RenewResponse;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.problem.Failed;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.worker.RenewStore.Line;
import dev.orrery.scheduler.engine.worker.RenewStore.Renewal;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import dev.orrery.scheduler.testkit.TestMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Answers to renewals, depending on the database, and renewals that polls cause. */
class RenewalServiceTest {
  private static final AttemptRef FIRST = new AttemptRef(1, 1);
  private static final AttemptRef SECOND = new AttemptRef(2, 1);
  private static final Duration HALF = Duration.ofSeconds(5);

  private final SettableTicker ticker = new SettableTicker();
  private final ManualExecutor executor = new ManualExecutor();
  private final FakeRenewStore store = new FakeRenewStore();
  private final List<UUID> ended = new ArrayList<>();
  private final Session session =
      LiveSessions.session(new Capabilities(1, List.of("noop"), List.of()), 5, ticker);
  private final RenewalService renewals =
      new RenewalService(
          LiveSessions.only(session, ended::add),
          store,
          new LeaseOf30Seconds(),
          executor,
          ticker,
          TestMetrics.commits());

  /** Returns the lines that the test says, and notes what was to be renewed. */
  private static final class FakeRenewStore extends RenewStore {
    private final List<Renewal> renewed = new ArrayList<>();
    private List<Line> lines = List.of();
    private RuntimeException failure;

    FakeRenewStore() {
      super(null);
    }

    @Override
    List<Line> renew(List<Renewal> asked, Duration lease) {
      renewed.addAll(asked);
      if (failure != null) {
        throw failure;
      }
      return lines;
    }
  }

  private Line live(AttemptRef attempt, boolean lost) {
    return new Line(session.id(), true, attempt, lost);
  }

  private CompletableFuture<RenewResponse> renew(AttemptRef... held) {
    CompletableFuture<RenewResponse> answer =
        renewals.renew(
            Caller.ADMIN, new RenewRequest(session.id().toString(), List.of(held), false));
    commit();
    return answer;
  }

  private void renewIfStale() {
    renewals.renewIfStale(session, List.of(FIRST), true);
  }

  /** Renewals linger a little before they are committed together. */
  private void commit() {
    await().until(() -> executor.waiting() > 0);
    executor.runAll();
  }

  @Test
  void returnsLeaseWithCanceledAndLostAttempts() {
    store.lines = List.of(live(FIRST, true), live(SECOND, false));

    RenewResponse answer = renew(FIRST, SECOND).join();

    assertThat(answer).isEqualTo(new RenewResponse(30_000, List.of(SECOND), List.of(FIRST)));
    assertThat(store.renewed)
        .containsExactly(new Renewal(session.id(), List.of(FIRST, SECOND), false));
  }

  @Test
  void extendsLeaseFromTimeOfRenewalRequest() {
    store.lines = List.of(live(null, false));
    ticker.advance(Duration.ofSeconds(20));
    CompletableFuture<RenewResponse> answer =
        renewals.renew(Caller.ADMIN, new RenewRequest(session.id().toString(), List.of(), false));
    ticker.advance(Duration.ofSeconds(3));
    commit();
    answer.join();

    assertThat(session.leaseRemaining()).isEqualTo(Duration.ofSeconds(27));
  }

  @Test
  void answersSessionGoneAndReportsEndForDeadSession() {
    store.lines = List.of(new Line(session.id(), false, null, false));

    Failed.with(ErrorCode.SESSION_GONE, renew());

    assertThat(ended).containsExactly(session.id());
  }

  @Test
  void keepsSessionAfterDatabaseFailure() {
    store.failure = DatabaseFailures.outage();

    assertThat(renew()).isCompletedExceptionally();

    assertThat(ended).isEmpty();
  }

  @Test
  void skipsRenewalOnPollSoonAfterRenewal() {
    ticker.advance(HALF);
    renewIfStale();

    store.lines = List.of(live(null, false));
    assertThat(renew()).isCompleted();

    assertThat(store.renewed).containsExactly(new Renewal(session.id(), List.of(), false));
  }

  @Test
  void renewsLeaseOnPollAfterHalfRenewalInterval() {
    store.lines = List.of(live(null, false));
    ticker.advance(HALF.plusNanos(1));

    renewIfStale();
    renewIfStale();
    commit();

    assertThat(store.renewed).containsExactly(new Renewal(session.id(), List.of(FIRST), true));
    assertThat(session.leaseRemaining()).isEqualTo(LiveSessions.LEASE);
  }

  @Test
  void keepsLeaseUnchangedWhenRenewalOnPollFails() {
    store.failure = DatabaseFailures.outage();
    ticker.advance(HALF.plusSeconds(5));

    renewIfStale();
    commit();

    assertThat(session.leaseRemaining()).isEqualTo(Duration.ofSeconds(20));
  }
}
