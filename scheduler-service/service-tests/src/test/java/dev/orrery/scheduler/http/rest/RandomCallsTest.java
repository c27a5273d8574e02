package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.http.rest.RandomCalls.Call;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.HttpClientConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Sends 2,000 random calls of all operations, 10,000 at night, and checks that each response is as
 * documented and no call causes a server error. The calls are the same in each run, so that a
 * failure belongs to a change; {@code -Dorrery.random.seed=N} and {@code -Dorrery.random.calls=N}
 * select others.
 */
@QuarkusTest
@Tag("thorough")
class RandomCallsTest {
  private static final long SEED = 20_261_122;
  private static final int CALLS =
      Integer.getInteger(
          "orrery.random.calls", Boolean.getBoolean("orrery.nightly") ? 10_000 : 2_000);
  private static final int CALLS_PER_APP = 100;
  private static final int MAX_FAILURES = 20;

  /** A call without a response is a failure, too. */
  private static final RestAssuredConfig CONFIG =
      RestAssuredConfig.config()
          .httpClient(HttpClientConfig.httpClientConfig().setParam("http.socket.timeout", 20_000));

  private final long seed = Long.getLong("orrery.random.seed", SEED);
  private final Random random = new Random(seed);
  private final List<String> failures = new ArrayList<>();
  private final Map<Integer, Integer> statuses = new TreeMap<>();

  private TestApp app;
  private Map<String, String> pathValues;

  @Test
  void answersRandomCallsAsDocumentedWithoutServerError() {
    ApiContract contract = new ApiContract(ContractFilter.document(Api.adminToken()));
    RandomCalls calls = new RandomCalls(contract, random, name -> pathValues.get(name));
    for (int i = 0; i < CALLS && failures.size() < MAX_FAILURES; i++) {
      if (i % CALLS_PER_APP == 0) {
        replaceApp();
      }
      send(calls.next());
    }
    deleteApp();

    assertThat(failures).as("seed %d, statuses %s", seed, statuses).isEmpty();
    assertThat(statuses).as("seed %d", seed).containsKeys(200, 201, 202, 204, 400, 404, 422);
  }

  private void replaceApp() {
    deleteApp();
    app = TestApp.create().withJob(SampleValues.JOB);
    // A random call may delete the app, and then it gets no more tokens.
    app.token(TokenRole.VIEWER);
    app.token(TokenRole.OPERATOR);
    pathValues =
        Map.of(
            "app",
            app.name(),
            "job",
            SampleValues.JOB,
            "webhook",
            SampleValues.JOB,
            "id",
            app.run(SampleValues.JOB));
  }

  private void deleteApp() {
    if (app != null) {
      assertThat(
              Api.asAdmin()
                  .delete(Api.V1 + "/apps/" + app.name() + "?withContents=true")
                  .statusCode())
          .isIn(204, 404);
    }
  }

  private void send(Call call) {
    RequestSpecification request =
        switch (random.nextInt(20)) {
          case 0 -> Api.withoutToken();
          case 1 -> Api.as("no-token");
          case 2, 3 -> app.asViewer();
          case 4, 5 -> app.asOperator();
          default -> Api.asAdmin();
        };
    request.config(CONFIG).headers(call.headers()).contentType(call.contentType());
    if (call.body() != null) {
      request.body(call.body());
    }
    try {
      Response response = request.request(call.operation().method(), call.target());
      statuses.merge(response.statusCode(), 1, Integer::sum);
      if (response.statusCode() >= 500) {
        failures.add(call + "\n  " + response.statusCode() + " " + response.asString());
      }
    } catch (Exception | AssertionError e) {
      failures.add(call + "\n  " + e);
    }
  }
}
