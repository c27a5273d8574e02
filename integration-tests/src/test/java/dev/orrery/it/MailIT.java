package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.SmtpReceiver;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests webhooks of the format mail with a packaged scheduler and a mail server. */
@Tag("thorough")
class MailIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String MAIL = "{\"format\":\"mail\",\"url\":\"mailto:ops@example.org\"}";

  private static Api.Answer put(Stack stack, String document) throws Exception {
    return stack.api().call("PUT", "/apps/" + Stack.APP + "/webhooks/ops", document);
  }

  @Test
  void sendsMailAfterServerRecovers() throws Exception {
    int port = Ports.free();
    try (Stack stack =
        new Stack(
            "mail",
            "-Dup.console-url=http://localhost:7700",
            "-Dorrery.notifications.backoff=500ms",
            "-Dorrery.notifications.mail.host=127.0.0.1",
            "-Dorrery.notifications.mail.port=" + port,
            "-Dorrery.notifications.mail.tls=none",
            "-Dorrery.notifications.mail.from=orrery@example.org",
            "-Dorrery.notifications.mail.allowed-domains=example.org")) {
      stack.startScheduler();
      stack.startAgent();
      assertThat(put(stack, MAIL.replace("example.org", "evil.test")).status()).isEqualTo(422);
      assertThat(put(stack, MAIL).status()).isEqualTo(201);
      stack
          .api()
          .putJob(
              Stack.APP,
              "nightly",
              "{\"processor\":{\"type\":\"shell\",\"script\":\"echo disk full >&2; exit 3\"}}");
      stack
          .api()
          .awaitState(stack.api().run(Stack.APP, "nightly"), "FAILED", Duration.ofSeconds(30));
      Await.until(
          "the webhook fails",
          SOON,
          () ->
              stack
                  .api()
                  .get("/apps/" + Stack.APP + "/webhooks/ops")
                  .at("/status/lastError")
                  .asText()
                  .equals("no answer of the mail server"));

      try (SmtpReceiver server = new SmtpReceiver(port)) {
        Await.until("the mail arrives", SOON, () -> !server.mails().isEmpty());
        assertThat(server.mails()).hasSize(1);
        assertThat(server.mails().get(0).to()).containsExactly("ops@example.org");
        assertThat(server.mails().get(0).text())
            .contains("Subject: [" + Stack.APP + "] nightly failed\n")
            .contains("exit code 3: disk full")
            .contains("http://localhost:7700/console/apps/" + Stack.APP + "/runs/");
      }
    }
  }

  @Test
  void refusesMailWebhookWithoutConfiguredServer() throws Exception {
    try (Stack stack = new Stack("no-mail")) {
      stack.startScheduler();
      stack.startAgent();

      Api.Answer refused = put(stack, MAIL);

      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.body().get("detail").asText())
          .contains("orrery.notifications.mail.host")
          .contains("orrery.notifications.mail.allowed-domains");
    }
  }
}
