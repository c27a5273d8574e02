package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.PluginJar;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the processors http and java on a real agent. */
@Tag("thorough")
class ProcessorsIT {
  private static final Duration SECONDS = Duration.ofSeconds(30);
  private static final String VERSION =
      "package lib; public class Version { public static String of() { return \"%s\"; } }";

  private static JsonNode ended(Stack stack, String job) {
    String id = stack.api().run(Stack.APP, job);
    Await.until(job + " has ended", SECONDS, () -> stack.api().instance(id).hasNonNull("endedAt"));
    return stack.api().instance(id);
  }

  private static void putHttp(Stack stack, String job, String url) {
    stack
        .api()
        .putJob(Stack.APP, job, "{\"processor\":{\"type\":\"http\",\"url\":\"" + url + "\"}}");
  }

  @Tag("builds")
  @Test
  void sendsHttpJobsOnlyToAllowedAddressesDespiteRedirects() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    int port = server.getAddress().getPort();
    List<String> instances = new CopyOnWriteArrayList<>();
    server.createContext(
        "/",
        exchange -> {
          instances.add(exchange.getRequestHeaders().getFirst("Orrery-Instance"));
          boolean redirect = exchange.getRequestURI().getPath().equals("/away");
          if (redirect) {
            exchange.getResponseHeaders().set("Location", "http://127.0.0.2:" + port + "/");
          }
          byte[] body = "hello".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(redirect ? 302 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try (Stack stack = new Stack("http")) {
      stack.startScheduler();
      stack.startAgent(
          "-Dorrery.worker.processors=http",
          "-Dorrery.worker.http.allowed-networks= 127.0.0.1/32 , 192.168.77.0/24,");
      putHttp(stack, "listed", "http://127.0.0.1:" + port + "/");
      putHttp(stack, "redirected", "http://127.0.0.1:" + port + "/away");
      putHttp(stack, "loopback", "http://127.0.0.2:" + port + "/");
      putHttp(stack, "private", "http://192.168.78.1/");
      putHttp(stack, "metadata", "http://169.254.169.254/latest/meta-data/");
      putHttp(stack, "link-local", "http://[fe80::1]/");

      JsonNode listed = ended(stack, "listed");
      assertThat(listed.get("state").asText()).isEqualTo("SUCCEEDED");
      assertThat(listed.get("result").asText()).isEqualTo("hello");
      assertThat(instances).containsExactly(listed.get("id").asText());
      for (String job : List.of("redirected", "loopback", "private", "metadata", "link-local")) {
        JsonNode refused = ended(stack, job);
        assertThat(refused.get("state").asText()).as(job).isEqualTo("FAILED");
        assertThat(refused.get("error").asText())
            .as(job)
            .contains("not public, and not allowed here")
            .contains("orrery.worker.http.allowed-networks");
      }
      assertThat(instances).hasSize(2);
    } finally {
      server.stop(0);
    }
  }

  @Tag("builds")
  @Test
  void refusesHostNamesThatResolveToForbiddenAddresses() {
    try (Stack stack = new Stack("http-names")) {
      stack.startScheduler();
      stack.startAgent("-Dorrery.worker.processors=http");
      putHttp(stack, "localhost", "http://localhost:" + stack.apiPort() + "/q/openapi");

      JsonNode refused = ended(stack, "localhost");
      assertThat(refused.get("state").asText()).isEqualTo("FAILED");
      assertThat(refused.get("error").asText()).startsWith("localhost is 127.0.0.1: it is not");
    }
  }

  @Test
  void runsAndCancelsPluginsWithConflictingLibraries() throws IOException {
    try (Stack stack = new Stack("plugins")) {
      Path plugins = stack.directory().resolve("plugins");
      new PluginJar()
          .source("lib.Version", VERSION.formatted("1"))
          .processor("a.One", "return lib.Version.of() + context.parameters().get(\"x\");")
          .write(plugins.resolve("one.jar"));
      new PluginJar()
          .source("lib.Version", VERSION.formatted("2"))
          .processor("b.Two", "context.log(\"from two\"); return lib.Version.of();")
          .processor(
              "b.Endless",
              "context.log(\"begun\"); while (!context.isStopRequested()) Thread.onSpinWait();"
                  + " throw new InterruptedException();")
          .write(plugins.resolve("two/two.jar"));
      stack.startScheduler();
      stack.startAgent(
          "-Dorrery.worker.processors=noop,http,java", "-Dorrery.worker.plugin-dir=" + plugins);
      for (String name : List.of("One", "Two", "Endless")) {
        stack
            .api()
            .putJob(
                Stack.APP,
                name,
                "{\"processor\":{\"type\":\"java\",\"name\":\""
                    + name
                    + "\"},\"parameters\":{\"x\":\"!\"}}");
      }

      assertThat(ended(stack, "One").get("result").asText()).isEqualTo("1!");
      JsonNode two = ended(stack, "Two");
      assertThat(two.get("result").asText()).isEqualTo("2");
      assertThat(stack.api().get("/instances/" + two.get("id").asText() + "/logs").toString())
          .contains("from two");
      assertThat(ended(stack, "One").get("result").asText()).isEqualTo("1!");

      String endless = stack.api().run(Stack.APP, "Endless");
      stack.api().awaitLog(endless, "begun", SECONDS);
      stack.api().cancel(endless);
      stack.api().awaitState(endless, "CANCELED", SECONDS);
    }
  }

  @Test
  void showsProgressOfRunningAttempt() throws IOException {
    try (Stack stack = new Stack("progress")) {
      Path plugins = stack.directory().resolve("plugins");
      new PluginJar()
          .processor(
              "a.Slow",
              "context.progress(30, \"a third\"); while (!context.isStopRequested()) Thread.onSpinWait();"
                  + " return null;")
          .write(plugins.resolve("slow.jar"));
      stack.startScheduler();
      stack.startAgent(
          "-Dorrery.worker.processors=shell,java", "-Dorrery.worker.plugin-dir=" + plugins);
      stack
          .api()
          .putJob(Stack.APP, "java", "{\"processor\":{\"type\":\"java\",\"name\":\"Slow\"}}");
      stack
          .api()
          .putJob(
              Stack.APP,
              "shell",
              "{\"processor\":{\"type\":\"shell\",\"script\":"
                  + "\"echo ::progress 1; echo ::progress 40 copying; sleep 600\"}}");

      awaitProgress(stack, stack.api().run(Stack.APP, "java"), 30, "a third");
      awaitProgress(stack, stack.api().run(Stack.APP, "shell"), 40, "copying");
    }
  }

  /** Waits for progress, which must not wait for the agent's renewals, 10 s apart. */
  private static void awaitProgress(Stack stack, String id, int percent, String text) {
    Await.until("it runs", SECONDS, () -> stack.api().state(id).equals("RUNNING"));
    Await.until(
        "it shows " + text,
        Duration.ofSeconds(6),
        () -> {
          JsonNode progress = stack.api().instance(id).get("progress");
          return progress.path("percent").asInt() == percent
              && progress.path("message").asText().equals(text);
        });
    stack.api().cancel(id);
  }

  @Test
  void refusesAgentStartWithUnloadablePlugins() throws IOException {
    try (Stack stack = new Stack("bad-plugins")) {
      stack.startScheduler();
      Path plugins = stack.directory().resolve("plugins");
      assertRefused(stack, plugins, "orrery.worker.plugin-dir", "not a directory");
      new PluginJar().processor("a.Same", "return null;").write(plugins.resolve("first.jar"));
      new PluginJar().processor("b.Same", "return null;").write(plugins.resolve("second.jar"));
      assertRefused(stack, plugins, "first.jar", "second.jar");
    }
  }

  private static void assertRefused(Stack stack, Path plugins, String... says) {
    ProgramProcess agent =
        stack.launchAgent(
            "-Dorrery.worker.processors=noop,java", "-Dorrery.worker.plugin-dir=" + plugins);
    assertThat(agent.awaitExit(SECONDS)).isNotZero();
    assertThat(agent.output())
        .contains("orrery: cannot start: ")
        .contains(says)
        .doesNotContain("\tat ");
  }
}
