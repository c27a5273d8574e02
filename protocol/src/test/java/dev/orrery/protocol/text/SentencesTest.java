package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.json.JsonMap;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentencesTest {
  private static final Sentences EN = Sentences.in("en");
  private static final Sentences ZH = Sentences.in("zh");

  private static Map<String, Object> table(String language) throws Exception {
    try (InputStream in = Sentences.class.getResourceAsStream("sentences-" + language + ".json")) {
      return JsonMap.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static Collection<?> forms(Object sentence) {
    return sentence instanceof Map<?, ?> forms ? forms.values() : List.of(sentence);
  }

  /** Returns the names in a sentence, or in its form for many. */
  private static Set<String> names(Object sentence) {
    String text =
        sentence instanceof Map<?, ?> forms ? (String) forms.get("other") : (String) sentence;
    return Pattern.compile("\\{\\w+}")
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }

  @Test
  void saysSameInBothLanguages() throws Exception {
    Map<String, Object> english = table("en");
    Map<String, Object> chinese = table("zh");

    assertThat(chinese.keySet()).isEqualTo(english.keySet());
    english.forEach(
        (key, sentence) -> {
          assertThat(names(chinese.get(key))).as(key).isEqualTo(names(sentence));
          assertThat(forms(sentence)).as(key).noneMatch(form -> form.toString().isBlank());
          assertThat(forms(chinese.get(key))).as(key).noneMatch(form -> form.toString().isBlank());
        });
  }

  /** A reader of Chinese takes English letters only for names and commands. */
  @Test
  void writesChineseOfWholeSentences() throws Exception {
    table("zh")
        .forEach(
            (key, sentence) -> {
              for (Object form : forms(sentence)) {
                String words =
                    form.toString()
                        .replaceAll("\\{\\w+}|orrery resume \\S* ?-a ?|Orrery", "")
                        .strip();
                assertThat(words).as(key).doesNotContainPattern("[A-Za-z;,.:()]");
              }
            });
  }

  @Test
  void saysOneAndMany() {
    assertThat(EN.say("alarm.paused", Map.of("job", "nightly", "n", 1)))
        .isEqualTo("nightly was paused after a failure");
    assertThat(EN.say("alarm.paused", Map.of("job", "nightly", "n", 1440)))
        .isEqualTo("nightly was paused after 1,440 failures in a row");
    assertThat(ZH.say("endReason.MISSED", Map.of("n", 1))).isEqualTo("错过 1 次触发：当时没有调度器在运行，且未自动补跑");
  }

  @Test
  void namesWhatNoWorkerHas() {
    assertThat(EN.waiting("NO_MATCHING_WORKER", null, List.of("gpu")))
        .isEqualTo("no connected worker has the required tag: gpu");
    assertThat(ZH.waiting("NO_MATCHING_WORKER", null, List.of("gpu", "eu")))
        .isEqualTo("已连接的工作节点中，没有一个同时具备所需的标签 gpu、eu");
    assertThat(ZH.waiting("NO_MATCHING_WORKER", null, List.of()))
        .isEqualTo("已连接的工作节点中，没有一个同时具备所需的处理程序和标签");
  }

  /** Values stay texts, whatever they contain. */
  @Test
  void fillsInValuesAsTheyAre() {
    assertThat(EN.waiting("NO_MATCHING_WORKER", "$1\\{job}", List.of()))
        .isEqualTo("no connected worker has the processor (job code) $1\\{job}");
    assertThat(EN.has("waiting.NEXT_YEAR")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 seconds, 0 秒",
    "PT1S, 1 second, 1 秒",
    "PT1M30S, 1 minute 30 seconds, 1 分钟 30 秒",
    "PT12M, 12 minutes, 12 分钟",
    "PT1H, 1 hour, 1 小时",
    "PT25H5M, 1 day 1 hour 5 minutes, 1 天 1 小时 5 分钟",
    "P30D, 30 days, 30 天"
  })
  void writesTimes(Duration time, String english, String chinese) {
    assertThat(EN.time(time)).isEqualTo(english);
    assertThat(ZH.time(time)).isEqualTo(chinese);
  }
}
