package dev.orrery.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Protocol;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageJsonTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  @Test
  void coversEveryMessageTypeWithAnExample() {
    Set<String> records =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(WorkerOffer.class.getPackageName())
                .stream()
                .filter(JavaClass::isRecord)
                .map(JavaClass::getName)
                .collect(Collectors.toSet());

    assertThat(Messages.all())
        .extracting(example -> example.getPayload().message().getClass().getName())
        .containsExactlyInAnyOrderElementsOf(records);
  }

  @ParameterizedTest
  @MethodSource("dev.orrery.protocol.message.Messages#all")
  void writesMessageAsContractJson(Messages example) throws JsonProcessingException {
    assertThat(JSON.readTree(JSON.writeValueAsString(example.message())))
        .isEqualTo(JSON.readTree(example.json()));
  }

  @ParameterizedTest
  @MethodSource("dev.orrery.protocol.message.Messages#all")
  void readsMessageBackUnchanged(Messages example) throws JsonProcessingException {
    assertThat(JSON.readValue(example.json(), example.message().getClass()))
        .isEqualTo(example.message());
  }

  @ParameterizedTest
  @MethodSource("dev.orrery.protocol.message.Messages#all")
  void ignoresUnknownFieldsAtEveryDepth(Messages example) throws JsonProcessingException {
    JsonNode newer = JSON.readTree(example.json());
    objects(newer).forEach(object -> object.putObject("ofTheFuture").put("x", 1));

    assertThat(JSON.treeToValue(newer, example.message().getClass())).isEqualTo(example.message());
  }

  @ParameterizedTest
  @MethodSource("dev.orrery.protocol.message.Messages#all")
  void readsMessageWithoutFields(Messages example) throws JsonProcessingException {
    assertThat(JSON.readValue("{}", example.message().getClass())).isNotNull();
  }

  @Test
  void readsAbsentListsAsEmpty() throws JsonProcessingException {
    assertThat(read("{}", PollRequest.class).held()).isEmpty();
    assertThat(read("{}", PollResponse.class).attempts()).isEmpty();
    assertThat(read("{}", PollResponse.class).cancels()).isEmpty();
    assertThat(read("{}", RenewRequest.class).held()).isEmpty();
    assertThat(read("{}", RenewRequest.class).progress()).isEmpty();
    assertThat(read("{}", PollRequest.class).progress()).isEmpty();
    assertThat(read("{}", RenewResponse.class).cancels()).isEmpty();
    assertThat(read("{}", RenewResponse.class).lost()).isEmpty();
    assertThat(read("{}", ReportRequest.class).reports()).isEmpty();
    assertThat(read("{}", ReportResponse.class).verdicts()).isEmpty();
    assertThat(read("{}", LogsRequest.class).chunks()).isEmpty();
    assertThat(read("{}", LogsRequest.Chunk.class).lines()).isEmpty();
    assertThat(read("{}", LogsResponse.class).accepted()).isEmpty();
    assertThat(read("{}", ByeRequest.class).handedBack()).isEmpty();
    assertThat(read("{}", DiscoveryResponse.class).active()).isEmpty();
    assertThat(read("{}", Assignment.class).parameters()).isEmpty();
  }

  @Test
  void readsOfferWithoutProtocolAsFirstVersionOverHttp() throws JsonProcessingException {
    WorkerOffer offer =
        read("{\"app\":\"billing\",\"name\":\"w\",\"capacity\":3}", WorkerOffer.class);

    assertThat(offer)
        .isEqualTo(
            new WorkerOffer(
                "http", "orrery", 1, 1, "unknown", "billing", "w", List.of(), List.of(), 3));
  }

  @Test
  void usesMinimumVersionWhenMaximumIsMissing() throws JsonProcessingException {
    assertThat(read("{\"minVersion\":4}", WorkerOffer.class).maxVersion()).isEqualTo(4);
  }

  @Test
  void readsAgreementWithoutVersionAsFirstVersion() throws JsonProcessingException {
    assertThat(read("{\"session\":\"s\"}", HandshakeResponse.class).version()).isEqualTo(1);
  }

  @Test
  void readsAbsentTimeoutAsNoTimeout() throws JsonProcessingException {
    assertThat(read("{}", Assignment.class).timeoutMillis()).isNull();
    assertThat(read("{\"timeout\":0}", Assignment.class).timeoutMillis()).isZero();
  }

  @Test
  void readsNumericInstanceId() throws JsonProcessingException {
    assertThat(read("{\"instance\":249518030950563840,\"attempt\":1}", AttemptRef.class))
        .isEqualTo(new AttemptRef(249518030950563840L, 1));
  }

  @Test
  void readsUnknownOutcomeAsFailure() throws JsonProcessingException {
    assertThat(read("{\"outcome\":\"ABANDONED\"}", AttemptReport.class).outcome())
        .isEqualTo(AttemptReport.Outcome.FAILED);
  }

  @Test
  void readsUnknownVerdictAsStale() throws JsonProcessingException {
    assertThat(read("{\"verdicts\":[\"ARCHIVED\",\"ACCEPTED\"]}", ReportResponse.class).verdicts())
        .containsExactly(ReportResponse.Verdict.STALE, ReportResponse.Verdict.ACCEPTED);
  }

  @Test
  void keepsKnownEndpointsAlongsideUnknownProtocol() throws JsonProcessingException {
    String json =
        """
        {"active":[{"protocol":"quic","address":"h:10087"},
         {"protocol":" HTTP ","address":"http://h:10010"}]}
        """;

    assertThat(read(json, DiscoveryResponse.class).active())
        .containsExactly(
            new DiscoveryResponse.Endpoint(null, "h:10087"),
            new DiscoveryResponse.Endpoint(Protocol.HTTP, "http://h:10010"));
  }

  @Test
  void readsUnknownProblemCodeAsUnknown() throws JsonProcessingException {
    ProblemDetail problem =
        read("{\"status\":409,\"code\":\"QUOTA\",\"detail\":\"d\"}", ProblemDetail.class);

    assertThat(problem.code()).isEqualTo(ErrorCode.UNKNOWN);
    assertThat(problem.detail()).isEqualTo("d");
    assertThat(problem.title()).isEqualTo("Unknown");
  }

  @Test
  void createsProblemWithStatusAndTitleOfItsCode() {
    assertThat(ProblemDetail.of(ErrorCode.JOB_NOT_FOUND, "There is no job 'x'.", "job"))
        .isEqualTo(
            new ProblemDetail(
                "about:blank",
                "Job not found",
                404,
                ErrorCode.JOB_NOT_FOUND,
                "There is no job 'x'.",
                "job",
                null,
                null,
                null));
  }

  @Test
  void writesShellScriptWithoutCommand() throws JsonProcessingException {
    ProcessorSpec script = new ProcessorSpec.Shell(null, "echo hi");

    String json = JSON.writeValueAsString(script);

    assertThat(JSON.readTree(json))
        .isEqualTo(JSON.readTree("{\"type\":\"shell\",\"script\":\"echo hi\"}"));
    assertThat(read(json, ProcessorSpec.class)).isEqualTo(script);
  }

  @Test
  void readsHttpProcessorBackWithEmptyDefaults() throws JsonProcessingException {
    ProcessorSpec http =
        new ProcessorSpec.Http(
            "POST", "https://h/${fireTime}", Map.of("X-A", "b"), "body", List.of("2xx", "304"));

    assertThat(read(JSON.writeValueAsString(http), ProcessorSpec.class)).isEqualTo(http);
    assertThat(read("{\"type\":\"http\",\"method\":\"GET\",\"url\":\"u\"}", ProcessorSpec.class))
        .isEqualTo(new ProcessorSpec.Http("GET", "u", Map.of(), null, List.of()));
  }

  @Test
  void offersJavaProcessorByItsClassName() throws JsonProcessingException {
    ProcessorSpec java = read("{\"type\":\"java\",\"name\":\"a.B$C\"}", ProcessorSpec.class);

    assertThat(java).isEqualTo(new ProcessorSpec.Java("a.B$C"));
    assertThat(java.offerName()).isEqualTo("java:a.B$C");
  }

  @Test
  void omitsAbsentProgressFromMessages() throws JsonProcessingException {
    assertThat(JSON.writeValueAsString(new RenewRequest("s", List.of(), false)))
        .doesNotContain("progress");
    assertThat(JSON.writeValueAsString(new PollRequest("s", 1, 1, List.of(), 0, false)))
        .doesNotContain("progress");
  }

  @Test
  void readsServerTimeFromStringAndNumber() throws JsonProcessingException {
    Instant time = Instant.parse("2026-05-01T12:00:00Z");

    assertThat(read("{\"serverTime\":\"2026-05-01T12:00:00Z\"}", HandshakeResponse.class))
        .extracting(HandshakeResponse::serverTime)
        .isEqualTo(time);
    assertThat(read("{\"serverTime\":1777636800.0}", HandshakeResponse.class))
        .extracting(HandshakeResponse::serverTime)
        .isEqualTo(time);
  }

  @Test
  void sortsAttemptsByInstanceThenAttempt() {
    assertThat(
            Stream.of(new AttemptRef(2, 1), new AttemptRef(1, 10), new AttemptRef(1, 2)).sorted())
        .containsExactly(new AttemptRef(1, 2), new AttemptRef(1, 10), new AttemptRef(2, 1));
  }

  @Test
  void copiesListsOfMessageDefensively() {
    List<AttemptRef> held = new ArrayList<>(List.of(new AttemptRef(1, 1)));
    PollRequest request = new PollRequest("s", 1, 1, held, 0, false);

    held.clear();

    assertThat(request.held()).containsExactly(new AttemptRef(1, 1));
    assertThat(new Assignment(1, 1, "j", 1, null, Map.of("a", "b"), null, null).parameters())
        .isUnmodifiable();
  }

  private static <T> T read(String json, Class<T> type) throws JsonProcessingException {
    return JSON.readValue(json, type);
  }

  private static List<ObjectNode> objects(JsonNode node) {
    List<ObjectNode> found = new ArrayList<>();
    if (node instanceof ObjectNode object) {
      found.add(object);
    }
    // Parameters are a map of the user's own names; an object there would be a value of it.
    node.properties()
        .forEach(
            entry -> {
              if (!entry.getKey().equals("parameters")) {
                found.addAll(objects(entry.getValue()));
              }
            });
    if (node.isArray()) {
      node.forEach(element -> found.addAll(objects(element)));
    }
    return found;
  }
}
