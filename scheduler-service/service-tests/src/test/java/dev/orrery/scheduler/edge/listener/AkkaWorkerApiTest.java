package dev.orrery.scheduler.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.transport.OperationHandler;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Calls the operation handler of the protocol {@code akka} directly, without a transport. */
@QuarkusTest
class AkkaWorkerApiTest {
  private static final List<WorkerOperation<?, ?>> VERBS =
      List.of(
          WorkerOperation.HANDSHAKE,
          WorkerOperation.POLL,
          WorkerOperation.REPORT,
          WorkerOperation.RENEW,
          WorkerOperation.LOGS,
          WorkerOperation.BYE);

  @Inject OperationHandler verbs;

  private String ask(String path, String token, String body) throws Exception {
    OperationResponse answer =
        verbs
            .handle(
                new OperationRequest(path, token, body.getBytes(StandardCharsets.UTF_8)),
                "192.0.2.7",
                gone -> {})
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    return answer.refused() + " " + new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void requiresWorkerTokenForAllOperations() throws Exception {
    TestApp app = TestApp.create();
    for (WorkerOperation<?, ?> verb : VERBS) {
      assertThat(ask(verb.path(), "", "{}")).contains("true", "\"UNAUTHENTICATED\"");
      assertThat(ask(verb.path(), "wrong", "{}")).contains("true", "\"UNAUTHENTICATED\"");
      for (TokenRole role : List.of(TokenRole.OPERATOR, TokenRole.VIEWER)) {
        assertThat(ask(verb.path(), app.token(role), "{}"))
            .contains("true", "\"FORBIDDEN\"")
            .contains("This one has the role " + role.name().toLowerCase(Locale.ROOT));
      }
      assertThat(ask(verb.path(), app.token(TokenRole.WORKER), "{}"))
          .doesNotContain("UNAUTHENTICATED", "FORBIDDEN\",\"detail\":\"This call");
    }
  }

  @Test
  void recordsHostOfCallerWithUnknownToken() throws Exception {
    ask(WorkerOperation.POLL.path(), "wrong", "{}");

    assertThat(Api.asAdmin().get(Api.V1 + "/workers").jsonPath().getList("refused.address"))
        .contains("192.0.2.7");
  }

  @Test
  void recordsCallerWithWrongRoleAndSuggestsSetting() throws Exception {
    TestApp app = TestApp.create();

    assertThat(ask(WorkerOperation.HANDSHAKE.path(), app.token(TokenRole.VIEWER), "{}"))
        .contains("\"settingToChange\":\"worker: orrery.worker.token");

    JsonPath workers = app.asViewer().get(Api.V1 + "/workers").jsonPath();
    assertThat(workers.getList("refused.address")).containsExactly("192.0.2.7");
    assertThat(workers.getList("refused.code")).containsExactly("FORBIDDEN");
  }

  @Test
  void refusesUnreadableBodyAsMalformed() throws Exception {
    String token = TestApp.create().token(TokenRole.WORKER);
    for (WorkerOperation<?, ?> verb : VERBS) {
      for (String body : List.of("", "null", "[]", "{\"session\":{}", "\u0000")) {
        assertThat(ask(verb.path(), token, body)).contains("true", "\"MALFORMED\"");
      }
    }
  }

  @Test
  void returnsNotFoundForUnknownPaths() throws Exception {
    String token = TestApp.create().token(TokenRole.WORKER);
    for (String path : List.of("", "/", WorkerOperation.Paths.DISCOVERY, "/api/v1/apps")) {
      assertThat(ask(path, token, "{}")).contains("true", "\"NOT_FOUND\"");
    }
  }

  @Test
  void refusesUnknownSession() throws Exception {
    String token = TestApp.create().token(TokenRole.WORKER);

    assertThat(
            ask(
                WorkerOperation.POLL.path(),
                token,
                "{\"session\":\"none\",\"sequence\":1,\"free\":1}"))
        .contains("true", "\"SESSION_GONE\"");
  }
}
