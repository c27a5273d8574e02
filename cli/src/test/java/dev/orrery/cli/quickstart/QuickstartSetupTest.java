package dev.orrery.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.cli.FakeScheduler;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Checks that the setup creates Secrets, an app and a token, and never overwrites existing ones.
 */
class QuickstartSetupTest {
  private final AtomicInteger made = new AtomicInteger();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private FakeApiServer server;
  private FakeScheduler scheduler;
  private String admin;
  private QuickstartSetup.Pause pause = () -> {};

  @BeforeEach
  void start() throws IOException {
    server = new FakeApiServer(QuickstartSetup.SERVICE, QuickstartSetup.AGENT);
    scheduler = new FakeScheduler();
  }

  @AfterEach
  void stop() {
    scheduler.close();
    server.close();
  }

  private void run() throws IOException, InterruptedException {
    new QuickstartSetup(
            new SecretClient(
                HttpClient.newHttpClient(), server.url(), "team", () -> FakeApiServer.TOKEN),
            token -> {
              admin = token;
              return new SchedulerClient(URI.create(scheduler.url()), token);
            },
            () -> "random-" + made.incrementAndGet(),
            () -> pause.pass(),
            new PrintStream(printed, true, StandardCharsets.UTF_8))
        .run();
  }

  private void answerAll() {
    scheduler
        .on("GET /apps?limit=1", 200, "{\"items\":[]}")
        .on("PUT /apps/demo", 201, "{}")
        .on("PUT /apps/demo/jobs/hello", 201, "{}")
        .on("POST /apps/demo/tokens", 201, "{\"id\":\"1\",\"token\":\"token-of-agents\"}");
  }

  @Test
  void createsSecretsAppAndAgentToken() throws Exception {
    answerAll();

    run();

    assertThat(server.value(QuickstartSetup.SERVICE, "admin-token"))
        .isEqualTo(admin)
        .startsWith("random-");
    assertThat(server.value(QuickstartSetup.SERVICE, "cluster-secret"))
        .startsWith("random-")
        .isNotEqualTo(admin);
    assertThat(server.value(QuickstartSetup.SERVICE, "jdbc-url"))
        .isEqualTo("jdbc:postgresql://orrery-postgres/orrery");
    assertThat(server.value(QuickstartSetup.SERVICE, "username")).isEqualTo("orrery");
    assertThat(server.value(QuickstartSetup.SERVICE, "password")).startsWith("random-");
    assertThat(server.value(QuickstartSetup.AGENT, "app")).isEqualTo("demo");
    assertThat(server.value(QuickstartSetup.AGENT, "token")).isEqualTo("token-of-agents");
    assertThat(scheduler.asked())
        .anyMatch(call -> call.startsWith("POST /apps/demo/tokens") && call.contains("worker"));
  }

  @Test
  void printsNoSecretValues() throws Exception {
    answerAll();

    run();

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains(QuickstartSetup.SERVICE, QuickstartSetup.AGENT)
        .doesNotContain("random-", "token-of-agents");
  }

  @Test
  void leavesInstallationUnchangedOnSecondSetup() throws Exception {
    answerAll();
    run();
    int asked = scheduler.asked().size();
    int changes = server.changes().size();

    run();

    assertThat(scheduler.asked()).hasSize(asked);
    assertThat(server.changes()).hasSize(changes);
  }

  @Test
  void usesExistingAdminToken() throws Exception {
    server.set(QuickstartSetup.SERVICE, "admin-token", "made-by-hand");
    answerAll();

    run();

    assertThat(admin).isEqualTo("made-by-hand");
    assertThat(server.value(QuickstartSetup.SERVICE, "admin-token")).isEqualTo("made-by-hand");
    assertThat(server.value(QuickstartSetup.SERVICE, "cluster-secret")).startsWith("random-");
  }

  @Test
  void waitsUntilSchedulerAnswers() throws Exception {
    scheduler.on("GET /apps?limit=1", 503, "no JSON: nobody behind the Service");
    pause = this::answerAll;

    run();

    assertThat(server.value(QuickstartSetup.AGENT, "token")).isEqualTo("token-of-agents");
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("Waiting for the scheduler");
  }

  @Test
  void failsWhenSchedulerRefusesAdminToken() {
    scheduler.on("GET /apps?limit=1", 401, "{\"code\":\"UNAUTHENTICATED\",\"detail\":\"no\"}");

    assertThatThrownBy(this::run)
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("UNAUTHENTICATED");
    assertThat(server.secret(QuickstartSetup.AGENT)).isNull();
  }
}
