package dev.orrery.worker.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.DiscoveryResponse.Endpoint;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.worker.WorkerCounters;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.client.FakeProtocolClient;
import dev.orrery.worker.client.FakeProtocolClient.Asked;
import dev.orrery.worker.client.ProtocolClientException;
import dev.orrery.worker.core.Backoff;
import dev.orrery.worker.core.ManualCore;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

  private final ManualCore core = new ManualCore();
  private final FakeProtocolClient wire = new FakeProtocolClient(core);
  private final WorkerCounters counters = new WorkerCounters();
  private final Heard heard = new Heard();
  private final WorkerOffer offer =
      new WorkerOffer("http", "orrery", 1, 1, "9.9", "billing", "w", List.of(), List.of("noop"), 3);
  private SchedulerConnection connection = connectionTo(ONE);

  @Test
  void handshakeAtTheProtocolPortOpensASession() {
    connection.connect();
    assertThat(connection.status().phase()).isEqualTo(Phase.CONNECTING);

    Asked<WorkerOffer, HandshakeResponse> handshake = wire.take(WorkerOperation.HANDSHAKE);
    assertThat(handshake.address()).isEqualTo(ONE);
    assertThat(handshake.request()).isEqualTo(offer);
    handshake.answer(agreement("s-1"));

    assertThat(heard.opened).hasSize(1);
    SchedulerSession session = heard.opened.get(0);
    assertThat(session.id()).isEqualTo("s-1");
    assertThat(session.address()).isEqualTo(ONE);
    assertThat(session.pollWait()).isEqualTo(Duration.ofSeconds(25));
    assertThat(session.renewInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(connection.session()).isSameAs(session);
    assertThat(connection.isOpen()).isTrue();
    assertThat(counters.sessions().sum()).isEqualTo(1);
  }

  @Test
  void statusOfAnAgreementTellsVersionSoftwareAndSkew() {
    open();

    WorkerStatus status = connection.status();

    assertThat(status.phase()).isEqualTo(Phase.AGREED);
    assertThat(status.server()).isEqualTo(ONE);
    assertThat(status.version()).contains(1);
    assertThat(status.schedulerSoftware()).contains("0.1.0");
    assertThat(status.clockSkew()).contains(Duration.ofSeconds(-4));
    assertThat(status.problem()).isEmpty();
  }

  @Test
  void leaseCountsFromWhenTheHandshakeWasSent() {
    connection.connect();
    Asked<WorkerOffer, HandshakeResponse> handshake = wire.take(WorkerOperation.HANDSHAKE);
    long sentAt = core.nanos();
    core.pass(Duration.ofSeconds(5));

    handshake.answer(agreement("s-1"));

    Lease lease = connection.session().lease();
    assertThat(lease.mayStart(sentAt + Duration.ofSeconds(20).toNanos() - 1)).isTrue();
    assertThat(lease.mayStart(sentAt + Duration.ofSeconds(20).toNanos())).isFalse();
  }

  @Test
  void serverThatDoesNotKnowTheHandshakeIsAskedWhereItIs() {
    connection.connect();
    wire.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);

    Asked<WorkerOffer, DiscoveryResponse> discovery = wire.take(WorkerOperation.DISCOVERY);
    assertThat(discovery.address()).isEqualTo(ONE);
    assertThat(discovery.request()).isEqualTo(offer);
    discovery.answer(
        discovered(
            new Endpoint(Protocol.AKKA, "one:10086"),
            new Endpoint(Protocol.HTTP, PROTOCOL_PORT.toString())));

    Asked<WorkerOffer, HandshakeResponse> handshake = wire.take(WorkerOperation.HANDSHAKE);
    assertThat(handshake.address()).isEqualTo(PROTOCOL_PORT);
    handshake.answer(agreement("s-1"));
    assertThat(connection.session().address()).isEqualTo(PROTOCOL_PORT);
    assertThat(connection.status().server()).isEqualTo(PROTOCOL_PORT);
  }

  @Test
  void refusalInTheDiscoveryCarriesTheSettingToChange() {
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
    wire.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);

    wire.take(WorkerOperation.DISCOVERY).refuse(mismatch);

    assertThat(connection.status().phase()).isEqualTo(Phase.REFUSED);
    assertThat(connection.status().problem()).contains(mismatch);
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void discoveryWithoutAnAddressForOurProtocolIsAMismatch() {
    connection.connect();
    wire.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);

    wire.take(WorkerOperation.DISCOVERY)
        .answer(discovered(new Endpoint(Protocol.AKKA, "one:10086")));

    assertThat(connection.status().phase()).isEqualTo(Phase.REFUSED);
    assertThat(connection.status().problem())
        .get()
        .extracting(ProblemDetail::code)
        .isEqualTo(ErrorCode.PROTOCOL_MISMATCH);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"http://a b", "://"})
  void discoveryWithAnAddressThatCannotBeDialledIsAProblemAndNotTheEnd(String address) {
    connection.connect();
    wire.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);

    wire.take(WorkerOperation.DISCOVERY).answer(discovered(new Endpoint(Protocol.HTTP, address)));

    assertThat(connection.status().problem()).isPresent();
    core.pass(FIRST_RETRY);
    assertThat(wire.isAsked(WorkerOperation.HANDSHAKE)).isTrue();
  }

  @Test
  void discoveredPortThatDoesNotKnowTheHandshakeIsNotAskedWhereItIsAgain() {
    connection.connect();
    wire.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);
    wire.take(WorkerOperation.DISCOVERY)
        .answer(discovered(new Endpoint(Protocol.HTTP, PROTOCOL_PORT.toString())));

    wire.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);

    assertThat(wire.isAsked(WorkerOperation.DISCOVERY)).isFalse();
    assertThat(connection.status().phase()).isEqualTo(Phase.REFUSED);
    core.pass(FIRST_RETRY);
    assertThat(wire.take(WorkerOperation.HANDSHAKE).address()).isEqualTo(ONE);
  }

  @ParameterizedTest
  @EnumSource(names = {"UNREACHABLE", "UNAVAILABLE"})
  void schedulerThatIsAwayIsUnreachable(ErrorCode code) {
    connection.connect();

    wire.take(WorkerOperation.HANDSHAKE).refuse(code);

    assertThat(connection.status().phase()).isEqualTo(Phase.UNREACHABLE);
    assertThat(connection.status().problem()).get().extracting(ProblemDetail::code).isEqualTo(code);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"UNREACHABLE", "UNAVAILABLE", "NOT_FOUND"})
  void schedulerThatSaysNoRefuses(ErrorCode code) {
    connection.connect();

    wire.take(WorkerOperation.HANDSHAKE).refuse(code);

    assertThat(connection.status().phase()).isEqualTo(Phase.REFUSED);
    assertThat(connection.status().problem()).get().extracting(ProblemDetail::code).isEqualTo(code);
    assertThat(wire.isAsked(WorkerOperation.DISCOVERY)).isFalse();
  }

  @Test
  void refusedWorkerTriesOnLessAndLessOftenUntilItIsAgreedUpon() {
    connection.connect();
    Duration wait = FIRST_RETRY;
    for (int i = 0; i < 5; i++) {
      wire.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.VERSION_MISMATCH);
      core.pass(wait.minusMillis(1));
      assertThat(wire.isAsked(WorkerOperation.HANDSHAKE)).isFalse();
      core.pass(Duration.ofMillis(1));
      wait = wait.multipliedBy(2);
    }

    wire.take(WorkerOperation.HANDSHAKE).answer(agreement("s-1"));

    assertThat(connection.status().phase()).isEqualTo(Phase.AGREED);
    assertThat(connection.status().problem()).isEmpty();
  }

  @Test
  void agreementLetsTheNextRefusalWaitShortlyAgain() {
    connection.connect();
    for (int i = 0; i < 4; i++) {
      wire.take(WorkerOperation.HANDSHAKE).lose();
      core.pass(Duration.ofSeconds(5));
    }
    wire.take(WorkerOperation.HANDSHAKE).answer(agreement("s-1"));
    connection.failed(connection.session(), refusal(ErrorCode.SESSION_GONE));

    wire.take(WorkerOperation.HANDSHAKE).lose();
    core.pass(FIRST_RETRY);

    assertThat(wire.isAsked(WorkerOperation.HANDSHAKE)).isTrue();
  }

  @Test
  void severalServersAreTriedInTurn() {
    connection = connectionTo(ONE, TWO);
    connection.connect();

    List<URI> tried = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Asked<WorkerOffer, HandshakeResponse> handshake = wire.take(WorkerOperation.HANDSHAKE);
      tried.add(handshake.address());
      handshake.lose();
      core.pass(Duration.ofSeconds(5));
    }

    assertThat(tried).containsExactly(ONE, TWO, ONE, TWO);
  }

  @Test
  void addressIsTheServerThatIsTriedUntilThereIsASession() {
    connection = connectionTo(ONE, TWO);
    connection.connect();
    assertThat(connection.address()).isEqualTo(ONE);

    wire.take(WorkerOperation.HANDSHAKE).lose();

    assertThat(connection.address()).isEqualTo(TWO);
  }

  @Test
  void sessionThatIsGoneLeadsToANewHandshakeAtOnce() {
    SchedulerSession first = open();

    connection.failed(first, refusal(ErrorCode.SESSION_GONE));

    assertThat(heard.gone).containsExactly(first);
    assertThat(connection.isOpen()).isFalse();
    wire.take(WorkerOperation.HANDSHAKE).answer(agreement("s-2"));
    assertThat(connection.session().id()).isEqualTo("s-2");
    assertThat(heard.opened).hasSize(2);
  }

  @Test
  void lateFailureOfAnOlderSessionDoesNotTouchTheNewOne() {
    SchedulerSession first = open();
    connection.failed(first, refusal(ErrorCode.SESSION_GONE));
    wire.take(WorkerOperation.HANDSHAKE).answer(agreement("s-2"));

    connection.failed(first, refusal(ErrorCode.SESSION_GONE));

    assertThat(connection.session().id()).isEqualTo("s-2");
    assertThat(heard.gone).hasSize(1);
  }

  @Test
  void sessionOutlivesASchedulerThatDoesNotAnswer() {
    SchedulerSession session = open();

    connection.failed(session, ProtocolClientException.unreachable("on purpose", null));

    assertThat(connection.session()).isSameAs(session);
    assertThat(connection.status().phase()).isEqualTo(Phase.UNREACHABLE);
    assertThat(connection.status().version()).contains(1);
    assertThat(heard.gone).isEmpty();

    connection.worked(session);

    assertThat(connection.status().phase()).isEqualTo(Phase.AGREED);
    assertThat(connection.status().problem()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"UNREACHABLE", "UNAVAILABLE"})
  void sessionGoesOnAtTheNextServerWhereItsOwnIsOfNoUse(ErrorCode code) {
    connection = connectionTo(ONE, TWO);
    SchedulerSession session = open();

    connection.failed(session, refusal(code));
    Asked<WorkerOffer, DiscoveryResponse> discovery = wire.take(WorkerOperation.DISCOVERY);
    assertThat(discovery.address()).isEqualTo(TWO);
    assertThat(connection.session().address()).isEqualTo(ONE);
    discovery.answer(discovered(new Endpoint(Protocol.HTTP, TWO.toString())));

    assertThat(connection.session()).isEqualTo(session);
    assertThat(connection.session().address()).isEqualTo(TWO);
    assertThat(heard.gone).isEmpty();
  }

  @Test
  void sessionStaysWhereTheNextServerIsOfNoUseEither() {
    connection = connectionTo(ONE, TWO);
    SchedulerSession session = open();

    connection.failed(session, refusal(ErrorCode.UNAVAILABLE));
    wire.take(WorkerOperation.DISCOVERY).refuse(ErrorCode.UNAVAILABLE);

    assertThat(connection.session().address()).isEqualTo(ONE);
    connection.failed(session, refusal(ErrorCode.UNAVAILABLE));
    assertThat(wire.take(WorkerOperation.DISCOVERY).address()).isEqualTo(ONE);
  }

  @Test
  void problemOfAWorkingSessionIsShownUntilItWorksAgain() {
    SchedulerSession session = open();

    connection.failed(session, refusal(ErrorCode.UNAVAILABLE));
    assertThat(connection.status().problem())
        .get()
        .extracting(ProblemDetail::code)
        .isEqualTo(ErrorCode.UNAVAILABLE);
    connection.worked(session);

    assertThat(connection.status().phase()).isEqualTo(Phase.AGREED);
    assertThat(connection.status().problem()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"UNREACHABLE", "UNAVAILABLE"})
  void sessionGoesOnWhereTheServerSaysThatItsProtocolIsNow(ErrorCode code) {
    SchedulerSession session = openDiscovered(PROTOCOL_PORT);

    connection.failed(session, refusal(code));

    Asked<WorkerOffer, DiscoveryResponse> discovery = wire.take(WorkerOperation.DISCOVERY);
    assertThat(discovery.address()).isEqualTo(ONE);
    discovery.answer(discovered(new Endpoint(Protocol.HTTP, OTHER_REPLICA.toString())));
    assertThat(connection.session()).isEqualTo(session);
    assertThat(connection.session().address()).isEqualTo(OTHER_REPLICA);
    assertThat(wire.isAsked(WorkerOperation.HANDSHAKE)).isFalse();
    assertThat(heard.gone).isEmpty();
  }

  @Test
  void sessionWhoseServerDoesNotAnswerEitherAsksAgainAtItsNextFailureAndOnlyOnceAtATime() {
    SchedulerSession session = openDiscovered(PROTOCOL_PORT);

    connection.failed(session, refusal(ErrorCode.UNREACHABLE));
    connection.failed(session, refusal(ErrorCode.UNREACHABLE));
    wire.take(WorkerOperation.DISCOVERY).lose();
    assertThat(wire.isAsked(WorkerOperation.DISCOVERY)).isFalse();
    assertThat(connection.session().address()).isEqualTo(PROTOCOL_PORT);

    connection.failed(session, refusal(ErrorCode.UNREACHABLE));
    assertThat(wire.isAsked(WorkerOperation.DISCOVERY)).isTrue();
  }

  @Test
  void sessionAtTheOnlyAddressThereIsLooksForNoOther() {
    SchedulerSession session = open();

    connection.failed(session, refusal(ErrorCode.UNREACHABLE));
    connection.failed(session, refusal(ErrorCode.UNAVAILABLE));

    assertThat(wire.isAsked(WorkerOperation.DISCOVERY)).isFalse();
  }

  @Test
  void answerThatComesAfterTheSessionHasGoneMovesNothing() {
    SchedulerSession session = openDiscovered(PROTOCOL_PORT);
    connection.failed(session, refusal(ErrorCode.UNREACHABLE));
    Asked<WorkerOffer, DiscoveryResponse> discovery = wire.take(WorkerOperation.DISCOVERY);
    connection.failed(session, refusal(ErrorCode.SESSION_GONE));

    discovery.answer(discovered(new Endpoint(Protocol.HTTP, OTHER_REPLICA.toString())));

    assertThat(connection.isOpen()).isFalse();
    wire.take(WorkerOperation.HANDSHAKE).answer(agreement("s-2"));
    assertThat(connection.session().address()).isEqualTo(ONE);
  }

  @Test
  void drainingWorkerStaysDrainingWhateverFailsAndWorksAgain() {
    SchedulerSession session = open();
    connection.draining();

    connection.failed(session, ProtocolClientException.unreachable("on purpose", null));
    assertThat(connection.status().phase()).isEqualTo(Phase.DRAINING);
    connection.worked(session);

    assertThat(connection.status().phase()).isEqualTo(Phase.DRAINING);
    assertThat(connection.status().problem()).isEmpty();
  }

  @Test
  void drainingWorkerStaysDrainingThoughItsSessionIsGone() {
    SchedulerSession session = open();
    connection.stop();
    connection.draining();

    connection.failed(session, refusal(ErrorCode.SESSION_GONE));

    assertThat(connection.status().phase()).isEqualTo(Phase.DRAINING);
    assertThat(wire.isAsked(WorkerOperation.HANDSHAKE)).isFalse();
  }

  @Test
  void sessionThatIsGoneAfterAGoodByeIsNoNewsUntilTheGoodByeIsAnswered() {
    SchedulerSession session = open();
    connection.sayBye();

    connection.failed(session, refusal(ErrorCode.SESSION_GONE));
    assertThat(wire.isAsked(WorkerOperation.HANDSHAKE)).isFalse();
    connection.reconnect();

    assertThat(wire.take(WorkerOperation.HANDSHAKE)).isNotNull();
    assertThat(wire.isAsked(WorkerOperation.HANDSHAKE)).isFalse();
  }

  @Test
  void unexpectedFailureIsShownAndTriedAgain() {
    connection.connect();

    wire.take(WorkerOperation.HANDSHAKE).fail(new IllegalStateException("broken"));

    assertThat(connection.status().phase()).isEqualTo(Phase.UNREACHABLE);
    assertThat(connection.status().problem().orElseThrow().detail()).contains("broken");
    core.pass(FIRST_RETRY);
    assertThat(wire.isAsked(WorkerOperation.HANDSHAKE)).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " "})
  void answerWithoutASessionIsNoAgreement(String session) {
    connection.connect();

    wire.take(WorkerOperation.HANDSHAKE)
        .answer(new HandshakeResponse(session, 0, 0, 0, 0, null, null));

    assertThat(connection.isOpen()).isFalse();
    assertThat(heard.opened).isEmpty();
    assertThat(connection.status().phase()).isEqualTo(Phase.UNREACHABLE);
    core.pass(FIRST_RETRY);
    assertThat(wire.isAsked(WorkerOperation.HANDSHAKE)).isTrue();
  }

  @Test
  void agreementOnAVersionThatWasNotOfferedIsNone() {
    connection.connect();

    wire.take(WorkerOperation.HANDSHAKE)
        .answer(new HandshakeResponse("s-1", 2, 30000, 25000, 10000, null, null));

    assertThat(connection.isOpen()).isFalse();
    assertThat(connection.status().phase()).isEqualTo(Phase.REFUSED);
    ProblemDetail problem = connection.status().problem().orElseThrow();
    assertThat(problem.code()).isEqualTo(ErrorCode.VERSION_MISMATCH);
    assertThat(problem.server()).contains("2");
    assertThat(problem.worker()).contains("1");
    assertThat(problem.settingToChange()).startsWith("scheduler: its software");
  }

  @Test
  void refusalsAreLoggedOncePerServerAndCodeUntilTheNextAgreement() {
    connection = connectionTo(ONE, TWO);
    List<String> lines = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            if (line.getLevel().equals(Level.WARNING)) {
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
      connection.connect();
      for (int i = 0; i < 50; i++) {
        wire.take(WorkerOperation.HANDSHAKE).fail(refusal(ErrorCode.VERSION_MISMATCH));
        core.pass(Duration.ofSeconds(5));
        wire.take(WorkerOperation.HANDSHAKE).fail(refusal(ErrorCode.PROTOCOL_MISMATCH));
        core.pass(Duration.ofSeconds(5));
      }
      assertThat(lines).hasSize(2);
      wire.take(WorkerOperation.HANDSHAKE).answer(agreement("s-1"));
      connection.reconnect();
      wire.take(WorkerOperation.HANDSHAKE).fail(refusal(ErrorCode.VERSION_MISMATCH));
      assertThat(lines).hasSize(3);
    } finally {
      logger.removeHandler(handler);
    }
  }

  @Test
  void agreementMayLackWhatIsOnlyShown() {
    connection.connect();

    wire.take(WorkerOperation.HANDSHAKE)
        .answer(new HandshakeResponse("s-1", 1, 30000, 25000, 10000, null, null));

    assertThat(connection.status().phase()).isEqualTo(Phase.AGREED);
    assertThat(connection.status().schedulerSoftware()).isEmpty();
    assertThat(connection.status().clockSkew()).isEmpty();
  }

  @Test
  void workerThatWasToldToLeaveIsThereAgainWithItsNextSession() {
    open();
    connection.leave();
    connection.leave();
    assertThat(connection.isLeaving()).isTrue();
    assertThat(heard.leaving).isEqualTo(1);

    connection.reconnect();
    wire.take(WorkerOperation.HANDSHAKE).answer(agreement("s-2"));

    assertThat(connection.isLeaving()).isFalse();
    assertThat(heard.gone).isEmpty();
    assertThat(heard.opened).hasSize(2);
  }

  @Test
  void stoppedWorkerTriesNoMore() {
    connection.connect();
    wire.take(WorkerOperation.HANDSHAKE).lose();

    connection.stop();
    core.pass(Duration.ofMinutes(1));

    assertThat(wire.count(WorkerOperation.HANDSHAKE)).isEqualTo(1);
  }

  @Test
  void answerThatComesAfterTheStopOpensNothing() {
    connection.connect();
    Asked<WorkerOffer, HandshakeResponse> handshake = wire.take(WorkerOperation.HANDSHAKE);

    connection.stop();
    handshake.answer(agreement("s-1"));

    assertThat(heard.opened).isEmpty();
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void sessionShowsItselfWithoutItsSecret() {
    assertThat(open()).asString().doesNotContain("s-1").contains("one:10010");
  }

  private SchedulerSession open() {
    connection.connect();
    wire.take(WorkerOperation.HANDSHAKE).answer(agreement("s-1"));
    return connection.session();
  }

  private SchedulerSession openDiscovered(URI address) {
    connection.connect();
    wire.take(WorkerOperation.HANDSHAKE).refuse(ErrorCode.NOT_FOUND);
    wire.take(WorkerOperation.DISCOVERY)
        .answer(discovered(new Endpoint(Protocol.HTTP, address.toString())));
    wire.take(WorkerOperation.HANDSHAKE).answer(agreement("s-1"));
    return connection.session();
  }

  private SchedulerConnection connectionTo(URI... servers) {
    SchedulerConnection made =
        new SchedulerConnection(
            core,
            wire,
            List.of(servers),
            offer,
            new Backoff(FIRST_RETRY.multipliedBy(2), Duration.ofSeconds(5), () -> 0),
            counters,
            InstantSource.fixed(NOW));
    made.listen(heard);
    return made;
  }

  private static HandshakeResponse agreement(String session) {
    return new HandshakeResponse(session, 1, 30000, 25000, 10000, NOW.minusSeconds(4), "0.1.0");
  }

  private static DiscoveryResponse discovered(Endpoint... endpoints) {
    return new DiscoveryResponse(List.of(endpoints), 1, 1, "0.1.0");
  }

  private static ProtocolClientException refusal(ErrorCode code) {
    return ProtocolClientException.refused(ProblemDetail.of(code, "on purpose", null));
  }

  private static final class Heard implements SchedulerConnection.Listener {
    private final List<SchedulerSession> opened = new ArrayList<>();
    private final List<SchedulerSession> gone = new ArrayList<>();
    private int leaving;

    @Override
    public void opened(SchedulerSession session) {
      opened.add(session);
    }

    @Override
    public void leaving() {
      leaving++;
    }

    @Override
    public void gone(SchedulerSession session) {
      gone.add(session);
    }
  }
}
