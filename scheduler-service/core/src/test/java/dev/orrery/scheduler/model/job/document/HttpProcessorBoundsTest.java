package dev.orrery.scheduler.model.job.document;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that each field of a processor {@code http} is accepted at its bound and refused beyond
 * it.
 */
class HttpProcessorBoundsTest {

  static Stream<Arguments> bounds() {
    return Stream.of(
        bound("url", 8 * 1024, (http, size) -> http.put("url", text("http://h/", size))),
        bound("body", 64 * 1024, (http, size) -> http.put("body", text("", size))),
        bound("headers", 50, HttpProcessorBoundsTest::addHeaders),
        bound(
            "headers.A",
            8 * 1024,
            (http, size) -> http.putObject("headers").put("A", text("", size))),
        bound("expectStatus", 50, HttpProcessorBoundsTest::addStatuses));
  }

  private static Arguments bound(
      String field, int bound, BiConsumer<ObjectNode, Integer> ofThisSize) {
    return Arguments.of(field, bound, ofThisSize);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("bounds")
  void acceptsHttpProcessorFieldsUpToLimit(
      String field, int bound, BiConsumer<ObjectNode, Integer> ofThisSize) {
    ObjectNode largest = withHttp(bound, ofThisSize);
    ObjectNode larger = withHttp(bound + 1, ofThisSize);

    assertThatCode(() -> JobDocumentReader.read("nightly", largest)).doesNotThrowAnyException();
    assertInvalid("processor." + field, () -> JobDocumentReader.read("nightly", larger));
  }

  private static ObjectNode withHttp(int size, BiConsumer<ObjectNode, Integer> ofThisSize) {
    ObjectNode document = new JsonMapper().createObjectNode();
    ObjectNode http = document.putObject("processor").put("type", "http").put("url", "http://h");
    ofThisSize.accept(http, size);
    return document;
  }

  private static void addHeaders(ObjectNode http, int count) {
    ObjectNode headers = http.putObject("headers");
    for (int i = 0; i < count; i++) {
      headers.put("A" + i, "a");
    }
  }

  private static void addStatuses(ObjectNode http, int count) {
    for (int i = 0; i < count; i++) {
      http.withArray("expectStatus").add(200 + i);
    }
  }

  /** This many characters in all. */
  private static String text(String start, int size) {
    return start + "x".repeat(size - start.length());
  }
}
