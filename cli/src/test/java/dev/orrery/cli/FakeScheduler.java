package dev.orrery.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine;

/**
 * Answers API calls as configured, and records them. The class of the same name in worker-sdk
 * serves the operations of workers; the two have nothing else in common.
 */
public final class FakeScheduler implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Queue<Reply>> replies = new HashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  private volatile boolean compresses;

  private record Reply(int status, String body) {
    /** Breaks the connection after the call has been read. */
    static final Reply BREAK = new Reply(0, "");
  }

  public record Result(int exitCode, String out, String err) {}

  public FakeScheduler() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  /**
   * Adds the next answer to a call; the last one is repeated.
   *
   * @param call method and path below the version, with its query
   */
  public synchronized FakeScheduler on(String call, int status, String body) {
    replies.computeIfAbsent(call, key -> new ArrayDeque<>()).add(new Reply(status, body));
    return this;
  }

  /** The answer to a call for a list, whose last page it is. */
  public static String page(String... items) {
    return "{\"items\":[" + String.join(",", items) + "],\"next\":null}";
  }

  /** Compresses all answers, as a proxy that does not ask whether the client accepts it. */
  public FakeScheduler compressing() {
    compresses = true;
    return this;
  }

  /** Breaks the connection instead of answering this call. */
  public synchronized FakeScheduler breaksAt(String call) {
    replies.computeIfAbsent(call, key -> new ArrayDeque<>()).add(Reply.BREAK);
    return this;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String call =
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI().toString().replace("/api/v1", "");
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String lastId = exchange.getRequestHeaders().getFirst("Last-Event-ID");
    String codings = exchange.getRequestHeaders().getFirst("Accept-Encoding");
    if (!"identity".equals(codings)) {
      throw new IllegalStateException("The command line accepts codings: " + codings);
    }
    asked.add(
        call
            + (body.isEmpty() ? "" : " " + body)
            + (lastId == null ? "" : " Last-Event-ID " + lastId));
    Reply reply = next(call);
    if (reply.equals(Reply.BREAK)) {
      exchange.close();
      return;
    }
    exchange.getResponseHeaders().set("ETag", "\"1\"");
    byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
    if (compresses) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      bytes = zipped(bytes);
    }
    exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static byte[] zipped(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  private synchronized Reply next(String call) {
    Queue<Reply> queue = replies.get(call);
    if (queue == null) {
      return new Reply(404, "{\"code\":\"NOT_FOUND\",\"detail\":\"Not told: " + call + "\"}");
    }
    return queue.size() > 1 ? queue.remove() : queue.peek();
  }

  /** Method, path and body of each call. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Runs a command against this scheduler. */
  public Result run(String... words) {
    List<String> line = new ArrayList<>(Arrays.asList(words));
    line.addAll(List.of("--url", url(), "--token", "secret-token"));
    return execute(line.toArray(String[]::new));
  }

  /** Runs a command without added options. */
  public static Result execute(String... words) {
    CommandLine commandLine = Main.commandLine(words);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    int exitCode = commandLine.execute(words);
    return new Result(exitCode, out.toString(), err.toString());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
