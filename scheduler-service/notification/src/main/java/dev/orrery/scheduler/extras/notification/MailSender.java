package dev.orrery.scheduler.extras.notification;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.outbound.OutboundException;
import dev.orrery.outbound.OutboundException.Kind;
import dev.orrery.outbound.OutboundResponse;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.extras.notification.OutboxStore.Outgoing;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Sends messages of the format {@code mail} through the configured mail server, if there is one.
 */
@Singleton
class MailSender {
  private static final String PREFIX = "orrery.notifications.mail.";
  private static final int SENT = 250;
  private final MailServerConfig config;
  private final Optional<MailClient> client;

  /**
   * @throws StartupException if the settings do not name a usable mail server
   */
  MailSender(MailServerConfig config, Vertx vertx) {
    this.config = config;
    this.client = config.host().map(host -> MailClient.create(vertx, options(host, config)));
  }

  /** Makes this at the start, so that a wrong setting is found. */
  void check(@Observes @Priority(START_CHECKS) StartupEvent event) {}

  @PreDestroy
  void close() {
    client.ifPresent(MailClient::close);
  }

  private static MailConfig options(String host, MailServerConfig config) {
    String tls = config.tls().toLowerCase(Locale.ROOT);
    require(List.of("starttls", "tls", "none").contains(tls), "tls", "starttls, tls or none");
    require(config.port() > 0 && config.port() <= 65_535, "port", "a number from 1 to 65535");
    require(
        config.from().filter(MailAddresses::isAddress).isPresent(),
        "from",
        "the address of the sender, such as orrery@example.org");
    require(
        config.allowedDomains().filter(domains -> !domains.isEmpty()).isPresent(),
        "allowed-domains",
        "the domains whose addresses may get messages, such as example.org");
    require(
        config.user().isPresent() == config.password().isPresent(),
        config.user().isPresent() ? "password" : "user",
        "a value, or leave both user and password out");
    require(config.user().isEmpty() || !tls.equals("none"), "tls", "starttls or tls for a login");
    MailConfig options =
        new MailConfig()
            .setHostname(host)
            .setPort(config.port())
            .setSsl(tls.equals("tls"))
            .setStarttls(
                tls.equals("starttls") ? StartTLSOptions.REQUIRED : StartTLSOptions.DISABLED)
            .setLogin(config.user().isPresent() ? LoginOption.REQUIRED : LoginOption.NONE)
            .setMaxPoolSize(NotificationLimits.MAX_CONCURRENT_DELIVERIES)
            .setKeepAlive(false);
    options.setConnectTimeout(Math.toIntExact(NotificationLimits.CONNECT_TIMEOUT.toMillis()));
    options
        .setIdleTimeout(NotificationLimits.MAIL_TIMEOUT_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS);
    config.user().ifPresent(options::setUsername);
    config.password().ifPresent(options::setPassword);
    return options;
  }

  private static void require(boolean isSet, String setting, String what) {
    if (!isSet) {
      throw new StartupException(
          MailServerConfig.HOST + " is set. Set " + PREFIX + setting + ", too: " + what + ".");
    }
  }

  /**
   * @throws ProblemException {@code INVALID} if the document needs mail, and the settings do not
   *     allow it
   */
  void requireAllowed(WebhookDocument document) {
    if (document.format() == WebhookFormat.MAIL) {
      refusal(document.url())
          .ifPresent(
              refusal -> {
                throw ProblemException.invalid(client.isEmpty() ? "format" : "url", refusal);
              });
    }
  }

  private Optional<String> refusal(String url) {
    if (client.isEmpty()) {
      return Optional.of(
          "'format' can be mail only if the operator of the scheduler sets "
              + MailServerConfig.HOST
              + " and "
              + MailServerConfig.ALLOWED_DOMAINS
              + ".");
    }
    List<String> domains =
        config.allowedDomains().orElseThrow().stream()
            .map(domain -> domain.strip().toLowerCase(Locale.ROOT))
            .toList();
    String others =
        MailAddresses.of(url).orElseThrow().stream()
            .map(MailAddresses::domain)
            .filter(domain -> !domains.contains(domain))
            .distinct()
            .collect(Collectors.joining(", "));
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "'url' names " + others + ", which " + MailServerConfig.ALLOWED_DOMAINS + " lacks.");
  }

  /**
   * Returns the same for each try, so that readers can tell a repeated mail, and another one if
   * more messages have joined since: a mail program may drop a mail whose id it has seen. So the id
   * may not come again after a new installation either.
   */
  private static String id(Outgoing message) {
    String content = message.webhook() + ":" + message.ids() + message.bodies();
    return "orrery-" + UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends one mail to all addresses. Completes with the reply; fails if there is none. */
  CompletableFuture<OutboundResponse> send(Outgoing message, ChatMessage text) {
    Optional<String> refusal = refusal(message.url());
    if (refusal.isPresent()) {
      return CompletableFuture.failedFuture(
          new OutboundException(Kind.BAD_REQUEST, refusal.get(), refusal.get(), null));
    }
    String from = config.from().orElseThrow();
    MailMessage mail =
        new MailMessage()
            .setFrom(from)
            .setTo(MailAddresses.of(message.url()).orElseThrow())
            .setSubject(text.subject())
            .setText(ChatBody.text(text) + "\n")
            .addHeader("Auto-Submitted", "auto-generated")
            .addHeader("Message-ID", "<" + id(message) + "@" + MailAddresses.domain(from) + ">");
    return client
        .orElseThrow()
        .sendMail(mail)
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(NotificationLimits.MAIL_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .thenApply(sent -> reply(SENT, ""))
        .exceptionally(MailSender::replied);
  }

  private static OutboundResponse replied(Throwable thrown) {
    Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    if (failure instanceof SMTPException refused) {
      return reply(refused.getReplyCode(), refused.getReplyMessage());
    }
    throw new CompletionException(
        new OutboundException(
            Kind.CONNECTION,
            "no answer of the mail server: " + failure,
            "no answer of the mail server",
            failure));
  }

  private static OutboundResponse reply(int code, String text) {
    return new OutboundResponse(code, Optional.empty(), Optional.empty(), text, false);
  }
}
