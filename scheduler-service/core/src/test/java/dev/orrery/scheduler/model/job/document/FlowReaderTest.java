package dev.orrery.scheduler.model.job.document;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.FlowNode;
import dev.orrery.protocol.FlowNode.Condition;
import dev.orrery.protocol.FlowNode.When;
import dev.orrery.protocol.ProcessorSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode document(String flow) throws JsonProcessingException {
    return JSON.readTree("{\"processor\": {\"type\": \"flow\", " + flow + "}}");
  }

  private static ProcessorSpec read(JsonNode document) {
    return JobDocumentReader.read("nightly", document).processor();
  }

  @Test
  void acceptsDefaultsReturnedByApi() throws JsonProcessingException {
    JsonNode written = document("\"nodes\": [{\"name\": \"check\", \"job\": \"check-orders\"}]");
    JsonNode returned =
        JSON.readTree(
            """
            {"processor": {"type": "flow", "nodes": [
               {"name": "check", "job": "check-orders", "when": "succeeded", "continueOnFailure": false}]},
             "retry": {"maxAttempts": 1, "backoff": "PT10S", "maxBackoff": "PT10M", "maxWorkerLosses": 3},
             "requiredTags": []}
            """);

    assertThat(read(returned)).isEqualTo(read(written));
  }

  @Test
  void readsAllFieldsOfNodes() throws JsonProcessingException {
    JsonNode document =
        document(
            """
            "result": "report", "nodes": [
              {"name": "check", "job": "check-orders"},
              {"name": "bill", "job": "invoices", "needs": ["check"], "continueOnFailure": true,
               "if": {"node": "check", "result": ["ok", "warn"]},
               "parameters": {"file": "${nodes.check.result}/${nodes.check.result.day}"}},
              {"name": "report", "job": "report", "needs": ["bill", "check"], "when": "always"},
              {"name": "release", "job": "release", "needs": ["report"], "when": "ended"},
              {"name": "delete", "job": "delete", "needs": ["report"], "when": "ended",
               "timeout": "PT1S"}]
            """);

    assertThat(read(document))
        .isEqualTo(
            new ProcessorSpec.Flow(
                "report",
                List.of(
                    new FlowNode("check", "check-orders", null, null, null, null, false, null),
                    new FlowNode(
                        "bill",
                        "invoices",
                        List.of("check"),
                        When.SUCCEEDED,
                        null,
                        new Condition("check", List.of("ok", "warn")),
                        true,
                        Map.of("file", "${nodes.check.result}/${nodes.check.result.day}")),
                    new FlowNode(
                        "report",
                        "report",
                        List.of("bill", "check"),
                        When.ALWAYS,
                        null,
                        null,
                        false,
                        null),
                    new FlowNode(
                        "release",
                        "release",
                        List.of("report"),
                        When.ENDED,
                        "PT10M",
                        null,
                        false,
                        null),
                    new FlowNode(
                        "delete",
                        "delete",
                        List.of("report"),
                        When.ENDED,
                        "PT1S",
                        null,
                        false,
                        null))));
    assertThat(JobDocumentSchema.errors(document)).isEmpty();
  }

  @Test
  void readsSerializedFlowUnchanged() throws JsonProcessingException {
    ProcessorSpec flow =
        read(
            document(
                """
                "nodes": [{"name": "a", "job": "a"},
                  {"name": "b", "job": "a", "needs": ["a"], "when": "failed",
                   "if": {"node": "a", "result": "1"}, "parameters": {"x": "y"}}]
                """));

    assertThat(JSON.readValue(JSON.writeValueAsString(flow), ProcessorSpec.class)).isEqualTo(flow);
  }

  @Test
  void acceptsDotsInNodeNamesOfUnambiguousPlaceholder() throws JsonProcessingException {
    ProcessorSpec.Flow flow =
        (ProcessorSpec.Flow)
            read(
                document(
                    """
                "nodes": [{"name": "a", "job": "j"}, {"name": "a.result", "job": "j"},
                  {"name": "b", "job": "j", "needs": ["a.result"],
                   "parameters": {"p": "${nodes.a.result.result}"}}]"""));

    assertThat(flow.nodes()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nodes                    | {"name": "a", "job": "j", "needs": ["b"]}, {"name": "b", "job": "j", "needs": ["a"]} | must not contain a cycle: a needs b, b needs a
          nodes[1].name            | {"name": "a", "job": "j"}, {"name": "a", "job": "j"} | must be unique
          nodes[0].needs[0]        | {"name": "a", "job": "j", "needs": ["a"]} | must not be the node itself
          nodes[0].needs[0]        | {"name": "a", "job": "j", "needs": ["x"]} | must be a node of this flow; got 'x'
          nodes[1].needs           | {"name": "a", "job": "j"}, {"name": "b", "job": "j", "needs": ["a", "a"]} | must name each node once
          nodes[1].if.node         | {"name": "a", "job": "j"}, {"name": "b", "job": "j", "needs": ["a"], "if": {"node": "b", "result": "x"}} | must be one of 'needs'; got 'b'
          nodes[1].if.result       | {"name": "a", "job": "j"}, {"name": "b", "job": "j", "needs": ["a"], "if": {"node": "a", "result": []}} | must be 1 to 20 results
          nodes[1].if.result       | {"name": "a", "job": "j"}, {"name": "b", "job": "j", "needs": ["a"], "if": {"node": "a", "result": 1.10}} | must be a whole number or a string
          nodes[1].if.result       | {"name": "a", "job": "j"}, {"name": "b", "job": "j", "needs": ["a"], "if": {"node": "a", "result": ["x", 1e3]}} | must be a whole number or a string
          nodes[1].parameters.p    | {"name": "a", "job": "j"}, {"name": "b", "job": "j", "parameters": {"p": "${secret.a}"}} | has an unsuited placeholder ${secret.a}
          nodes[1].parameters.p    | {"name": "a", "job": "j"}, {"name": "b", "job": "j", "parameters": {"p": "${nodes.a.result}"}} | got ${nodes.a.result}
          nodes[1].parameters.p    | {"name": "a", "job": "j"}, {"name": "b", "job": "j", "needs": ["a"], "parameters": {"p": "${nodes.a.results}"}} | got ${nodes.a.results}
          nodes[2].parameters.p    | {"name": "a", "job": "j"}, {"name": "a.result", "job": "j"}, {"name": "b", "job": "j", "needs": ["a", "a.result"], "parameters": {"p": "${nodes.a.result.result}"}} | may stand for the results of 'a' and 'a.result'; rename
          nodes[0].parameters.orrery.x | {"name": "a", "job": "j", "parameters": {"orrery.x": "y"}} | must have another name: those that begin with 'orrery.' are reserved
          nodes[0].parameters.p    | {"name": "a", "job": "j", "parameters": {"p": "${parameters.x:-none}"}} | a default is a parameter of the job
          nodes[0].when            | {"name": "a", "job": "j", "when": "failed"} | has no 'needs'
          nodes[0].when            | {"name": "a", "job": "j", "when": "ended"} | has no 'needs'
          nodes[0].timeout         | {"name": "a", "job": "j", "timeout": "PT1M"} | must be absent without 'when: ended'
          nodes[1].timeout         | {"name": "a", "job": "j"}, {"name": "b", "job": "j", "needs": ["a"], "when": "always", "timeout": "PT1M"} | must be absent without 'when: ended'
          nodes[1].timeout         | {"name": "a", "job": "j"}, {"name": "b", "job": "j", "needs": ["a"], "when": "ended", "timeout": "PT0.9S"} | must be from PT1S to PT24H
          nodes[1].timeout         | {"name": "a", "job": "j"}, {"name": "b", "job": "j", "needs": ["a"], "when": "ended", "timeout": "PT24H1S"} | must be from PT1S to PT24H
          nodes[0].job             | {"name": "a", "job": "a/b"} | got 'a/b'
          nodes[0].job             | {"name": "a"} | is missing
          nodes[0].need            | {"name": "a", "job": "j", "need": []} | needs
          nodes                    | `` | at least one node
          """)
  void refusesInvalidFlowAndNamesField(String field, String nodes, String reason)
      throws JsonProcessingException {
    JsonNode document = document("\"nodes\": [" + (nodes == null ? "" : nodes) + "]");

    assertInvalid("processor." + field, () -> read(document)).hasMessageContainingAll(reason);
  }

  @Test
  void readsWholeNumbersInConditionAsText() throws JsonProcessingException {
    ProcessorSpec.Flow flow =
        (ProcessorSpec.Flow)
            read(
                document(
                    """
                    "nodes": [{"name": "a", "job": "j"}, {"name": "b", "job": "j", "needs": ["a"],
                      "if": {"node": "a", "result": [7, "1.10", 12345678901234567890]}}]
                    """));

    assertThat(flow.nodes().get(1).condition().result())
        .containsExactly("7", "1.10", "12345678901234567890");
  }

  @Test
  void refusesResultOfUnknownNode() throws JsonProcessingException {
    JsonNode document = document("\"result\": \"x\", \"nodes\": [{\"name\":\"a\",\"job\":\"j\"}]");

    assertInvalid("processor.result", () -> read(document)).hasMessageContainingAll("got 'x'");
  }

  @Test
  void refusesMoreThan200Nodes() throws JsonProcessingException {
    String nodes =
        IntStream.rangeClosed(0, FlowReader.MAX_NODES)
            .mapToObj(n -> "{\"name\": \"n" + n + "\", \"job\": \"j\"}")
            .collect(Collectors.joining(","));

    assertInvalid("processor.nodes", () -> read(document("\"nodes\": [" + nodes + "]")))
        .hasMessageContainingAll("at most 200 elements; got 201");
  }
}
