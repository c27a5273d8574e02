package dev.orrery.scheduler.powerjob;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One connection of a PowerJob worker over MU, which the test scripts. */
final class MuPeer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int appId;
  private final String address;
  private final Socket socket;
  private final DataOutputStream out;
  private final BlockingQueue<JsonNode> runs = new LinkedBlockingQueue<>();
  private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
  private final List<Long> stops = new CopyOnWriteArrayList<>();
  private final Set<Long> known = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private volatile boolean deaf;

  /**
   * @param local the address from which it connects
   * @param address which its messages name
   */
  MuPeer(int appId, String local, String address) throws IOException {
    this.appId = appId;
    this.address = address;
    socket = new Socket();
    socket.bind(new InetSocketAddress(loopback(local), 0));
    socket.connect(new InetSocketAddress(loopback("127.0.0.1"), port(appId)));
    out = new DataOutputStream(socket.getOutputStream());
    Thread reader = new Thread(this::read, "mu-peer");
    reader.setDaemon(true);
    reader.start();
  }

  private static InetAddress loopback(String address) throws IOException {
    int last = Integer.parseInt(address.substring(address.lastIndexOf('.') + 1));
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
  }

  static int port(int appId) {
    String found =
        given()
            .get("/server/acquire?protocol=mU&appId=" + appId)
            .then()
            .statusCode(200)
            .extract()
            .path("data");
    return Integer.parseInt(found.substring(found.lastIndexOf(':') + 1));
  }

  private void read() {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        take(JSON.readTree(in.readNBytes(in.readInt())));
        if (deaf) {
          return;
        }
      }
    } catch (IOException e) {
      closed = true;
    }
  }

  private void take(JsonNode message) throws IOException {
    long run = message.path("payload").path("instanceId").asLong();
    switch (message.path("path").asText()) {
      case "/worker/runJob" -> {
        known.add(run);
        runs.add(message.get("payload"));
      }
      case "/worker/stopInstance" -> stops.add(run);
      case "/worker/queryInstanceStatus" ->
          send(
              "RESPONSE",
              message.get("requestId").asText(),
              null,
              "{\"success\":" + known.contains(run) + "}");
      default -> answers.add(message);
    }
  }

  void send(String type, String requestId, String path, String payload) throws IOException {
    frame(
        """
        {"messageType":"%s","requestId":%s,"path":%s,"payload":%s}"""
            .formatted(type, text(requestId), text(path), payload));
  }

  private static String text(String value) {
    return value == null ? "null" : "\"" + value + "\"";
  }

  private synchronized void frame(String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  synchronized void bytes(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /** Reads one more message, and nothing after it. */
  void stopReading() {
    deaf = true;
  }

  void heartbeat() throws IOException {
    heartbeat(address);
  }

  void heartbeat(String named) throws IOException {
    send(
        "TELL",
        null,
        "/server/workerHeartbeat",
        """
        {"workerAddress":"%s","appName":"x","appId":%d,"heartbeatTime":1,"version":"5.1.2",
         "protocol":"MU","systemMetrics":{"cpuProcessors":1}}"""
            .formatted(named, appId));
  }

  /** Waits for a run, and repeats the heartbeat meanwhile, as workers do. */
  JsonNode awaitRun() throws IOException, InterruptedException {
    for (int second = 0; second < 30; second++) {
      heartbeat();
      JsonNode run = runs.poll(1, TimeUnit.SECONDS);
      if (run != null) {
        return run;
      }
    }
    throw new AssertionError("The worker " + address + " got no run within 30 s.");
  }

  /** Asks to store the end of a run; the answer comes to {@link #answer}. */
  void end(long wireId, String result) throws IOException {
    send(
        "ASK",
        UUID.randomUUID().toString(),
        "/server/reportInstanceStatus",
        """
        {"appId":%d,"jobId":1,"instanceId":%d,"instanceStatus":5,"result":"%s","startTime":1000,
         "endTime":1005,"reportTime":1006,"sourceAddress":"%s"}"""
            .formatted(appId, wireId, result, address));
  }

  void log(long wireId, String line) throws IOException {
    send(
        "TELL",
        null,
        "/server/reportLog",
        """
        {"workerAddress":"%s","instanceLogContents":[
         {"instanceId":%d,"logTime":1,"logLevel":2,"logContent":"%s"}]}"""
            .formatted(address, wireId, line));
  }

  /** Returns the next answer or error of the scheduler. */
  JsonNode answer() throws InterruptedException {
    JsonNode answer = answers.poll(30, TimeUnit.SECONDS);
    if (answer == null) {
      throw new AssertionError("The worker " + address + " got no answer within 30 s.");
    }
    return answer;
  }

  BlockingQueue<JsonNode> runs() {
    return runs;
  }

  List<Long> stops() {
    return stops;
  }

  /** Forgets a run, as a worker does that was started again. */
  void forget(long wireId) {
    known.remove(wireId);
  }

  void know(long wireId) {
    known.add(wireId);
  }

  /** Returns whether the scheduler has closed the connection. */
  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
