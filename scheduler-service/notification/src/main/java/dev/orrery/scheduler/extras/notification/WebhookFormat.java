package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.scheduler.http.json.JsonFields;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The format of a webhook's messages. A message is rendered from the stored JSON when it is sent,
 * so a change of the format also applies to waiting messages.
 */
@RegisterForReflection
@Schema(description = "What the messages of a webhook look like.")
public enum WebhookFormat {
  /** The stored JSON, signed. */
  JSON(Key.NONE),
  SLACK(Key.NONE),
  TEAMS(Key.NONE),
  DISCORD(Key.NONE),
  DINGTALK(Key.OPTIONAL),
  FEISHU(Key.OPTIONAL),
  WECOM(Key.NONE),
  PAGERDUTY(Key.REQUIRED),
  /** Sent by the mail server of the settings. */
  MAIL(Key.NONE);

  private final Key key;

  WebhookFormat(Key key) {
    this.key = key;
  }

  /** Whether a webhook needs the receiver's key: a signing key, or PagerDuty's routing key. */
  enum Key {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  Key key() {
    return key;
  }

  /**
   * Returns true for messages that people read, mails among them, of which one may tell of several
   * jobs.
   */
  boolean isChat() {
    return this != JSON && this != PAGERDUTY;
  }

  /** Returns the time from the end of a delivery to the next. */
  Duration pause() {
    return isChat() ? NotificationLimits.CHAT_PAUSE : Duration.ZERO;
  }

  @JsonValue
  public String spelling() {
    return JsonFields.spelling(this);
  }
}
