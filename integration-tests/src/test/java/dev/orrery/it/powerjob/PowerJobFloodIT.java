package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.EverySecond;
import dev.orrery.it.EverySecond.Fires;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Made-up PowerJob workers, which need no secret, at a scheduler with little memory. */
@Tag("thorough")
@AtNight
class PowerJobFloodIT {
  private static final int MADE_UP = 10_000;
  private static final int MOST_OF_AN_APP = 500;
  private static final int SENDERS = 8;
  private static final double LATEST_SECONDS = 5;
  private static final String OTHER = "other";

  /** A worker sends a heartbeat each 10 s. */
  private static final Duration JOINED = Duration.ofSeconds(12);

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static Stack stack;
  private static ProgramProcess scheduler;
  private static int flooded;
  private static int other;

  @BeforeAll
  static void start() throws IOException {
    stack =
        new Stack(
            "powerjob-flood",
            "-Xmx192m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dorrery.powerjob.enabled=true",
            "-Dorrery.powerjob.allowed-networks=127.0.0.0/8");
    scheduler = stack.startScheduler();
    stack.api().putApp(OTHER);
    flooded = open(Stack.APP);
    other = open(OTHER);
    stack
        .api()
        .putJob(
            Stack.APP,
            "noop",
            "{\"processor\":{\"type\":\"powerjob\",\"processorInfo\":\"x.Noop\"},\"overlap\":\"allow\"}");
  }

  private static int open(String app) throws IOException {
    JsonNode opened = stack.api().call("PUT", "/apps/" + app + "/powerjob", "{}").body();
    return opened.get("appId").asInt();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void servesOtherAppsWhileTenThousandFakeWorkersCall()
      throws IOException, SQLException, InterruptedException, ExecutionException {
    stack.api().runMany(Stack.APP, "noop", 200);
    try (EverySecond ticks = EverySecond.start(stack, "every-second")) {
      Instant from = Instant.now();

      List<Integer> statuses = flood();
      heartbeat(other, "127.0.0.1:1");
      Await.until(
          "a worker of another app is listed",
          JOINED,
          () -> workers("items", OTHER).size() == 1 && stack.isReady());
      Fires fires = ticks.between(from, Instant.now());

      System.out.printf(
          "PowerJobFloodIT: %d calls, %d fires of another app, the latest %.2f s late; workers of"
              + " the flooded app %d, refused %d%n",
          statuses.size(),
          fires.count(),
          fires.latestSeconds(),
          workers("items", Stack.APP).size(),
          stack.api().get("/workers").get("refused").size());
      assertThat(fires.latestSeconds()).isLessThan(LATEST_SECONDS);
      assertThat(statuses).allMatch(status -> status == 200 || status == 429);
    }
    assertThat(scheduler.isAlive()).isTrue();
    assertThat(stack.isReady()).isTrue();
    assertThat(workers("items", Stack.APP)).hasSizeLessThanOrEqualTo(MOST_OF_AN_APP);
    assertThat(workers("refused", Stack.APP))
        .anyMatch(refusal -> refusal.get("code").asText().equals("OVERLOADED"));
    assertThat(stack.api().get("/workers").get("refused"))
        .hasSizeLessThanOrEqualTo(100)
        .anyMatch(refusal -> refusal.get("code").asText().equals("APP_NOT_FOUND"));
    assertThat(scheduler.output()).doesNotContain("OutOfMemoryError").doesNotContain(" ERROR ");
  }

  /** Each worker asks for a closed app, and says that it works for the opened and a closed one. */
  private static List<Integer> flood() throws InterruptedException, ExecutionException {
    ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
    try {
      List<Callable<List<Integer>>> all = new ArrayList<>();
      for (int sender = 0; sender < SENDERS; sender++) {
        int first = sender;
        all.add(
            () -> {
              List<Integer> statuses = new ArrayList<>();
              for (int i = first; i < MADE_UP; i += SENDERS) {
                String address = "127.0.0.1:" + (20_000 + i);
                statuses.add(heartbeat(flooded, address));
                statuses.add(heartbeat(1_000_000 + i, address));
                statuses.add(call("/server/assert?appName=closed-" + i, null));
              }
              return statuses;
            });
      }
      List<Integer> statuses = new ArrayList<>();
      for (Future<List<Integer>> one : senders.invokeAll(all)) {
        statuses.addAll(one.get());
      }
      return statuses;
    } finally {
      senders.shutdownNow();
    }
  }

  private static int heartbeat(int appId, String address) throws IOException, InterruptedException {
    return call(
        "/server/workerHeartbeat",
        """
        {"workerAddress":"%s","appName":"made up","appId":%d,"version":"4.3.9","protocol":"http",
         "systemMetrics":{"cpuProcessors":1000}}
        """
            .formatted(address, appId));
  }

  private static int call(String path, String body) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + stack.httpPort() + path))
            .header("Content-Type", "application/json");
    HttpResponse<String> response =
        CLIENT.send(
            (body == null ? request : request.POST(BodyPublishers.ofString(body))).build(),
            BodyHandlers.ofString());
    return response.statusCode();
  }

  private static List<JsonNode> workers(String list, String app) {
    List<JsonNode> ofApp = new ArrayList<>();
    String after = "";
    JsonNode page;
    do {
      page = stack.api().get("/workers?limit=500" + after);
      page.get(list).forEach(ofApp::add);
      after = "&after=" + page.get("next").asText().replace(" ", "%20");
    } while (list.equals("items") && !page.get("next").isNull());
    ofApp.removeIf(worker -> !worker.path("app").asText().equals(app));
    return ofApp;
  }
}
