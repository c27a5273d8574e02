package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.scheduler.http.json.JsonFields;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The words of messages that people read. */
@RegisterForReflection
@Schema(description = "The language of messages that people read.")
public enum MessageLanguage {
  EN,
  ZH;

  @JsonValue
  public String spelling() {
    return JsonFields.spelling(this);
  }

  static MessageLanguage ofSpelling(String spelling) {
    for (MessageLanguage language : values()) {
      if (language.spelling().equals(spelling)) {
        return language;
      }
    }
    throw new IllegalArgumentException("No language is called " + spelling);
  }

  /** Returns what happened to a job, such as "nightly failed 3 times". */
  String headline(WebhookPayload message) {
    String job = message.job();
    int count = message.count();
    boolean timedOut = "TIMED_OUT".equals(message.state());
    return switch (message.event()) {
      case FAILED ->
          this == EN
              ? job
                  + (timedOut ? " timed out" : " failed")
                  + (count > 1 ? " (failures: " + count + ")" : "")
              : job + (timedOut ? " 超时" : " 失败") + (count > 1 ? "(" + count + " 次失败)" : "");
      case RECOVERED -> job + (this == EN ? " succeeds again" : " 已恢复");
      case MISSED -> this == EN ? job + " missed fires: " + count : job + " 错过 " + count + " 次触发";
      case LATE ->
          this == EN
              ? job + " waits since " + message.at() + " (runs: " + count + ")"
              : job + " 自 " + message.at() + " 起等待(" + count + " 个实例)";
      case TEST -> this == EN ? "This is a test message of Orrery" : "这是 Orrery 的测试消息";
    };
  }

  /** Returns what happened to several jobs of an app. */
  String headlineOfAll(WebhookEvent event, int jobs) {
    String what =
        switch (event) {
          case FAILED -> this == EN ? "failed" : "失败";
          case RECOVERED -> this == EN ? "succeed again" : "已恢复";
          case MISSED -> this == EN ? "missed fires" : "错过触发";
          case LATE -> this == EN ? "wait too long" : "等待过久";
          case TEST -> this == EN ? "are tested" : "测试";
        };
    return this == EN ? jobs + " jobs " + what : jobs + " 个任务" + what;
  }

  /** Returns the end of a list that was cut. */
  String more(int count) {
    return this == EN ? "and " + count + " more" : "以及另外 " + count + " 个";
  }

  /** Returns the label of the link to a run. */
  String run() {
    return this == EN ? "Run" : "运行";
  }
}
