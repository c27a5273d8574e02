package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.DocumentChange;
import dev.orrery.scheduler.http.rest.PageRows;
import dev.orrery.scheduler.http.rest.Preconditions;
import dev.orrery.scheduler.model.app.App;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Reads and writes the webhooks of an app. Every method commits its changes before it returns. */
@ApplicationScoped
public class WebhookService {
  private static final String WHAT = "webhook";

  private final WebhookStore store;
  private final ObjectMapper json;
  private final InstantSource clock;
  private final MailSender mail;
  private final HealthEvaluation evaluation;

  WebhookService(
      WebhookStore store,
      ObjectMapper json,
      InstantSource clock,
      MailSender mail,
      HealthEvaluation evaluation) {
    this.evaluation = evaluation;
    this.mail = mail;
    this.store = store;
    this.json = json;
    this.clock = clock;
  }

  /**
   * The result of a PUT.
   *
   * @param isNew whether the webhook was created
   * @param secret present only if a webhook that is signed was created; it is never shown again
   */
  record Written(Webhook webhook, boolean isNew, Optional<WebhookSecret> secret) {}

  /**
   * Creates or changes a webhook; an identical document changes nothing.
   *
   * @throws ProblemException {@code INVALID}, {@code PRECONDITION_FAILED}; nothing is changed then
   */
  @Transactional
  Written put(int appId, WebhookReader.Written written, Preconditions preconditions) {
    App.locked(appId);
    WebhookDocument document = written.document();
    Optional<Webhook> before = store.find(appId, document.name());
    preconditions.require(before.map(Webhook::etag), WHAT);
    requireKey(written, before);
    mail.requireAllowed(document);
    if (before.isEmpty()) {
      if (store.count(appId) >= NotificationLimits.MAX_WEBHOOKS) {
        throw ProblemException.invalid(
            "name",
            "An app can have at most "
                + NotificationLimits.MAX_WEBHOOKS
                + " webhooks; delete one first.");
      }
      WebhookSecret secret = WebhookSecret.random();
      store.insert(appId, written, secret);
      return new Written(
          get(appId, document.name()), true, Optional.of(secret).filter(any -> isSigned(document)));
    }
    if (!before.get().document().equals(document) || written.key().isPresent()) {
      store.keepEvaluationOut();
      store.update(before.get().id(), written);
      if (!document.enabled()) {
        store.giveUp(before.get().id(), "the webhook was disabled");
      }
    }
    return new Written(get(appId, document.name()), false, Optional.empty());
  }

  private static boolean isSigned(WebhookDocument document) {
    return document.format() == WebhookFormat.JSON;
  }

  private static void requireKey(WebhookReader.Written written, Optional<Webhook> before) {
    WebhookFormat format = written.document().format();
    boolean kept =
        before
            .filter(webhook -> webhook.hasKey() && webhook.document().format() == format)
            .isPresent();
    if (format.key() == WebhookFormat.Key.REQUIRED && written.key().isEmpty() && !kept) {
      throw ProblemException.invalid(
          "secret", "'secret' must be the routing key of the service in PagerDuty.");
    }
  }

  /** Returns the change that {@link #put} would make. */
  @Transactional
  DocumentChange dryRun(int appId, WebhookReader.Written written, Preconditions preconditions) {
    WebhookDocument document = written.document();
    Optional<Webhook> before = store.find(appId, document.name());
    preconditions.require(before.map(Webhook::etag), WHAT);
    requireKey(written, before);
    mail.requireAllowed(document);
    return DocumentChange.between(
        before.map(webhook -> json.valueToTree(webhook.document())), json.valueToTree(document));
  }

  @Transactional
  Webhook get(int appId, String name) {
    return store
        .find(appId, name)
        .orElseThrow(
            () ->
                ProblemException.of(
                    ErrorCode.NOT_FOUND, "There is no webhook '" + name + "' in this app."));
  }

  /** Returns the webhooks with names after {@code afterName}, by name. */
  @Transactional
  List<Webhook> list(int appId, String afterName, int limit) {
    return store.page(appId, afterName, limit);
  }

  @Transactional
  void delete(int appId, String name, Preconditions preconditions) {
    App.locked(appId);
    Webhook webhook = get(appId, name);
    preconditions.require(Optional.of(webhook.etag()), WHAT);
    store.keepEvaluationOut();
    store.delete(webhook.id());
  }

  /** Deletes all webhooks of an app, as part of the caller's transaction. */
  @Transactional
  public void deleteAllOf(int appId) {
    store.keepEvaluationOut();
    store.deleteAllOf(appId, evaluation);
  }

  /** Rotates the secret; the previous one also signs for 24 hours. */
  @Transactional
  WebhookSecret rotate(int appId, String name) {
    App.locked(appId);
    Webhook webhook = get(appId, name);
    if (!isSigned(webhook.document())) {
      throw ProblemException.invalid(
          "format",
          "Only messages of the format json are signed; this webhook has the format "
              + webhook.document().format().spelling()
              + ".");
    }
    WebhookSecret secret = WebhookSecret.random();
    store.rotate(webhook.id(), secret, NotificationLimits.SECRET_OVERLAP);
    return secret;
  }

  /**
   * Queues a test message, even for a disabled webhook.
   *
   * @param app name of the app
   * @return the id of the delivery
   */
  @Transactional
  long test(int appId, String app, String name) {
    Webhook webhook = get(appId, name);
    String body = body(WebhookPayload.test(app, clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    return store.send(webhook.id(), WebhookEvent.TEST, body);
  }

  /** Returns the deliveries with ids below {@code before}, newest first. */
  @Transactional
  PageRows<DeliveryView> deliveries(int appId, String name, long before, int limit) {
    return store.deliveries(get(appId, name).id(), before, limit);
  }

  private String body(WebhookPayload message) {
    try {
      return json.writeValueAsString(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
