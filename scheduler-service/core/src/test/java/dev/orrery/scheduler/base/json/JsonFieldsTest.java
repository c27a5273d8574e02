package dev.orrery.scheduler.base.json;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertMalformed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.ProblemDetail.FieldError;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldsTest {
  private enum Choice {
    ONE,
    FIRE_ONCE
  }

  @Test
  void treatsMissingBodyAsEmptyObject() {
    Stream.of(null, NullNode.instance, MissingNode.getInstance())
        .forEach(
            body -> {
              JsonFields fields = JsonFields.ofBody(body);
              assertThat(fields.text("a")).isEmpty();
              fields.refuseUnknown();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"text\"", "1", "true"})
  void refusesNonObjectBodyAsMalformed(String body) {
    assertMalformed(null, () -> fields(body)).hasMessageContaining("JSON object");
  }

  @Test
  void treatsNullFieldAsAbsent() throws Exception {
    JsonFields fields = fields("{\"a\":null}");

    assertThat(fields.has("a")).isFalse();
    assertThat(fields.text("a")).isEmpty();
    assertThat(fields.integer("a", 0, 1)).isEmpty();
    assertThat(fields.flag("a")).isEmpty();
    assertThat(fields.object("a", "{}")).isEmpty();
    assertThat(fields.texts("a")).isEmpty();
    assertThat(fields.textMap("a")).isEmpty();
    assertInvalid("a", () -> fields.requiredText("a")).hasMessageContaining("'a' is missing");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "10, 10", "7, 7", "-0, 0"})
  void acceptsIntegerWithinBounds(String json, int value) throws Exception {
    assertThat(fields("{\"n\":" + json + "}").integer("n", 0, 10)).contains(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "11", "5.0", "5.5", "1e1", "99999999999999999999", "2147483648"})
  void refusesInvalidInteger(String json) throws Exception {
    JsonFields fields = fields("{\"n\":" + json + "}");

    assertInvalid("n", () -> fields.integer("n", 0, 10))
        .hasMessageContaining("'n' must be a whole number from 0 to 10");
  }

  @ParameterizedTest
  @CsvSource({
    "PT10S, PT10S",
    "P1D, PT24H",
    "pt0.5s, PT0.5S",
    "PT0S, PT0S",
    "' PT1M ', PT1M",
    "PT1H-1M, PT59M",
    "10s, PT10S",
    "1h30m, PT1H30M",
    "0s, PT0S"
  })
  void readsShortAndIso8601Durations(String text, Duration duration) throws Exception {
    assertThat(fields("{\"d\":\"" + text + "\"}").duration("d")).contains(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10 s", "10", "P1M", "P1Y", "PT", "-PT1S", "PT-1S", "PT1e3S"})
  void refusesInvalidDuration(String text) throws Exception {
    JsonFields fields = fields("{\"d\":\"" + text + "\"}");

    assertInvalid("d", () -> fields.duration("d"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"P1M", "P1Y", "p2w", "P1Y2DT3H"})
  void suggestsDaysForDurationInWeeksMonthsOrYears(String text) throws Exception {
    JsonFields fields = fields("{\"d\":\"" + text + "\"}");

    assertInvalid("d", () -> fields.duration("d")).hasMessageContaining("in days at most");
  }

  @Test
  void suggestsCorrectSyntaxForWrongTypes() throws Exception {
    JsonFields fields = fields("{\"d\":30,\"m\":{\"n\":1,\"b\":true,\"o\":{}}}");

    assertMalformed("d", () -> fields.duration("d"))
        .hasMessageContaining(
            "'d' must be a duration such as 30s, 5m, 1h30m or PT1H30M; write 30s for seconds.");
    assertInvalid("t", () -> fields("{\"t\":\" 10\"}").duration("t"))
        .hasMessageContaining("got ' 10'; write 10s for seconds.");
    assertMalformed("m.n", () -> fields.textMap("m"))
        .hasMessageContaining("'m.n' must be a string; write \"1\"");
  }

  @Test
  void suggestsReadFieldForUnknownOne() throws Exception {
    JsonFields fields = fields("{\"retries\":{},\"a-name-of-many-letters\":1}");
    JsonFields known = fields.ignoring("status");
    known.text("name");
    known.has("retry");

    assertInvalid("retries", known::refuseUnknown)
        .hasMessageContaining("Did you mean 'retry'? Known here: name, retry.");
    JsonFields other = fields("{\"a-name-of-many-letters\":1}");
    assertInvalid("a-name-of-many-letters", other::refuseUnknown)
        .hasMessageContaining("Unknown field 'a-name-of-many-lette…'.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"procesor", "processors", "procsesor", "prozessor", "rocessor", "process"})
  void suggestsMisspelledFieldForMissingField(String written) throws Exception {
    JsonFields fields = fields("{\"name\":\"a\",\"" + written + "\":{}}");

    assertThat(fields.missing("processor"))
        .hasMessageContaining("'processor' is missing. Is '" + written + "' it, misspelt?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"executor", "p"})
  void suggestsNoFieldWhenNoneIsSimilar(String written) throws Exception {
    assertThat(fields("{\"" + written + "\":{}}").missing("processor"))
        .hasMessageEndingWith("'processor' is missing.");
  }

  @ParameterizedTest
  @CsvSource({
    "2027-01-01T00:00:00Z, 2027-01-01T00:00:00Z",
    "2027-01-01T01:00:00+01:00, 2027-01-01T00:00:00Z",
    "2027-01-01T00:00Z, 2027-01-01T00:00:00Z",
    "2027-01-01T00:00:00.123987Z, 2027-01-01T00:00:00.123Z",
    "1970-01-01T00:00:00Z, 1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z, 9999-12-31T23:59:59.999Z"
  })
  void readsInstantWithOffsetTruncatedToMilliseconds(String text, Instant instant)
      throws Exception {
    assertThat(fields("{\"t\":\"" + text + "\"}").instant("t")).contains(instant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2027-01-01",
        "2027-01-01T00:00:00",
        "2027-13-01T00:00:00Z",
        "now",
        "1969-12-31T23:59:59Z",
        "+10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z"
      })
  void refusesInvalidInstant(String text) throws Exception {
    JsonFields fields = fields("{\"t\":\"" + text + "\"}");

    assertInvalid("t", () -> fields.instant("t"));
  }

  @Test
  void acceptsChoiceInLowerCaseWithHyphensOnly() throws Exception {
    JsonFields fields = fields("{\"c\":\"fire-once\",\"u\":\"FIRE_ONCE\"}");

    assertThat(fields.oneOf("c", Choice.values())).contains(Choice.FIRE_ONCE);
    assertInvalid("u", () -> fields.oneOf("u", Choice.values()))
        .hasMessageContaining("'u' must be one of one, fire-once; got 'FIRE_ONCE'");
  }

  @Test
  void reportsPathOfNestedFields() throws Exception {
    JsonFields fields = fields("{\"a\":{\"b\":{\"c\":1}}}");
    JsonNode element = new ObjectMapper().readTree("{\"x\":\"y\"}");

    JsonFields inner = fields.object("a", "{}").orElseThrow().object("b", "{}").orElseThrow();

    assertMalformed("a.b.c", () -> inner.text("c"));
    assertThat(inner.pathOf("d")).isEqualTo("a.b.d");
    assertInvalid("list[1].z", () -> JsonFields.of("list[1]", element).requiredText("z"));
  }

  @Test
  void preservesOrderOfTextsAndMaps() throws Exception {
    JsonFields fields = fields("{\"l\":[\"b\",\"a\",\"b\"],\"m\":{\"z\":\"1\",\"a\":\"2\"}}");

    assertThat(fields.texts("l")).contains(List.of("b", "a", "b"));
    assertThat(fields.textMap("m").orElseThrow())
        .containsExactly(Map.entry("z", "1"), Map.entry("a", "2"));
  }

  @Test
  void refusesNulCharacterAndNamesField() throws Exception {
    JsonFields fields =
        fields("{\"t\":\"\\u0000\",\"l\":[\"a\",\"\\u0000\"],\"m\":{\"k\":\"\\u0000\"}}");

    assertInvalid("t", () -> fields.text("t")).hasMessageContaining("NUL");
    assertInvalid("l[1]", () -> fields.texts("l"));
    assertInvalid("m.k", () -> fields.textMap("m"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud83d", "x\\ude80", "\\ude80\\ud83d", "\\ud83d\\ud83d\\ude80"})
  void refusesLoneSurrogateAndNamesField(String text) throws Exception {
    JsonFields fields =
        fields(
            "{'t':'#','d':'#','n':['#'],'l':['a','#'],'m':{'k':'#'}}"
                .replace('\'', '"')
                .replace("#", text));

    assertInvalid("t", () -> fields.text("t")).hasMessageContaining("without the other half");
    assertInvalid("d", () -> fields.duration("d"));
    assertInvalid("n", () -> fields.textsOrNumbers("n"));
    assertInvalid("l[1]", () -> fields.texts("l"));
    assertInvalid("m.k", () -> fields.textMap("m"));
  }

  @Test
  void acceptsSurrogatePair() throws Exception {
    assertThat(fields("{\"t\":\"\\ud83d\\ude80\"}").text("t")).contains("\uD83D\uDE80");
  }

  @Test
  void refusesNulCharacterInKey() throws Exception {
    JsonFields fields = fields("{\"m\":{\"\\u0000\":\"v\"}}");

    assertInvalid("m.\0", () -> fields.textMap("m"));
  }

  @Test
  void refusesUnknownFieldAndListsKnownFields() throws Exception {
    JsonFields fields = fields("{\"a\":1,\"typo\":2}").ignoring("status");
    fields.has("a");

    assertInvalid("typo", fields::refuseUnknown)
        .hasMessageContaining("Unknown field 'typo'. Known here: a.");
  }

  @Test
  void refusesUnknownFieldAndSuggestsSimilarName() throws Exception {
    JsonFields fields = fields("{\"timeuot\":1}");
    fields.has("name");
    fields.has("timeout");

    assertInvalid("timeuot", fields::refuseUnknown)
        .hasMessageContaining(
            "Unknown field 'timeuot'. Did you mean 'timeout'? Known here: name, timeout.");
  }

  @Test
  void collectsErrorsAndTreatsInvalidFieldsAsAbsent() throws Exception {
    JsonFields fields =
        JsonFields.collecting(
            new ObjectMapper()
                .readTree("{\"n\":99,\"o\":{\"d\":\"soon\",\"x\":1},\"t\":7,\"typo\":1}"));

    assertThat(fields.integer("n", 0, 10)).isEmpty();
    JsonFields inner = fields.object("o", "{}").orElseThrow();
    assertThat(inner.duration("d")).isEmpty();
    inner.refuseUnknown();
    assertThatThrownBy(inner::requireNoError).isInstanceOf(ProblemException.class);
    assertThat(fields.attempt(() -> fields.requiredText("t"))).isEmpty();
    assertThat(fields.requiredObject("missing", "{}")).isEmpty();
    fields.refuseUnknown();

    ProblemDetail problem =
        catchThrowableOfType(ProblemException.class, fields::throwErrors).problem();
    assertThat(problem.code()).isEqualTo(ErrorCode.INVALID);
    assertThat(problem.field()).isEqualTo("n");
    assertThat(problem.errors())
        .extracting(FieldError::field)
        .containsExactly("n", "o.d", "o.x", "t", "missing", "typo");
    assertThat(problem.errors().get(0).message()).isEqualTo(problem.detail());
  }

  @Test
  void readsValidObjectDespiteErrorsElsewhere() throws Exception {
    JsonFields fields =
        JsonFields.collecting(new ObjectMapper().readTree("{\"n\":99,\"o\":{\"d\":\"5m\"}}"));
    fields.integer("n", 0, 10);
    JsonFields inner = fields.object("o", "{}").orElseThrow();

    inner.requireNoError();

    assertThat(inner.duration("d")).contains(Duration.ofMinutes(5));
  }

  @Test
  void limitsNumberOfCollectedErrors() throws Exception {
    ObjectNode body = new ObjectMapper().createObjectNode();
    for (int i = 0; i < 50_000; i++) {
      body.put("unknown" + i, 1);
    }
    JsonFields fields = JsonFields.collecting(body);

    ProblemDetail problem =
        catchThrowableOfType(ProblemException.class, fields::refuseUnknown).problem();

    assertThat(problem.errors()).hasSize(ValidationErrors.MAX_ERRORS);
  }

  @Test
  void throwsNoErrorForValidBody() throws Exception {
    JsonFields fields = JsonFields.collecting(new ObjectMapper().readTree("{\"n\":1}"));
    fields.integer("n", 0, 10);

    assertThatCode(fields::throwErrors).doesNotThrowAnyException();
  }

  @Test
  void acceptsFieldThatWasRead() throws Exception {
    JsonFields fields = fields("{\"a\":null}");

    fields.text("a");

    assertThatCode(fields::refuseUnknown).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "text, 1",
    "text, true",
    "text, {}",
    "flag, '\"true\"'",
    "flag, 1",
    "integer, '\"1\"'",
    "integer, true",
    "object, []",
    "object, '\"{}\"'",
    "texts, '\"a\"'",
    "textMap, []",
    "duration, 10",
    "instant, 1767225600"
  })
  void refusesWrongJsonTypeAsMalformed(String kind, String json) throws Exception {
    JsonFields fields = fields("{\"x\":" + json + "}");

    assertMalformed(
        "x",
        () -> {
          switch (kind) {
            case "text" -> fields.text("x");
            case "flag" -> fields.flag("x");
            case "integer" -> fields.integer("x", 0, 9);
            case "object" -> fields.object("x", "{}");
            case "texts" -> fields.texts("x");
            case "textMap" -> fields.textMap("x");
            case "duration" -> fields.duration("x");
            default -> fields.instant("x");
          }
        });
  }

  @Test
  void reportsPathOfElementWithWrongType() throws Exception {
    JsonFields fields = fields("{\"l\":[\"a\",null],\"m\":{\"k\":null}}");

    assertMalformed("o[1]", () -> JsonFields.of("o[1]", IntNode.valueOf(1)));
    assertMalformed("l[1]", () -> fields.texts("l"));
    assertMalformed("m.k", () -> fields.textMap("m"));
  }

  private static JsonFields fields(String json) throws JsonProcessingException {
    return JsonFields.ofBody(new ObjectMapper().readTree(json));
  }
}
