package dev.orrery.scheduler.model.job.document;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptionReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOO_LONG = "x".repeat(1001);

  private static JsonNode document(String fields) throws JsonProcessingException {
    return JSON.readTree(
        "{'name':'nightly','processor':{'type':'noop'},".replace('\'', '"')
            + fields.replace('\'', '"')
            + "}");
  }

  private static JobDescription read(String fields) throws JsonProcessingException {
    return JobDocumentReader.read("nightly", document(fields)).description();
  }

  @Test
  void readsDescriptionLabelsAndLinks() throws Exception {
    assertThat(
            read(
                "'description':' Closes the day.\\nIn the ledger. ',"
                    + "'labels':{'team':'billing','a.b/c-d_1':'ledger@example.org'},"
                    + "'links':[{'title':'Runbook','url':'https://wiki.example.org:8443/a?b#c'}]"))
        .isEqualTo(
            new JobDescription(
                "Closes the day.\nIn the ledger.",
                Map.of("team", "billing", "a.b/c-d_1", "ledger@example.org"),
                List.of(new JobLink("Runbook", "https://wiki.example.org:8443/a?b#c"))));
  }

  @Test
  void treatsEmptyFieldsAsAbsent() throws Exception {
    assertThat(read("'description':' ','labels':{},'links':[]")).isEqualTo(JobDescription.NONE);
  }

  @Test
  void omitsAbsentFieldsFromJson() throws Exception {
    JsonNode written = JSON.valueToTree(JobDescription.NONE);

    assertThat(written).isEmpty();
    assertThat(JSON.treeToValue(written, JobDescription.class)).isEqualTo(JobDescription.NONE);
  }

  @Test
  void limitsDescriptionLabelsAndLinks() throws Exception {
    StringBuilder labels = new StringBuilder();
    StringBuilder links = new StringBuilder();
    for (int n = 0; n < 21; n++) {
      labels.append(n == 0 ? "" : ",").append("'l").append(n).append("':'v'");
      if (n < 11) {
        links.append(n == 0 ? "" : ",").append("{'title':'t','url':'https://h'}");
      }
    }

    assertInvalid("labels", () -> read("'labels':{" + labels + "}"));
    assertInvalid("links", () -> read("'links':[" + links + "]"));
    assertInvalid("description", () -> read("'description':'" + TOO_LONG + "'"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'labels':{'':'v'}|labels",
        "'labels':{'a b':'v'}|labels",
        "'labels':{'a:b':'v'}|labels",
        "'labels':{'team':''}|labels",
        "'labels':{'team':' '}|labels",
        "'labels':{'team':'a\\nb'}|labels",
        "'links':[{'title':'','url':'https://h'}]|links[0].title",
        "'links':[{'title':'a\\nb','url':'https://h'}]|links[0].title",
        "'links':[{'title':'t'}]|links[0].url",
        "'links':[{'title':'t','url':'javascript:alert(1)'}]|links[0].url",
        "'links':[{'title':'t','url':'JavaScript:alert(1)'}]|links[0].url",
        "'links':[{'title':'t','url':' javascript:alert(1)'}]|links[0].url",
        "'links':[{'title':'t','url':'java\\nscript:alert(1)'}]|links[0].url",
        "'links':[{'title':'t','url':'data:text/html,x'}]|links[0].url",
        "'links':[{'title':'t','url':'vbscript:x'}]|links[0].url",
        "'links':[{'title':'t','url':'file:///etc/passwd'}]|links[0].url",
        "'links':[{'title':'t','url':'//evil.example.org'}]|links[0].url",
        "'links':[{'title':'t','url':'/path'}]|links[0].url",
        "'links':[{'title':'t','url':'https:///x'}]|links[0].url",
        "'links':[{'title':'t','url':'https:evil'}]|links[0].url",
        "'links':[{'title':'t','url':'https://user:pw@h'}]|links[0].url",
        "'links':[{'title':'t','url':'https://h/ x'}]|links[0].url",
        "'links':[{'title':'t','url':'https://h/\\u202ex'}]|links[0].url",
        "'links':[{'title':'t','url':'https://h','more':1}]|links[0].more",
      })
  void refusesInvalidLabelsAndLinks(String fields, String field) {
    assertInvalid(field, () -> read(fields));
  }

  @Test
  void limitsLengthOfLabelsAndLinks() throws Exception {
    assertThat(read("'labels':{'" + "n".repeat(63) + "':'" + "v".repeat(100) + "'}").labels())
        .hasSize(1);
    assertInvalid("labels", () -> read("'labels':{'" + "n".repeat(64) + "':'v'}"));
    assertInvalid("labels", () -> read("'labels':{'n':'" + "v".repeat(101) + "'}"));
    assertInvalid(
        "links[0].url",
        () -> read("'links':[{'title':'t','url':'https://h/" + TOO_LONG.repeat(2) + "'}]"));
    assertInvalid(
        "links[0].title", () -> read("'links':[{'title':'" + TOO_LONG + "','url':'https://h'}]"));
  }

  /** A later release may allow more: its documents are still read. */
  @Test
  void readsStoredDocumentBeyondLimits() throws Exception {
    JobDescription stored =
        JobDocumentReader.readStored(
                document(
                    "'description':'"
                        + TOO_LONG
                        + "','labels':{'a b':''},'links':[{'title':'','url':'ftp://h'}]"))
            .description();

    assertThat(stored.text()).hasSize(1001);
    assertThat(stored.labels()).isEqualTo(Map.of("a b", ""));
    assertThat(stored.links()).containsExactly(new JobLink("", "ftp://h"));
  }

  @Test
  void parsesLabelsInQuery() {
    assertThat(LabelRules.parse(List.of("team:billing", "url:https://h:1")))
        .isEqualTo(Map.of("team", "billing", "url", "https://h:1"));
    assertThat(LabelRules.parse(List.of())).isEmpty();
    assertInvalid("label", () -> LabelRules.parse(List.of("team")));
    assertInvalid("label", () -> LabelRules.parse(List.of(":billing")));
    assertInvalid("label", () -> LabelRules.parse(List.of("team:")));
    assertInvalid("label", () -> LabelRules.parse(List.of("team:a", "team:b")));
    assertInvalid("label", () -> LabelRules.parse(List.of("te am:a")));
  }
}
