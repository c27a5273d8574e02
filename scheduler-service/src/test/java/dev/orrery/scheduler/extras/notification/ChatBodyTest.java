package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Pair;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Told;
import dev.orrery.scheduler.extras.notification.WatchStore.Looked;
import dev.orrery.scheduler.extras.notification.WatchStore.Subscriber;
import dev.orrery.scheduler.model.instance.WaitingFor;
import dev.orrery.scheduler.model.job.document.JobDescription;
import dev.orrery.scheduler.model.job.document.JobLink;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private static WebhookPayload failed(String job, String error) {
    return new WebhookPayload(
        WebhookEvent.FAILED,
        "billing",
        job,
        "17",
        "FAILED",
        error,
        AT,
        3,
        null,
        null,
        null,
        null,
        LINK,
        null,
        null,
        null,
        null);
  }

  private static JsonNode body(
      WebhookFormat format, MessageLanguage language, int all, WebhookPayload... messages)
      throws Exception {
    return JSON.readTree(
        ChatBody.of(format, ChatMessage.of(List.of(messages), all, language)).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SLACK | {\"text\":\"[billing] nightly failed (failures: 3)\",\"blocks\":[{\"type\":\"rich_text\",\"elements\":[{\"type\":\"rich_text_section\",\"elements\":[{\"type\":\"text\",\"text\":\"[billing] nightly failed (failures: 3)\",\"style\":{\"bold\":true}}]},{\"type\":\"rich_text_preformatted\",\"elements\":[{\"type\":\"text\",\"text\":\"exit code 1\"}]},{\"type\":\"rich_text_section\",\"elements\":[{\"type\":\"link\",\"url\":\"LINK\",\"text\":\"Run\"}]}]}]}",
        "TEAMS | {\"type\":\"message\",\"attachments\":[{\"contentType\":\"application/vnd.microsoft.card.adaptive\",\"content\":{\"$schema\":\"http://adaptivecards.io/schemas/adaptive-card.json\",\"type\":\"AdaptiveCard\",\"version\":\"1.4\",\"body\":[{\"type\":\"RichTextBlock\",\"inlines\":[{\"type\":\"TextRun\",\"text\":\"[billing] nightly failed (failures: 3)\",\"weight\":\"Bolder\"}]},{\"type\":\"RichTextBlock\",\"inlines\":[{\"type\":\"TextRun\",\"text\":\"exit code 1\",\"fontType\":\"Monospace\"}]},{\"type\":\"RichTextBlock\",\"inlines\":[{\"type\":\"TextRun\",\"text\":\"Run\",\"selectAction\":{\"type\":\"Action.OpenUrl\",\"url\":\"LINK\"}}]}]}}]}",
        "DISCORD | {\"allowed_mentions\":{\"parse\":[]},\"embeds\":[{\"title\":\"\\\\[billing\\\\] nightly failed \\\\(failures: 3\\\\)\",\"description\":\"exit code 1\\n[Run](LINK)\"}]}",
        "DINGTALK | {\"msgtype\":\"text\",\"text\":{\"content\":\"[billing] nightly failed (failures: 3)\\nexit code 1\\nLINK\"}}",
        "WECOM | {\"msgtype\":\"text\",\"text\":{\"content\":\"[billing] nightly failed (failures: 3)\\nexit code 1\\nLINK\"}}",
        "FEISHU | {\"msg_type\":\"post\",\"content\":{\"post\":{\"en_us\":{\"title\":\"[billing] nightly failed (failures: 3)\",\"content\":[[{\"tag\":\"text\",\"text\":\"exit code 1\"}],[{\"tag\":\"a\",\"text\":\"Run\",\"href\":\"LINK\"}]]}}}}",
      })
  void writesFailureInReceiverFormat(WebhookFormat format, String expected) throws Exception {
    assertThat(body(format, MessageLanguage.EN, 1, failed("nightly", "exit code 1")))
        .isEqualTo(JSON.readTree(expected.replace("LINK", LINK)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EN | LATE | NO_WORKER | nightly waits since 2027-03-01T02:31:07Z (runs: 3): no worker is connected",
        "ZH | LATE | CAPACITY | nightly 自 2027-03-01T02:31:07Z 起等待（3 个实例）：所有工作节点已满",
        "EN | LATE | | nightly waits since 2027-03-01T02:31:07Z (runs: 3)",
        "EN | MISSED | | nightly missed fires: 3",
        "ZH | RECOVERED | | nightly 已恢复",
        "EN | OVERDUE | | nightly has not succeeded since 2027-03-01T02:31:07Z",
        "ZH | OVERDUE | | nightly 自 2027-03-01T02:31:07Z 起没有成功",
        "EN | SLOW | | nightly still runs, since 2027-03-01T02:31:07Z (runs: 3)",
        "ZH | SLOW | | nightly 自 2027-03-01T02:31:07Z 起仍在运行（3 个实例）",
        "EN | PAUSED | | nightly is paused after failures: 3",
        "ZH | PAUSED | | nightly 在 3 次失败后已暂停",
      })
  void writesHeadlineOfEachEvent(
      MessageLanguage language, WebhookEvent event, WaitingFor reason, String expected) {
    assertThat(
            language.headline(
                new WebhookPayload(
                    event, "billing", "nightly", "17", null, null, AT, 3, reason, AT, null, null,
                    null, null, null, null, null)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EN | FAILED | DISABLED | The alarm \"nightly failed\" is closed: the job was disabled",
        "ZH | OVERDUE | DELETED | 告警“nightly 过久没有成功”已关闭：任务已删除",
        "EN | SLOW | ALERT_REMOVED | The alarm \"nightly runs too long\" is closed: this alert was taken out",
        "ZH | LATE | NONE_WAITS | 告警“nightly 等待过久”已关闭：已没有等待过久的运行",
      })
  void tellsWhyAlarmIsClosed(
      MessageLanguage language, WebhookEvent alarm, AlarmEnd reason, String expected) {
    WebhookPayload closed =
        WebhookPayload.closed(
            new Told(new Pair(1, 2), "billing", "nightly", alarm, AT),
            reason,
            new RunLinks(Optional.empty()));

    assertThat(language.headline(closed)).isEqualTo(expected);
    JsonNode event = JSON.valueToTree(PagerDutyBody.of(closed, 7, "key", language));
    assertThat(event.path("event_action").asText()).isEqualTo("resolve");
    assertThat(event.path("dedup_key").asText())
        .isEqualTo("orrery/7/billing/nightly/" + alarm.spelling());
  }

  @Test
  void distinguishesRecoveryOfSlowJob() {
    Looked success = new Looked(2, 17L, AT, null, AT);
    WebhookPayload recovered =
        WebhookPayload.recovered(
            WebhookEvent.SLOW,
            new Subscriber(new Pair(1, 2), "billing", "nightly", true),
            success,
            new RunLinks(Optional.empty()));

    assertThat(MessageLanguage.EN.headline(recovered))
        .isEqualTo("nightly runs as fast as it must again");
    assertThat(MessageLanguage.ZH.headline(recovered)).isEqualTo("nightly 运行时间已恢复正常");
  }

  @Test
  void distinguishesReminderFromFirstMessage() {
    WebhookPayload reminder =
        new WebhookPayload(
            WebhookEvent.FAILED,
            "billing",
            "nightly",
            "17",
            "FAILED",
            "x",
            AT,
            1,
            null,
            AT,
            null,
            null,
            null,
            null,
            null,
            null,
            null);

    assertThat(MessageLanguage.EN.headline(reminder))
        .isEqualTo("nightly still fails, since 2027-03-01T02:31:07Z");
    assertThat(MessageLanguage.ZH.headline(reminder))
        .isEqualTo("nightly 仍然失败，自 2027-03-01T02:31:07Z 起");
  }

  @Test
  void writesMessageInChinese() throws Exception {
    JsonNode body = body(WebhookFormat.WECOM, MessageLanguage.ZH, 1, failed("nightly", "退出码 1"));

    assertThat(body.at("/text/content").asText())
        .isEqualTo("[billing] nightly 失败（3 次失败）\n退出码 1\n" + LINK);
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
    return failed("nightly", "exit code 1")
        .withDescription(new JobDescription(text, Map.of("team", "billing"), List.of(links)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SLACK | {\"elements\":[{\"type\":\"link\",\"url\":\"https://wiki/a(b)\",\"text\":\"Run [x]\"}],\"type\":\"rich_text_section\"}",
        "TEAMS | {\"type\":\"RichTextBlock\",\"inlines\":[{\"type\":\"TextRun\",\"text\":\"Run [x]\",\"selectAction\":{\"type\":\"Action.OpenUrl\",\"url\":\"https://wiki/a(b)\"}}]}",
        "DISCORD | \"exit code 1\\nCloses \\\\*all\\\\*\\n[Run](LINK)\\n[Run \\\\[x\\\\]](https://wiki/a%28b%29)\"",
        "DINGTALK | \"[billing] nightly failed (failures: 3)\\nexit code 1\\nCloses *all*\\nLINK\\nRun [x]: https://wiki/a(b)\"",
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
    assertThat(String.join("\n", texts(body)).replace("\\", "")).contains("Closes *all*");
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
            MessageLanguage.EN);

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
                    failed("j".repeat(100), "错".repeat(1000))
                        .withDescription(
                            new JobDescription(
                                "説".repeat(1000), Map.of(), List.of(shortLink, longLink))))));

    assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(2048);
    assertThat(text).contains("https://wiki/short").doesNotContain("https://wiki/x");
  }

  /** Escapes and blanks without width count, as they are sent. */
  @Test
  void limitsMessageByWhatIsSent() throws Exception {
    WebhookPayload message =
        failed("a_".repeat(50), "h://x ".repeat(200))
            .withDescription(new JobDescription("d://y ".repeat(100), Map.of(), List.of()));
    String wecom =
        body(WebhookFormat.WECOM, MessageLanguage.EN, 1, message).at("/text/content").asText();
    String discord =
        body(WebhookFormat.DISCORD, MessageLanguage.EN, 1, failed("-_".repeat(80), "no"))
            .at("/embeds/0/title")
            .asText();

    assertThat(wecom.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1000, 2048);
    assertThat(discord).hasSizeBetween(200, 256).startsWith("\\[billing\\] \\-\\_");
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

    ChatMessage message = ChatMessage.of(first, 500, MessageLanguage.EN);

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
