package dev.orrery.protocol.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.agreement.Agreement.Reached;
import dev.orrery.protocol.agreement.Agreement.Refused;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.WorkerOffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgreementRuleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          http      | http     | HTTP
          http      | HTTP     | HTTP
          http      | " Http " | HTTP
          http      |          | HTTP
          http,akka | http     | HTTP
          http,akka | akka     | AKKA
          http,akka | AKKA     | AKKA
          http,akka | " Akka"  | AKKA
          akka      | akka     | AKKA
          """)
  void agreesOnActiveProtocolInAnySpelling(String active, String offered, Protocol protocol) {
    Agreement agreement = AgreementRule.decide(offer(offered, "orrery", 1, 1), scheduler(active));

    assertThat(agreement).isEqualTo(new Reached(protocol, Dialect.ORRERY, 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          http      | akka   | worker: orrery.worker.protocol=http; or scheduler: orrery.protocols.active=http,akka | which is not active on the scheduler (active: http)
          http      | AKKA   | worker: orrery.worker.protocol=http; or scheduler: orrery.protocols.active=http,akka | The worker uses akka
          akka      | http   | worker: orrery.worker.protocol=akka; or scheduler: orrery.protocols.active=akka,http | The worker uses http
          http      | grpc   | worker: orrery.worker.protocol=http                                                  | Unknown protocol 'grpc'
          http,akka | grpc   | worker: orrery.worker.protocol=http or akka                                          | Valid names: http, akka
          http,akka | ""     | worker: orrery.worker.protocol=http or akka                                          | No protocol is named
          """)
  void refusesInactiveProtocolAndNamesTheSettingToChange(
      String active, String offered, String settingToChange, String detail) {
    Refused refused = refused(offer(offered, "orrery", 1, 1), scheduler(active));

    assertThat(refused.code()).isEqualTo(ErrorCode.PROTOCOL_MISMATCH);
    assertThat(refused.settingToChange()).isEqualTo(settingToChange);
    assertThat(refused.detail()).contains(detail);
    assertThat(refused.server()).isEqualTo("protocols " + active + ", versions 1");
    assertThat(refused.worker())
        .isEqualTo("protocol " + offered.strip() + " (orrery), versions 1..1");
  }

  @ParameterizedTest
  @CsvSource({"1,1,1,1,1", "1,2,1,2,2", "1,3,2,5,3", "2,5,1,3,3", "1,9,4,6,6", "2,2,2,3,2"})
  void agreesOnHighestSharedVersion(int min, int max, int workerMin, int workerMax, int version) {
    Agreement agreement =
        AgreementRule.decide(
            offer("http", "orrery", workerMin, workerMax), scheduler("http", min, max));

    assertThat(agreement).isEqualTo(new Reached(Protocol.HTTP, Dialect.ORRERY, version));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2 | 3 | 1 | 1 | The worker is too old for this scheduler.  | worker: upgrade its software to one that speaks version 2..3
          3 | 3 | 1 | 2 | The worker is too old for this scheduler.  | worker: upgrade its software to one that speaks version 3
          1 | 2 | 3 | 4 | The scheduler is too old for this worker.  | scheduler: upgrade its software to one that speaks version 3..4
          1 | 1 | 2 | 2 | The scheduler is too old for this worker.  | scheduler: upgrade its software to one that speaks version 2
          1 | 1 | 3 | 2 | The worker's version range is not one.     | worker: its software
          1 | 1 | 0 | 1 | The worker's version range is not one.     | worker: its software
          """)
  void refusesDisjointVersionsAndNamesTheSideToUpgrade(
      int min, int max, int workerMin, int workerMax, String detail, String settingToChange) {
    Refused refused =
        refused(offer("http", "orrery", workerMin, workerMax), scheduler("http", min, max));

    assertThat(refused.code()).isEqualTo(ErrorCode.VERSION_MISMATCH);
    assertThat(refused.detail()).isEqualTo(detail);
    assertThat(refused.settingToChange()).isEqualTo(settingToChange);
    assertThat(refused.worker()).endsWith("versions " + workerMin + ".." + workerMax);
  }

  @Test
  void reportsProtocolMismatchBeforeVersionMismatch() {
    Refused refused = refused(offer("akka", "orrery", 7, 7), scheduler("http"));

    assertThat(refused.code()).isEqualTo(ErrorCode.PROTOCOL_MISMATCH);
  }

  @Test
  void refusesUnknownDialectAsProtocolMismatch() {
    Refused refused = refused(offer("http", "xxl", 1, 1), scheduler("http"));

    assertThat(refused.code()).isEqualTo(ErrorCode.PROTOCOL_MISMATCH);
    assertThat(refused.detail()).contains("Unknown dialect 'xxl'");
    assertThat(refused.worker()).contains("(xxl)");
  }

  @Test
  void assumesFirstVersionOverHttpForMissingOfferFields() {
    WorkerOffer bare = new WorkerOffer(null, null, null, null, null, "billing", "w", null, null, 1);

    assertThat(AgreementRule.decide(bare, scheduler("http", 1, 5)))
        .isEqualTo(new Reached(Protocol.HTTP, Dialect.ORRERY, 1));
  }

  @Test
  void acceptsHandshakeOverTheOfferedProtocol() {
    Agreement agreement =
        AgreementRule.decide(offer("Http", "orrery", 1, 1), scheduler("http,akka"), Protocol.HTTP);

    assertThat(agreement).isEqualTo(new Reached(Protocol.HTTP, Dialect.ORRERY, 1));
  }

  @Test
  void refusesHandshakeOverProtocolThatDiffersFromTheOffer() {
    Agreement agreement =
        AgreementRule.decide(offer("akka", "orrery", 1, 1), scheduler("http,akka"), Protocol.HTTP);

    assertThat(agreement)
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(ErrorCode.PROTOCOL_MISMATCH);
              assertThat(refused.detail())
                  .isEqualTo("The worker names akka but makes its handshake over http.");
              assertThat(refused.settingToChange())
                  .isEqualTo("worker: orrery.worker.protocol=http or akka");
            });
  }

  @Test
  void convertsRefusalToProblemWithBothSidesAndSetting() {
    Refused refused = refused(offer("akka", "orrery", 1, 1), scheduler("http"));

    ProblemDetail problem = refused.toProblem();

    assertThat(problem.status()).isEqualTo(409);
    assertThat(problem.code()).isEqualTo(ErrorCode.PROTOCOL_MISMATCH);
    assertThat(problem.title()).isEqualTo("Protocol mismatch");
    assertThat(problem.field()).isNull();
    assertThat(problem.detail()).isEqualTo(refused.detail());
    assertThat(problem.server()).isEqualTo(refused.server());
    assertThat(problem.worker()).isEqualTo(refused.worker());
    assertThat(problem.settingToChange()).isEqualTo(refused.settingToChange());
  }

  private static Refused refused(WorkerOffer offer, SchedulerProtocols scheduler) {
    Agreement agreement = AgreementRule.decide(offer, scheduler);
    assertThat(agreement).isInstanceOf(Refused.class);
    return (Refused) agreement;
  }

  private static WorkerOffer offer(String protocol, String dialect, int min, int max) {
    return new WorkerOffer(
        protocol, dialect, min, max, "1.0", "billing", "w", List.of(), List.of("noop"), 1);
  }

  private static SchedulerProtocols scheduler(String active) {
    return scheduler(active, 1, 1);
  }

  private static SchedulerProtocols scheduler(String active, int min, int max) {
    List<Protocol> protocols = Protocol.parseList(active);
    return new SchedulerProtocols(protocols, protocols.get(0), new VersionRange(min, max));
  }
}
