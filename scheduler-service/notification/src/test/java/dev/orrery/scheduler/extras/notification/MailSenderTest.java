package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.outbound.OutboundException;
import dev.orrery.outbound.OutboundResponse;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.extras.notification.JobFactsStore.JobFacts;
import dev.orrery.scheduler.extras.notification.OutboxStore.Outgoing;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.document.JobDescription;
import dev.orrery.testing.SmtpReceiver;
import dev.orrery.testing.SmtpReceiver.Mail;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sends mail to a test server over SMTP. */
@Timeout(60)
class MailSenderTest {
  private static final String TO = "mailto:ops@example.org,lead@Example.ORG";
  private static final Instant AT = Instant.parse("2027-03-01T02:31:07Z");

  private final SmtpReceiver server = new SmtpReceiver();
  private final Vertx vertx = Vertx.vertx();
  private final MailSender sender = new MailSender(settings("none", null, "a@b.test"), vertx);

  @AfterEach
  void close() throws Exception {
    sender.close();
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private FixedMailServer settings(String tls, String password, String from) {
    return new FixedMailServer(
        Optional.of("127.0.0.1"),
        server.port(),
        tls,
        Optional.ofNullable(password).map(any -> "orrery"),
        Optional.ofNullable(password),
        Optional.ofNullable(from),
        Optional.of(List.of("other.test", " Example.org")));
  }

  private static Outgoing message(String url) {
    return message(url, List.of(17L));
  }

  private static Outgoing message(String url, List<Long> ids) {
    return new Outgoing(
        17,
        1,
        1,
        "billing",
        "ops",
        WebhookEvent.FAILED,
        WebhookFormat.MAIL,
        url,
        MessageLanguage.EN,
        ids,
        List.of("{}"),
        0,
        null,
        null,
        null);
  }

  private static ChatMessage text(String error, MessageLanguage language) {
    return ChatMessage.of(
        List.of(
            new WebhookPayload.Draft(WebhookEvent.FAILED, "billing", "nightly", AT)
                .count(3)
                .instance(
                    17L,
                    InstanceState.FAILED,
                    new RunLinks(Optional.of("https://orrery.example.org")))
                .error(error)
                .about(
                    new JobFacts(
                        JobDescription.NONE,
                        null,
                        AT,
                        null,
                        Duration.ofHours(1),
                        null,
                        null,
                        null))),
        1,
        language,
        AT);
  }

  private OutboundResponse send(String url, ChatMessage text) throws Exception {
    return sender.send(message(url), text).get(20, TimeUnit.SECONDS);
  }

  @Test
  void sendsOneMailToAllAddresses() throws Exception {
    assertThat(send(TO, text("exit code 1", MessageLanguage.EN)).status()).isEqualTo(250);

    Mail mail = server.mails().get(0);
    assertThat(server.mails()).hasSize(1);
    assertThat(mail.from()).isEqualTo("a@b.test");
    assertThat(mail.to()).containsExactly("ops@example.org", "lead@Example.ORG");
    assertThat(mail.text())
        .contains("Subject: [billing] nightly failed\n")
        .contains("Auto-Submitted: auto-generated\n")
        .containsPattern("Message-ID: <orrery-[0-9a-f-]{36}@b.test>\n")
        .contains("[billing] 3 runs of nightly failed within 1 hour, the last one at ")
        .endsWith(
            "\nexit code 1\nOpen the run:"
                + " https://orrery.example.org/console/apps/billing/runs/17\n");
  }

  /** A mail program may drop a mail whose id it has seen. */
  @Test
  void keepsMessageIdAcrossTriesOfSameMessages() throws Exception {
    ChatMessage text = text("exit code 1", MessageLanguage.EN);
    for (List<Long> ids : List.of(List.of(17L), List.of(17L), List.of(17L, 18L))) {
      var unused = sender.send(message(TO, ids), text).get(20, TimeUnit.SECONDS);
    }

    List<String> ids =
        server.mails().stream()
            .map(mail -> mail.text().lines().filter(line -> line.startsWith("Message-ID")))
            .map(line -> line.findFirst().orElseThrow())
            .toList();
    assertThat(ids).hasSize(3);
    assertThat(ids.get(1)).isEqualTo(ids.get(0)).isNotEqualTo(ids.get(2));
  }

  @Test
  void writesMailInConfiguredLanguage() throws Exception {
    var unused = send(TO, text(null, MessageLanguage.ZH));

    assertThat(server.mails().get(0).text())
        .contains("Subject: =?UTF-8?Q?[billing]_nightly_=E8=BF=90=E8=A1=8C=E5=A4=B1=E8=B4=A5");
  }

  @Test
  void preventsJobTextFromAddingHeadersOrLinks() throws Exception {
    var unused =
        send(
            TO,
            text("no\r\n.\r\nBcc: x@y.test\r\n<b>see</b> https://evil.test/", MessageLanguage.EN));

    assertThat(server.mails()).hasSize(1);
    String text = server.mails().get(0).text();
    assertThat(text).contains("no . Bcc: x@y.test <b>see</b> https:").doesNotContain("\nBcc:");
    assertThat(text).doesNotContain("https://evil").contains("Content-Type: text/plain");
  }

  @ParameterizedTest
  @CsvSource({"550 no such user, true", "452 mailbox full, false"})
  void reportsServerRefusal(String reply, boolean isFinal) throws Exception {
    server.refuse("lead@Example.ORG", reply);

    OutboundResponse response = send(TO, text("x", MessageLanguage.EN));

    assertThat(server.mails()).isEmpty();
    ReceiverAnswer answer = ReceiverAnswer.of(WebhookFormat.MAIL, response);
    assertThat(answer.complaint().orElseThrow())
        .startsWith("the mail server answered " + reply.substring(0, 3))
        .contains(reply.substring(4));
    assertThat(answer.isFinal()).isEqualTo(isFinal);
  }

  @Test
  void failsWithoutServer() {
    server.close();

    assertThatThrownBy(() -> send(TO, text("x", MessageLanguage.EN)))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(OutboundException.class)
        .extracting(e -> ((OutboundException) e).publicMessage())
        .isEqualTo("no answer of the mail server");
  }

  @Test
  void sendsNothingUnencryptedWhenTlsIsRequired() {
    MailSender demanding = new MailSender(settings("starttls", "word", "a@b.test"), vertx);

    assertThatThrownBy(
            () ->
                demanding
                    .send(message(TO), text("x", MessageLanguage.EN))
                    .get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(OutboundException.class);
    assertThat(server.mails()).isEmpty();
    assertThat(server.verbs()).doesNotContain("AUTH", "MAIL");
    demanding.close();
  }

  @Test
  void sendsNothingToUnlistedDomains() {
    assertThatThrownBy(
            () -> send("mailto:a@example.org,b@evil.test", text("x", MessageLanguage.EN)))
        .hasMessageContaining(
            "'url' names evil.test, which orrery.notifications.mail.allowed-domains lacks.");
    assertThat(server.mails()).isEmpty();
  }

  private static WebhookDocument document(WebhookFormat format, String url) {
    return new WebhookDocument(
        "ops",
        format,
        url,
        List.of(WebhookEvent.FAILED),
        null,
        null,
        1,
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        null,
        MessageLanguage.EN,
        true);
  }

  @Test
  void allowsMailOnlyForConfiguredServerAndDomains() {
    MailSender none =
        new MailSender(
            new FixedMailServer(
                Optional.empty(),
                25,
                "none",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            vertx);
    WebhookDocument mail = document(WebhookFormat.MAIL, TO);

    assertThatCode(() -> sender.requireAllowed(mail)).doesNotThrowAnyException();
    none.requireAllowed(document(WebhookFormat.SLACK, "https://x.test"));
    assertThatThrownBy(() -> none.requireAllowed(mail))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("orrery.notifications.mail.host")
        .hasMessageContaining("orrery.notifications.mail.allowed-domains")
        .extracting(e -> ((ProblemException) e).problem().field())
        .isEqualTo("format");
    assertThatThrownBy(
            () -> sender.requireAllowed(document(WebhookFormat.MAIL, "mailto:a@sub.example.org")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("sub.example.org")
        .extracting(e -> ((ProblemException) e).problem().field())
        .isEqualTo("url");
  }

  @ParameterizedTest
  @CsvSource({
    "starttls, pw, , from",
    "starttls, pw, nobody, from",
    "none, pw, a@b.test, tls",
    "ssl, , a@b.test, tls"
  })
  void refusesToStartWithUnusableSettings(
      String tls, String password, String from, String setting) {
    assertThatThrownBy(() -> new MailSender(settings(tls, password, from), vertx))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("Set orrery.notifications.mail." + setting + ", too: ");
  }

  /** Settings without a configuration. */
  private record FixedMailServer(
      Optional<String> host,
      int port,
      String tls,
      Optional<String> user,
      Optional<String> password,
      Optional<String> from,
      Optional<List<String>> allowedDomains)
      implements MailServerConfig {}
}
