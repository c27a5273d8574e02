package dev.orrery.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  private static JsonObject parse(String text) throws JsonException {
    return JsonObject.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsEveryKindOfValue() throws JsonException {
    JsonObject json =
        parse(
            """
            {"text":"a\\u00e4\\n\\"\\ud83d\\ude00", "digits":"9223372036854775807", "number":-7,
             "exponent":1e3, "yes":true, "no":false, "nothing":null,
             "at":"2027-03-28T01:00:00Z", "object":{"text":"in"}, "objects":[{"a":1},{"a":2}],
             "texts":["a",1,true], "map":{"a":"b","c":2}, "numbers":[1,2], "text":"last"}
            """);

    assertThat(json.text("text")).isEqualTo("last");
    assertThat(json.number("digits")).isEqualTo(Long.MAX_VALUE);
    assertThat(json.integer("number")).isEqualTo(-7);
    assertThat(json.number("exponent")).isEqualTo(1000);
    assertThat(json.flag("yes")).isTrue();
    assertThat(json.flag("no")).isFalse();
    assertThat(json.text("nothing")).isNull();
    assertThat(json.instant("at")).isEqualTo(Instant.parse("2027-03-28T01:00:00Z"));
    assertThat(json.object("object").text("text")).isEqualTo("in");
    assertThat(json.objects("objects", one -> one.integer("a"))).containsExactly(1, 2);
    assertThat(json.texts("texts")).containsExactly("a", "1", "true");
    assertThat(json.textMap("map")).isEqualTo(Map.of("a", "b", "c", "2"));
    assertThat(json.integersOrNull("numbers")).containsExactly(1, 2);
  }

  @Test
  void readsEscapeSequences() throws JsonException {
    assertThat(parse("{\"a\":\"\\b\\f\\n\\r\\t\\/\\\\\\\"\\u20AC\\ud83d\\ude00\"}").text("a"))
        .isEqualTo("\b\f\n\r\t/\\\"€😀");
  }

  @Test
  void readsAbsentFieldsAsDefaults() throws JsonException {
    JsonObject json = parse("{}");

    assertThat(json.text("a")).isNull();
    assertThat(json.number("a")).isZero();
    assertThat(json.numberOrNull("a")).isNull();
    assertThat(json.integer("a")).isZero();
    assertThat(json.flag("a")).isFalse();
    assertThat(json.instant("a")).isNull();
    assertThat(json.object("a")).isNull();
    assertThat(json.objects("a", one -> one)).isEmpty();
    assertThat(json.objectsOrNull("a", one -> one)).isNull();
    assertThat(json.texts("a")).isEmpty();
    assertThat(json.textsOrNull("a")).isNull();
    assertThat(json.integersOrNull("a")).isNull();
    assertThat(json.textMap("a")).isEmpty();
  }

  @Test
  void readsSameKeysInEachObjectOfAnArray() throws JsonException {
    String object = "{\"a\":1,\"ab\":2,\"\":3,\"a\\\"b\":4,\"\\u0061c\":5}";

    List<List<Integer>> read =
        parse("{\"objects\":[" + object + "," + object + "]}")
            .objects(
                "objects",
                one ->
                    List.of(
                        one.integer("a"),
                        one.integer("ab"),
                        one.integer(""),
                        one.integer("a\"b"),
                        one.integer("ac")));

    assertThat(read).containsExactly(List.of(1, 2, 3, 4, 5), List.of(1, 2, 3, 4, 5));
  }

  @Test
  void refusesKeyWithBareQuoteAfterTheSameKeyEscaped() {
    assertThatThrownBy(() -> parse("{\"a\\\"b\":1,\"a\"b\":2}")).isInstanceOf(JsonException.class);
  }

  @Test
  void readsObjectsOfManyKeys() throws JsonException {
    StringBuilder object = new StringBuilder("{");
    for (int i = 0; i < 100; i++) {
      object.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":").append(i);
    }
    String twice = "{\"objects\":[" + object + "}," + object + "}]}";

    assertThat(parse(twice).objects("objects", one -> one.integer("k31") + one.integer("k99")))
        .containsExactly(130, 130);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "7",
        "-12",
        "999999999999999999",
        "-99999999999999999",
        "9223372036854775807",
        "-9223372036854775808"
      })
  void readsWholeNumberOfAnyLength(String number) throws JsonException {
    assertThat(parse("{\"a\":" + number + "}").number("a")).isEqualTo(Long.parseLong(number));
  }

  @Test
  void namesFieldOfWrongType() throws JsonException {
    JsonObject json = parse("{\"a\":[1.5,{}],\"b\":\"x\",\"c\":4294967296}");

    assertThatThrownBy(() -> json.text("a")).hasMessage("a is not a string");
    assertThatThrownBy(() -> json.object("b")).hasMessage("b is not an object");
    assertThatThrownBy(() -> json.texts("b")).hasMessage("b is not an array");
    assertThatThrownBy(() -> json.flag("b")).hasMessage("b is not true or false");
    assertThatThrownBy(() -> json.number("a")).hasMessage("a is not a number");
    assertThatThrownBy(() -> json.number("b")).hasMessage("b is not a whole number of 64 bits");
    assertThatThrownBy(() -> json.integer("c")).hasMessage("c is not a whole number of 32 bits");
    assertThatThrownBy(() -> json.integersOrNull("a"))
        .hasMessage("a is not a whole number of 64 bits");
    assertThatThrownBy(() -> json.instant("b")).hasMessage("b is not an instant");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"a\":1}x | expected the end at 7",
        "{a:1} | expected a key at 1",
        "{\"a\" 1} | expected ':' at 5",
        "{\"a\":1 \"b\":2} | expected ',' at 7",
        "{\"a\":[1 2]} | expected ',' at 8",
        "{\"a\":tru} | expected 'true' at 5",
        "{\"a\":\"\\x\"} | expected an escape at 7",
        "{\"a\":\"\\u00g0\"} | expected a hexadecimal digit at 10",
        "{\"a\":\"b | the text ends too early",
        "{\"a\":+1} | expected a value at 5",
        "{\"a\":1.} | expected a value at 7",
        "{\"a\":01} | expected ',' at 6",
        "{\"a\":1e9999999999} | a number out of range at 5",
        "[1] | the text is not an object"
      })
  void reportsPositionOfSyntaxError(String text, String message) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(JsonException.class).hasMessage(message);
  }

  @Test
  void refusesControlCharacterInString() {
    assertThatThrownBy(() -> parse("{\"a\":\"b\nc\"}"))
        .hasMessage("expected a character of a string at 7");
  }

  @Test
  void refusesExcessiveNestingHugeNumbersAndInvalidUtf8() {
    assertThatThrownBy(() -> parse("{\"a\":" + "[".repeat(100_000)))
        .hasMessageStartingWith("more than 50 levels");
    assertThatThrownBy(() -> parse("{\"a\":" + "9".repeat(1_000_000) + "}"))
        .hasMessage("a number of more than 100 characters");
    assertThatThrownBy(() -> parse("{\"a\":1e999999999}").number("a"))
        .isInstanceOf(JsonException.class);
    assertThatThrownBy(() -> JsonObject.parse(new byte[] {'{', '"', (byte) 0xff, '"', '}'}))
        .hasMessage("the text is not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void acceptsSameCorruptedJsonAsJackson(long seed) throws IOException {
    String sound =
        "{\"a\":[1,-2.5e3,\"x\\u00e4\\n\",true,false,null,{}],\"b\":{\"c\":\"\"},\"d\":[[]]}";
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      StringBuilder damaged = new StringBuilder(sound);
      for (int j = random.nextInt(3); j >= 0; j--) {
        int at = random.nextInt(damaged.length());
        damaged.setCharAt(at, "{}[],:\"\\ 019.eE+-tfnu".charAt(random.nextInt(21)));
      }
      assertThat(accepts(damaged.toString())).as(damaged.toString()).isEqualTo(jackson(damaged));
    }
  }

  private static boolean accepts(String text) {
    try {
      parse(text);
      return true;
    } catch (JsonException e) {
      return false;
    }
  }

  private static boolean jackson(CharSequence text) {
    try (var parser = JACKSON.createParser(text.toString())) {
      JsonNode node = JACKSON.readTree(parser);
      return node.isObject() && parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void readsOutputOfJsonWriter() throws JsonException {
    String all = "\"\\/\b\f\n\r\t\0\u001f\u007f\u2028€😀\ud800";
    byte[] text =
        JsonWriter.write(
            all,
            (json, value) ->
                json.text("text", value)
                    .text("absent", null)
                    .number("number", Long.MIN_VALUE)
                    .id("id", Long.MAX_VALUE)
                    .flag("flag", true)
                    .texts("texts", List.of("a", "b"))
                    .nonEmptyObjects("none", List.<String>of(), (one, of) -> one.text("a", of))
                    .objects("objects", List.of("x"), (one, of) -> one.text("a", of)));

    JsonObject json = JsonObject.parse(text);
    assertThat(new String(text, StandardCharsets.UTF_8))
        .doesNotContain("absent")
        .doesNotContain("none");
    assertThat(json.text("text")).isEqualTo(all);
    assertThat(json.number("number")).isEqualTo(Long.MIN_VALUE);
    assertThat(json.number("id")).isEqualTo(Long.MAX_VALUE);
    assertThat(json.flag("flag")).isTrue();
    assertThat(json.texts("texts")).containsExactly("a", "b");
    assertThat(json.objects("objects", one -> one.text("a"))).containsExactly("x");
  }
}
