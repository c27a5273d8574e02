package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.http.rest.DocumentChange.Difference;
import dev.orrery.scheduler.http.rest.DocumentChange.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DocumentChangeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void reportsNoChangeForEqualDocuments() throws Exception {
    DocumentChange change =
        DocumentChange.between(
            Optional.of(json("{\"a\":1,\"b\":{\"c\":[1]}}")), json("{\"b\":{\"c\":[1]},\"a\":1}"));

    assertThat(change).isEqualTo(new DocumentChange(Kind.NONE, List.of()));
  }

  @Test
  void listsChangedLeavesSortedByField() throws Exception {
    DocumentChange change =
        DocumentChange.between(
            Optional.of(
                json(
                    "{\"z\":1,\"retry\":{\"maxWorkerLosses\":3,\"backoff\":\"PT1S\"},\"same\":true}")),
            json("{\"z\":2,\"retry\":{\"maxWorkerLosses\":3,\"backoff\":\"PT2S\"},\"same\":true}"));

    assertThat(change)
        .isEqualTo(
            new DocumentChange(
                Kind.UPDATE,
                List.of(
                    new Difference("retry.backoff", json("\"PT1S\""), json("\"PT2S\"")),
                    new Difference("z", json("1"), json("2")))));
  }

  @Test
  void listsSingleValueForAddedOrRemovedField() throws Exception {
    DocumentChange change =
        DocumentChange.between(
            Optional.of(json("{\"timeout\":\"PT1S\"}")),
            json("{\"trigger\":{\"every\":\"PT1M\"}}"));

    assertThat(change.differences())
        .containsExactly(
            new Difference("timeout", json("\"PT1S\""), null),
            new Difference("trigger", null, json("{\"every\":\"PT1M\"}")));
  }

  @Test
  void comparesListAsSingleValue() throws Exception {
    DocumentChange change =
        DocumentChange.between(
            Optional.of(json("{\"requiredTags\":[\"a\"]}")),
            json("{\"requiredTags\":[\"a\",\"b\"]}"));

    assertThat(change.differences())
        .containsExactly(new Difference("requiredTags", json("[\"a\"]"), json("[\"a\",\"b\"]")));
  }

  @Test
  void listsChangedValueTypeAsSingleDifference() throws Exception {
    assertThat(
            DocumentChange.between(Optional.of(json("{\"a\":{\"b\":1}}")), json("{\"a\":1}"))
                .differences())
        .extracting(Difference::field)
        .containsExactly("a");
  }

  @Test
  void reportsCreationWithoutDifferences() throws Exception {
    assertThat(DocumentChange.between(Optional.empty(), json("{\"a\":1}")))
        .isEqualTo(new DocumentChange(Kind.CREATE, List.of()));
    assertThat(Kind.CREATE.spelling()).isEqualTo("create");
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return JSON.readTree(text);
  }
}
