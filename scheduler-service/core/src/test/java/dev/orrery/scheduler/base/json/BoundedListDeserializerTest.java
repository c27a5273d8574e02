package dev.orrery.scheduler.base.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Bounded;
import dev.orrery.protocol.message.Bounded.Excess;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.problem.MalformedJson;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.TooManyEntriesException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BoundedListDeserializerTest {
  private static final ObjectMapper JSON = json();
  private static final String NEVER_READ = "{\"no\": JSON";

  /** A list of a request, below its name in JSON. */
  record BoundedList(Class<?> request, String name, Bounded bound, boolean ofTexts) {
    String message(int entries, String rest) {
      String entry = ofTexts ? "\"a\"" : "{}";
      return "{\"" + name + "\":[" + repeated(entry, entries) + rest;
    }

    @Override
    public String toString() {
      return request.getSimpleName() + "." + name;
    }
  }

  static Stream<BoundedList> lists() {
    return WorkerOperation.ALL.stream()
        .map(WorkerOperation::request)
        .distinct()
        .flatMap(
            request ->
                Arrays.stream(request.getRecordComponents())
                    .filter(component -> component.getType() == List.class)
                    .map(component -> list(request, component)));
  }

  private static BoundedList list(Class<?> request, RecordComponent component) {
    return new BoundedList(
        request,
        component.getName(),
        component.getAnnotation(Bounded.class),
        component.getGenericType().getTypeName().endsWith("<java.lang.String>"));
  }

  static Stream<BoundedList> refusedLists() {
    return lists().filter(list -> list.bound().excess() == Excess.REFUSED);
  }

  static Stream<BoundedList> cutLists() {
    return lists().filter(list -> list.bound().excess() == Excess.CUT);
  }

  @Test
  void findsListFieldsOfWorkerMessages() {
    assertThat(lists().map(BoundedList::toString))
        .contains(
            "WorkerOffer.tags", "PollRequest.held", "PollRequest.progress", "LogsRequest.chunks");
  }

  @ParameterizedTest
  @MethodSource("lists")
  void readsListOfMaximumSize(BoundedList list) {
    assertThatCode(() -> read(list.request(), list.message(list.bound().max(), "]}")))
        .doesNotThrowAnyException();
  }

  /** The rest of the message is not read: it is no JSON. */
  @ParameterizedTest
  @MethodSource("refusedLists")
  void refusesOversizedListAtFirstExcessEntry(BoundedList list) {
    String message = list.message(list.bound().max() + 1, "," + NEVER_READ);

    ProblemException refusal = refusal(list.request(), message);

    assertThat(refusal.problem().code()).isEqualTo(ErrorCode.INVALID);
    assertThat(refusal.problem().field()).isEqualTo(list.name());
    assertThat(refusal.problem().detail())
        .isEqualTo("'%s' must have at most %d entries.", list.name(), list.bound().max());
  }

  @ParameterizedTest
  @MethodSource("cutLists")
  void truncatesOversizedListWithoutReadingRemainder(BoundedList list) throws Exception {
    String more = ",{\"instance\":[{\"of\":\"a wrong type\"}]},null]}";

    Object read = read(list.request(), list.message(list.bound().max(), more));

    assertThat(JSON.valueToTree(read).get(list.name())).hasSize(list.bound().max());
  }

  @Test
  void refusesExcessLinesAndNamesChunk() {
    String one = chunk(1);
    String more = "{\"lines\":[" + repeated("{}", MessageLimits.MAX_LOG_CHUNK_LINES + 1);

    ProblemException refusal =
        refusal(LogsRequest.class, "{\"chunks\":[" + one + "," + more + "," + NEVER_READ);

    assertThat(refusal.problem().code()).isEqualTo(ErrorCode.INVALID);
    assertThat(refusal.problem().field()).isEqualTo("chunks[1].lines");
  }

  @Test
  void limitsTotalLinesOfAllChunks() throws Exception {
    String five = repeated(chunk(MessageLimits.MAX_LOG_CHUNK_LINES), 5);

    LogsRequest most = (LogsRequest) read(LogsRequest.class, "{\"chunks\":[" + five + "]}");
    ProblemException refusal =
        refusal(LogsRequest.class, "{\"chunks\":[" + five + "," + chunk(1) + "," + NEVER_READ);

    assertThat(most.chunks().stream().mapToInt(chunk -> chunk.lines().size()).sum())
        .isEqualTo(MessageLimits.MAX_LOG_REQUEST_LINES);
    assertThat(refusal.problem().code()).isEqualTo(ErrorCode.INVALID);
    assertThat(refusal.problem().field()).isEqualTo("chunks[5].lines");
    assertThat(refusal.problem().detail())
        .isEqualTo(
            "'chunks[5].lines' and the lists of this name before it must have at most %d entries.",
            MessageLimits.MAX_LOG_REQUEST_LINES);
  }

  /** The count of one message does not reduce the bound of the next. */
  @Test
  void resetsTotalLineCountPerMessage() throws Exception {
    String message = "{\"chunks\":[" + repeated(chunk(MessageLimits.MAX_LOG_CHUNK_LINES), 3) + "]}";

    for (int n = 0; n < 2; n++) {
      assertThat(((LogsRequest) read(LogsRequest.class, message)).chunks()).hasSize(3);
    }
  }

  /** A worker drops a report that is refused as invalid, so its texts are cut and not refused. */
  @Test
  void acceptsReportsWithLargeTexts() throws Exception {
    String text = "x".repeat(3 * 1024 * 1024);
    String message =
        "{\"reports\":[{\"instance\":\"1\",\"attempt\":1,\"result\":\"" + text + "\"}]}";

    assertThat(((ReportRequest) read(ReportRequest.class, message)).reports().get(0).result())
        .isEqualTo(text);
  }

  @Test
  void readsEntriesOfBoundedLists() throws Exception {
    String poll =
        "{\"held\":[{\"instance\":\"9007199254740993\",\"attempt\":2}],\"progress\":null}";

    PollRequest read = (PollRequest) read(PollRequest.class, poll);

    assertThat(read.held().get(0).instance()).isEqualTo(9007199254740993L);
    assertThat(read.held().get(0).attempt()).isEqualTo(2);
    assertThat(read.progress()).isEmpty();
    assertThat(((WorkerOffer) read(WorkerOffer.class, "{\"tags\":[\"a\",\"b\"]}")).tags())
        .containsExactly("a", "b");
  }

  private static ObjectMapper json() {
    ObjectMapper json =
        new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    new JsonLimitCustomizer().customize(json);
    return json;
  }

  private static Object read(Class<?> request, String message) throws Exception {
    return JSON.readValue(message, request);
  }

  private static ProblemException refusal(Class<?> request, String message) {
    return MalformedJson.of(
        catchThrowableOfType(TooManyEntriesException.class, () -> read(request, message)));
  }

  private static String chunk(int lines) {
    return "{\"instance\":\"1\",\"attempt\":1,\"sequence\":0,\"lines\":["
        + repeated("{}", lines)
        + "]}";
  }

  private static String repeated(String entry, int count) {
    return Collections.nCopies(count, entry).stream().collect(Collectors.joining(","));
  }
}
