package dev.orrery.worker.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.SessionHandle;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.DiscoveryResponse.Endpoint;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.protocol.retry.Backoff;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.WorkerStatus.Problem;
import dev.orrery.worker.client.FakeProtocolClient;
import dev.orrery.worker.client.FakeProtocolClient.Asked;
import dev.orrery.worker.client.ProtocolClientException;
import dev.orrery.worker.core.ActivityCounters;
import dev.orrery.worker.core.FailureBackoff;
import dev.orrery.worker.core.ManualEventLoop;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerConnectionTest {
  private static final URI ONE = URI.create("http://one:10010");
  private static final URI TWO = URI.create("http://two:10010");
  private static final URI PROTOCOL_PORT = URI.create("http://one:10011");
  private static final URI OTHER_REPLICA = URI.create("http://two:10011");
  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);

  private final ManualEventLoop loop = new ManualEventLoop();
  private final FakeProtocolClient client = new FakeProtocolClient(loop);
  private final ActivityCounters counters = new ActivityCounters();
  private final RecordedEvents events = new RecordedEvents();
  private final WorkerOffer offer =
      new WorkerOffer("http", "orrery", 1, 1, "9.9", "billing", "w", List.of(), List.of("noop"), 3);
  private SchedulerConnection connection = connectionTo(ONE);

  @Test
  void opensSessionByHandshakeAtProtocolPort() {
    connection.connect();
    assertThat(connection.status().phase()).isEqualTo(Phase.CONNECTING);

    Asked<WorkerOffer, HandshakeResponse> handshake = client.take(WorkerOperation.HANDSHAKE);
    assertThat(handshake.address()).isEqualTo(ONE);
    assertThat(handshake.request().withSession(null)).isEqualTo(offer);
    List<String> lines = logged(Level.INFO, () -> handshake.answer(agreement("s-1")));

    assertThat(lines)
        .singleElement(STRING)
        .startsWith("Session opened: app=billing worker=w scheduler=" + ONE)
        .contains(" session=" + SessionHandle.of("s-1") + " apiVersion=1 software=");
    assertThat(events.opened).hasSize(1);
    SchedulerSession session = events.opened.get(0);
    assertThat(session.id()).isEqualTo("s-1");
    assertThat(session.address()).isEqualTo(ONE);
    assertThat(session.pollWait()).isEqualTo(Duration.ofSeconds(25));
    assertThat(session.renewInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(connection.session()).isSameAs(session);
    assertThat(connection.isOpen()).isTrue();
    assertThat(counters.sessions()).isEqualTo(1);
  }

  @Test
  void showsVersionSoftwareAndClockSkewAfterAgreement() {
    open();

    WorkerStatus status = connection.status();

    assertThat(status.phase()).isEqualTo(Phase.AGREED);
    assertThat(status.server()).isEqualTo(ONE);
    assertThat(status.version()).contains(1);
    assertThat(status.schedulerSoftwareVersion()).contains("0.1.0");
    assertThat(status.clockSkew()).contains(Duration.ofSeconds(-4));
    assertThat(status.problem()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"3, PT-1S", "4, PT0S", "5, PT0S"})
  void excludesHandshakeDurationFromClockSkew(int seconds, Duration skew) {
    connection.connect();
    Asked<WorkerOffer, HandshakeResponse> handshake = client.take(WorkerOperation.HANDSHAKE);
    loop.pass(Duration.ofSeconds(seconds));

    handshake.answer(agreement("s-1"));

    assertThat(connection.status().clockSkew()).contains(skew);
  }

  @Test
  void computesClockSkewOfSlowClockFromEndOfHandshake() {
    connection.connect();
    Asked<WorkerOffer, HandshakeResponse> handshake = client.take(WorkerOperation.HANDSHAKE);
    loop.pass(Duration.ofSeconds(9));

    handshake.answer(
        new HandshakeResponse("s-1", 1, 30000, 25000, 10000, NOW.plusSeconds(2), null));

    assertThat(connection.status().clockSkew()).contains(Duration.ofSeconds(2));
  }

  @Test
  void startsLeaseAtSendTimeOfHandshake() {
    connection.connect();
    Asked<WorkerOffer, HandshakeResponse> handshake = client.take(WorkerOperation.HANDSHAKE);
    long sentAt = loop.nanos();
    loop.pass(Duration.ofSeconds(5));

    handshake.answer(agreement("s-1"));

    Lease lease = connection.session().lease();
    assertThat(lease.mayStart(sentAt + Duration.ofSeconds(20).toNanos() - 1)).isTrue();
    assertThat(lease.mayStart(sentAt + Duration.ofSeconds(20).toNanos())).isFalse();
  }

  @Test
  void discoversAddressWhenServerHasNoHandshake() {
    connection.connect();
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);

    Asked<WorkerOffer, DiscoveryResponse> discovery = client.take(WorkerOperation.DISCOVERY);
    assertThat(discovery.address()).isEqualTo(ONE);
    assertThat(discovery.request()).isEqualTo(offer);
    discovery.answer(
        discovered(
            new Endpoint(Protocol.AKKA, "one:10086"),
            new Endpoint(Protocol.HTTP, PROTOCOL_PORT.toString())));

    Asked<WorkerOffer, HandshakeResponse> handshake = client.take(WorkerOperation.HANDSHAKE);
    assertThat(handshake.address()).isEqualTo(PROTOCOL_PORT);
    handshake.answer(agreement("s-1"));
    assertThat(connection.session().address()).isEqualTo(PROTOCOL_PORT);
    assertThat(connection.status().server()).isEqualTo(PROTOCOL_PORT);
  }

  @Test
  void showsSettingToChangeOfRefusedDiscovery() {
    ProblemDetail mismatch =
        new ProblemDetail(
            null,
            null,
            409,
            ErrorCode.PROTOCOL_MISMATCH,
            "The worker uses http, which is not active",
            null,
            "protocols akka",
            "protocol http",
            "worker: orrery.worker.protocol=akka");
    connection.connect();
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);

    client.take(WorkerOperation.DISCOVERY).refuse(mismatch);

    assertThat(connection.status().phase()).isEqualTo(Phase.REFUSED);
    assertThat(connection.status().problem())
        .contains(
            new Problem(
                "PROTOCOL_MISMATCH",
                "The worker uses http, which is not active",
                Optional.of("protocols akka"),
                Optional.of("protocol http"),
                Optional.of("worker: orrery.worker.protocol=akka")));
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void reportsProtocolMismatchWhenDiscoveryLacksOwnProtocol() {
    connection.connect();
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);

    client
        .take(WorkerOperation.DISCOVERY)
        .answer(discovered(new Endpoint(Protocol.AKKA, "one:10086")));

    assertThat(connection.status().phase()).isEqualTo(Phase.REFUSED);
    assertProblem(ErrorCode.PROTOCOL_MISMATCH);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"http://a b", "://"})
  void retriesAfterDiscoveryOfInvalidAddress(String address) {
    connection.connect();
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);

    client.take(WorkerOperation.DISCOVERY).answer(discovered(new Endpoint(Protocol.HTTP, address)));

    assertThat(connection.status().problem()).isPresent();
    loop.pass(FIRST_RETRY);
    assertThat(client.isAsked(WorkerOperation.HANDSHAKE)).isTrue();
  }

  @Test
  void reportsRefusalWithoutSecondDiscoveryAtDiscoveredPort() {
    connection.connect();
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);
    client.take(WorkerOperation.DISCOVERY).answer(discovered(PROTOCOL_PORT));

    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);

    assertThat(client.isAsked(WorkerOperation.DISCOVERY)).isFalse();
    assertThat(connection.status().phase()).isEqualTo(Phase.REFUSED);
    loop.pass(FIRST_RETRY);
    assertThat(client.take(WorkerOperation.HANDSHAKE).address()).isEqualTo(ONE);
  }

  @ParameterizedTest
  @EnumSource(names = {"UNREACHABLE", "UNAVAILABLE"})
  void showsUnreachableWhenSchedulerIsDown(ErrorCode code) {
    connection.connect();

    client.take(WorkerOperation.HANDSHAKE).refuse(code);

    assertThat(connection.status().phase()).isEqualTo(Phase.UNREACHABLE);
    assertProblem(code);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"UNREACHABLE", "UNAVAILABLE", "NOT_FOUND"})
  void showsRefusedWhenSchedulerRefusesHandshake(ErrorCode code) {
    connection.connect();

    client.take(WorkerOperation.HANDSHAKE).refuse(code);

    assertThat(connection.status().phase()).isEqualTo(Phase.REFUSED);
    assertProblem(code);
    assertThat(client.isAsked(WorkerOperation.DISCOVERY)).isFalse();
  }

  @Test
  void retriesRefusedHandshakeWithBackoffUntilSessionOpens() {
    connection.connect();
    Duration wait = FIRST_RETRY;
    for (int i = 0; i < 5; i++) {
      client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.VERSION_MISMATCH);
      loop.pass(wait.minusMillis(1));
      assertThat(client.isAsked(WorkerOperation.HANDSHAKE)).isFalse();
      loop.pass(Duration.ofMillis(1));
      wait = wait.multipliedBy(2);
    }

    client.take(WorkerOperation.HANDSHAKE).answer(agreement("s-1"));

    assertThat(connection.status().phase()).isEqualTo(Phase.AGREED);
    assertThat(connection.status().problem()).isEmpty();
  }

  @Test
  void resetsBackoffWhenSessionOpens() {
    connection.connect();
    for (int i = 0; i < 4; i++) {
      client.take(WorkerOperation.HANDSHAKE).lose();
      loop.pass(Duration.ofSeconds(5));
    }
    client.take(WorkerOperation.HANDSHAKE).answer(agreement("s-1"));
    connection.onFailure(connection.session(), refusal(ErrorCode.SESSION_GONE));

    client.take(WorkerOperation.HANDSHAKE).lose();
    loop.pass(FIRST_RETRY);

    assertThat(client.isAsked(WorkerOperation.HANDSHAKE)).isTrue();
  }

  @Test
  void triesSeveralServersInTurn() {
    connection = connectionTo(ONE, TWO);
    connection.connect();

    List<URI> tried = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Asked<WorkerOffer, HandshakeResponse> handshake = client.take(WorkerOperation.HANDSHAKE);
      tried.add(handshake.address());
      handshake.lose();
      loop.pass(Duration.ofSeconds(5));
    }

    assertThat(tried).containsExactly(ONE, TWO, ONE, TWO);
  }

  /** In clusters, the port of an inactive protocol is closed, and the API says why. */
  @Test
  void showsRefusalOfOneServerWhileOtherIsSilent() {
    connection = connectionTo(ONE, TWO);
    connection.connect();
    List<String> shown = new ArrayList<>();
    for (boolean answers : new boolean[] {false, true, false, false, false}) {
      Asked<WorkerOffer, HandshakeResponse> handshake = client.take(WorkerOperation.HANDSHAKE);
      if (answers) {
        handshake.refuse(ErrorCode.PROTOCOL_MISMATCH);
      } else {
        handshake.lose();
      }
      shown.add(
          connection.status().phase() + " " + connection.status().problem().orElseThrow().code());
      loop.pass(Duration.ofSeconds(5));
    }

    // The fourth is the one that answered, and is silent now.
    assertThat(shown)
        .containsExactly(
            "UNREACHABLE UNREACHABLE",
            "REFUSED PROTOCOL_MISMATCH",
            "REFUSED PROTOCOL_MISMATCH",
            "UNREACHABLE UNREACHABLE",
            "UNREACHABLE UNREACHABLE");
  }

  @Test
  void returnsServerBeingTriedAsAddressWithoutSession() {
    connection = connectionTo(ONE, TWO);
    connection.connect();
    assertThat(connection.address()).isEqualTo(ONE);

    client.take(WorkerOperation.HANDSHAKE).lose();

    assertThat(connection.address()).isEqualTo(TWO);
  }

  /** The scheduler may have opened a session whose answer was lost. */
  @Test
  void repeatsHandshakeWithSameSessionUntilAgreed() {
    connection.connect();
    Asked<WorkerOffer, HandshakeResponse> lost = client.take(WorkerOperation.HANDSHAKE);
    lost.lose();
    loop.pass(FIRST_RETRY);
    Asked<WorkerOffer, HandshakeResponse> answered = client.take(WorkerOperation.HANDSHAKE);
    answered.answer(agreement("s-1"));
    connection.onFailure(connection.session(), refusal(ErrorCode.SESSION_GONE));
    Asked<WorkerOffer, HandshakeResponse> next = client.take(WorkerOperation.HANDSHAKE);

    assertThat(answered.request()).isEqualTo(lost.request());
    assertThat(next.request().session()).hasSize(36).isNotEqualTo(answered.request().session());
  }

  @Test
  void handshakesImmediatelyWhenSessionIsGone() {
    SchedulerSession first = open();

    connection.onFailure(first, refusal(ErrorCode.SESSION_GONE));

    assertThat(events.gone).containsExactly(first);
    assertThat(connection.isOpen()).isFalse();
    client.take(WorkerOperation.HANDSHAKE).answer(agreement("s-2"));
    assertThat(connection.session().id()).isEqualTo("s-2");
    assertThat(events.opened).hasSize(2);
  }

  @Test
  void ignoresLateFailureOfOlderSession() {
    SchedulerSession first = open();
    connection.onFailure(first, refusal(ErrorCode.SESSION_GONE));
    client.take(WorkerOperation.HANDSHAKE).answer(agreement("s-2"));

    connection.onFailure(first, refusal(ErrorCode.SESSION_GONE));

    assertThat(connection.session().id()).isEqualTo("s-2");
    assertThat(events.gone).hasSize(1);
  }

  @Test
  void keepsSessionWhileSchedulerDoesNotRespond() {
    SchedulerSession session = open();

    connection.onFailure(session, ProtocolClientException.unreachable("on purpose", null));

    assertThat(connection.session()).isSameAs(session);
    assertThat(connection.status().phase()).isEqualTo(Phase.UNREACHABLE);
    assertThat(connection.status().version()).contains(1);
    assertThat(events.gone).isEmpty();

    connection.onSuccess(session, loop.nanos());

    assertThat(connection.status().phase()).isEqualTo(Phase.AGREED);
    assertThat(connection.status().problem()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"UNREACHABLE", "UNAVAILABLE"})
  void movesSessionToNextServerOnFailure(ErrorCode code) {
    connection = connectionTo(ONE, TWO);
    SchedulerSession session = open();

    connection.onFailure(session, refusal(code));
    Asked<WorkerOffer, DiscoveryResponse> discovery = client.take(WorkerOperation.DISCOVERY);
    assertThat(discovery.address()).isEqualTo(TWO);
    assertThat(connection.session().address()).isEqualTo(ONE);
    List<String> lines = logged(Level.INFO, () -> discovery.answer(discovered(TWO)));

    assertThat(lines)
        .containsExactly(
            "Session moved to another replica: app=billing worker=w scheduler="
                + TWO
                + " from="
                + ONE);
    assertThat(connection.session()).isEqualTo(session);
    assertThat(connection.session().address()).isEqualTo(TWO);
    assertThat(events.moves).isEqualTo(1);
    assertThat(events.gone).isEmpty();
  }

  /** During a database outage each replica responds, and refuses all operations. */
  @Test
  void backsOffAfterFailedSessionMoves() {
    connection = connectionTo(ONE, TWO);
    open();
    int asked = 0;
    for (int millis = 0; millis < 60_000; millis += 10) {
      connection.onFailure(connection.session(), refusal(ErrorCode.UNAVAILABLE));
      if (client.isAsked(WorkerOperation.DISCOVERY)) {
        asked++;
        Asked<WorkerOffer, DiscoveryResponse> discovery = client.take(WorkerOperation.DISCOVERY);
        discovery.answer(discovered(discovery.address()));
      }
      loop.pass(Duration.ofMillis(10));
    }

    assertThat(asked).isBetween(10, 30);
    assertThat(events.moves).isEqualTo(asked);
    connection.onSuccess(connection.session(), loop.nanos());
    connection.onFailure(connection.session(), refusal(ErrorCode.UNAVAILABLE));
    assertThat(client.isAsked(WorkerOperation.DISCOVERY)).isTrue();
  }

  @Test
  void ignoresLateFailureAtPreviousReplica() {
    connection = connectionTo(ONE, TWO);
    SchedulerSession before = open();
    connection.onFailure(before, refusal(ErrorCode.UNAVAILABLE));
    client.take(WorkerOperation.DISCOVERY).answer(discovered(TWO));
    connection.onSuccess(connection.session(), loop.nanos());

    connection.onFailure(before, refusal(ErrorCode.UNREACHABLE));

    assertThat(connection.status().problem()).isEmpty();
    assertThat(client.isAsked(WorkerOperation.DISCOVERY)).isFalse();
    connection.onFailure(before, refusal(ErrorCode.SESSION_GONE));
    assertThat(events.gone).hasSize(1);
  }

  @Test
  void keepsAddressWhenNextServerFails() {
    connection = connectionTo(ONE, TWO);
    SchedulerSession session = open();

    connection.onFailure(session, refusal(ErrorCode.UNAVAILABLE));
    client.take(WorkerOperation.DISCOVERY).refuse(ErrorCode.UNAVAILABLE);

    assertThat(connection.session().address()).isEqualTo(ONE);
    assertThat(events.moves).isZero();
    connection.onFailure(session, refusal(ErrorCode.UNAVAILABLE));
    assertThat(client.take(WorkerOperation.DISCOVERY).address()).isEqualTo(ONE);
  }

  @Test
  void showsProblemOfSessionUntilNextSuccess() {
    SchedulerSession session = open();

    connection.onFailure(session, refusal(ErrorCode.UNAVAILABLE));
    assertProblem(ErrorCode.UNAVAILABLE);
    connection.onSuccess(session, loop.nanos());

    assertThat(connection.status().phase()).isEqualTo(Phase.AGREED);
    assertThat(connection.status().problem()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"UNREACHABLE", "UNAVAILABLE"})
  void movesSessionToDiscoveredAddress(ErrorCode code) {
    SchedulerSession session = openDiscovered(PROTOCOL_PORT);

    connection.onFailure(session, refusal(code));

    Asked<WorkerOffer, DiscoveryResponse> discovery = client.take(WorkerOperation.DISCOVERY);
    assertThat(discovery.address()).isEqualTo(ONE);
    discovery.answer(discovered(OTHER_REPLICA));
    assertThat(connection.session()).isEqualTo(session);
    assertThat(connection.session().address()).isEqualTo(OTHER_REPLICA);
    assertThat(client.isAsked(WorkerOperation.HANDSHAKE)).isFalse();
    assertThat(events.gone).isEmpty();
  }

  @Test
  void retriesFailedRelocationAtNextFailureWithoutOverlap() {
    SchedulerSession session = openDiscovered(PROTOCOL_PORT);

    connection.onFailure(session, refusal(ErrorCode.UNREACHABLE));
    connection.onFailure(session, refusal(ErrorCode.UNREACHABLE));
    client.take(WorkerOperation.DISCOVERY).lose();
    assertThat(client.isAsked(WorkerOperation.DISCOVERY)).isFalse();
    assertThat(connection.session().address()).isEqualTo(PROTOCOL_PORT);

    connection.onFailure(session, refusal(ErrorCode.UNREACHABLE));
    assertThat(client.isAsked(WorkerOperation.DISCOVERY)).isTrue();
  }

  @Test
  void keepsSessionAtOnlyKnownAddress() {
    SchedulerSession session = open();

    connection.onFailure(session, refusal(ErrorCode.UNREACHABLE));
    connection.onFailure(session, refusal(ErrorCode.UNAVAILABLE));

    assertThat(client.isAsked(WorkerOperation.DISCOVERY)).isFalse();
  }

  @Test
  void ignoresDiscoveryAnsweredAfterEndOfSession() {
    SchedulerSession session = openDiscovered(PROTOCOL_PORT);
    connection.onFailure(session, refusal(ErrorCode.UNREACHABLE));
    Asked<WorkerOffer, DiscoveryResponse> discovery = client.take(WorkerOperation.DISCOVERY);
    connection.onFailure(session, refusal(ErrorCode.SESSION_GONE));

    discovery.answer(discovered(OTHER_REPLICA));

    assertThat(connection.isOpen()).isFalse();
    client.take(WorkerOperation.HANDSHAKE).answer(agreement("s-2"));
    assertThat(connection.session().address()).isEqualTo(ONE);
  }

  @Test
  void showsDrainingThroughFailureAndRecovery() {
    SchedulerSession session = open();
    connection.drain();

    connection.onFailure(session, ProtocolClientException.unreachable("on purpose", null));
    assertThat(connection.status().phase()).isEqualTo(Phase.DRAINING);
    connection.onSuccess(session, loop.nanos());

    assertThat(connection.status().phase()).isEqualTo(Phase.DRAINING);
    assertThat(connection.status().problem()).isEmpty();
  }

  @Test
  void showsDrainingAfterSessionIsGone() {
    SchedulerSession session = open();
    connection.drain();

    connection.onFailure(session, refusal(ErrorCode.SESSION_GONE));

    assertThat(connection.status().phase()).isEqualTo(Phase.DRAINING);
    assertThat(client.isAsked(WorkerOperation.HANDSHAKE)).isFalse();
  }

  @Test
  void ignoresSessionGoneBetweenByeAndItsResponse() {
    SchedulerSession session = open();
    connection.onDrainRequested();
    connection.onByeSent();

    connection.onFailure(session, refusal(ErrorCode.SESSION_GONE));
    assertThat(client.isAsked(WorkerOperation.HANDSHAKE)).isFalse();
    connection.reconnect();

    assertThat(client.take(WorkerOperation.HANDSHAKE)).isNotNull();
    assertThat(client.isAsked(WorkerOperation.HANDSHAKE)).isFalse();
  }

  @Test
  void showsAndRetriesUnexpectedFailure() {
    connection.connect();

    client.take(WorkerOperation.HANDSHAKE).fail(new IllegalStateException("broken"));

    assertThat(connection.status().phase()).isEqualTo(Phase.UNREACHABLE);
    assertThat(connection.status().problem().orElseThrow().detail()).contains("broken");
    loop.pass(FIRST_RETRY);
    assertThat(client.isAsked(WorkerOperation.HANDSHAKE)).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " "})
  void refusesHandshakeResponseWithoutSession(String session) {
    connection.connect();

    client
        .take(WorkerOperation.HANDSHAKE)
        .answer(new HandshakeResponse(session, 0, 0, 0, 0, null, null));

    assertThat(connection.isOpen()).isFalse();
    assertThat(events.opened).isEmpty();
    assertThat(connection.status().phase()).isEqualTo(Phase.UNREACHABLE);
    loop.pass(FIRST_RETRY);
    assertThat(client.isAsked(WorkerOperation.HANDSHAKE)).isTrue();
  }

  @Test
  void refusesAgreementOnVersionNotOffered() {
    connection.connect();

    client
        .take(WorkerOperation.HANDSHAKE)
        .answer(new HandshakeResponse("s-1", 2, 30000, 25000, 10000, null, null));

    assertThat(connection.isOpen()).isFalse();
    assertThat(connection.status().phase()).isEqualTo(Phase.REFUSED);
    Problem problem = connection.status().problem().orElseThrow();
    assertThat(problem.code()).isEqualTo("VERSION_MISMATCH");
    assertThat(problem.scheduler().orElseThrow()).contains("2");
    assertThat(problem.worker().orElseThrow()).contains("1");
    assertThat(problem.settingToChange().orElseThrow()).startsWith("scheduler: its software");
  }

  @ParameterizedTest
  @CsvSource({
    "UNAUTHENTICATED, worker: orrery.worker.token",
    "FORBIDDEN,       worker: orrery.worker.app or orrery.worker.token"
  })
  void showsAndLogsRefusedTokenOnceUntilNextSuccess(ErrorCode code, String setting) {
    SchedulerSession session = open();
    List<String> lines =
        warnings(
            () -> {
              for (int i = 0; i < 20; i++) {
                connection.onFailure(session, refusal(code));
              }
            });

    assertThat(connection.status().phase()).isEqualTo(Phase.REFUSED);
    assertThat(connection.status().problem().orElseThrow().settingToChange()).contains(setting);
    assertThat(lines)
        .singleElement()
        .asString()
        .contains("Session refused", code.name(), "To change: " + setting);

    connection.onSuccess(session, loop.nanos());

    assertThat(connection.status().phase()).isEqualTo(Phase.AGREED);
    assertThat(warnings(() -> connection.onFailure(session, refusal(code)))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"UNAUTHENTICATED, REFUSED", "UNAVAILABLE, AGREED", "INTERNAL, AGREED"})
  void keepsProblemOnSuccessOfRequestSentBeforeFailure(ErrorCode code, Phase phase) {
    SchedulerSession session = open();
    long sentAt = loop.nanos();
    loop.pass(Duration.ofSeconds(1));
    connection.onFailure(session, refusal(code));

    connection.onSuccess(session, sentAt);

    assertThat(connection.status().phase()).isEqualTo(phase);
    assertProblem(code);
    assertThat(events.servedAgain).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"UNAUTHENTICATED", "UNAVAILABLE", "INTERNAL", "UNREACHABLE"})
  void notifiesListenerOnceOfFirstSuccessAfterFailure(ErrorCode code) {
    SchedulerSession session = open();
    connection.onSuccess(session, loop.nanos());
    connection.onFailure(session, refusal(code));
    assertThat(events.servedAgain).isZero();

    connection.onSuccess(session, loop.nanos());
    connection.onSuccess(session, loop.nanos());

    assertThat(events.servedAgain).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"UNAVAILABLE", "INTERNAL"})
  void logsSchedulerFailureOnceUntilNextSuccess(ErrorCode code) {
    SchedulerSession session = open();
    Runnable failure = () -> connection.onFailure(session, refusal(code));

    assertThat(
            warnings(
                () -> {
                  failure.run();
                  failure.run();
                }))
        .singleElement(STRING)
        .startsWith("Scheduler failed; retrying: app=billing worker=w scheduler=" + ONE)
        .contains("code=" + code);
    connection.onSuccess(session, loop.nanos());
    assertThat(warnings(failure)).hasSize(1);
  }

  @Test
  void showsRefusalAfterOutage() {
    SchedulerSession session = open();
    connection.onFailure(session, ProtocolClientException.unreachable("on purpose", null));

    connection.onFailure(session, refusal(ErrorCode.UNAUTHENTICATED));

    assertThat(connection.status().phase()).isEqualTo(Phase.REFUSED);
  }

  @Test
  void logsUnreachableSchedulerOnceUntilNextSuccess() {
    SchedulerSession session = open();
    Runnable outage =
        () ->
            connection.onFailure(session, ProtocolClientException.unreachable("on purpose", null));

    assertThat(
            warnings(
                () -> {
                  outage.run();
                  outage.run();
                }))
        .singleElement()
        .asString()
        .contains("Scheduler unreachable; retrying");
    connection.onSuccess(session, loop.nanos());
    assertThat(warnings(outage)).hasSize(1);
  }

  @Test
  void logsRefusalsOncePerServerAndCodeUntilNextAgreement() {
    connection = connectionTo(ONE, TWO);
    List<String> lines =
        warnings(
            () -> {
              connection.connect();
              for (int i = 0; i < 50; i++) {
                client.take(WorkerOperation.HANDSHAKE).fail(refusal(ErrorCode.VERSION_MISMATCH));
                loop.pass(Duration.ofSeconds(5));
                client.take(WorkerOperation.HANDSHAKE).fail(refusal(ErrorCode.PROTOCOL_MISMATCH));
                loop.pass(Duration.ofSeconds(5));
              }
            });
    assertThat(lines).hasSize(2);

    client.take(WorkerOperation.HANDSHAKE).answer(agreement("s-1"));

    assertThat(
            warnings(
                () -> connection.onFailure(connection.session(), refusal(ErrorCode.SESSION_GONE))))
        .singleElement(STRING)
        .endsWith(" session=" + SessionHandle.of("s-1"));
    assertThat(
            warnings(
                () ->
                    client
                        .take(WorkerOperation.HANDSHAKE)
                        .fail(refusal(ErrorCode.VERSION_MISMATCH))))
        .hasSize(1);
  }

  private void assertProblem(ErrorCode code) {
    assertThat(connection.status().problem())
        .get()
        .extracting(Problem::code)
        .isEqualTo(code.name());
  }

  private static List<String> warnings(Runnable action) {
    return logged(Level.WARNING, action);
  }

  private static List<String> logged(Level level, Runnable action) {
    List<String> lines = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            if (line.getLevel().equals(level)) {
              lines.add(new SimpleFormatter().formatMessage(line));
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(SchedulerConnection.class.getName());
    logger.addHandler(handler);
    try {
      action.run();
    } finally {
      logger.removeHandler(handler);
    }
    return lines;
  }

  @Test
  void acceptsAgreementWithoutDisplayFields() {
    connection.connect();

    client
        .take(WorkerOperation.HANDSHAKE)
        .answer(new HandshakeResponse("s-1", 1, 30000, 25000, 10000, null, null));

    assertThat(connection.status().phase()).isEqualTo(Phase.AGREED);
    assertThat(connection.status().schedulerSoftwareVersion()).isEmpty();
    assertThat(connection.status().clockSkew()).isEmpty();
  }

  @Test
  void acceptsWorkInNextSessionAfterLeaving() {
    open();
    connection.onDrainRequested();
    connection.onDrainRequested();
    assertThat(connection.isLeaving()).isTrue();
    assertThat(events.leaving).isEqualTo(1);

    assertThat(connection.takesWork()).isFalse();

    connection.onByeSent();
    assertThat(connection.takesWork()).isFalse();
    connection.reconnect();
    client.take(WorkerOperation.HANDSHAKE).answer(agreement("s-2"));

    assertThat(connection.isLeaving()).isFalse();
    assertThat(connection.takesWork()).isTrue();
    assertThat(events.gone).isEmpty();
    assertThat(events.opened).hasSize(2);
  }

  @Test
  void stopsRetryingHandshakeWhenDraining() {
    connection.connect();
    client.take(WorkerOperation.HANDSHAKE).lose();

    connection.drain();
    loop.pass(Duration.ofMinutes(1));

    assertThat(client.count(WorkerOperation.HANDSHAKE)).isEqualTo(1);
  }

  @Test
  void opensNoSessionForAgreementAfterDrain() {
    connection.connect();
    Asked<WorkerOffer, HandshakeResponse> handshake = client.take(WorkerOperation.HANDSHAKE);

    connection.drain();
    assertThat(connection.isHandshaking()).isTrue();
    handshake.answer(agreement("s-1"));

    assertThat(events.opened).isEmpty();
    assertThat(connection.isOpen()).isFalse();
    assertThat(events.late).containsExactly("s-1");
    assertThat(connection.isHandshaking()).isFalse();
  }

  @Test
  void endsPendingHandshakeOnRefusalAfterDrain() {
    connection.connect();
    Asked<WorkerOffer, HandshakeResponse> handshake = client.take(WorkerOperation.HANDSHAKE);

    connection.drain();
    handshake.refuse(ErrorCode.FORBIDDEN);
    loop.pass(Duration.ofMinutes(1));

    assertThat(events.late).containsExactly("none");
    assertThat(connection.isHandshaking()).isFalse();
    assertThat(client.count(WorkerOperation.HANDSHAKE)).isEqualTo(1);
    assertThat(connection.status().phase()).isEqualTo(Phase.DRAINING);
  }

  @Test
  void reportsHandshakingOnlyUntilAnswerOrFailure() {
    assertThat(connection.isHandshaking()).isFalse();
    connection.connect();
    assertThat(connection.isHandshaking()).isTrue();
    client.take(WorkerOperation.HANDSHAKE).lose();
    assertThat(connection.isHandshaking()).isFalse();
    loop.pass(Duration.ofSeconds(1));
    client.take(WorkerOperation.HANDSHAKE).answer(agreement("s-1"));
    assertThat(connection.isHandshaking()).isFalse();
    assertThat(events.late).isEmpty();
  }

  @Test
  void ignoresDrainRequestWithoutSession() {
    connection.connect();

    connection.onDrainRequested();
    client.take(WorkerOperation.HANDSHAKE).answer(agreement("s-1"));

    assertThat(events.leaving).isZero();
    assertThat(connection.takesWork()).isTrue();
  }

  @Test
  void ignoresDrainRequestWhileDraining() {
    open();
    connection.drain();

    connection.onDrainRequested();

    assertThat(events.leaving).isZero();
    assertThat(connection.isLeaving()).isFalse();
  }

  @Test
  void ignoresUnexpectedBye() {
    SchedulerSession session = open();

    connection.onByeSent();
    connection.reconnect();

    assertThat(connection.session()).isSameAs(session);
    connection.onFailure(session, refusal(ErrorCode.SESSION_GONE));
    assertThat(events.gone).containsExactly(session);
  }

  @Test
  void ignoresRepeatedReconnectAfterBye() {
    open();
    connection.onDrainRequested();
    connection.onByeSent();
    connection.reconnect();
    client.take(WorkerOperation.HANDSHAKE).answer(agreement("s-2"));

    connection.reconnect();

    assertThat(connection.session().id()).isEqualTo("s-2");
  }

  @Test
  void opensNoSessionWhenDrainingDuringPendingBye() {
    open();
    connection.onDrainRequested();
    connection.onByeSent();

    connection.drain();
    assertThat(connection.isOpen()).isTrue();
    connection.reconnect();

    assertThat(connection.isOpen()).isFalse();
    assertThat(client.isAsked(WorkerOperation.HANDSHAKE)).isFalse();
    assertThat(connection.status().phase()).isEqualTo(Phase.DRAINING);
  }

  @Test
  void ignoresSessionGoneAfterByeOfDrainingWorker() {
    SchedulerSession session = open();
    connection.drain();
    connection.onByeSent();

    connection.onFailure(session, refusal(ErrorCode.SESSION_GONE));

    assertThat(events.gone).isEmpty();
    assertThat(connection.session()).isSameAs(session);
  }

  @Test
  void replacesLeavingSessionImmediatelyWhenGone() {
    SchedulerSession session = open();
    connection.onDrainRequested();

    connection.onFailure(session, refusal(ErrorCode.SESSION_GONE));
    client.take(WorkerOperation.HANDSHAKE).answer(agreement("s-2"));

    assertThat(events.gone).containsExactly(session);
    assertThat(connection.takesWork()).isTrue();
  }

  @Test
  void movesDrainingSessionToAnotherReplica() {
    SchedulerSession session = openDiscovered(PROTOCOL_PORT);
    connection.drain();

    connection.onFailure(session, refusal(ErrorCode.UNREACHABLE));
    client.take(WorkerOperation.DISCOVERY).answer(discovered(OTHER_REPLICA));

    assertThat(connection.address()).isEqualTo(OTHER_REPLICA);
    assertThat(connection.status().phase()).isEqualTo(Phase.DRAINING);
  }

  @Test
  void showsStoppedAfterStop() {
    open();
    connection.drain();

    connection.markStopped();

    assertThat(connection.status().phase()).isEqualTo(Phase.STOPPED);
    assertThat(connection.status().version()).isEmpty();
  }

  @Test
  void hidesSessionIdInToString() {
    assertThat(open()).asString().doesNotContain("s-1").contains("one:10010");
  }

  private SchedulerSession open() {
    connection.connect();
    client.take(WorkerOperation.HANDSHAKE).answer(agreement("s-1"));
    return connection.session();
  }

  private SchedulerSession openDiscovered(URI address) {
    connection.connect();
    client.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);
    client.take(WorkerOperation.DISCOVERY).answer(discovered(address));
    client.take(WorkerOperation.HANDSHAKE).answer(agreement("s-1"));
    return connection.session();
  }

  private SchedulerConnection connectionTo(URI... servers) {
    SchedulerConnection made =
        new SchedulerConnection(
            loop,
            client,
            List.of(servers),
            offer,
            new SettingHint(client.protocol(), UnaryOperator.identity()),
            new FailureBackoff(
                new Backoff(FIRST_RETRY.multipliedBy(2), Duration.ofSeconds(5)), () -> 0),
            counters,
            InstantSource.fixed(NOW));
    made.setListener(events);
    return made;
  }

  private static HandshakeResponse agreement(String session) {
    return new HandshakeResponse(session, 1, 30000, 25000, 10000, NOW.minusSeconds(4), "0.1.0");
  }

  private static DiscoveryResponse discovered(URI address) {
    return discovered(new Endpoint(Protocol.HTTP, address.toString()));
  }

  private static DiscoveryResponse discovered(Endpoint... endpoints) {
    return new DiscoveryResponse(List.of(endpoints), 1, 1, "0.1.0");
  }

  private static ProtocolClientException refusal(ErrorCode code) {
    return ProtocolClientException.refused(ProblemDetail.of(code, "on purpose", null));
  }

  private static final class RecordedEvents implements SchedulerConnection.Listener {
    private final List<SchedulerSession> opened = new ArrayList<>();
    private final List<SchedulerSession> gone = new ArrayList<>();
    private final List<String> late = new ArrayList<>();
    private int moves;
    private int leaving;
    private int servedAgain;

    @Override
    public void onOpened(SchedulerSession session) {
      opened.add(session);
    }

    @Override
    public void onMoved() {
      moves++;
    }

    @Override
    public void onServedAgain() {
      servedAgain++;
    }

    @Override
    public void onDrainRequested() {
      leaving++;
    }

    @Override
    public void onGone(SchedulerSession session) {
      gone.add(session);
    }

    @Override
    public void onLateHandshake(Optional<SchedulerSession> unused) {
      late.add(unused.map(SchedulerSession::id).orElse("none"));
    }
  }
}
