package dev.orrery.scheduler.extras.notification;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.message.ProblemDetail.FieldError;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookReaderTest {
  private static WebhookDocument read(String json) {
    try {
      return WebhookReader.read("hook", new ObjectMapper().readTree(json.replace('\'', '"')))
          .document();
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void fillsInWebhookDefaults() {
    assertThat(read("{'url':' https://example.org/x?y=1 '}"))
        .isEqualTo(
            new WebhookDocument(
                "hook",
                WebhookFormat.JSON,
                "https://example.org/x?y=1",
                List.of(
                    WebhookEvent.FAILED,
                    WebhookEvent.RECOVERED,
                    WebhookEvent.CLOSED,
                    WebhookEvent.MISSED,
                    WebhookEvent.LATE,
                    WebhookEvent.OVERDUE,
                    WebhookEvent.SLOW,
                    WebhookEvent.PAUSED),
                null,
                null,
                1,
                Duration.ofMinutes(10),
                Duration.ofMinutes(1),
                null,
                MessageLanguage.EN,
                true));
  }

  @Test
  void sortsAndDeduplicatesEventsAndJobs() {
    WebhookDocument read =
        read(
            "{'url':'http://[fd00::1]:8080/','events':['late','failed','late'],"
                + "'jobs':['b','a','b'],'enabled':false}");

    assertThat(read.events()).containsExactly(WebhookEvent.FAILED, WebhookEvent.LATE);
    assertThat(read.jobs()).containsExactly("a", "b");
    assertThat(read.enabled()).isFalse();
    assertThat(read.concerns("a", Map.of())).isTrue();
    assertThat(read.concerns("c", Map.of())).isFalse();
  }

  @Test
  void concernsOnlyJobsWithListedNameAndLabels() {
    WebhookDocument read =
        read("{'url':'https://h','jobs':['a','b'],'labels':{'team':'billing','tier':'gold'}}");

    Map<String, String> both = Map.of("team", "billing", "tier", "gold", "more", "x");
    assertThat(read.labels()).isEqualTo(Map.of("team", "billing", "tier", "gold"));
    assertThat(read.concerns("a", both)).isTrue();
    assertThat(read.concerns("c", both)).isFalse();
    assertThat(read.concerns("a", Map.of("team", "billing"))).isFalse();
    assertThat(read.concerns("a", Map.of("team", "billing", "tier", "silver"))).isFalse();
    assertThat(read.concerns("a", Map.of())).isFalse();
  }

  @Test
  void refusesEmptyAndInvalidLabels() {
    assertInvalid("labels", () -> read("{'url':'https://h','labels':{}}"));
    assertInvalid("labels", () -> read("{'url':'https://h','labels':{'a b':'c'}}"));
  }

  @Test
  void reportsAllInvalidFields() {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(
            () ->
                read(
                    "{'name':'other','url':'ftp://x/','events':['test'],'jobs':[],'threshold':0,"
                        + "'window':'1s2','nonsense':1}"))
        .satisfies(
            refused ->
                assertThat(refused.problem().errors())
                    .extracting(FieldError::field)
                    .containsExactly(
                        "name", "url", "events", "jobs", "threshold", "window", "nonsense"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{}                                                  | url       | missing",
        "{'url':'example.org'}                               | url       | https://",
        "{'url':'ftp://example.org/'}                        | url       | https://",
        "{'url':'file:///etc/passwd'}                        | url       | https://",
        "{'url':'https://user:word@example.org/'}            | url       | a user name or password",
        "{'url':'https://user@example.org/'}                 | url       | a user name or password",
        "{'url':'https:///x'}                                | url       | no host",
        "{'url':'https://my_service/'}                       | url       | 'my_service' is not a host name",
        "{'url':'https://exa mple.org/'}                     | url       | no URL",
        "{'url':'https://example.org:70000/'}                | url       | port",
        "{'url':'https://example.org/#x'}                    | url       | fragment",
        "{'url':'https://x/','events':[]}                    | events    | at least one",
        "{'url':'https://x/','events':['test']}              | events    | failed, recovered, closed",
        "{'url':'https://x/','jobs':[]}                      | jobs      | absent for all",
        "{'url':'https://x/','jobs':['a b']}                 | jobs[0]   | characters out of",
        "{'url':'https://x/','threshold':0}                  | threshold | from 1 to 100",
        "{'url':'https://x/','threshold':101}                | threshold | from 1 to 100",
        "{'url':'https://x/','window':'PT0S'}                | window    | PT1S",
        "{'url':'https://x/','window':'P31D'}                | window    | PT720H",
        "{'url':'https://x/','lateAfter':'soon'}             | lateAfter | a duration such as 30s",
        "{'url':'https://x/','name':'other'}                 | name      | in the path",
        "{'url':'https://x/','secret':'mine'}                | secret    | dingtalk, feishu and pagerduty",
        "{'url':'https://x/','format':'slack','secret':'x'}  | secret    | dingtalk, feishu and pagerduty",
        "{'url':'https://x/','format':'mail'}                | url       | must be mailto: and 1 to 20 addresses",
        "{'url':'mailto:a@x.test'}                           | url       | https://",
        "{'url':'mailto:','format':'mail'}                   | url       | nothing else",
        "{'url':'mailto:a@x.test,','format':'mail'}          | url       | nothing else",
        "{'url':'mailto:a@x.test, b@x.test','format':'mail'} | url       | nothing else",
        "{'url':'mailto://a@x.test','format':'mail'}         | url       | nothing else",
        "{'url':'mailto:a@x.test,/b@x.test','format':'mail'} | url       | nothing else",
        "{'url':'mailto:a','format':'mail'}                  | url       | nothing else",
        "{'url':'mailto:a@x.test?bcc=b@y.test','format':'mail'} | url    | nothing else",
        "{'url':'mailto:a@x.test%0Ab@y.test','format':'mail'} | url      | nothing else",
        "{'url':'mailto:a@x.test\\nBcc: b@y.test','format':'mail'} | url | nothing else",
        "{'url':'mailto:<a@x.test>','format':'mail'}         | url       | nothing else",
        "{'url':'mailto:a..b@x.test','format':'mail'}        | url       | nothing else",
        "{'url':'mailto:a@x.test','format':'mail','secret':'x'} | secret | dingtalk, feishu and pagerduty",
        "{'url':'https://x/','format':'irc'}                 | format    | json, slack, teams",
        "{'url':'https://x/','remindAfter':'PT59M'}          | remindAfter | PT1H",
        "{'url':'https://x/','language':'de'}                | language  | en, zh",
      })
  void refusesInvalidWebhookFieldWithReason(String json, String field, String detail) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> read(json))
        .satisfies(e -> assertThat(e.problem().field()).isEqualTo(field))
        .withMessageContaining(detail);
  }

  @Test
  void limitsMailAddressesTo20() {
    String twenty = "a@x.test" + ",a@x.test".repeat(19);

    assertThat(read("{'url':'mailto:" + twenty + "','format':'mail'}").url()).endsWith(twenty);
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> read("{'url':'mailto:b@x.test," + twenty + "','format':'mail'}"))
        .withMessageContaining("1 to 20 addresses");
  }

  @Test
  void refusesWebhookUrlBeyondMaximumLength() {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> read("{'url':'https://x/" + "y".repeat(2000) + "'}"))
        .withMessageContaining("2000");
  }

  @Test
  void acceptsWebhookFieldsAtTheirLimits() {
    String url = "https://x/" + "y".repeat(1990);

    assertAccepted("{'url':'https://x/','window':'PT1S','lateAfter':'PT1S'}");
    assertAccepted("{'url':'" + url + "','window':'P30D','lateAfter':'P30D','threshold':100}");
  }

  @Test
  void refusesWebhookNamingMoreThan1000Jobs() {
    assertAccepted("{'url':'https://x/','jobs':[" + jobs(1000) + "]}");

    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> read("{'url':'https://x/','jobs':[" + jobs(1001) + "]}"))
        .withMessageContaining("must name 1 to 1000 jobs");
  }

  private static void assertAccepted(String json) {
    assertThatCode(() -> read(json)).doesNotThrowAnyException();
  }

  private static String jobs(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "'job-" + i + "'")
        .collect(Collectors.joining(","));
  }
}
