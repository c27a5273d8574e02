package dev.orrery.scheduler.powerjob.openapi;

import static dev.orrery.scheduler.powerjob.openapi.PowerJobCaller.PASSWORD;
import static dev.orrery.scheduler.powerjob.openapi.PowerJobCaller.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.orrery.scheduler.powerjob.PowerJobOpen;
import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Authentication and permissions of PowerJob clients. */
@QuarkusTest
@TestProfile(PowerJobOpen.class)
class PowerJobClientTest {
  /** The calls that change or read something of an app, with what they need. */
  private static final Map<String, Map<String, Object>> CALLS =
      Map.of(
          "runJob", Map.of("jobId", 1),
          "stopInstance", Map.of("instanceId", 1),
          "cancelInstance", Map.of("instanceId", 1),
          "retryInstance", Map.of("instanceId", 1),
          "fetchInstanceStatus", Map.of("instanceId", 1),
          "fetchInstanceInfo", Map.of("instanceId", 1),
          "runWorkflow", Map.of("workflowId", 1));

  @Test
  void returnsSameSecretAppIdToClientsOfVersions4And5() {
    TestApp app = PowerJobCaller.openApp();

    PowerJobCaller old = PowerJobCaller.of4(app);
    PowerJobCaller current = PowerJobCaller.of5(app);

    assertThat(old.appId()).isEqualTo(current.appId()).isGreaterThan(1L << 60);
    assertThat(old.refuse("runJob", Map.of("jobId", 1))).contains("can't find job by jobId: 1");
    assertThat(current.refuse("runJob", Map.of("jobId", 1))).contains("can't find job by jobId: 1");
  }

  @Test
  void marksRefusedCallOfValidTokenAsAuthenticated() {
    Response refused = PowerJobCaller.of5(PowerJobCaller.openApp()).call("runWorkflow", Map.of());

    assertThat(refused(refused)).contains("Orrery does not answer the call runWorkflow");
    assertThat(refused.header("X-POWERJOB-AUTH-PASSED")).isEqualTo("true");
  }

  @Test
  void suggestsAlternativesToQueryInstance() {
    PowerJobCaller client = PowerJobCaller.of5(PowerJobCaller.openApp());

    assertThat(client.refuse("queryInstance", Map.of("index", 0)))
        .contains("does not answer the call queryInstance")
        .contains("fetchInstanceInfo", "GET /api/v1/instances");
  }

  @Test
  void refusesPublicAppIdOfWorkers() {
    TestApp app = PowerJobCaller.openApp();
    int number = app.asViewer().get(app.path("/powerjob")).then().extract().path("appId");

    CALLS.forEach(
        (call, parameters) -> {
          Response answer = PowerJobCaller.withNumber(number).call(call, parameters);
          assertThat(refused(answer)).as(call).contains("this appId or token opens no app");
          assertThat(answer.header("X-POWERJOB-AUTH-PASSED")).isNull();
        });
  }

  @Test
  void refusesCallsWithoutAppIdOrToken() {
    CALLS.forEach(
        (call, parameters) ->
            assertThat(refused(given().formParams(parameters).post("/openApi/" + call)))
                .as(call)
                .matches(
                    "IllegalArgumentException: ('appId' is missing|invalid instanceId: 1 .*)|.*does"
                        + " not answer the call runWorkflow.*"));
  }

  /** A client of 4.x sends an array, which has no appId. */
  @Test
  void suggestsFlowsInsteadOfWorkflowNodes() {
    Response refused =
        given()
            .contentType(ContentType.JSON)
            .body("[{\"jobId\":1,\"nodeName\":\"a\"}]")
            .post("/openApi/addWorkflowNode");

    assertThat(refused(refused))
        .contains("does not answer the call addWorkflowNode")
        .contains("docs/flows.md");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"})
  void refusesCallsForwardedByProxies(String header) {
    Response answer =
        given()
            .header(header, "203.0.113.7")
            .formParams(Map.of("appName", "any", "password", "secret"))
            .post("/openApi/assert");

    assertThat(refused(answer)).contains("hides the address of the caller");
  }

  @Test
  void refusesJobsAndRunsOfOtherProcessors() {
    TestApp app = PowerJobCaller.openApp().withJob("noop");
    long run = Long.parseLong(app.run("noop"));
    PowerJobCaller caller = PowerJobCaller.of4(app);

    for (String call : List.of("stopInstance", "retryInstance", "fetchInstanceInfo")) {
      assertThat(caller.refuse(call, Map.of("instanceId", run)))
          .isEqualTo("IllegalArgumentException: invalid instanceId: " + run);
    }
  }

  @Test
  void refusesBodyWithTooManyJsonValues() {
    Response answer =
        given()
            .contentType("application/json")
            .body("{\"instanceId\":1,\"x\":[" + "{},".repeat(100_000) + "{}]}")
            .post("/openApi/fetchInstanceInfo");

    assertThat(refused(answer)).contains("the body is not JSON");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 61})
  void refusesUnknownAppIds(long number) {
    assertThat(PowerJobCaller.withNumber(number).refuse("runJob", Map.of("jobId", 1)))
        .contains("this appId or token opens no app");
  }

  @Test
  void refusesModifiedTokenAndTokenOfAnotherApp() {
    PowerJobCaller mine = PowerJobCaller.of5(PowerJobCaller.openApp());
    PowerJobCaller other = PowerJobCaller.of5(PowerJobCaller.openApp());

    for (String token :
        List.of(
            other.token(),
            "9" + mine.token(),
            mine.token().substring(1),
            mine.token() + "0",
            ".",
            "x",
            "99999999999.")) {
      Response answer = mine.withToken(token).call("runJob", Map.of("jobId", 1));
      assertThat(refused(answer)).as(token).contains("this appId or token opens no app");
      assertThat(answer.header("X-POWERJOB-AUTH-PASSED")).isNull();
    }
  }

  /** Whoever calls knows the number, or makes one up, and could sign with it. */
  @ParameterizedTest
  @ValueSource(strings = {"99999999999", "abc", "-1", ""})
  void refusesForgedTokens(String text) throws GeneralSecurityException {
    PowerJobCaller mine = PowerJobCaller.of5(PowerJobCaller.openApp());
    for (long number : List.of(5L, mine.appId())) {
      String token = text + "." + signed("token of " + number, text);
      PowerJobCaller caller =
          (number == 5 ? PowerJobCaller.withNumber(number) : mine).withToken(token);

      assertThat(refused(caller.call("runJob", Map.of("jobId", 1))))
          .contains("this appId or token opens no app");
    }
  }

  private static String signed(String key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void refusesJobsAndRunsOfAnotherApp() {
    TestApp other = PowerJobCaller.openApp().withJob("noop");
    long run = Long.parseLong(other.run("noop"));
    PowerJobCaller caller = PowerJobCaller.of4(PowerJobCaller.openApp());

    for (String call :
        List.of(
            "stopInstance",
            "cancelInstance",
            "retryInstance",
            "fetchInstanceStatus",
            "fetchInstanceInfo")) {
      assertThat(caller.refuse(call, Map.of("instanceId", run)))
          .isEqualTo("IllegalArgumentException: invalid instanceId: " + run);
    }
    assertThat(other.state(Long.toString(run))).isEqualTo("WAITING");
  }

  @Test
  void refusesCallsFromOutsideAllowedNetworks() throws IOException {
    TestApp app = PowerJobCaller.openApp();
    long appId = PowerJobCaller.of4(app).appId();

    assertThat(
            PowerJobCaller.postFrom(
                PowerJobOpen.OUTSIDE,
                "assert",
                "appName=" + app.name() + "&password=correct+horse"))
        .contains("\"success\":false")
        .contains("127.0.0.9 is not in the networks of PowerJob")
        .contains("orrery.powerjob.allowed-networks");
    assertThat(PowerJobCaller.postFrom(PowerJobOpen.OUTSIDE, "runJob", "jobId=1&appId=" + appId))
        .contains("127.0.0.9 is not in the networks of PowerJob");
  }

  @Test
  void refusesWrongPasswordsAndAppsWithoutPassword() {
    TestApp app = PowerJobCaller.openApp();
    TestApp closed = TestApp.create();
    TestApp withoutPassword = TestApp.create();
    withoutPassword
        .asOperator()
        .body("{}")
        .put(withoutPassword.path("/powerjob"))
        .then()
        .statusCode(200)
        .body("hasPassword", equalTo(false));

    String message = refused(PowerJobCaller.assertApp(app.name(), "wrong horse"));
    assertThat(message).contains("./orrery powerjob open APP --name NAME --password-file FILE");
    assertThat(refused(PowerJobCaller.authenticate(app.name(), "wrong horse"))).isEqualTo(message);
    assertThat(refused(PowerJobCaller.assertApp(closed.name(), PASSWORD))).isEqualTo(message);
    assertThat(refused(PowerJobCaller.assertApp("", ""))).isEqualTo(message);
    assertThat(refused(PowerJobCaller.assertApp(withoutPassword.name(), PASSWORD)))
        .isEqualTo(message);
  }

  @Test
  void limitsWrongPasswordsPerCallerAddress() throws IOException {
    TestApp app = PowerJobCaller.openApp();

    List<String> answers =
        IntStream.range(0, PasswordCheck.WRONG_BY_ADDRESS + 2)
            .mapToObj(number -> guess(app, number))
            .collect(Collectors.toList());

    assertThat(answers.get(0)).contains("no app that is open to clients");
    assertThat(answers.get(answers.size() - 1)).contains("too many wrong passwords");
    assertThat(PowerJobCaller.of4(app).appId()).isPositive();
  }

  private static String guess(TestApp app, int number) {
    try {
      return PowerJobCaller.postFrom(
          "127.0.0.2", "assert", "appName=" + app.name() + "&password=guess" + number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one test with a password that came over the API, as each takes long. */
  @Test
  void invalidatesAppIdAndTokensWhenPasswordChanges() {
    TestApp app = PowerJobCaller.openApp();
    PowerJobCaller before = PowerJobCaller.of5(app);

    open(app, PASSWORD);
    assertThat(PowerJobCaller.of4(app).appId()).isEqualTo(before.appId());
    assertThat(before.refuse("runJob", Map.of("jobId", 1))).contains("can't find job");

    open(app, "another password");
    assertThat(before.refuse("runJob", Map.of("jobId", 1)))
        .contains("this appId or token opens no app");
    assertThat(refused(PowerJobCaller.assertApp(app.name(), PASSWORD))).isNotEmpty();
    PowerJobCaller.accepted(PowerJobCaller.assertApp(app.name(), "another password"));
  }

  private static void open(TestApp app, String password) {
    app.asOperator()
        .body(Map.of("password", password))
        .put(app.path("/powerjob"))
        .then()
        .statusCode(200)
        .body("hasPassword", equalTo(true));
  }

  @Test
  void refusesCallsAfterAppIsClosed() {
    TestApp app = PowerJobCaller.openApp();
    PowerJobCaller caller = PowerJobCaller.of4(app);

    app.asOperator().delete(app.path("/powerjob")).then().statusCode(204);

    assertThat(caller.refuse("runJob", Map.of("jobId", 1)))
        .contains("this appId or token opens no app");
  }

  @Test
  void hidesPasswordOfApp() {
    TestApp app = PowerJobCaller.openApp();

    app.asViewer()
        .get(app.path("/powerjob"))
        .then()
        .statusCode(200)
        .body("hasPassword", equalTo(true))
        .body(not(containsString(PASSWORD)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"short", ""})
  void refusesPasswordsShorterOrLongerThanAllowed(String password) {
    TestApp app = TestApp.create();

    app.asOperator()
        .body(Map.of("password", password))
        .put(app.path("/powerjob"))
        .then()
        .statusCode(422)
        .body("detail", containsString("'password' must be 8 to 200 characters long"));
  }

  @Test
  void refusesOversizedOrMalformedBodies() throws IOException {
    PowerJobCaller caller = PowerJobCaller.of4(PowerJobCaller.openApp());

    byte[] tooLong = ("x=" + "y".repeat(1024 * 1024)).getBytes(StandardCharsets.US_ASCII);
    assertThat(
            RawHttp.withHeaders(
                    RestAssured.port,
                    "POST",
                    "/openApi/runJob",
                    "Content-Type: application/x-www-form-urlencoded\r\n")
                .withLength(tooLong)
                .status())
        .isEqualTo(413);
    for (String body : List.of("[", "", "null", "[]", "7", "{\"appId\":{}}", "{\"appId\":\"x\"}")) {
      assertThat(refused(given().contentType(ContentType.JSON).body(body).post("/openApi/saveJob")))
          .as(body)
          .isNotEmpty();
    }
    assertThat(
            refused(
                given()
                    .contentType(ContentType.JSON)
                    .body("[".repeat(100_000))
                    .post("/openApi/saveJob")))
        .contains("the body is not JSON");
    assertThat(caller.refuse("runJob", Map.of("jobId", "x"))).contains("'jobId' must be a number");
    assertThat(caller.refuse("runJob", Map.of())).contains("'jobId' is missing");
  }

  @Test
  void answersNotFoundForMethodsOtherThanPost() {
    given().get("/openApi/assert").then().statusCode(given().get("/nothing").statusCode());
  }
}
