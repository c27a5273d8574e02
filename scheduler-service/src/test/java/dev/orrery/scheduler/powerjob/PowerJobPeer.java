package dev.orrery.scheduler.powerjob;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.orrery.scheduler.testkit.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Sends and receives the messages of a PowerJob worker, which the test scripts. */
public final class PowerJobPeer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final HttpServer server;
  private final int appId;
  private final BlockingQueue<JsonNode> runs = new LinkedBlockingQueue<>();
  private final List<Long> stops = new CopyOnWriteArrayList<>();
  private final List<Long> asked = new CopyOnWriteArrayList<>();
  private final Set<Long> known = ConcurrentHashMap.newKeySet();
  private volatile boolean obeying;
  private volatile boolean silent;
  private volatile boolean dropping;
  private volatile boolean overloaded;
  private volatile String tag;
  private volatile boolean refusing;
  private volatile long clockMillis = 1;

  public PowerJobPeer(int appId) throws IOException {
    this(appId, 0);
  }

  private PowerJobPeer(int appId, int port) throws IOException {
    this.appId = appId;
    server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
    server.createContext(
        "/worker/runJob",
        exchange -> {
          take(JSON.readTree(exchange.getRequestBody()));
          if (!silent) {
            send(exchange, "");
          }
        });
    server.createContext("/worker/stopInstance", exchange -> answer(exchange, this::stop, ""));
    server.createContext(
        "/worker/queryInstanceStatus",
        exchange -> {
          long wireId = JSON.readTree(exchange.getRequestBody()).get("instanceId").asLong();
          if (wireId != WorkerProof.NO_RUN) {
            asked.add(wireId);
            if (refusing) {
              exchange.sendResponseHeaders(500, -1);
              exchange.close();
              return;
            }
          }
          send(exchange, "{\"success\":" + known.contains(wireId) + "}");
        });
    server.start();
  }

  /** Returns a worker under the address of this one, which is closed. */
  PowerJobPeer startAgain() throws IOException {
    close();
    return new PowerJobPeer(appId, server.getAddress().getPort());
  }

  private void take(JsonNode body) {
    if (!dropping && !silent) {
      known.add(body.get("instanceId").asLong());
    }
    runs.add(body);
  }

  private void stop(JsonNode body) {
    long wireId = body.get("instanceId").asLong();
    if (obeying) {
      known.remove(wireId);
    }
    stops.add(wireId);
  }

  private interface Taker {
    void take(JsonNode body);
  }

  private static void answer(HttpExchange exchange, Taker taker, String text) throws IOException {
    taker.take(JSON.readTree(exchange.getRequestBody()));
    send(exchange, text);
  }

  private static void send(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  public int appId() {
    return appId;
  }

  public BlockingQueue<JsonNode> runs() {
    return runs;
  }

  /**
   * Waits for a run, and repeats the heartbeat meanwhile, as workers do: the first one is lost if
   * the scheduler's call to a new worker takes too long.
   */
  public JsonNode awaitRun() throws InterruptedException {
    for (int second = 0; second < 30; second++) {
      heartbeat();
      JsonNode run = runs.poll(1, TimeUnit.SECONDS);
      if (run != null) {
        return run;
      }
    }
    throw new AssertionError("The worker " + address() + " got no run within 30 s.");
  }

  public List<Long> stops() {
    return stops;
  }

  /** The runs for which it was asked. */
  List<Long> asked() {
    return asked;
  }

  /** Answers questions for the run with yes from now on. */
  public void know(long wireId) {
    known.add(wireId);
  }

  public void forget(long wireId) {
    known.remove(wireId);
  }

  /** Drops each run in silence from now on, as PowerJob's worker does with too many. */
  void dropRuns() {
    dropping = true;
  }

  /** Never answers a run from now on. */
  void leaveRunsUnanswered() {
    silent = true;
  }

  /** Sets whether each question for a run fails. */
  void refuseQuestions(boolean refuses) {
    refusing = refuses;
  }

  /** Forgets runs when it is told to stop them, as PowerJob's worker does. */
  void obeyStops() {
    obeying = true;
  }

  public void heartbeat() {
    heartbeat(address());
  }

  /** Reports from now on whether it has too many runs. */
  void overload(boolean isOverloaded) {
    overloaded = isOverloaded;
  }

  /** Reports this tag from now on. */
  void tag(String text) {
    tag = text;
  }

  /** Reports this time of its clock from now on. */
  void setClock(Instant now) {
    clockMillis = now.toEpochMilli();
  }

  void heartbeat(String address) {
    post(
        "workerHeartbeat",
        """
        {"workerAddress":"%s","appName":"x","appId":%d,"heartbeatTime":%d,"containerInfos":[],
         "version":"4.3.9","protocol":"http","client":"KingPenguin","lightTaskTrackerNum":0,
         "heavyTaskTrackerNum":0,"tag":%s,"systemMetrics":{"cpuProcessors":1,"score":0},"overload":%s}
        """
            .formatted(
                address, appId, clockMillis, tag == null ? "null" : "\"" + tag + "\"", overloaded));
  }

  /** Reports the state of a run; returns the body of the answer. */
  public String report(long wireId, int status, String result) {
    return report(appId, wireId, status, result, Duration.ofMillis(5), Duration.ofMillis(1));
  }

  /**
   * @param runTime until its end
   * @param endedAgo before this report
   */
  String report(
      int app, long wireId, int status, String result, Duration runTime, Duration endedAgo) {
    long ended = 1000 + runTime.toMillis();
    return post(
        "reportInstanceStatus",
        """
        {"appId":%d,"jobId":1,"instanceId":%d,"instanceStatus":%d,"result":"%s","totalTaskNum":1,
         "startTime":1000,"endTime":%d,"reportTime":%d,"sourceAddress":"%s","needAlert":false}
        """
            .formatted(app, wireId, status, result, ended, ended + endedAgo.toMillis(), address()));
  }

  /** Reports a running run, with the tasks that it has counted. */
  void reportTasks(long wireId, int total, int succeeded, int failed) {
    post(
        "reportInstanceStatus",
        """
        {"appId":%d,"jobId":1,"instanceId":%d,"instanceStatus":3,"totalTaskNum":%d,
         "succeedTaskNum":%d,"failedTaskNum":%d,"startTime":1000,"reportTime":2000,
         "sourceAddress":"%s","needAlert":false}
        """
            .formatted(appId, wireId, total, succeeded, failed, address()));
  }

  void log(long wireId, String text) {
    log(wireId, Map.of(1, text));
  }

  /** Sends lines by the milliseconds at which they were written, in one message. */
  void log(long wireId, Map<? extends Number, String> lines) {
    post(
        "reportLog",
        """
        {"workerAddress":"%s","instanceLogContents":[%s]}
        """
            .formatted(
                address(),
                new TreeMap<>(lines)
                    .entrySet().stream()
                        .map(
                            line ->
                                """
                                {"instanceId":%d,"logTime":%d,"logLevel":2,"logContent":"%s"}"""
                                    .formatted(wireId, line.getKey(), line.getValue()))
                        .collect(Collectors.joining(","))));
  }

  static String post(String operation, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + TestClient.port() + "/server/" + operation))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() + " " + response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
