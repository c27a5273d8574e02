package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.text.ResultText;
import dev.orrery.scheduler.flow.NodeParameters.UnfilledException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeParametersTest {
  private final NodeParameters parameters = new NodeParameters(new ObjectMapper());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          12345678.9                   | 12345678.9
          0.0005                       | 0.0005
          1.10                         | 1.10
          1e3                          | 1e3
          -0.0                         | -0.0
          123456789012345678901234567  | 123456789012345678901234567
          "1.10"                       | 1.10
          "caf\\u00e9"                 | café
          true                         | true
          [1.10, {"x": 1e3}]           | [1.10, {"x": 1e3}]
          {"x": "]}", "y": [0.0005]}   | {"x": "]}", "y": [0.0005]}
          """)
  void fillsFieldAsWrittenInResult(String written, String filled) throws UnfilledException {
    assertThat(fill("{\"first\": [], \"field\": " + written + ", \"last\": 1}")).isEqualTo(filled);
    assertThat(fill("{\"field\":" + written + "}")).isEqualTo(filled);
  }

  @Test
  void fillsWholeResultUnchanged() throws UnfilledException {
    String result = " {\"price\": 1.10} ";

    assertThat(fill("${nodes.fetch.result}", result)).isEqualTo(result);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text",
        "1.10",
        "[1]",
        "null",
        "{}",
        "{\"other\": 1}",
        "{\"field\": null}",
        "{\"other\": {\"field\": 1}}",
        "{\"field\": 1, \"field\": 2}",
        "{\"field\": 1, \"other\": {\"a\": 1, \"a\": 2}}",
        "{\"field\": 1, \"other\": \"\\q\"}",
        "{\"field\": 1, \"other\": [\"\\q\"]}",
        "{\"field\": 1, \"other\": [1.]}",
        "{\"field\": 01}",
        "{\"field\": NaN}",
        "{\"field\": 1",
        "{\"field\": 1}}",
        "{\"field\": 1} 2"
      })
  void failsWhenFieldHasNoValue(String result) {
    assertThatThrownBy(() -> fill(result))
        .isInstanceOf(UnfilledException.class)
        .hasMessageStartingWith(
            "the parameter 'p' needs ${nodes.fetch.result.field}, which has no value: the result"
                + " of 'fetch' ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [1]                      | is no JSON object: [1]
          text                     | is no JSON (Unrecognized token 'text'
          {"other": 1}             | has no field 'field', or it is null: {"other": 1}
          {"field": null}          | has no field 'field', or it is null: {"field": null}
          {"field": 1} 2           | has text behind its JSON object: {"field": 1} 2
          {"field": 1, "field": 2} | is no JSON (Duplicate field 'field')
          """)
  void reportsWhyFieldHasNoValue(String result, String reason) {
    assertThatThrownBy(() -> fill(result)).hasMessageContaining("'fetch' " + reason);
  }

  @Test
  void reportsMissingResultOfNeed() {
    assertThatThrownBy(() -> fill("${nodes.fetch.result}", null))
        .hasMessage(
            "the parameter 'p' needs ${nodes.fetch.result}, which has no value: 'fetch' returned no"
                + " result");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "no result",
      textBlock =
          """
          ${nodes.fetch.result:-none}       | no result      | none
          ${nodes.fetch.result:-}           | no result      | ''
          ${nodes.fetch.result:-a:-b}       | no result      | a:-b
          ${nodes.fetch.result:-none}       | text           | text
          ${nodes.fetch.result.field:-none} | no result      | none
          ${nodes.fetch.result.field:-none} | {"other": 1}   | none
          ${nodes.fetch.result.field:-none} | {"field":null} | none
          ${nodes.fetch.result.field:-none} | {"field": 1}   | 1
          """)
  void fillsDefaultOnlyForMissingResult(String template, String result, String filled)
      throws UnfilledException {
    assertThat(fill(template, result)).isEqualTo(filled);
  }

  @Test
  void failsDespiteDefaultWhenResultIsNoJson() {
    assertThatThrownBy(() -> fill("${nodes.fetch.result.field:-none}", "text"))
        .hasMessageContaining("is no JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${nodes.fetch.result}",
        "${nodes.fetch.result.field}",
        "${nodes.fetch.result:-none}"
      })
  void failsOnTruncatedResult(String template) {
    String cut = ResultText.bounded("{\"field\":\"" + "x".repeat(16_380) + "\"}");

    assertThatThrownBy(() -> fill(template, cut))
        .isInstanceOf(UnfilledException.class)
        .hasMessage(
            "the parameter 'p' needs "
                + template
                + ": the result of 'fetch' had 16,392 bytes; at most 16,384 are kept");
  }

  @Test
  void failsOnTooDeeplyNestedResult() {
    String deep = "[".repeat(1_001) + "]".repeat(1_001);

    assertThatThrownBy(() -> fill("{\"field\": 1, \"deep\": " + deep + "}"))
        .isInstanceOf(UnfilledException.class);
  }

  private String fill(String result) throws UnfilledException {
    return fill("${nodes.fetch.result.field}", result);
  }

  private String fill(String template, String result) throws UnfilledException {
    FlowNode node =
        new FlowNode(
            "load", "job", List.of("fetch"), null, null, null, false, Map.of("p", template));
    return parameters
        .fill(
            node,
            new NodeParameters.Values(Collections.singletonMap("fetch", result), Map.of(), null))
        .get("p");
  }
}
