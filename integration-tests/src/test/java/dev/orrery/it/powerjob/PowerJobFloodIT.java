package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.EverySecond;
import dev.orrery.it.EverySecond.Fires;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
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
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests a scheduler with little memory under calls of made-up PowerJob workers, which need no
 * secret.
 */
@Tag("thorough")
@AtNight
class PowerJobFloodIT {
  private static final int MADE_UP = 10_000;

  /** Made-up workers whose port is by chance that of another program, and answers. */
  private static final int BY_CHANCE = 20;

  private static final int SENDERS = 8;
  private static final double LATEST_SECONDS = 5;
  private static final Duration MAX_RUN = Duration.ofSeconds(5);
  private static final String OTHER = "other";

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static PowerJobSite site;
  private static Stack stack;
  private static ProgramProcess scheduler;
  private static int flooded;

  @BeforeAll
  static void start() throws IOException {
    PowerJobProgram program = PowerJobSite.program(PowerJobProgram.DEFAULT_VERSION);
    site = PowerJobSite.create("powerjob-flood", "-Xmx192m", "-XX:+ExitOnOutOfMemoryError");
    stack = site.stack();
    scheduler = stack.startScheduler();
    site.open(OTHER);
    flooded = site.open(Stack.APP);
    site.putJob(Stack.APP, "noop", "Noop", "", ",\"overlap\":\"allow\"");
    site.putJob(OTHER, "noop", "Noop", "", "");
    ProgramProcess worker = site.start(program, OTHER, PowerJobProgram.Setting.DEFAULT);
    site.awaitWorkers(OTHER, 1, worker);
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  @Test
  void servesOtherAppsDuringFloodOfTenThousandFakeWorkers()
      throws IOException, SQLException, InterruptedException, ExecutionException {
    stack.api().runMany(Stack.APP, "noop", 200);
    try (EverySecond ticks = EverySecond.start(stack, "every-second")) {
      Instant from = Instant.now();

      FutureTask<List<Integer>> flood = new FutureTask<>(PowerJobFloodIT::flood);
      Thread caller = new Thread(flood, "flood");
      caller.setDaemon(true);
      caller.start();
      int runs = 0;
      while (!flood.isDone()) {
        stack.api().awaitState(stack.api().run(OTHER, "noop"), "SUCCEEDED", MAX_RUN);
        runs++;
      }
      List<Integer> statuses = flood.get();
      Fires fires = ticks.between(from, Instant.now());

      System.out.printf(
          "PowerJobFloodIT: %d calls, %d runs of a worker meanwhile, %d fires of another app, the"
              + " latest %.2f s late; workers of the flooded app %d, refused %d%n",
          statuses.size(),
          runs,
          fires.count(),
          fires.latestSeconds(),
          workers("items", Stack.APP).size(),
          stack.api().get("/workers").get("refused").size());
      assertThat(runs).isGreaterThan(1);
      assertThat(fires.latestSeconds()).isLessThan(LATEST_SECONDS);
      assertThat(statuses).allMatch(status -> status == 200 || status == 429);
    }
    assertThat(scheduler.isAlive()).isTrue();
    assertThat(stack.isReady()).isTrue();
    assertThat(workers("items", OTHER)).hasSize(1);
    assertThat(workers("items", Stack.APP)).hasSizeLessThan(BY_CHANCE);
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
