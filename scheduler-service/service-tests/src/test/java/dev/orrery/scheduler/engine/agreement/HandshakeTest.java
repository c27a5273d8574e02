package dev.orrery.scheduler.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.agreement.Agreement;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.engine.worker.SessionRegistry;
import dev.orrery.scheduler.http.security.CallerResolver;
import dev.orrery.scheduler.http.security.TokenGenerator;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.CapturedLog;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.RefusedOperation;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class HandshakeTest {
  @Inject SessionRegistry sessions;
  @Inject CallerResolver callers;

  private TestApp app;
  private TestClient wire;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
    wire = new TestClient(app.token(TokenRole.WORKER));
  }

  @Test
  void returnsLeaseAndPollIntervalsInAgreement() {
    HandshakeResponse answer = app.worker().agreement();

    assertThat(answer.session()).hasSizeGreaterThanOrEqualTo(32);
    assertThat(answer.version()).isEqualTo(1);
    assertThat(Duration.ofMillis(answer.leaseRemainingMillis()))
        .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
    assertThat(answer.renewIntervalMillis()).isEqualTo(10_000);
    assertThat(answer.pollWaitMillis()).isEqualTo(25_000);
    assertThat(answer.serverTime()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    assertThat(answer.softwareVersion()).isNotBlank();
  }

  @Test
  void opensSeparateSessionForEveryHandshake() {
    TestWorker first = app.worker();
    TestWorker second = app.worker();

    assertThat(second.session()).isNotEqualTo(first.session());
    assertThat(first.poll(1).attempts()).isEmpty();
    assertThat(second.poll(1).attempts()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"HTTP, ORRERY", "' Http ', ' Orrery '", ","})
  void acceptsProtocolAndDialectInAnyCaseOrOmitted(String protocol, String dialect) {
    assertThat(handshake(offer(protocol, dialect, 1, 1)).version()).isEqualTo(1);
  }

  @Test
  void agreesOnHighestSharedVersion() {
    assertThat(handshake(offer("http", "orrery", 1, 99)).version()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"akka", "AKKA", "carrier-pigeon", ""})
  void refusesInactiveProtocolAndNamesTheSettingToChange(String protocol) {
    ProblemDetail problem = refused(ErrorCode.PROTOCOL_MISMATCH, offer(protocol, "orrery", 1, 1));

    assertThat(problem.server()).contains("http", "1");
    assertThat(problem.worker()).contains(protocol, "1..1");
    assertThat(problem.settingToChange()).contains("worker: orrery.worker.protocol=http");
  }

  @Test
  void namesSchedulerSettingForKnownInactiveProtocol() {
    assertThat(refused(ErrorCode.PROTOCOL_MISMATCH, offer("akka", null, 1, 1)).settingToChange())
        .contains("scheduler: orrery.protocols.active=http,akka");
  }

  @ParameterizedTest
  @ValueSource(strings = {"powerjob", "quartz"})
  void refusesOtherDialects(String dialect) {
    assertThat(refused(ErrorCode.PROTOCOL_MISMATCH, offer("http", dialect, 1, 1)).detail())
        .contains(dialect, "orrery");
  }

  @Test
  void refusesNewerWorkerAndSuggestsSchedulerUpgrade() {
    ProblemDetail problem = refused(ErrorCode.VERSION_MISMATCH, offer("http", "orrery", 2, 3));

    assertThat(problem.detail()).contains("scheduler is too old");
    assertThat(problem.worker()).contains("2..3");
    assertThat(problem.settingToChange()).startsWith("scheduler:").contains("2..3");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "3, 2", "-1, 1"})
  void refusesInvalidVersionRange(int min, int max) {
    refused(ErrorCode.VERSION_MISMATCH, offer("http", "orrery", min, max));
  }

  @Test
  void forbidsOfferForForeignApp() {
    TestApp other = TestApp.create();

    ProblemDetail problem =
        RefusedOperation.with(
            ErrorCode.FORBIDDEN,
            () -> wire.ask(WorkerOperation.HANDSHAKE, other.workerLike().offer()));

    assertThat(problem.field()).isEqualTo("app");
    assertThat(problem.detail()).contains(other.name()).doesNotContain("To change");
    assertThat(problem.settingToChange()).contains("orrery.worker.app", "orrery.worker.token");
    assertThat(sessions(other)).isEmpty();
    Json refused = app.asViewer().get(Api.V1 + "/workers").as(Json.class);
    assertThat(refused.getStrings("refused.code")).containsExactly("FORBIDDEN");
    assertThat(refused.getStrings("refused.settingToChange"))
        .containsExactly("worker: orrery.worker.app or orrery.worker.token");
    assertThat(other.asViewer().get(Api.V1 + "/workers").as(Json.class).getList("refused"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 501})
  void refusesCapacityOutsideRangeFrom1To500(int capacity) {
    requireInvalid(app.workerLike().withCapacity(capacity), "capacity");
  }

  @Test
  void refusesInvalidNamesTagsAndProcessors() {
    requireInvalid(app.workerLike().named("a worker"), "name");
    requireInvalid(app.workerLike().named("n".repeat(101)), "name");
    requireInvalid(app.workerLike().tagged("gpu", "a tag"), "tags");
    requireInvalid(app.workerLike().running("no op"), "processors");
    requireInvalid(app.workerLike().tagged(many("t")), "tags");
    requireInvalid(app.workerLike().running(many("p")), "processors");
  }

  @Test
  void refusesInvalidOffersInDiscoveryAsInHandshake() {
    RefusedOperation.with(
        ErrorCode.PROTOCOL_MISMATCH,
        () -> wire.ask(WorkerOperation.DISCOVERY, offer("akka", null, 1, 1)));
    RefusedOperation.with(
        ErrorCode.VERSION_MISMATCH,
        () -> wire.ask(WorkerOperation.DISCOVERY, offer("http", null, 2, 2)));
    RefusedOperation.with(
        ErrorCode.INVALID,
        () -> wire.ask(WorkerOperation.DISCOVERY, app.workerLike().withCapacity(0).offer()));
    assertThat(sessions(app)).isEmpty();
  }

  @Test
  void listsRefusalsPerAppWorkerAndCode() {
    refused(ErrorCode.VERSION_MISMATCH, offer("http", null, 2, 2));
    refused(ErrorCode.VERSION_MISMATCH, offer("http", null, 2, 2));
    refused(ErrorCode.PROTOCOL_MISMATCH, offer("akka", null, 1, 1));

    Json workers = app.asViewer().get(Api.V1 + "/workers").as(Json.class);
    assertThat(workers.getList("refused.code"))
        .containsExactly("PROTOCOL_MISMATCH", "VERSION_MISMATCH");
    assertThat(workers.getList("refused.times")).containsExactly(1, 2);
    assertThat(workers.getString("refused[1].settingToChange")).startsWith("scheduler:");
    assertThat(
            TestApp.create().asViewer().get(Api.V1 + "/workers").as(Json.class).getList("refused"))
        .isEmpty();
  }

  @Test
  void showsCallsWithUnknownTokenOnlyToAdminsAndHidesToken() {
    String token = TokenGenerator.newToken();
    int before = unauthenticated(Api.asAdmin());

    RefusedOperation.with(
        ErrorCode.UNAUTHENTICATED,
        () -> new TestClient(token).ask(WorkerOperation.HANDSHAKE, app.workerLike().offer()));
    RefusedOperation.with(
        ErrorCode.UNAUTHENTICATED,
        () -> new TestClient(token).ask(WorkerOperation.DISCOVERY, app.workerLike().offer()));

    assertThat(unauthenticated(Api.asAdmin())).isEqualTo(before + 2);
    String list = Api.asAdmin().get(Api.V1 + "/workers").asString();
    assertThat(list).contains("127.0.0.1", "ORRERY_WORKER_TOKEN").doesNotContain(token);
    assertThat(unauthenticated(app.asViewer())).isZero();
  }

  @Test
  void recordsRefusedHandshakeAfterTokenIsRevoked() {
    Json created =
        app.asOperator().body(Map.of("role", "worker")).post(app.path("/tokens")).as(Json.class);
    TestClient worker = new TestClient(created.getString("token"));
    worker.ask(WorkerOperation.HANDSHAKE, app.workerLike().offer());
    int before = unauthenticated(Api.asAdmin());

    app.asOperator().delete(app.path("/tokens/" + created.getString("id")));
    RefusedOperation.with(
        ErrorCode.UNAUTHENTICATED,
        () -> worker.ask(WorkerOperation.HANDSHAKE, app.workerLike().offer()));

    assertThat(unauthenticated(Api.asAdmin())).isEqualTo(before + 1);
  }

  @Test
  void refusesExpiredWorkerTokenAsUnauthenticated() {
    Json created =
        app.asOperator()
            .body(Map.of("role", "worker", "expiresAt", "9999-01-01T00:00:00Z"))
            .post(app.path("/tokens"))
            .as(Json.class);
    TestDatabase.update(
        "update token set expires_at = now() where id = ?",
        Long.parseLong(created.getString("id")));
    TestClient worker = new TestClient(created.getString("token"));
    int before = unauthenticated(Api.asAdmin());

    ProblemDetail problem =
        RefusedOperation.with(
            ErrorCode.UNAUTHENTICATED,
            () -> worker.ask(WorkerOperation.HANDSHAKE, app.workerLike().offer()));

    assertThat(problem.detail()).startsWith("This token expired at ");
    assertThat(unauthenticated(Api.asAdmin())).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @EnumSource(value = TokenRole.class, mode = EnumSource.Mode.EXCLUDE, names = "WORKER")
  void showsWrongRoleRefusalToItsAppWithSettingToChange(TokenRole role) {
    TestClient worker = new TestClient(app.token(role));
    ProblemDetail problem =
        RefusedOperation.with(
            ErrorCode.FORBIDDEN,
            () -> worker.ask(WorkerOperation.DISCOVERY, app.workerLike().offer()));
    RefusedOperation.with(
        ErrorCode.FORBIDDEN, () -> worker.ask(WorkerOperation.HANDSHAKE, app.workerLike().offer()));

    String setting = "worker: orrery.worker.token (ORRERY_WORKER_TOKEN)";
    assertThat(problem.settingToChange()).isEqualTo(setting);
    List<Map<String, Object>> refused = refusals(app.asViewer());
    assertThat(refused).hasSize(1);
    assertThat(refused.get(0))
        .containsEntry("app", app.name())
        .containsEntry("address", "127.0.0.1")
        .containsEntry("code", "FORBIDDEN")
        .containsEntry("settingToChange", setting)
        .containsEntry("times", 2)
        .doesNotContainKeys("worker", "requestedApp");
    assertThat((String) refused.get(0).get("detail"))
        .contains("role " + role.name().toLowerCase(Locale.ROOT));
    assertThat(refusals(TestApp.create().asViewer())).isEmpty();
  }

  @Test
  void showsRefusedAdminTokenOnlyToAdmins() {
    RefusedOperation.with(
        ErrorCode.FORBIDDEN,
        () ->
            new TestClient(Api.adminToken())
                .ask(WorkerOperation.HANDSHAKE, app.workerLike().offer()));

    assertThat(refusals(Api.asAdmin()))
        .anySatisfy(
            refusal ->
                assertThat(refusal)
                    .containsEntry("code", "FORBIDDEN")
                    .containsEntry("address", "127.0.0.1")
                    .doesNotContainKeys("app", "worker"));
    assertThat(refusals(app.asViewer())).isEmpty();
  }

  @Test
  void showsAppRequestedByRefusedWorkerOnlyToAdmins() {
    WorkerOffer offer = offerFor("no-such-app", "asks-for-another");

    RefusedOperation.with(ErrorCode.FORBIDDEN, () -> wire.ask(WorkerOperation.HANDSHAKE, offer));

    assertThat(app.asViewer().get(Api.V1 + "/workers").asString())
        .contains("asks-for-another")
        .doesNotContain("no-such-app");
    assertThat(refusals(Api.asAdmin()))
        .anySatisfy(
            refusal ->
                assertThat(refusal)
                    .containsEntry("app", app.name())
                    .containsEntry("requestedApp", "no-such-app")
                    .containsEntry("worker", "asks-for-another"));
  }

  @Test
  void removesRefusalsWhenWorkerJoins() {
    refuseForAnotherApp("w-1");
    RefusedOperation.with(
        ErrorCode.FORBIDDEN,
        () ->
            new TestClient(app.token(TokenRole.VIEWER))
                .ask(WorkerOperation.HANDSHAKE, app.workerLike().offer()));
    assertThat(refusals(app.asViewer())).hasSize(2);

    app.workerLike().named("w-1").join();

    assertThat(refusals(app.asViewer())).isEmpty();
  }

  @Test
  void hidesRefusalOfWorkerThatJoinedAnotherReplica() {
    refuseForAnotherApp("w-1");
    refuseForAnotherApp("w-2");

    joinAtAnotherReplica("w-1");

    assertThat(refusals(app.asViewer()))
        .extracting(one -> one.get("worker"))
        .containsExactly("w-2");

    refuseForAnotherApp("w-1");
    assertThat(refusals(app.asViewer()))
        .extracting(one -> one.get("worker"))
        .containsExactly("w-1", "w-2");
  }

  private void refuseForAnotherApp(String worker) {
    RefusedOperation.with(
        ErrorCode.FORBIDDEN,
        () -> wire.ask(WorkerOperation.HANDSHAKE, offerFor("no-such-app", worker)));
  }

  /** Opens a session of which the list of refused workers of this replica does not hear. */
  private void joinAtAnotherReplica(String worker) {
    sessions.open(
        callers.find(app.token(TokenRole.WORKER)).join().appId(),
        offerFor(app.name(), worker),
        new Agreement.Reached(Protocol.HTTP, Dialect.ORRERY, 1));
  }

  private WorkerOffer offerFor(String otherApp, String worker) {
    return new WorkerOffer(
        "http", "orrery", 1, 1, "test", otherApp, worker, List.of(), List.of("noop"), 1);
  }

  private static List<Map<String, Object>> refusals(RequestSpecification caller) {
    return caller.get(Api.V1 + "/workers").as(Json.class).getMaps("refused");
  }

  /** The refusals of calls without a valid token that this caller is shown. */
  private static int unauthenticated(RequestSpecification caller) {
    return caller.get(Api.V1 + "/workers").as(Json.class).getMaps("refused").stream()
        .filter(refusal -> refusal.get("code").equals("UNAUTHENTICATED"))
        .mapToInt(refusal -> (int) refusal.get("times"))
        .sum();
  }

  @Test
  void logsPublicSessionIdInsteadOfSecret() {
    TestWorker worker;
    List<String> lines;
    try (CapturedLog log = CapturedLog.of(HandshakeService.class)) {
      worker = app.workerLike().named("ours").join();
      lines = log.lines();
    }

    assertThat(lines)
        .filteredOn(line -> line.contains("app=" + app.name()))
        .singleElement(STRING)
        .contains(" session=" + sessions(app).get(0).get("session"))
        .doesNotContain(worker.session());
  }

  @Test
  void logsAtMost100JoinsPerMinutePerApp() {
    try (CapturedLog log = CapturedLog.of(HandshakeService.class)) {
      for (int i = 0; i < 103; i++) {
        app.workerLike().named("many-" + i).join();
      }

      assertThat(log.lines())
          .filteredOn(line -> line.contains("Worker joined: app=" + app.name() + " "))
          .hasSize(100);
    }
  }

  @Test
  void showsAgreementOfSessionButHidesItsSecret() {
    TestWorker worker =
        app.workerLike().named("ours").tagged("b", "a").running("shell", "noop").join();
    TestApp.create().worker();

    List<Map<String, Object>> sessions = sessions(app);

    assertThat(sessions).hasSize(1);
    assertThat(sessions.get(0))
        .containsEntry("name", "ours")
        .containsEntry("app", app.name())
        .containsEntry("tags", List.of("a", "b"))
        .containsEntry("processors", List.of("noop", "shell"))
        .containsEntry("capacity", 20)
        .containsEntry("held", 0)
        .containsEntry("draining", false)
        .containsEntry("softwareVersion", "test")
        .containsEntry("skew", Map.of("softwareVersion", true, "version", false))
        .containsEntry("agreement", Map.of("protocol", "http", "dialect", "orrery", "version", 1));
    assertThat(sessions.toString()).doesNotContain(worker.session());
    RefusedOperation.with(
        ErrorCode.SESSION_GONE,
        () ->
            wire.ask(
                WorkerOperation.RENEW,
                new RenewRequest((String) sessions.get(0).get("session"), List.of(), false)));
  }

  @Test
  void showsProtocolsWithPortsAndSessions() {
    app.worker();

    Json protocol = app.asViewer().get(Api.V1 + "/protocol").as(Json.class);

    assertThat(protocol.getList("active")).containsExactly("http");
    assertThat(protocol.getString("main")).isEqualTo("http");
    assertThat(protocol.getInt("minVersion")).isEqualTo(1);
    assertThat(protocol.getInt("maxVersion")).isEqualTo(1);
    assertThat(protocol.getList("ports.name"))
        .contains("api", "http", "akka", "cluster", "management");
    Json http = protocol.named("ports", "http");
    Json akka = protocol.named("ports", "akka");
    assertThat(http.getBoolean("open")).isTrue();
    assertThat(http.getInt("sessions")).isPositive();
    assertThat(http.getBoolean("mayBeClosed")).isFalse();
    assertThat(akka.getBoolean("open")).isFalse();
    assertThat(akka.getBoolean("mayBeClosed")).isTrue();
    assertThat(http.getString("reason")).contains("must stay open");
  }

  private WorkerOffer offer(String protocol, String dialect, int min, int max) {
    return new WorkerOffer(
        protocol, dialect, min, max, "test", app.name(), "stray", List.of(), List.of("noop"), 1);
  }

  private HandshakeResponse handshake(WorkerOffer offer) {
    return wire.ask(WorkerOperation.HANDSHAKE, offer);
  }

  private ProblemDetail refused(ErrorCode code, WorkerOffer offer) {
    ProblemDetail problem = RefusedOperation.with(code, () -> handshake(offer));
    assertThat(sessions(app)).isEmpty();
    return problem;
  }

  private void requireInvalid(TestWorker.Builder worker, String field) {
    assertThat(RefusedOperation.with(ErrorCode.INVALID, worker::join).field()).isEqualTo(field);
    assertThat(sessions(app)).isEmpty();
  }

  private static List<Map<String, Object>> sessions(TestApp app) {
    return app.asViewer().get(Api.V1 + "/workers").as(Json.class).getMaps("items");
  }

  private static String[] many(String prefix) {
    return IntStream.range(0, 201).mapToObj(n -> prefix + n).toArray(String[]::new);
  }
}
