package dev.orrery.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks that missing keys are added, and existing ones are never overwritten. */
class SecretClientTest {
  private static final Map<String, Supplier<String>> BOTH =
      Map.of("user", () -> "made-user", "password", () -> "made-password");

  private FakeApiServer server;
  private SecretClient secrets;

  @BeforeEach
  void start() throws IOException {
    server = new FakeApiServer("ours");
    secrets = secrets(FakeApiServer.TOKEN);
  }

  private SecretClient secrets(String token) {
    return new SecretClient(HttpClient.newHttpClient(), server.url(), "team", () -> token);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void createsMissingSecretWithAllKeys() throws Exception {
    assertThat(secrets.complete("ours", BOTH))
        .isEqualTo(Map.of("user", "made-user", "password", "made-password"));

    assertThat(server.value("ours", "password")).isEqualTo("made-password");
    assertThat(server.secret("ours").at("/metadata/labels/app.kubernetes.io~1name").asText())
        .isEqualTo("orrery");
  }

  @Test
  void leavesExistingSecretUnchangedOnRepeatedCall() throws Exception {
    secrets.complete("ours", BOTH);

    assertThat(secrets.complete("ours", Map.of("user", () -> "another")))
        .containsEntry("user", "made-user");
    assertThat(server.changes()).hasSize(1);
  }

  @Test
  void addsOnlyMissingKeyToExistingSecret() throws Exception {
    server.set("ours", "user", "theirs");
    server.set("ours", "other", "kept");

    assertThat(secrets.complete("ours", BOTH))
        .isEqualTo(Map.of("user", "theirs", "other", "kept", "password", "made-password"));
    assertThat(server.value("ours", "user")).isEqualTo("theirs");
  }

  @Test
  void keepsKeyAddedConcurrentlyByAnotherClient() throws Exception {
    server.set("ours", "user", "theirs");
    server.beforeTheNextChange(() -> server.set("ours", "password", "faster"));

    assertThat(secrets.complete("ours", BOTH)).containsEntry("password", "faster");
    assertThat(server.value("ours", "password")).isEqualTo("faster");
  }

  @Test
  void keepsSecretCreatedConcurrentlyByAnotherClient() throws Exception {
    server.beforeTheNextChange(() -> server.set("ours", "password", "faster"));

    assertThat(secrets.complete("ours", BOTH))
        .isEqualTo(Map.of("user", "made-user", "password", "faster"));
  }

  @Test
  void readsMissingSecretAsEmpty() throws Exception {
    assertThat(secrets.read("ours")).isEmpty();
  }

  @Test
  void reportsRefusalByApiServer() {
    assertThatThrownBy(() -> secrets.complete("theirs", BOTH))
        .isInstanceOf(SecretClient.RefusedException.class)
        .hasMessage(
            "GET of the Secret theirs was answered with 403: secrets \"theirs\" is forbidden");
    assertThatThrownBy(() -> secrets("wrong").read("ours"))
        .isInstanceOf(SecretClient.RefusedException.class)
        .hasMessageContaining("401");
  }
}
