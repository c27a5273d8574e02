package dev.orrery.scheduler.edge.cluster;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.engine.agreement.ProtocolRequirement;
import dev.orrery.scheduler.http.rest.ContractFilter;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.ClusterAndShortHistory;
import dev.orrery.scheduler.testkit.ClusterPort;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URL;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A replica in cluster mode. The test writes the rows of the other replicas. */
@QuarkusTest
@TestProfile(ClusterAndShortHistory.class)
class ClusterTest {
  private static final String HELLO = "/cluster/v1/hello";
  private static final String HINT = "/cluster/v1/hint";
  private static final String CANCEL = "/cluster/v1/cancel";
  private static final AtomicLong NEIGHBOURS = new AtomicLong();

  @Inject AgroalDataSource database;
  @Inject HintBus hints;
  @Inject Flyway flyway;
  @Inject ProtocolRequirement requiredProtocols;

  @TestHTTPResource(value = "/health", management = true)
  URL health;

  private final List<Hint> heard = new CopyOnWriteArrayList<>();
  private boolean changed;
  private ClusterPort port;

  @BeforeEach
  void findPort() {
    String address = own().get("address").toString();
    port =
        new ClusterPort(
            Integer.parseInt(address.replaceAll(".*:", "")), ClusterAndShortHistory.SECRET);
  }

  @AfterEach
  void takeNeighboursAway() throws SQLException {
    if (!changed) {
      return;
    }
    execute("delete from replica where software_version = 'neighbour'");
    execute("delete from worker_session where software_version = 'neighbour'");
    execute("update setting set value = 'http' where name = 'protocols.main'");
    TestApp.eventually().until(() -> ready().getString("status").equals("UP"));
    TestApp.eventually().until(() -> own().get("ready").equals(true));
  }

  @Test
  void listsItself() {
    Map<String, Object> own = own();

    assertThat(own)
        .containsEntry("live", true)
        .containsEntry("ready", true)
        .containsEntry("unready", List.of())
        .containsEntry("protocols", List.of("http"))
        .containsEntry("schemaVersion", flyway.info().current().getVersion().toString())
        .containsEntry("minVersion", 1)
        .containsEntry("clusterPort", null);
    assertThat(Duration.parse((String) own.get("clockOffset")).toMillis()).isBetween(-1000L, 1000L);
    assertThat(own.get("servingSince")).isNotNull();
  }

  @Test
  void showsClusterPortAsRequiredInClusterMode() {
    Map<String, Object> row =
        Api.asAdmin().get(Api.V1 + "/protocol").as(Json.class).getMaps("ports").stream()
            .filter(one -> one.get("name").equals("cluster"))
            .findFirst()
            .orElseThrow();

    assertThat(row)
        .containsEntry("open", true)
        .containsEntry("mayBeClosed", false)
        .containsEntry("reason", "cluster must stay open: cluster mode is on");
  }

  @Test
  void answersHelloWithSignedProtocols() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        port.post(HELLO, "{\"replica\":\"" + UUID.randomUUID() + "\",\"softwareVersion\":\"x\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(port.isSigned(answer, HELLO)).isTrue();
    assertThat(answer.body())
        .contains("\"replica\":\"" + own().get("id") + "\"", "\"protocols\":[\"http\"]");
  }

  @Test
  void deliversHintsAndCancelsToLocalListeners() throws IOException, InterruptedException {
    hints.listen(heard::add);
    UUID session = UUID.randomUUID();

    HttpResponse<String> hint =
        port.post(
            HINT,
            "{\"from\":\""
                + UUID.randomUUID()
                + "\",\"hints\":[{\"type\":\"lanes\",\"lanes\":[4711]}]}");
    HttpResponse<String> cancel =
        port.post(
            CANCEL,
            "{\"from\":\"%s\",\"hints\":[{\"type\":\"cancel\",\"attempt\":[7,2],\"session\":\"%s\"}]}"
                .formatted(UUID.randomUUID(), session));

    assertThat(hint.statusCode()).isEqualTo(204);
    assertThat(cancel.statusCode()).isEqualTo(204);
    assertThat(port.isSigned(cancel, CANCEL)).isTrue();
    assertThat(heard)
        .contains(
            new Hint.LanesReady(java.util.Set.of(4711), false),
            new Hint.CancelRequested(session, new dev.orrery.protocol.message.AttemptRef(7, 2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {HELLO, HINT, CANCEL})
  void refusesUnsignedClusterCallWithoutEffect(String path)
      throws IOException, InterruptedException {
    hints.listen(heard::add);
    String body =
        "{\"from\":\""
            + UUID.randomUUID()
            + "\",\"hints\":[{\"type\":\"lanes\",\"lanes\":[4712]}]}";
    String right = port.sign("question\n" + path + "\n0123\n" + body);
    String ofAnotherVerb = port.sign("question\n/cluster/v1/x\n0123\n" + body);
    String ofAnotherSecret =
        new ClusterPort(0, "another-secret-of-16").sign("question\n" + path + "\n0123\n" + body);

    assertThat(port.send("POST", path, null, null, body).statusCode()).isEqualTo(401);
    assertThat(port.send("POST", path, "0123", null, body).statusCode()).isEqualTo(401);
    assertThat(port.send("POST", path, null, right, body).statusCode()).isEqualTo(401);
    assertThat(port.send("POST", path, "0123", "", body).statusCode()).isEqualTo(401);
    assertThat(port.send("POST", path, "0124", right, body).statusCode()).isEqualTo(401);
    assertThat(port.send("POST", path, "0123", right, body + " ").statusCode()).isEqualTo(401);
    assertThat(port.send("POST", path, "0123", ofAnotherVerb, body).statusCode()).isEqualTo(401);
    assertThat(port.send("POST", path, "0123", ofAnotherSecret, body).statusCode()).isEqualTo(401);
    assertThat(heard).doesNotContain(new Hint.LanesReady(java.util.Set.of(4712), false));
  }

  @ParameterizedTest
  @ValueSource(strings = {HELLO, HINT, CANCEL})
  void refusesMalformedBodyOnClusterPort(String path) throws IOException, InterruptedException {
    for (String body : List.of("", "{}", "[]", "null", "not JSON")) {
      assertThat(port.post(path, body).statusCode()).as(body).isEqualTo(400);
    }
    assertThat(port.post(path, "x".repeat(20_000)).statusCode()).isEqualTo(413);
    assertThat(port.send("GET", path, "0123", "x", "").statusCode()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/cluster",
        "/cluster/v1/hello/",
        "/api/v1/apps",
        "/worker/v1/poll",
        "/q/health"
      })
  void answersNotFoundForUnservedPathsOnClusterPort(String path)
      throws IOException, InterruptedException {
    assertThat(port.post(path, "{}").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @MethodSource("dev.orrery.scheduler.testkit.RawHttp#ambiguousPaths")
  void refusesAmbiguousPathOnClusterPort(String path) throws IOException {
    RawHttp.Answer answer = port.raw("POST", path);

    assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":\"AMBIGUOUS_PATH\"");
  }

  @Test
  void refusesUnreadableRequestOnClusterPortWithProblem() throws IOException {
    RawHttp.Answer answer = port.raw("POST", "/" + "x".repeat(20_000));

    assertThat(answer.status()).as(answer.toString()).isEqualTo(414);
    assertThat(answer.body()).contains("\"code\":\"URI_TOO_LONG\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {HELLO, HINT, CANCEL})
  void answersNotFoundForClusterCallsOnOtherPorts(String path) {
    Refused.with(ErrorCode.NOT_FOUND, Api.asAdmin().body("{}").post(path));
    Refused.with(ErrorCode.NOT_FOUND, Api.asAdmin().port(TestClient.port()).body("{}").post(path));
  }

  @Test
  void acceptsMainProtocolInAnyCaseAndWithSpaces() {
    // The document has one spelling; people who come from PowerJob write others.
    Json answer =
        Api.asAdmin()
            .noFiltersOfType(ContractFilter.class)
            .body("{\"protocol\":\" Http \"}")
            .post(Api.V1 + "/protocol/main")
            .as(Json.class);

    assertThat(answer.getString("main")).isEqualTo("http");
    assertThat(answer.getString("before")).isEqualTo("http");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"protocol":"tcp"}            | INVALID   | protocol | Valid names: http, akka
          {"protocol":""}               | INVALID   | protocol | Valid names: http, akka
          {}                            | INVALID   | protocol | protocol
          {"protocol":"http","force":1} | INVALID   | force    | force
          {"protocol":1}                | MALFORMED | protocol | protocol
          """)
  void refusesInvalidMainProtocol(String body, ErrorCode code, String field, String says) {
    Refused.with(code, postMain(body)).at(field).saying(says);
  }

  @Test
  void refusesMainProtocolMissingOnThisReplica() {
    Refused refused =
        Refused.with(ErrorCode.PROTOCOL_MISMATCH, postMain("{\"protocol\":\"akka\"}"))
            .at("protocol")
            .saying("not active on this replica");

    assertThat(refused.problem().getString("settingToChange"))
        .contains("orrery.protocols.active: add akka");
    assertThat(recordedMain()).isEqualTo("http");
  }

  @Test
  void refusesMainProtocolMissingOnReadyPeerAndNamesPeer() throws SQLException {
    neighbour("127.0.0.9:1", "akka", 1, "{}", true);

    Refused.with(ErrorCode.PROTOCOL_MISMATCH, postMain("{\"protocol\":\"http\"}"))
        .saying("not active on replica 00000000 at 127.0.0.9:1");

    execute("update replica set unready = '{NOT_LISTENING}' where software_version = 'neighbour'");
    assertThat(postMain("{\"protocol\":\"http\"}").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesMainProtocolChangeWhileUnknownReplicasUseTheDatabase() throws SQLException {
    try (Connection outsider = database.getConnection();
        Statement statement = outsider.createStatement()) {
      statement.execute("set application_name = 'orrery-hints'");
      try {
        Refused.with(ErrorCode.PROTOCOL_MISMATCH, postMain("{\"protocol\":\"http\"}"))
            .saying("1 other replicas", "without cluster mode");
      } finally {
        statement.execute("reset application_name");
      }
    }
    assertThat(postMain("{\"protocol\":\"http\"}").statusCode()).isEqualTo(200);
  }

  @Test
  void becomesUnreadyWhenRecordedMainProtocolIsInactive() throws SQLException {
    execute("update setting set value = 'akka' where name = 'protocols.main'");

    Map<String, Object> data = awaitUnready();

    assertThat(data)
        .containsEntry("code", "LACKS_PROTOCOL")
        .containsEntry("recordedMain", "akka")
        .containsEntry("settingToChange", "orrery.protocols.active: add akka");
    TestApp.eventually().until(() -> own().get("unready").equals(List.of("LACKS_PROTOCOL")));
    assertThat(agreement().get("MAIN_DIFFERS").toString()).contains("orrery.protocols.main");
  }

  @Test
  void requiresProtocolsOfLiveOrLostSessionsButNotOfEndedSessions() throws SQLException {
    session("now() + interval '1 hour'", "null", "null");
    assertThat(awaitUnready())
        .containsEntry("code", "LACKS_PROTOCOL")
        .containsEntry("settingToChange", "orrery.protocols.active: add akka");
    assertThat(((Number) agreement().get("skewedSessions")).intValue()).isPositive();

    execute(
        "update worker_session set ended_at = now(), end_reason = 'BYE'"
            + " where software_version = 'neighbour'");
    TestApp.eventually().until(() -> ready().getString("status").equals("UP"));

    execute(
        "update worker_session set end_reason = 'EXPIRED' where software_version = 'neighbour'");
    awaitUnready();

    execute(
        "update worker_session set ended_at = now() - interval '5 minutes 1 second'"
            + " where software_version = 'neighbour'");
    TestApp.eventually().until(() -> ready().getString("status").equals("UP"));
  }

  @Test
  void reportsDifferingReplicaWithoutAddressAndStaysReady() throws SQLException {
    neighbour("127.0.0.1:1", "http", 7, "{}", true);

    TestApp.eventually()
        .until(() -> agreement().containsKey("CLUSTER_PORT_UNREACHABLE of replica 00000000"));

    Map<String, Object> agreement = agreement();
    assertThat(agreement.toString())
        .contains("cluster port 1 does not answer", "VERSIONS_DIFFER", "1 here, 7 there")
        .doesNotContain("127.0.0.1");
    assertThat(((Number) agreement.get("warnings")).intValue()).isGreaterThanOrEqualTo(3);
    assertThat(ready().getString("status")).isEqualTo("UP");
    assertThat(cluster().getMaps("items"))
        .anySatisfy(
            one ->
                assertThat(one)
                    .containsEntry("address", "127.0.0.1:1")
                    .containsEntry("clusterPort", "UNREACHABLE")
                    .containsEntry("lastHelloAt", null));
  }

  @Test
  void reportsAddressOfAnotherReplicaAsTaken() throws SQLException {
    neighbour(own().get("address").toString(), "http", 1, "{}", true);

    TestApp.eventually()
        .until(() -> agreement().containsKey("CLUSTER_ADDRESS_TAKEN of replica 00000000"));
  }

  @Test
  void marksSilentReplicaAsNotLiveAndLaterDeletesItsRow() throws SQLException {
    neighbour("127.0.0.1:1", "http", 1, "{}", true);
    execute(
        "update replica set seen_at = now() - interval '8 seconds'"
            + " where software_version = 'neighbour'");
    TestApp.eventually()
        .until(
            () ->
                cluster().getMaps("items").stream()
                    .anyMatch(
                        one -> one.get("live").equals(false) && one.get("ready").equals(false)));

    execute(
        "update replica set seen_at = now() - interval '11 minutes'"
            + " where software_version = 'neighbour'");

    TestApp.eventually().until(() -> cluster().getMaps("items").size() == 1);
  }

  @Test
  void rewritesDeletedReplicaRow() throws SQLException {
    String id = own().get("id").toString();

    execute("delete from replica where id = '" + id + "'");

    TestApp.eventually()
        .until(() -> count("select count(*) from replica where id = '" + id + "'") == 1);
    // The row is there before the replica knows the others again.
    TestApp.eventually().until(() -> "UP".equals(ready().getString("status")));
  }

  @Test
  void yieldsToServingReplicasAfterItsRowWasDeleted() throws SQLException {
    neighbour("127.0.0.1:1", "http", 7, "{}", true);
    assertThat(ready().getString("status")).isEqualTo("UP");

    execute("delete from replica where id = '" + own().get("id") + "'");

    TestApp.eventually().until(() -> "VERSIONS_DISJOINT".equals(awaitUnready().get("code")));
    TestApp.eventually().until(() -> own().get("unready").equals(List.of("VERSIONS_DISJOINT")));
    assertThat(own().get("servingSince")).isNull();
  }

  private static Json cluster() {
    return Json.of(Api.asAdmin().get(Api.V1 + "/cluster"), 200);
  }

  private static Map<String, Object> own() {
    return cluster().getMaps("items").stream()
        .filter(one -> one.get("self").equals(true))
        .findFirst()
        .orElseThrow();
  }

  private static io.restassured.response.Response postMain(String body) {
    return Api.asAdmin().body(body).post(Api.V1 + "/protocol/main");
  }

  private static String recordedMain() {
    return cluster().getString("main");
  }

  private Json ready() {
    return given().get(health + "/ready").as(Json.class);
  }

  private Map<String, Object> agreement() {
    return given()
        .get(health + "/group/agreement")
        .as(Json.class)
        .named("checks", "agreement")
        .getMap("data");
  }

  private Map<String, Object> awaitUnready() {
    TestApp.eventually().until(() -> ready().getString("status").equals("DOWN"));
    return ready().named("checks", "protocols").getMap("data");
  }

  /** As every replica, with an id of its own: the link to a known one keeps its address. */
  private void neighbour(
      String address, String protocol, int version, String unready, boolean serves)
      throws SQLException {
    execute(
        "insert into replica values ('%s', '%s', 'neighbour', '5',"
                .formatted(new UUID(0, NEIGHBOURS.incrementAndGet()), address)
            + " '{%s}', '%s', %d, %d, 0, now(), now(), %s, '%s', now() + interval '1 hour')"
                .formatted(
                    protocol, protocol, version, version, serves ? "now()" : "null", unready));
  }

  private void session(String lease, String endedAt, String reason) throws SQLException {
    execute(
        "insert into worker_session (id, app_id, worker, software_version, protocol, dialect,"
            + " api_version, tags, processors, capacity, lease_until, ended_at, end_reason) values"
            + " (gen_random_uuid(), 0, 'w', 'neighbour', 'akka', 'orrery', 1, '{}', '{}', 1, "
            + String.join(", ", lease, endedAt, reason)
            + ")");
  }

  private void execute(String statement) throws SQLException {
    changed = true;
    try (Connection connection = database.getConnection();
        Statement executed = connection.createStatement()) {
      executed.execute(statement);
    }
    requiredProtocols.refresh();
  }

  private long count(String query) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
