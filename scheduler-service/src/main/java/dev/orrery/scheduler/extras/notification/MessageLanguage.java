package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.scheduler.http.json.JsonFields;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The languages of messages that people read, with the texts of the messages. */
@RegisterForReflection
@Schema(description = "The language of messages that people read.")
public enum MessageLanguage {
  EN,
  ZH;

  @JsonValue
  public String spelling() {
    return JsonFields.spelling(this);
  }

  /** Returns what happened to a job, such as "nightly failed (failures: 3)". */
  String headline(WebhookPayload message) {
    return switch (message.event()) {
      case FAILED -> message.since() == null ? failed(message) : stillFails(message);
      case RECOVERED ->
          message.of() == WebhookEvent.SLOW
              ? message.job() + (this == EN ? " runs as fast as it must again" : " 运行时间已恢复正常")
              : message.job() + (this == EN ? " succeeds again" : " 已恢复");
      case CLOSED -> closed(message);
      case MISSED ->
          message.job()
              + (this == EN
                  ? " missed fires: " + message.count()
                  : " 错过 " + message.count() + " 次触发");
      case LATE -> late(message);
      case OVERDUE ->
          message.job()
              + (this == EN
                  ? " has not succeeded since " + message.since()
                  : " 自 " + message.since() + " 起没有成功");
      case SLOW ->
          message.job()
              + (this == EN
                  ? " still runs, since " + message.at() + " (runs: " + message.count() + ")"
                  : " 自 " + message.at() + " 起仍在运行（" + message.count() + " 个实例）");
      case PAUSED ->
          message.job()
              + (this == EN
                  ? " is paused after failures: " + message.count()
                  : " 在 " + message.count() + " 次失败后已暂停");
      case TEST -> this == EN ? "This is a test message of Orrery" : "这是 Orrery 的测试消息";
    };
  }

  private String closed(WebhookPayload message) {
    String alarm =
        switch (message.of()) {
          case FAILED -> this == EN ? "failed" : "失败";
          case LATE -> this == EN ? "waits too long" : "等待过久";
          case OVERDUE -> this == EN ? "has not succeeded for too long" : "过久没有成功";
          default -> this == EN ? "runs too long" : "运行过久";
        };
    String reason =
        switch (message.reason()) {
          case DISABLED -> this == EN ? "the job was disabled" : "任务已停用";
          case DELETED -> this == EN ? "the job was deleted" : "任务已删除";
          case ALERT_REMOVED -> this == EN ? "this alert was taken out" : "该告警已移除";
          case NONE_WAITS -> this == EN ? "none of its runs does any more" : "已没有等待过久的运行";
        };
    return this == EN
        ? "The alarm \"" + message.job() + " " + alarm + "\" is closed: " + reason
        : "告警“" + message.job() + " " + alarm + "”已关闭：" + reason;
  }

  private String failed(WebhookPayload message) {
    boolean timedOut = "TIMED_OUT".equals(message.state());
    String failed = this == EN ? (timedOut ? " timed out" : " failed") : (timedOut ? " 超时" : " 失败");
    String count =
        this == EN ? " (failures: " + message.count() + ")" : "（" + message.count() + " 次失败）";
    return message.job() + failed + (message.count() > 1 ? count : "");
  }

  private String stillFails(WebhookPayload message) {
    return message.job()
        + (this == EN
            ? " still fails, since " + message.since()
            : " 仍然失败，自 " + message.since() + " 起");
  }

  private String late(WebhookPayload message) {
    String late =
        this == EN
            ? " waits since " + message.at() + " (runs: " + message.count() + ")"
            : " 自 " + message.at() + " 起等待（" + message.count() + " 个实例）";
    return message.job()
        + late
        + (message.waitingFor() == null ? "" : (this == EN ? ": " : "：") + reason(message));
  }

  private String reason(WebhookPayload message) {
    return switch (message.waitingFor()) {
      case NO_WORKER -> this == EN ? "no worker is connected" : "没有已连接的工作节点";
      case NO_MATCHING_WORKER ->
          this == EN ? "no worker has its processor and tags" : "没有具备所需处理器和标签的工作节点";
      case CAPACITY -> this == EN ? "all workers are full" : "所有工作节点已满";
      case CONCURRENCY -> this == EN ? "its concurrency limit is reached" : "已达到并发上限";
      case OVERLAP -> this == EN ? "earlier runs of it come first" : "排在之前的运行之后";
      case PARENT_LIMIT -> this == EN ? "too many flows run" : "运行中的流程过多";
      case PAUSED, APP_PAUSED -> this == EN ? "it is paused" : "已暂停";
      case DUE_TIME, BACKOFF, DISPATCH -> this == EN ? "it starts next" : "即将开始";
    };
  }

  /** Returns what happened to several jobs of an app. */
  String headlineOfAll(WebhookEvent event, int jobs) {
    String what =
        switch (event) {
          case FAILED -> this == EN ? "failed" : "失败";
          case RECOVERED -> this == EN ? "recovered" : "已恢复";
          case CLOSED -> this == EN ? "have alarms that are closed" : "的告警已关闭";
          case MISSED -> this == EN ? "missed fires" : "错过触发";
          case LATE -> this == EN ? "wait too long" : "等待过久";
          case OVERDUE -> this == EN ? "have not succeeded for too long" : "过久没有成功";
          case SLOW -> this == EN ? "run too long" : "运行过久";
          case PAUSED -> this == EN ? "are paused after failures" : "因失败已暂停";
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
