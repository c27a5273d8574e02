package dev.orrery.worker.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.ReportResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the JSON of the SDK with that of Jackson, which the services use. */
class MessageJsonTest {
  private static final ObjectMapper JACKSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();
  private static final Path RECORDED = Path.of("../../protocol/src/test/resources/recorded");

  static List<?> requests() {
    return WorkerOperation.ALL.stream()
        .map(WorkerOperation::request)
        .distinct()
        .flatMap(type -> Stream.of(SampleMessage.full(type), SampleMessage.empty(type)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void writesRequestsAsJacksonDoesWithoutNullFields(Object request) throws IOException {
    ObjectNode expected = (ObjectNode) JACKSON.readTree(JACKSON.writeValueAsBytes(request));
    expected.properties().removeIf(field -> field.getValue().isNull());

    assertThat(JACKSON.readTree(RequestWriter.write(request))).isEqualTo(expected);
  }

  @Test
  void refusesToWriteUnknownRequestType() {
    assertThatThrownBy(() -> RequestWriter.write("text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String");
  }

  static List<?> responses() {
    return Stream.concat(
            WorkerOperation.ALL.stream().<Class<?>>map(WorkerOperation::response),
            Stream.of(ProblemDetail.class))
        .flatMap(type -> Stream.of(SampleMessage.full(type), SampleMessage.empty(type)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("responses")
  void readsResponsesWrittenByJackson(Object response) throws Exception {
    assertThat(ResponseReader.read(JACKSON.writeValueAsBytes(response), response.getClass()))
        .isEqualTo(response);
  }

  @ParameterizedTest
  @MethodSource("responses")
  void readsMissingAndUnknownFieldsAsJacksonDoes(Object response) throws Exception {
    ObjectNode extended = (ObjectNode) JACKSON.readTree("{\"x\":[{\"y\":{}},1.5e3,null,\"\"]}");
    byte[] text = JACKSON.writeValueAsBytes(extended);

    assertThat(ResponseReader.read(text, response.getClass()))
        .isEqualTo(JACKSON.readValue(text, response.getClass()));
  }

  static Stream<Path> recordedResponses() throws IOException {
    try (Stream<Path> files = Files.walk(RECORDED)) {
      return files
          .filter(
              file -> file.getFileName().toString().matches("(.*-answer|problem)-[0-9]+\\.json"))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("recordedResponses")
  void readsRecordedResponsesAsJacksonDoes(Path file) throws Exception {
    byte[] text = Files.readAllBytes(file);
    Class<?> type = type(file.getFileName().toString());

    assertThat(ResponseReader.read(text, type)).isEqualTo(JACKSON.readValue(text, type));
  }

  private static Class<?> type(String file) {
    return WorkerOperation.ALL.stream()
        .filter(
            one -> file.startsWith(one.path().replaceAll("/v1$|.*/", "").replace("/", "") + "-"))
        .<Class<?>>map(WorkerOperation::response)
        .findFirst()
        .orElseGet(
            () -> file.startsWith("discovery-") ? DiscoveryResponse.class : ProblemDetail.class);
  }

  @Test
  void readsUnknownEnumNamesOfNewerScheduler() throws Exception {
    assertThat(read("{\"active\":[{\"protocol\":\"quic\"}]}", DiscoveryResponse.class).active())
        .containsExactly(new DiscoveryResponse.Endpoint(null, null));
    assertThat(read("{\"verdicts\":[\"POSTPONED\"]}", ReportResponse.class).verdicts())
        .containsExactly(ReportResponse.Verdict.STALE);
    assertThat(read("{\"code\":\"TEAPOT\"}", ProblemDetail.class).code())
        .isEqualTo(ErrorCode.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"attempts\":[{\"processor\":{\"type\":\"cobol\"}}]}",
        "{\"attempts\":[{\"processor\":{}}]}",
        "{\"attempts\":{}}",
        "{\"attempts\":[1]}",
        "{\"leaseRemaining\":\"soon\"}",
        "{\"leaseRemaining\":1.5}",
        "{\"drain\":\"yes\"}",
        "[]",
        ""
      })
  void refusesJsonOfWrongShape(String text) {
    assertThatThrownBy(() -> read(text, PollResponse.class)).isInstanceOf(JsonException.class);
  }

  private static <T> T read(String text, Class<T> type) throws JsonException {
    return ResponseReader.read(text.getBytes(StandardCharsets.UTF_8), type);
  }
}
