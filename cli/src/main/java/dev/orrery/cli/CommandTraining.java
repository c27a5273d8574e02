package dev.orrery.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/**
 * Runs commands against a fake scheduler, so that the JVM can write an archive of the classes that
 * commands need (see the script {@code orrery}). With the archive, commands start several times
 * faster.
 */
final class CommandTraining {
  private static final String INSTANCE =
      """
      {"id":"1","app":"a","job":"j","jobVersion":1,"state":"SUCCEEDED","priority":5,
       "dueAt":"2027-01-01T00:00:00Z","attempt":1,"startedAt":"2027-01-01T00:00:00.1Z",
       "endedAt":"2027-01-01T00:00:00.2Z","worker":"w","result":"r","waitingFor":null,
       "name":"n","needs":[],"nodes":{"total":1,"succeeded":1},
       "progress":{"percent":50,"message":"half","at":"2027-01-01T00:00:00Z"},"parameters":{"p":"v"}}\
      """;

  private static final String EVENTS =
      """
      id: 1-0
      data: {"attempt":1,"sequence":0,"at":"2027-01-01T00:00:00Z","stream":"stdout","text":"t"}

      event: end
      data: {"state":"SUCCEEDED"}

      """;

  private static final String[][] COMMANDS = {
    {"ps"},
    {"ps", "-o", "json"},
    {"get", "1"},
    {"tree", "1"},
    {"parts", "1"},
    {"jobs"},
    {"workers"},
    {"next", "j"},
    {"next", "--cron", "@hourly"},
    {"logs", "1"},
    {"logs", "-f", "1"},
    {"run", "j", "-p", "a=b"},
    {"cancel", "1"},
    {"retry", "1"},
    {"pause", "j"},
    {"resume"},
    {"get", "missing"},
    {"--help"},
    {"--version"}
  };

  private CommandTraining() {}

  public static void main(String... args) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", CommandTraining::answer);
    server.start();
    endInAnyCase();
    System.setProperty("orrery.terminal", "true");
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    for (String[] command : COMMANDS) {
      List<String> line = new ArrayList<>(Arrays.asList(command));
      if (!command[0].startsWith("-")) {
        line.addAll(1, List.of("--url", url, "--token", "t"));
      }
      String[] words = line.toArray(String[]::new);
      CommandLine commandLine = Main.commandLine(words);
      commandLine.setOut(new PrintWriter(Writer.nullWriter()));
      commandLine.setErr(new PrintWriter(Writer.nullWriter()));
      commandLine.execute(words);
    }
    server.stop(0);
    System.exit(ExitCode.OK);
  }

  /** Bounds the run time, because a user's first command waits for it. */
  private static void endInAnyCase() {
    Thread watch =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(15);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              Runtime.getRuntime().halt(ExitCode.FAILED);
            },
            "training-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    boolean missing = path.contains("missing");
    byte[] body = body(path, missing).getBytes(StandardCharsets.UTF_8);
    try (exchange;
        OutputStream out = exchange.getResponseBody()) {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(missing ? 404 : 200, body.length);
      out.write(body);
    }
  }

  private static String body(String path, boolean missing) {
    if (missing) {
      return "{\"code\":\"INSTANCE_NOT_FOUND\",\"detail\":\"There is no such instance\"}";
    }
    if (path.contains("follow=true")) {
      return EVENTS;
    }
    if (path.contains("/fire-times")) {
      return "{\"description\":\"every hour\",\"fireTimes\":[\"2027-01-01T00:00:00Z\"]}";
    }
    if (path.contains("/apps?")) {
      return "{\"items\":[{\"name\":\"a\",\"paused\":false}],\"next\":null}";
    }
    boolean one = path.matches(".*/instances/1(/cancel|/retry)?");
    return one
        ? INSTANCE
        : "{\"items\":[" + (path.contains("after=") ? "" : INSTANCE) + "],\"next\":null}";
  }
}
