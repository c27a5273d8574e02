package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.WebhookReceiver;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Calls every operation of the OpenAPI document on a packaged scheduler: with valid input, without
 * a token, and for a missing resource.
 */
@Tag("builds")
@Tag("fast-jar")
@Tag("thorough")
class ApiWalkIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String V1 = "/api/v1";
  private static final String APP = "walk";
  private static final String JOB = "hello";
  private static final String WEBHOOK = "ops";
  private static final String SIGN_IN = "POST /api/v1/session";
  private static final String LINK = "POST /api/v1/session/links";
  private static final String OFFER =
      "{\"protocol\":\"http\",\"minVersion\":1,\"maxVersion\":1,\"app\":\"it\","
          + "\"name\":\"walker\",\"processors\":[\"noop\"],\"capacity\":1}";

  private final Set<String> walked = new TreeSet<>();
  private Api api;

  @Test
  void answersEveryOperationAndRefusesMissingTokenOrUnknownId() throws IOException {
    try (WebhookReceiver receiver = new WebhookReceiver();
        Stack stack =
            new Stack("api-walk", "-Dorrery.notifications.allowed-networks=127.0.0.1/32")) {
      stack.startScheduler();
      stack.startAgent();
      api = stack.api();

      walkCluster();
      walkAppAndTokens();
      walkWebhook(receiver);
      walkJob();
      walkInstances(stack);
      walkSession(stack);
      api = new Api(stack.apiPort(), stack.workerToken());
      walk("POST /discovery/v1", 200, OFFER);

      Set<String> operations = operations(stack.api());
      assertThat(walked).isEqualTo(operations);
      for (String operation : operations) {
        requireRefusals(operation, stack);
      }
      System.out.printf("ApiWalkIT: %d operations%n", operations.size());
    }
  }

  private void walkCluster() throws IOException {
    walk("GET /api/v1/protocol", 200, null);
    walk("POST /api/v1/protocol/main", 200, "{\"protocol\":\"http\"}");
    walk("GET /api/v1/cluster", 200, null);
    walk("GET /api/v1/storage", 200, null);
    walk("GET /api/v1/workers", 200, null);
    walk("GET /api/v1/cron/fire-times?cron=%40hourly", 200, null);
    assertThat(walk("GET /api/v1/schemas/job-file", 200, null).path("$schema").asText())
        .contains("2020-12");
  }

  private void walkAppAndTokens() throws IOException {
    walk("PUT /api/v1/apps/{app}", 201, "{}", APP);
    walk("GET /api/v1/apps", 200, null);
    walk("GET /api/v1/apps/{app}", 200, null, APP);
    walk("POST /api/v1/apps/{app}/pause", 200, null, APP);
    walk("POST /api/v1/apps/{app}/resume", 200, null, APP);
    walk("DELETE /api/v1/apps/{app}", 204, null, APP);
    JsonNode token =
        walk("POST /api/v1/apps/{app}/tokens", 201, "{\"role\":\"viewer\"}", Stack.APP);
    walk("GET /api/v1/apps/{app}/tokens", 200, null, Stack.APP);
    walk("DELETE /api/v1/apps/{app}/tokens/{id}", 204, null, Stack.APP, token.get("id").asText());
    walk("PUT /api/v1/apps/{app}/powerjob", 200, "{}", Stack.APP);
    walk("GET /api/v1/apps/{app}/powerjob", 200, null, Stack.APP);
    walk("DELETE /api/v1/apps/{app}/powerjob", 204, null, Stack.APP);
    walk("PUT /api/v1/apps/{app}/powerjob/numbers", 204, "{\"numbers\":{}}", Stack.APP);
    walk("GET /api/v1/apps/{app}/powerjob/numbers", 200, null, Stack.APP);
  }

  private void walkWebhook(WebhookReceiver receiver) throws IOException {
    String document = "{\"url\":\"" + receiver.url() + "\",\"events\":[\"failed\"]}";
    JsonNode made =
        walk("PUT /api/v1/apps/{app}/webhooks/{webhook}", 201, document, Stack.APP, WEBHOOK);
    assertThat(made.get("secret").asText()).startsWith("whsec_");
    walk("GET /api/v1/apps/{app}/webhooks", 200, null, Stack.APP);
    walk("GET /api/v1/apps/{app}/webhooks/{webhook}", 200, null, Stack.APP, WEBHOOK);
    walk("POST /api/v1/apps/{app}/webhooks/{webhook}/secret", 200, null, Stack.APP, WEBHOOK);
    walk("POST /api/v1/apps/{app}/webhooks/{webhook}/test", 202, null, Stack.APP, WEBHOOK);
    walk("GET /api/v1/apps/{app}/webhooks/{webhook}/deliveries", 200, null, Stack.APP, WEBHOOK);
    walk("DELETE /api/v1/apps/{app}/webhooks/{webhook}", 204, null, Stack.APP, WEBHOOK);
  }

  private void walkJob() throws IOException {
    String document =
        "{\"trigger\":{\"cron\":\"@hourly\"},"
            + "\"processor\":{\"type\":\"shell\",\"script\":\"echo hello\"}}";
    walk("PUT /api/v1/apps/{app}/jobs/{job}", 201, document, Stack.APP, JOB);
    String file =
        "{\"owner\":\"walk\",\"prune\":true,\"jobs\":[{\"name\":\""
            + JOB
            + "\","
            + document.substring(1)
            + "]}";
    JsonNode plan = walk("POST /api/v1/apps/{app}/jobs:apply", 200, file, Stack.APP);
    assertThat(plan.at("/jobs/0/differences/0/to").asText()).isEqualTo("walk");
    walk("GET /api/v1/apps/{app}/jobs", 200, null, Stack.APP);
    walk("GET /api/v1/jobs", 200, null);
    walk("GET /api/v1/apps/{app}/fire-times", 200, null, Stack.APP);
    walk("GET /api/v1/apps/{app}/fire-counts", 200, null, Stack.APP);
    JsonNode job = walk("GET /api/v1/apps/{app}/jobs/{job}", 200, null, Stack.APP, JOB);
    assertThat(job.at("/processor/script").asText()).isEqualTo("echo hello");
    walk("GET /api/v1/apps/{app}/jobs/{job}/fire-times", 200, null, Stack.APP, JOB);
    walk("GET /api/v1/apps/{app}/jobs/{job}/versions", 200, null, Stack.APP, JOB);
    walk("POST /api/v1/apps/{app}/jobs/{job}/pause", 200, null, Stack.APP, JOB);
    walk("POST /api/v1/apps/{app}/jobs/{job}/resume", 200, null, Stack.APP, JOB);
    String hours = "{\"from\":\"" + Instant.now().minus(Duration.ofHours(3)) + "\"}";
    JsonNode backfill =
        walk("POST /api/v1/apps/{app}/jobs/{job}/backfills", 202, hours, Stack.APP, JOB);
    String id = backfill.get("id").asText();
    walk("GET /api/v1/apps/{app}/jobs/{job}/backfills", 200, null, Stack.APP, JOB);
    walk("GET /api/v1/apps/{app}/jobs/{job}/backfills/{id}", 200, null, Stack.APP, JOB, id);
    walk("POST /api/v1/apps/{app}/jobs/{job}/backfills/{id}/cancel", 202, null, Stack.APP, JOB, id);
  }

  private void walkInstances(Stack stack) throws IOException {
    JsonNode made = walk("POST /api/v1/apps/{app}/jobs/{job}/instances", 202, "{}", Stack.APP, JOB);
    String id = made.get("id").asText();
    stack.api().awaitState(id, "SUCCEEDED", SOON);
    JsonNode instance = walk("GET /api/v1/instances/{id}", 200, null, id);
    assertThat(instance.get("job").asText()).isEqualTo(JOB);
    walk("GET /api/v1/instances/{id}/attempts", 200, null, id);
    stack
        .api()
        .putJob(
            Stack.APP,
            "divided",
            "{\"processor\":{\"type\":\"noop\"},\"fanOut\":{\"type\":\"shards\",\"count\":2}}");
    JsonNode divided =
        walk("POST /api/v1/apps/{app}/jobs/{job}/instances", 202, "{}", Stack.APP, "divided");
    stack.api().awaitState(divided.get("id").asText(), "SUCCEEDED", SOON);
    walk("GET /api/v1/instances/{id}/parts", 200, null, divided.get("id").asText());
    stack
        .api()
        .putJob(
            Stack.APP,
            "flow",
            "{\"processor\":{\"type\":\"flow\",\"nodes\":[{\"name\":\"one\",\"job\":\"divided\"}]}}");
    JsonNode flow =
        walk("POST /api/v1/apps/{app}/jobs/{job}/instances", 202, "{}", Stack.APP, "flow");
    stack.api().awaitState(flow.get("id").asText(), "SUCCEEDED", SOON);
    walk("GET /api/v1/instances/{id}/nodes", 200, null, flow.get("id").asText());
    assertThat(walk("GET /api/v1/instances/{id}/logs", 200, null, id).toString()).contains("hello");
    walk("GET /api/v1/apps/{app}/instances", 200, null, Stack.APP);
    walk("GET /api/v1/instances", 200, null);
    walk("GET /api/v1/apps/{app}/job-statistics?job=" + JOB, 200, null, Stack.APP);
    walk("POST /api/v1/instances/{id}/retry", 202, null, id);
    String later = "{\"instances\":[{\"job\":\"" + JOB + "\",\"runAt\":\"2100-01-01T00:00:00Z\"}]}";
    JsonNode batch = walk("POST /api/v1/apps/{app}/instances", 202, later, Stack.APP);
    walk("GET /api/v1/apps/{app}/waiting", 200, null, Stack.APP);
    walk("GET /api/v1/apps/{app}/end-counts", 200, null, Stack.APP);
    walk("POST /api/v1/instances/{id}/cancel", 202, null, batch.at("/ids/0").asText());
    walkManyInstances(stack);
    walk("DELETE /api/v1/apps/{app}/jobs/{job}", 204, null, Stack.APP, JOB);
  }

  private void walkManyInstances(Stack stack) throws IOException {
    String job = "failing";
    String document = "{\"processor\":{\"type\":\"shell\",\"script\":\"exit 7\"}}";
    walk("PUT /api/v1/apps/{app}/jobs/{job}", 201, document, Stack.APP, job);
    JsonNode made = walk("POST /api/v1/apps/{app}/jobs/{job}/instances", 202, "{}", Stack.APP, job);
    stack.api().awaitState(made.get("id").asText(), "FAILED", SOON);
    String filter = "{\"job\":\"" + job + "\"}";
    walk("GET /api/v1/apps/{app}/instances:errors", 200, null, Stack.APP);
    JsonNode retried = walk("POST /api/v1/apps/{app}/instances:retry", 200, filter, Stack.APP);
    assertThat(retried.get("changed").asInt()).isOne();
    walk("POST /api/v1/apps/{app}/instances:cancel", 200, filter, Stack.APP);
    walk("DELETE /api/v1/apps/{app}/jobs/{job}", 204, null, Stack.APP, job);
  }

  private void walkSession(Stack stack) throws IOException {
    String token = "{\"token\":\"" + stack.api().newToken(Stack.APP, "viewer") + "\"}";
    assertThat(walk(SIGN_IN, 200, token).path("role").asText()).isEqualTo("viewer");
    walk("GET /api/v1/session", 200, null);
    walk(LINK, 201, null);
    walk("DELETE /api/v1/session", 204, null);
  }

  /**
   * Calls an operation.
   *
   * @param operation its method and its path template, with a query if it needs one
   * @param values of the template, in order
   */
  private JsonNode walk(String operation, int status, String body, String... values)
      throws IOException {
    walked.add(operation.replaceFirst("\\?.*", ""));
    String path = operation.substring(operation.indexOf(' ') + 1);
    for (String value : values) {
      path = path.replaceFirst("\\{[a-z]+}", value);
    }
    Api.Answer answer = api.callAt(method(operation), path, body);
    assertThat(answer.status()).as(operation + " gives " + answer.body()).isEqualTo(status);
    if (status == 200 || status == 201) {
      // What a serializer does not know it writes as an empty object.
      assertThat(answer.body()).as(operation).isNotEmpty();
      for (JsonNode item : answer.body().path("items")) {
        assertThat(item).as(operation).isNotEmpty();
      }
      if (answer.body().has("items")) {
        assertThat(answer.body().get("items")).as(operation).isNotEmpty();
      }
    }
    return answer.body();
  }

  private static String method(String operation) {
    return operation.substring(0, operation.indexOf(' '));
  }

  private static Set<String> operations(Api api) throws IOException {
    Set<String> operations = new TreeSet<>();
    JsonNode paths = api.callAt("GET", "/q/openapi", null).body().path("paths");
    for (Map.Entry<String, JsonNode> path : paths.properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        operations.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
      }
    }
    return operations;
  }

  private void requireRefusals(String operation, Stack stack) throws IOException {
    String method = method(operation);
    String template = operation.substring(operation.indexOf(' ') + 1);
    String path = template.replace("{id}", "4711").replaceAll("\\{[a-z]+}", "there-is-none");
    boolean takesBody = method.equals("POST") || method.equals("PUT");
    String body = takesBody ? "[]" : null;

    if (!operation.equals(SIGN_IN)) {
      Api nobody = new Api(stack.apiPort(), "no-token-of-this-scheduler");
      assertRefused(operation, nobody.callAt(method, path, body), 401);
    }
    if (!operation.equals(LINK) && (takesBody || template.contains("{"))) {
      Api caller = template.startsWith(V1) ? stack.api() : api;
      assertRefused(operation, caller.callAt(method, path, body), 400, 404, 422);
    }
  }

  private static void assertRefused(String operation, Api.Answer answer, Integer... statuses) {
    assertThat(answer.status()).as(operation + " gives " + answer.body()).isIn((Object[]) statuses);
    assertThat(answer.body().path("code").asText()).as(operation).isNotBlank();
    assertThat(answer.body().path("detail").asText()).as(operation).isNotBlank();
  }
}
