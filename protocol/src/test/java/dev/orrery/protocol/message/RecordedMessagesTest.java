package dev.orrery.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that recordings of peers of each released protocol version are still read and written.
 * Recordings never change: a message that no longer matches breaks peers in use, and needs a new
 * protocol version.
 */
class RecordedMessagesTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  /** A recorded message of a peer, as it was on the wire. */
  record Recording(Path file) {
    String version() {
      return file.getParent().getFileName().toString();
    }

    /** Returns the kind of message, such as {@code poll-request}. */
    String kind() {
      return file.getFileName().toString().replaceAll("-[0-9]+\\.json$", "");
    }

    JsonNode json() throws IOException {
      return JSON.readTree(Files.readString(file));
    }

    Class<?> type() {
      if (kind().equals("problem")) {
        return ProblemDetail.class;
      }
      WorkerOperation<?, ?> verb =
          WorkerOperation.ALL.stream()
              .filter(one -> kind().startsWith(name(one) + "-"))
              .findFirst()
              .get();
      return kind().endsWith("-request") ? verb.request() : verb.response();
    }

    @Override
    public String toString() {
      return version() + "/" + file.getFileName();
    }
  }

  static List<Recording> recordings() throws IOException, URISyntaxException {
    Path root = Path.of(RecordedMessagesTest.class.getResource("/recorded").toURI());
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.getFileName().toString().matches(".*-[0-9]+\\.json"))
          .sorted()
          .map(Recording::new)
          .toList();
    }
  }

  @Test
  void containsRecordingsOfEveryOperationForEveryVersion() throws Exception {
    List<String> recorded =
        recordings().stream().map(one -> one.version() + " " + one.kind()).distinct().toList();

    IntStream.rangeClosed(VersionRange.SUPPORTED.min(), VersionRange.SUPPORTED.max())
        .forEach(
            version ->
                WorkerOperation.ALL.forEach(
                    verb ->
                        assertThat(recorded)
                            .contains(
                                "v" + version + " " + name(verb) + "-request",
                                "v" + version + " " + name(verb) + "-answer",
                                "v" + version + " problem")));
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void readsAndRewritesRecordedMessageWithoutLoss(Recording recording) throws IOException {
    JsonNode recorded = recording.json();

    Object understood = JSON.treeToValue(recorded, recording.type());

    assertThat(lost("", recorded, JSON.readTree(JSON.writeValueAsString(understood))))
        .as("%s, of peers that are in use; see the comment of this class", recording)
        .isEmpty();
  }

  @Test
  void coversEveryEnumNameInRecordings() throws Exception {
    List<String> values = new ArrayList<>();
    for (Recording recording : recordings()) {
      texts(recording.json(), values);
    }

    assertThat(values).contains(names(Outcome.values())).contains(names(Verdict.values()));
    assertThat(values).contains("noop", "shell", "http", "java", "stdout", "stderr");
  }

  @Test
  void coversEveryCurrentFieldInRecordings() throws Exception {
    Set<String> recorded = new TreeSet<>();
    for (Recording recording : recordings()) {
      fields(recording.json(), recorded);
    }
    Set<String> today = new TreeSet<>();
    for (Named<Messages> example : Messages.all()) {
      fields(JSON.readTree(example.getPayload().json()), today);
    }

    assertThat(recorded).containsAll(today);
  }

  @ParameterizedTest
  @MethodSource("names")
  void keepsMeaningOfRecordedNames(Path file) throws IOException {
    JsonNode names = JSON.readTree(Files.readString(file));

    assertThat(WorkerOperation.ALL)
        .extracting(WorkerOperation::path)
        .containsAll(list(names.get("paths")));
    names
        .get("codes")
        .properties()
        .forEach(
            code -> {
              assertThat(ErrorCode.of(code.getKey())).hasToString(code.getKey());
              assertThat(ErrorCode.of(code.getKey()).status()).isEqualTo(code.getValue().asInt());
            });
    for (String name : list(names.get("protocols"))) {
      assertThat(Protocol.parse(name).canonicalName()).isEqualTo(name);
    }
    for (String name : list(names.get("dialects"))) {
      assertThat(Dialect.parse(name).canonicalName()).isEqualTo(name);
    }
  }

  static List<Path> names() throws IOException, URISyntaxException {
    return recordings().stream()
        .map(recording -> recording.file().resolveSibling("names.json"))
        .distinct()
        .toList();
  }

  @Test
  void detectsEveryKindOfIncompatibleChange() throws IOException {
    JsonNode recorded = JSON.readTree("{\"a\":\"1\",\"b\":[{\"c\":2}],\"d\":true}");

    assertThat(
            lost("", recorded, JSON.readTree("{\"a\":\"1\",\"b\":[{\"c\":2,\"x\":0}],\"d\":true}")))
        .isEmpty();
    assertThat(lost("", recorded, JSON.readTree("{\"b\":[{\"c\":2}],\"d\":true}")))
        .containsExactly("/a");
    assertThat(lost("", recorded, JSON.readTree("{\"a\":1,\"b\":[{\"c\":3}],\"d\":true}")))
        .containsExactly("/a", "/b/0/c");
    assertThat(lost("", recorded, JSON.readTree("{\"a\":\"1\",\"b\":[],\"d\":\"true\"}")))
        .containsExactly("/b", "/d");
  }

  /** Returns the places of recorded values that are missing or different in what is written now. */
  private static List<String> lost(String place, JsonNode recorded, JsonNode now) {
    List<String> lost = new ArrayList<>();
    if (recorded.isObject() && now.isObject()) {
      recorded
          .properties()
          .forEach(
              field ->
                  lost.addAll(
                      lost(
                          place + "/" + field.getKey(),
                          field.getValue(),
                          now.path(field.getKey()))));
    } else if (recorded.isArray() && now.isArray() && recorded.size() == now.size()) {
      for (int i = 0; i < recorded.size(); i++) {
        lost.addAll(lost(place + "/" + i, recorded.get(i), now.get(i)));
      }
    } else if (!recorded.equals(now)) {
      lost.add(place);
    }
    return lost;
  }

  private static void fields(JsonNode node, Set<String> into) {
    node.fieldNames().forEachRemaining(into::add);
    node.forEach(child -> fields(child, into));
  }

  private static void texts(JsonNode node, List<String> into) {
    if (node.isTextual()) {
      into.add(node.asText());
    }
    node.forEach(child -> texts(child, into));
  }

  private static String[] names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).toArray(String[]::new);
  }

  private static List<String> list(JsonNode array) {
    List<String> list = new ArrayList<>();
    array.forEach(element -> list.add(element.asText()));
    return list;
  }

  private static String name(WorkerOperation<?, ?> verb) {
    return verb.equals(WorkerOperation.DISCOVERY)
        ? "discovery"
        : verb.path().substring(verb.path().lastIndexOf('/') + 1);
  }
}
