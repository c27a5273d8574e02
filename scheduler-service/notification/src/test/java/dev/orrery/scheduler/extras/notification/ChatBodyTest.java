package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.engine.fire.AttemptTimeoutService;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Pair;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Told;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Waits;
import dev.orrery.scheduler.extras.notification.JobFactsStore.JobFacts;
import dev.orrery.scheduler.extras.notification.OutboxStore.Outgoing;
import dev.orrery.scheduler.extras.notification.WebhookPayload.Draft;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.instance.MissingView;
import dev.orrery.scheduler.model.instance.WaitingFor;
import dev.orrery.scheduler.model.job.document.JobDescription;
import dev.orrery.scheduler.model.job.document.JobLink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Checks the message bodies against the documentation of the receivers: Slack "Block Kit, rich
 * text", Teams "Adaptive Cards in workflows", Discord "Execute Webhook", DingTalk "custom robot,
 * text", Feishu "custom bot, post", WeCom "group robot, text".
 */
class ChatBodyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant AT = Instant.parse("2027-03-01T02:31:07Z");
  private static final String LINK = "https://orrery.example.org/console/apps/billing/runs/17";

  private static final Instant NOW = Instant.parse("2027-03-01T02:43:20Z");

  private static JobFacts facts(JobDescription description) {
    return new JobFacts(
        description,
        "Europe/Berlin",
        NOW,
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Duration.ofHours(26),
        Duration.ofSeconds(90),
        Duration.ofHours(1));
  }

  private static Draft draft(WebhookEvent event, String job) {
    return new Draft(event, "billing", job, AT)
        .instance(
            17L, InstanceState.FAILED, new RunLinks(Optional.of("https://orrery.example.org")));
  }

  private static WebhookPayload failed(String job, String error) {
    return draft(WebhookEvent.FAILED, job).count(3).error(error).about(facts(JobDescription.NONE));
  }

  private static JsonNode body(
      WebhookFormat format, MessageLanguage language, int all, WebhookPayload... messages)
      throws Exception {
    ObjectMapper mapper = new ObjectMapper().findAndRegisterModules();
    List<String> stored = new java.util.ArrayList<>();
    for (WebhookPayload message : messages) {
      stored.add(mapper.writeValueAsString(message));
    }
    Outgoing outgoing =
        new Outgoing(
            17,
            1,
            1,
            "billing",
            "ops",
            messages[0].event(),
            format,
            "https://hooks.example.org/x",
            language,
            Collections.nCopies(all, 17L),
            stored,
            0,
            null,
            null,
            null);
    AtomicReference<String> sent = new AtomicReference<>();
    Senders.Http http =
        request -> {
          sent.set(request.body().orElseThrow());
          return new CompletableFuture<>();
        };
    assertThat(format.send(outgoing, new Senders(http, null, "orrery/1", mapper, () -> NOW)))
        .isNotDone();
    return JSON.readTree(sent.get());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SLACK | {\"text\":\"[billing] 3 runs of nightly failed within 10 minutes, the last one at 03:31:07 Europe/Berlin\",\"blocks\":[{\"type\":\"rich_text\",\"elements\":[{\"type\":\"rich_text_section\",\"elements\":[{\"type\":\"text\",\"text\":\"[billing] 3 runs of nightly failed within 10 minutes, the last one at 03:31:07 Europe/Berlin\",\"style\":{\"bold\":true}}]},{\"type\":\"rich_text_preformatted\",\"elements\":[{\"type\":\"text\",\"text\":\"exit code 1\"}]},{\"type\":\"rich_text_section\",\"elements\":[{\"type\":\"link\",\"url\":\"LINK\",\"text\":\"Open the run\"}]}]}]}",
        "TEAMS | {\"type\":\"message\",\"attachments\":[{\"contentType\":\"application/vnd.microsoft.card.adaptive\",\"content\":{\"$schema\":\"http://adaptivecards.io/schemas/adaptive-card.json\",\"type\":\"AdaptiveCard\",\"version\":\"1.4\",\"body\":[{\"type\":\"RichTextBlock\",\"inlines\":[{\"type\":\"TextRun\",\"text\":\"[billing] 3 runs of nightly failed within 10 minutes, the last one at 03:31:07 Europe/Berlin\",\"weight\":\"Bolder\"}]},{\"type\":\"RichTextBlock\",\"inlines\":[{\"type\":\"TextRun\",\"text\":\"exit code 1\",\"fontType\":\"Monospace\"}]},{\"type\":\"RichTextBlock\",\"inlines\":[{\"type\":\"TextRun\",\"text\":\"Open the run\",\"selectAction\":{\"type\":\"Action.OpenUrl\",\"url\":\"LINK\"}}]}]}}]}",
        "DISCORD | {\"allowed_mentions\":{\"parse\":[]},\"embeds\":[{\"title\":\"\\\\[billing\\\\] 3 runs of nightly failed within 10 minutes, the last one at 03:31:07 Europe/Berlin\",\"description\":\"exit code 1\\n[Open the run](LINK)\"}]}",
        "DINGTALK | {\"msgtype\":\"text\",\"text\":{\"content\":\"[billing] 3 runs of nightly failed within 10 minutes, the last one at 03:31:07 Europe/Berlin\\nexit code 1\\nOpen the run: LINK\"}}",
        "WECOM | {\"msgtype\":\"text\",\"text\":{\"content\":\"[billing] 3 runs of nightly failed within 10 minutes, the last one at 03:31:07 Europe/Berlin\\nexit code 1\\nOpen the run: LINK\"}}",
        "FEISHU | {\"msg_type\":\"post\",\"content\":{\"post\":{\"en_us\":{\"title\":\"[billing] 3 runs of nightly failed within 10 minutes, the last one at 03:31:07 Europe/Berlin\",\"content\":[[{\"tag\":\"text\",\"text\":\"exit code 1\"}],[{\"tag\":\"a\",\"text\":\"Open the run\",\"href\":\"LINK\"}]]}}}}",
      })
  void writesFailureInReceiverFormat(WebhookFormat format, String expected) throws Exception {
    assertThat(body(format, MessageLanguage.EN, 1, failed("nightly", "exit code 1")))
        .isEqualTo(JSON.readTree(expected.replace("LINK", LINK)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "EN | FAILED | 1 | | nightly failed at 03:31:07 Europe/Berlin",
        "ZH | FAILED | 1 | | nightly 于 03:31:07 Europe/Berlin 运行失败",
        "ZH | FAILED | 3 | | nightly 在 10 分钟内有 3 次运行失败，最近一次在 03:31:07 Europe/Berlin",
        "EN | LATE | 1 | NO_WORKER | nightly has been waiting for 12 minutes (since 03:31:07 Europe/Berlin): no worker for this app is connected",
        "EN | LATE | 1 | NO_MATCHING_WORKER | nightly has been waiting for 12 minutes (since 03:31:07 Europe/Berlin): no connected worker has the required processor (job code) and tags",
        "EN | LATE | 3 | | 3 runs of nightly are waiting, the oldest for 12 minutes (since 03:31:07 Europe/Berlin)",
        "ZH | LATE | 1 | OVERLAP | nightly 已等待 12 分钟（自 03:31:07 Europe/Berlin 起）：同一任务的上一次运行尚未结束",
        "ZH | LATE | 3 | CAPACITY | nightly 有 3 次运行正在等待，其中最久的已等待 12 分钟（自 03:31:07 Europe/Berlin 起）：所有匹配的工作节点均已满",
        "EN | MISSED | 1 | | nightly missed its scheduled run at 03:31:07 Europe/Berlin",
        "EN | MISSED | 3 | | nightly missed 3 scheduled runs, the last one at 03:31:07 Europe/Berlin",
        "ZH | MISSED | 1 | | nightly 错过了 1 次触发（原定于 03:31:07 Europe/Berlin）",
        "ZH | MISSED | 3 | | nightly 错过了 3 次触发（最近一次原定于 03:31:07 Europe/Berlin）",
        "EN | SLOW | 1 | | nightly has been running for 12 minutes (since 03:31:07 Europe/Berlin)",
        "EN | SLOW | 2 | | 2 runs of nightly are running too long; the oldest has been running for 12 minutes (since 03:31:07 Europe/Berlin)",
        "ZH | SLOW | 1 | | nightly 已运行 12 分钟（自 03:31:07 Europe/Berlin 起）",
        "ZH | SLOW | 2 | | nightly 有 2 次运行时间过长，其中最久的已运行 12 分钟（自 03:31:07 Europe/Berlin 起）",
        "EN | PAUSED | 1 | | nightly was paused after a failure",
        "EN | PAUSED | 3 | | nightly was paused after 3 failures in a row",
        "ZH | PAUSED | 1 | | nightly 失败 1 次，已自动暂停",
        "ZH | PAUSED | 3 | | nightly 连续失败 3 次，已自动暂停",
        "EN | TEST | 1 | | This is a test message from Orrery",
      })
  void writesHeadlineOfEachEvent(
      MessageLanguage language, WebhookEvent event, int count, WaitingFor reason, String expected) {
    WebhookPayload message =
        draft(event, "nightly")
            .count(count)
            .waits(new Waits(reason, null))
            .about(facts(JobDescription.NONE));

    assertThat(language.headline(message, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EN | FAILED | nightly has been failing for 2 days 3 hours (since 2027-02-27 00:00:00 Europe/Berlin)",
        "ZH | FAILED | nightly 已持续失败 2 天 3 小时（自 2027-02-27 00:00:00 Europe/Berlin 起）",
        "EN | OVERDUE | nightly has not succeeded for 2 days 3 hours (since 2027-02-27 00:00:00 Europe/Berlin)",
        "ZH | OVERDUE | nightly 已有 2 天 3 小时没有运行成功（自 2027-02-27 00:00:00 Europe/Berlin 起）",
      })
  void writesSinceWhen(MessageLanguage language, WebhookEvent event, String expected) {
    WebhookPayload message =
        draft(event, "nightly")
            .since(Instant.parse("2027-02-26T23:00:00Z"))
            .about(facts(JobDescription.NONE));

    assertThat(language.headline(message, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FAILED | | EN | nightly succeeded again at 03:31:07 Europe/Berlin, after failing for 1 hour 1 minute",
        "FAILED | | ZH | nightly 于 03:31:07 Europe/Berlin 运行成功，已恢复正常，此前持续失败 1 小时 1 分钟",
        "OVERDUE | | EN | nightly succeeded at 03:31:07 Europe/Berlin and is no longer overdue",
        "OVERDUE | | ZH | nightly 于 03:31:07 Europe/Berlin 运行成功，已恢复正常，此前长时间没有运行成功",
        "SLOW | | EN | nightly succeeded at 03:31:07 Europe/Berlin and is no longer running too long",
        "SLOW | | ZH | nightly 于 03:31:07 Europe/Berlin 运行成功，已恢复正常，运行时间不再过长",
      })
  void writesWhatHasRecovered(
      WebhookEvent alarm, String nothing, MessageLanguage language, String expected) {
    WebhookPayload message =
        draft(WebhookEvent.RECOVERED, "nightly")
            .since(AT.minusSeconds(3672))
            .ends(alarm)
            .about(facts(JobDescription.NONE));

    assertThat(language.headline(message, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EN | LATE | NO_WORKER | Runs of this job should wait for at most 5 minutes. Start a worker for the app billing.",
        "ZH | LATE | NO_WORKER | 该任务每次运行的等待时间不应超过 5 分钟。请启动应用 billing 的工作节点。",
        "EN | OVERDUE | | It should never go longer than 1 day 2 hours without a success.",
        "EN | SLOW | | A run should take at most 1 minute 30 seconds.",
        "EN | PAUSED | | Correct the cause, then resume the job: orrery resume nightly -a billing",
        "EN | MISSED | | No scheduler was running at that time, and the job's settings say not to start that run later. Run the job by hand if it is still needed.",
        "EN | FAILED | | ",
      })
  void saysWhichLimitAndWhatToDo(
      MessageLanguage language, WebhookEvent event, WaitingFor reason, String expected) {
    Draft draft = draft(event, "nightly").waits(new Waits(reason, null));

    assertThat(language.advice(draft.about(facts(JobDescription.NONE))))
        .isEqualTo(Optional.ofNullable(expected));
    assertThat(language.headline(draft.since(AT).about(JobFacts.NONE), NOW))
        .as("a job without alerts and zone")
        .contains("nightly");
    assertThat(language.advice(draft.about(JobFacts.NONE)).orElse(""))
        .doesNotContain("at most", "longer than", "不应");
  }

  @ParameterizedTest
  @EnumSource(WaitingFor.class)
  void saysWhyRunWaits(WaitingFor reason) {
    for (MessageLanguage language : MessageLanguage.values()) {
      WebhookPayload late =
          draft(WebhookEvent.LATE, "nightly").waits(new Waits(reason, null)).about(JobFacts.NONE);

      assertThat(language.headline(late, NOW)).doesNotContain(reason.name());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FAILED, WORKER_LOST, ended by the scheduler: its worker was lost (crashed or disconnected) too many times",
    "FAILED, exit code 1, exit code 1",
    "FAILED, CANCELED, CANCELED",
    "MISSED, MISSED,"
  })
  void saysWhyRunEnded(WebhookEvent event, String error, String expected) throws Exception {
    WebhookPayload message = draft(event, "nightly").error(error).about(JobFacts.NONE);

    assertThat(MessageLanguage.EN.error(message)).isEqualTo(Optional.ofNullable(expected));
    assertThat(
            PagerDutyBody.of(message, 7, "key", MessageLanguage.EN, NOW)
                .at("/payload/summary")
                .asText())
        .endsWith(expected == null ? "02:31:07 UTC" : expected);
  }

  /** Errors of jobs stay as they are; only the scheduler and workers time a run out. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FAILED | TIMED_OUT | 1 | timed out | the run took longer than its time limit of 1 hour | 运行时间超过了 1 小时的时限",
        "FAILED | TIMED_OUT | 3 | timed out | the last run took longer than its time limit | 最近一次运行的时间超过了时限",
        "PAUSED | TIMED_OUT | 3 | timed out | the last run took longer than its time limit of 1 hour | 最近一次运行的时间超过了 1 小时的时限",
        "FAILED | FAILED | 1 | timed out | timed out | timed out",
        "FAILED | TIMED_OUT | 1 | after | after | after",
        "FAILED | TIMED_OUT | 3 | SCHEDULER | the last run took longer than its time limit, and its worker did not stop it. The scheduler counts it as ended, but it may still be running on that worker: check there before you run it again | 最近一次运行的时间超过了时限，且工作节点未停止该运行。调度器已将其记为结束，但它可能仍在该工作节点上运行，重新运行前请先检查",
      })
  void saysWhichTimeLimitPassed(
      WebhookEvent event,
      InstanceState state,
      int count,
      String error,
      String english,
      String chinese) {
    WebhookPayload message =
        new Draft(event, "billing", "nightly", AT)
            .count(count)
            .instance(17L, state, new RunLinks(Optional.empty()))
            .error(error.replace("SCHEDULER", AttemptTimeoutService.ERROR))
            .about(facts(JobDescription.NONE));

    assertThat(MessageLanguage.EN.error(message)).contains(english);
    assertThat(MessageLanguage.ZH.error(message)).contains(chinese);
  }

  @Test
  void countsRunsOfWhichLastTimedOut() {
    WebhookPayload message =
        new Draft(WebhookEvent.FAILED, "billing", "nightly", AT)
            .count(3)
            .instance(17L, InstanceState.TIMED_OUT, new RunLinks(Optional.empty()))
            .about(facts(JobDescription.NONE));

    assertThat(MessageLanguage.EN.headline(message, NOW))
        .startsWith("3 runs of nightly failed within ")
        .contains("; the last one timed out at ");
    assertThat(MessageLanguage.ZH.headline(message, NOW)).contains("内有 3 次运行失败，最近一次于 ");
  }

  @Test
  void namesWhatNoWorkerHas() {
    Draft late = draft(WebhookEvent.LATE, "nightly");

    assertThat(
            MessageLanguage.EN.headline(
                late.waits(
                        new Waits(
                            WaitingFor.NO_MATCHING_WORKER, new MissingView("python", List.of())))
                    .about(facts(JobDescription.NONE)),
                NOW))
        .endsWith(": no connected worker has the processor (job code) python");
    assertThat(
            MessageLanguage.ZH.headline(
                late.waits(
                        new Waits(
                            WaitingFor.NO_MATCHING_WORKER,
                            new MissingView(null, List.of("gpu", "eu"))))
                    .about(facts(JobDescription.NONE)),
                NOW))
        .endsWith("：已连接的工作节点中，没有一个同时具备所需的标签 gpu、eu");
  }

  /** So that mails about one alarm are one conversation. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EN | LATE | [billing] nightly is waiting too long",
        "ZH | SLOW | [billing] nightly 运行时间过长",
        "EN | FAILED | [billing] nightly failed",
        "EN | CLOSED | [billing] nightly has an alarm that was closed",
      })
  void namesAlarmWithoutTimesInSubject(
      MessageLanguage language, WebhookEvent event, String expected) {
    WebhookPayload message =
        draft(event, "nightly")
            .ends(WebhookEvent.LATE)
            .because(AlarmEnd.DELETED)
            .about(facts(JobDescription.NONE));

    assertThat(ChatMessage.of(List.of(message), 1, language, NOW).subject()).isEqualTo(expected);
  }

  @Test
  void namesTargetOfEachLink() {
    RunLinks links = new RunLinks(Optional.of("https://o"));
    WebhookPayload run = draft(WebhookEvent.FAILED, "nightly").about(JobFacts.NONE);
    WebhookPayload job =
        new Draft(WebhookEvent.OVERDUE, "billing", "import", AT)
            .since(AT)
            .instance(null, null, links)
            .about(JobFacts.NONE);

    assertThat(MessageLanguage.EN.linkLabel(run, false)).isEqualTo("Open the run");
    assertThat(MessageLanguage.ZH.linkLabel(run, false)).isEqualTo("查看运行记录");
    assertThat(MessageLanguage.EN.linkLabel(job, false)).isEqualTo("Open the job");
    assertThat(
            ChatMessage.of(List.of(run, job), 2, MessageLanguage.EN, NOW).items().stream()
                .map(item -> item.links().get(0).title()))
        .containsExactly("Open the run of nightly", "Open import");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "EN | FAILED | DISABLED | The alarm \"nightly failed\" was closed: the job was disabled",
        "ZH | OVERDUE | DELETED | 告警“nightly 长时间没有运行成功”已关闭：任务已删除",
        "EN | SLOW | ALERT_REMOVED | The alarm \"nightly is running too long\" was closed: its alert rule was removed from the job",
        "ZH | LATE | NONE_WAITS | 告警“nightly 等待时间过长”已关闭：已没有等待时间过长的运行",
      })
  void tellsWhyAlarmIsClosed(
      MessageLanguage language, WebhookEvent alarm, AlarmEnd reason, String expected) {
    WebhookPayload closed =
        WebhookPayload.closed(
                new Told(new Pair(1, 2), "billing", "nightly", alarm, AT),
                reason,
                new RunLinks(Optional.empty()))
            .about(JobFacts.NONE);

    assertThat(language.headline(closed, NOW)).isEqualTo(expected);
    JsonNode event = JSON.valueToTree(PagerDutyBody.of(closed, 7, "key", language, NOW));
    assertThat(event.path("event_action").asText()).isEqualTo("resolve");
    assertThat(event.path("dedup_key").asText())
        .isEqualTo("orrery/7/billing/nightly/" + alarm.spelling());
  }

  @Test
  void writesMessageInChinese() throws Exception {
    JsonNode body = body(WebhookFormat.WECOM, MessageLanguage.ZH, 1, failed("nightly", "退出码 1"));

    assertThat(body.at("/text/content").asText())
        .isEqualTo(
            "[billing] nightly 在 10 分钟内有 3 次运行失败，最近一次在 03:31:07 Europe/Berlin\n退出码 1\n查看运行记录: "
                + LINK);
  }

  /** Nothing of an error is a mention, a link or markup, and its own lines stay one line. */
  @ParameterizedTest
  @EnumSource(names = {"SLACK", "TEAMS", "DISCORD", "DINGTALK", "FEISHU", "WECOM"})
  void escapesMarkupInJobTexts(WebhookFormat format) throws Exception {
    String hostile =
        "<!channel> @everyone @all <at user_id=\"all\">x</at> **b** _i_ `c` ~s~ [x](https://evil)"
            + " \"}],\"x\":[{\" \\ </font> # h \u202e\n- list\u0007";
    JsonNode body = body(format, MessageLanguage.EN, 1, failed("nightly", hostile));

    List<String> keys = new java.util.ArrayList<>();
    body.findParents("x").forEach(node -> keys.add(node.toString()));
    assertThat(keys).as("the body keeps its shape").isEmpty();
    String all = String.join("\n", texts(body));
    assertThat(all).doesNotContain("\u202e", "\u0007", "\n- list");
    switch (format) {
      case SLACK -> assertThat(elements(body, "rich_text_preformatted")).containsExactly("text");
      case TEAMS ->
          assertThat(body.findValuesAsText("type"))
              .doesNotContain("TextBlock")
              .contains("RichTextBlock");
      case DISCORD -> {
        assertThat(body.at("/allowed_mentions/parse")).isEmpty();
        assertThat(all)
            .contains("\\@everyone", "\\*\\*b\\*\\*", "\\[x\\]\\(https:\u200b//evil\\)")
            .doesNotContain("https://evil");
      }
      case FEISHU -> assertThat(body.findValuesAsText("tag")).containsOnly("text", "a");
      default -> assertThat(all).doesNotContain("https://evil").contains("@all");
    }
  }

  private static WebhookPayload described(String text, JobLink... links) {
    return draft(WebhookEvent.FAILED, "nightly")
        .count(3)
        .error("exit code 1")
        .about(facts(new JobDescription(text, Map.of("team", "billing"), List.of(links))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SLACK | {\"elements\":[{\"type\":\"link\",\"url\":\"https://wiki/a(b)\",\"text\":\"Run [x]\"}],\"type\":\"rich_text_section\"}",
        "TEAMS | {\"type\":\"RichTextBlock\",\"inlines\":[{\"type\":\"TextRun\",\"text\":\"Run [x]\",\"selectAction\":{\"type\":\"Action.OpenUrl\",\"url\":\"https://wiki/a(b)\"}}]}",
        "DISCORD | \"exit code 1\\nAbout this job: Closes \\\\*all\\\\*\\n[Open the run](LINK)\\n[Run \\\\[x\\\\]](https://wiki/a%28b%29)\"",
        "DINGTALK | \"[billing] 3 runs of nightly failed within 10 minutes, the last one at 03:31:07 Europe/Berlin\\nexit code 1\\nAbout this job: Closes *all*\\nOpen the run: LINK\\nRun [x]: https://wiki/a(b)\"",
        "FEISHU | [{\"tag\":\"a\",\"text\":\"Run [x]\",\"href\":\"https://wiki/a(b)\"}]",
      })
  void showsDescriptionAndLinks(WebhookFormat format, String part) throws Exception {
    JsonNode body =
        body(
            format,
            MessageLanguage.EN,
            1,
            described("Closes\n*all*", new JobLink("Run [x]", "https://wiki/a(b)")));

    assertThat(nodes(body)).contains(JSON.readTree(part.replace("LINK", LINK)));
    assertThat(String.join("\n", texts(body)).replace("\\", ""))
        .contains("About this job: Closes *all*");
    assertThat(texts(body(format, MessageLanguage.ZH, 1, described("Closes"))))
        .anyMatch(text -> text.contains("任务说明：Closes"));
  }

  private static List<JsonNode> nodes(JsonNode node) {
    return Stream.concat(
            Stream.of(node), iterable(node).stream().flatMap(one -> nodes(one).stream()))
        .toList();
  }

  @Test
  void includesLinksAndDescriptionForPagerDuty() {
    JsonNode event =
        PagerDutyBody.of(
            described("Closes", new JobLink("Runbook", "https://wiki")),
            7,
            "key",
            MessageLanguage.EN,
            NOW);

    assertThat(event.at("/links").toString())
        .isEqualTo("[{\"href\":\"https://wiki\",\"text\":\"Runbook\"}]");
    assertThat(event.at("/payload/custom_details/description").asText()).isEqualTo("Closes");
    assertThat(event.at("/payload/custom_details/labels/team").asText()).isEqualTo("billing");
  }

  /** A link is whole or absent; the list of the job has the others. */
  @ParameterizedTest
  @EnumSource(names = {"DINGTALK", "WECOM", "DISCORD"})
  void limitsDescribedMessageToWeComMaximum(WebhookFormat format) throws Exception {
    JobLink longLink = new JobLink("t".repeat(100), "https://wiki/" + "x".repeat(1900));
    JobLink shortLink = new JobLink("Runbook", "https://wiki/short");
    String text =
        String.join(
            "\n",
            texts(
                body(
                    format,
                    MessageLanguage.ZH,
                    1,
                    draft(WebhookEvent.FAILED, "j".repeat(100))
                        .error("错".repeat(1000))
                        .about(
                            facts(
                                new JobDescription(
                                    "説".repeat(1000), Map.of(), List.of(shortLink, longLink)))))));

    assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(2048);
    assertThat(text).contains("https://wiki/short").doesNotContain("https://wiki/x");
  }

  /** Escapes and blanks without width count, as they are sent. */
  @Test
  void limitsMessageByWhatIsSent() throws Exception {
    WebhookPayload message =
        draft(WebhookEvent.FAILED, "a_".repeat(50))
            .error("h://x ".repeat(200))
            .about(facts(new JobDescription("d://y ".repeat(100), Map.of(), List.of())));
    String wecom =
        body(WebhookFormat.WECOM, MessageLanguage.EN, 1, message).at("/text/content").asText();
    String discord =
        body(WebhookFormat.DISCORD, MessageLanguage.EN, 1, failed("-_".repeat(80), "no"))
            .at("/embeds/0/title")
            .asText();

    assertThat(wecom.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1000, 2048);
    assertThat(discord).hasSizeBetween(200, 256).startsWith("\\[billing\\] 3 runs of \\-\\_");
  }

  @Test
  void readsStoredMessageUnchanged() throws Exception {
    ObjectMapper mapper = new ObjectMapper().findAndRegisterModules();
    WebhookPayload message = described("Closes", new JobLink("Runbook", "https://wiki"));

    String stored = mapper.writeValueAsString(message);

    assertThat(mapper.readValue(stored, WebhookPayload.class)).isEqualTo(message);
    assertThat(mapper.readTree(stored).path("description").asText()).isEqualTo("Closes");
    assertThat(mapper.writeValueAsString(failed("nightly", "x"))).doesNotContain("labels", "links");
  }

  /** A thousand messages of a webhook wait at most. */
  @Test
  void countsOmittedLinks() throws Exception {
    JobLink longLink = new JobLink("t", "https://wiki/" + "x".repeat(1900));

    WebhookPayload message = described("Closes", longLink, longLink, longLink);

    assertThat(message.links()).containsExactly(longLink, longLink);
    assertThat(message.moreLinks()).isOne();
    assertThat(described("Closes", longLink).moreLinks()).isNull();
  }

  @Test
  void omitsDescriptionsForSeveralJobs() throws Exception {
    WebhookPayload one = described("Closes", new JobLink("Runbook", "https://wiki"));

    assertThat(body(WebhookFormat.WECOM, MessageLanguage.EN, 2, one, one).toString())
        .doesNotContain("Closes", "https://wiki");
  }

  private static List<String> elements(JsonNode body, String type) {
    return Stream.of(body.at("/blocks/0/elements"))
        .flatMap(parts -> IntStream.range(0, parts.size()).mapToObj(parts::get))
        .filter(part -> part.path("type").asText().equals(type))
        .flatMap(part -> part.path("elements").findValuesAsText("type").stream())
        .toList();
  }

  private static List<String> texts(JsonNode node) {
    return node.isValueNode()
        ? List.of(node.asText())
        : IntStream.range(0, node.size())
            .boxed()
            .flatMap(i -> texts(List.copyOf(iterable(node)).get(i)).stream())
            .toList();
  }

  private static List<JsonNode> iterable(JsonNode node) {
    List<JsonNode> children = new java.util.ArrayList<>();
    node.forEach(children::add);
    return children;
  }

  @Test
  void namesFirstJobsAndCountsRemainder() {
    List<WebhookPayload> first = Collections.nCopies(20, failed("nightly", "exit code 1"));

    ChatMessage message = ChatMessage.of(first, 500, MessageLanguage.EN, NOW);

    assertThat(message.title()).isEqualTo("[billing] 500 jobs failed");
    assertThat(message.items()).hasSizeBetween(10, 20);
    assertThat(message.end()).contains("and " + (500 - message.items().size()) + " more");
  }

  @ParameterizedTest
  @EnumSource(names = {"DINGTALK", "WECOM"})
  void limitsMessageToWeComMaximum(WebhookFormat format) throws Exception {
    String longError = "错".repeat(1000);

    for (int count : List.of(1, 2, 20)) {
      WebhookPayload[] many =
          Collections.nCopies(count, failed("j".repeat(100), longError))
              .toArray(WebhookPayload[]::new);
      String text = body(format, MessageLanguage.ZH, count, many).at("/text/content").asText();

      assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(2048);
      assertThat(text).contains("truncated");
    }
  }
}
