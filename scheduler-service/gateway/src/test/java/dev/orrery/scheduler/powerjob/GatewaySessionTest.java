package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewaySessionTest {
  private static final int THREADS = 20;

  private final SettableTicker ticker = new SettableTicker();
  private final GatewaySession gatewaySession = gatewaySession(false);

  private GatewaySession gatewaySession(boolean adopted) {
    return new GatewaySession(
        new GatewayWorker(
            new OpenedApp(1, "shop", "shop", false, List.of()),
            new WorkerChannel(
                new AkkaWorkerTransport(), WorkerAddress.parse("127.0.0.1:27777").orElseThrow()),
            new GatewayOffer(TrackerKind.LIGHT, List.of())),
        UUID.randomUUID(),
        adopted,
        THREADS,
        ticker.nanos(),
        new AppQuota(1, 1).hold(1, 1).orElseThrow());
  }

  @Test
  void offersSlotForEachIdleThread() {
    gatewaySession.add(new AttemptRef(1, 1), 1, "job", null);

    assertThat(free()).isEqualTo(THREADS - 1);
    assertThat(gatewaySession.nextPoll(ticker.nanos()).held())
        .containsExactly(new AttemptRef(1, 1));
  }

  @Test
  void offersSecondSlotForEachRunOfJobWithShortRuns() {
    hold("short", 1, THREADS);
    assertThat(free()).isZero();

    end("short", 30, 1);
    free();
    assertThat(free()).isEqualTo(THREADS);
    hold("short", THREADS + 1, THREADS);
    assertThat(free()).isZero();

    end("short", 3, 60_000);
    assertThat(gatewaySession.nextPoll(ticker.nanos()).free()).isZero();
  }

  /** The worker may have ended all of them before it is asked for its next runs. */
  @Test
  void countsRunsThatHaveEndedSinceLatestPoll() {
    end("short", THREADS, 1);

    assertThat(free()).isEqualTo(2 * THREADS);
    assertThat(gatewaySession.offersTooMany(ticker.nanos())).isTrue();
    assertThat(free()).isEqualTo(THREADS);
    assertThat(gatewaySession.offersTooMany(ticker.nanos())).isFalse();
  }

  @Test
  void offersNoSecondSlotForLongRunsBesideShortJob() {
    end("short", 30, 1);
    free();
    hold("short", 1, 1);

    assertThat(free()).isEqualTo(THREADS - 1);
    hold("long", 2, THREADS - 1);
    assertThat(free()).isZero();
  }

  private void hold(String job, int first, int count) {
    for (int id = first; id < first + count; id++) {
      gatewaySession.add(new AttemptRef(id, 1), id, job, null);
    }
  }

  private void end(String job, int count, long millis) {
    WorkerRun run = WorkerRun.toBeSent(new AttemptRef(1, 1), 1, job, null, 1);
    for (int i = 0; i < count; i++) {
      gatewaySession.ended(run, millis);
    }
  }

  @Test
  void offersNoSlotsWhileWorkerIsOverloaded() {
    assertThat(free()).isEqualTo(THREADS);
    assertThat(gatewaySession.heartbeat(true, ticker.nanos())).isTrue();
    assertThat(free()).isZero();
    assertThat(gatewaySession.heartbeat(true, ticker.nanos())).isFalse();

    assertThat(gatewaySession.heartbeat(false, ticker.nanos())).isTrue();
    assertThat(free()).isEqualTo(THREADS);
  }

  /** The next heartbeat may reach another replica. */
  @Test
  void endsOverloadAfterFifteenSecondsWithoutHeartbeat() {
    gatewaySession.heartbeat(true, ticker.nanos());
    ticker.advance(Duration.ofSeconds(15));

    assertThat(free()).isEqualTo(THREADS);
  }

  @Test
  void offersNoSlotsAfterTwoMissedHeartbeats() {
    ticker.advance(Duration.ofSeconds(20));
    assertThat(gatewaySession.becomesSilent(ticker.nanos())).isFalse();
    ticker.advance(Duration.ofNanos(1));
    assertThat(gatewaySession.becomesSilent(ticker.nanos())).isTrue();
    assertThat(gatewaySession.becomesSilent(ticker.nanos())).isFalse();
    assertThat(free()).isZero();

    assertThat(gatewaySession.heartbeat(false, ticker.nanos())).isTrue();
    assertThat(free()).isEqualTo(THREADS);
  }

  @Test
  void offersOneSlotAfterFailedConnectionUntilConnectionSucceeds() {
    assertThat(gatewaySession.becomesUnreachable()).isTrue();
    assertThat(gatewaySession.becomesUnreachable()).isFalse();
    assertThat(free()).isZero();

    assertThat(gatewaySession.heartbeat(false, ticker.nanos())).isTrue();
    assertThat(free()).isEqualTo(1);

    assertThat(gatewaySession.reached()).isTrue();
    assertThat(free()).isEqualTo(THREADS);
  }

  @Test
  void offersNoSlotsWhileWorkerDrains() {
    assertThat(gatewaySession.drain(true)).isTrue();
    assertThat(gatewaySession.drain(true)).isFalse();

    assertThat(free()).isZero();
  }

  @Test
  void offersSlotsAgainAfterDrainEnds() {
    gatewaySession.drain(true);
    ticker.advance(Duration.ofSeconds(21));
    assertThat(gatewaySession.becomesSilent(ticker.nanos())).isTrue();
    assertThat(gatewaySession.isSilent()).isTrue();

    assertThat(gatewaySession.drain(false)).isTrue();
    assertThat(free()).isZero();
    assertThat(gatewaySession.heartbeat(false, ticker.nanos())).isTrue();
    assertThat(free()).isEqualTo(THREADS);
  }

  @Test
  void ignoresLateAnswersWhenClosed() {
    gatewaySession.close();
    gatewaySession.close();
    ticker.advance(Duration.ofSeconds(21));

    assertThat(gatewaySession.becomesUnreachable()).isFalse();
    assertThat(gatewaySession.becomesSilent(ticker.nanos())).isFalse();
    assertThat(gatewaySession.drain(true)).isFalse();
    gatewaySession.heartbeat(false, ticker.nanos());
    assertThat(gatewaySession.isClosed()).isTrue();
    assertThat(free()).isZero();
  }

  @Test
  void reservesSlotForTakenAttemptAndReportsItAsHeld() {
    AttemptRef attempt = new AttemptRef(1, 1);
    assertThat(gatewaySession.take(attempt)).isTrue();

    GatewaySession.Poll poll = gatewaySession.nextPoll(ticker.nanos());
    assertThat(poll.held()).containsExactly(attempt);
    assertThat(poll.free()).isEqualTo(THREADS - 1);
    assertThat(gatewaySession.isEmpty()).isFalse();

    assertThat(gatewaySession.add(attempt, 1, "job", null)).isPresent();
    assertThat(gatewaySession.held()).containsExactly(attempt);
    assertThat(free()).isEqualTo(THREADS - 1);
  }

  @Test
  void takesEachAttemptOnce() {
    AttemptRef attempt = new AttemptRef(1, 1);
    assertThat(gatewaySession.take(attempt)).isTrue();
    assertThat(gatewaySession.take(attempt)).isFalse();

    gatewaySession.add(attempt, 1, "job", null);
    assertThat(gatewaySession.take(attempt)).isFalse();
  }

  /** Else the engine counts it as received, because a poll has named it. */
  @Test
  void skipsSequenceNumberAfterReleasingUnstartedAttempt() {
    gatewaySession.take(new AttemptRef(1, 1));
    long before = gatewaySession.nextPoll(ticker.nanos()).sequence();
    gatewaySession.letGo(new AttemptRef(1, 1));

    GatewaySession.Poll poll = gatewaySession.nextPoll(ticker.nanos());
    assertThat(poll.sequence()).isEqualTo(before + 2);
    assertThat(poll.held()).isEmpty();
    assertThat(poll.free()).isEqualTo(THREADS);
  }

  @Test
  void acceptsEachAttemptOnce() {
    assertThat(gatewaySession.add(new AttemptRef(1, 1), 1, "job", null)).isPresent();
    assertThat(gatewaySession.add(new AttemptRef(1, 1), 1, "job", null)).isEmpty();

    gatewaySession.close();
    assertThat(gatewaySession.add(new AttemptRef(2, 1), 2, "job", null)).isEmpty();
  }

  @Test
  void asksAdoptedWorkerAfterHeartbeatOrThirtySeconds() {
    GatewaySession adopted = gatewaySession(true);
    assertThat(gatewaySession.isAskable(ticker.nanos())).isTrue();
    ticker.advance(Duration.ofSeconds(10));
    assertThat(adopted.isAskable(ticker.nanos())).isFalse();
    adopted.heartbeat(false, ticker.nanos());
    assertThat(adopted.isAskable(ticker.nanos())).isTrue();

    GatewaySession silent = gatewaySession(true);
    ticker.advance(Duration.ofSeconds(30).minusNanos(1));
    silent.becomesSilent(ticker.nanos());
    assertThat(silent.isAskable(ticker.nanos())).isFalse();
    ticker.advance(Duration.ofNanos(1));
    assertThat(silent.isAskable(ticker.nanos())).isTrue();
  }

  @Test
  void asksNoSilentWorker() {
    ticker.advance(Duration.ofSeconds(21));
    gatewaySession.becomesSilent(ticker.nanos());

    assertThat(gatewaySession.isAskable(ticker.nanos())).isFalse();
  }

  @Test
  void returnsSentRunsOnClose() {
    gatewaySession.add(new AttemptRef(1, 1), 1, "job", null);
    gatewaySession.take(new AttemptRef(2, 1));

    assertThat(gatewaySession.closeWithSent(ticker.nanos())).containsExactly(1L);
    assertThat(gatewaySession.isClosed()).isTrue();
  }

  /** Its former owner may have sent what arrives now. */
  @Test
  void countsTakenAttemptsAsSentSoonAfterAdoption() {
    GatewaySession adopted = gatewaySession(true);
    adopted.add(new AttemptRef(1, 1), 1, "job", null);
    adopted.take(new AttemptRef(2, 1));

    assertThat(adopted.closeWithSent(ticker.nanos())).containsExactly(1L, 2L);
    ticker.advance(Duration.ofSeconds(15));
    assertThat(adopted.closeWithSent(ticker.nanos())).containsExactly(1L);
  }

  /** Methods that any thread may call, because their results never change. */
  private static final Set<String> UNCHANGING =
      Set.of(
          "threads",
          "actors",
          "place",
          "app",
          "channel",
          "address",
          "offer",
          "kind",
          "id",
          "key",
          "isUnsettled",
          "attempt",
          "wireId",
          "job",
          "timeoutMillis",
          "toBeSent",
          "adopted");

  @ParameterizedTest
  @ValueSource(classes = {GatewaySession.class, WorkerRun.class})
  void refusesCallsOfThreadsOtherThanItsOwn(Class<?> type) throws InterruptedException {
    WorkerRun run = gatewaySession.add(new AttemptRef(1, 1), 1, "job", null).orElseThrow();
    Object target = type == WorkerRun.class ? run : gatewaySession;
    run.told(0);
    List<Method> owned =
        Arrays.stream(type.getDeclaredMethods())
            .filter(method -> !Modifier.isPrivate(method.getModifiers()) && !method.isSynthetic())
            .filter(method -> !UNCHANGING.contains(method.getName()))
            .toList();
    Map<String, Throwable> thrown = new ConcurrentHashMap<>();

    Thread stranger =
        new Thread(
            () -> owned.forEach(method -> thrown.put(method.toString(), call(method, target))));
    stranger.start();
    stranger.join();

    assertThat(owned).hasSizeGreaterThan(10);
    assertThat(thrown).hasSize(owned.size());
    assertThat(thrown.values())
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("Called by the thread "));
  }

  private static Throwable call(Method method, Object target) {
    Object[] none =
        Arrays.stream(method.getParameterTypes())
            .map(type -> type == long.class ? 0L : type == boolean.class ? false : null)
            .toArray();
    try {
      method.invoke(target, none);
      return new AssertionError("not refused: " + method);
    } catch (InvocationTargetException e) {
      return e.getCause();
    } catch (IllegalAccessException e) {
      return e;
    }
  }

  private int free() {
    return gatewaySession.nextPoll(ticker.nanos()).free();
  }
}
