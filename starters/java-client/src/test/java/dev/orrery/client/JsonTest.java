package dev.orrery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void readsEveryKindOfValue() {
    assertThat(
            Json.readObject(
                " { \"a\" : [ 1 , -2.5 , 1e3, true, false, null ] ,\n\"b\":{\"c\":\"\\u00e9\\n\\\"/\"},"
                    + "\"d\":[],\"e\":{} } "))
        .isEqualTo(
            Map.of(
                "a",
                Arrays.asList(1L, new BigDecimal("-2.5"), new BigDecimal("1e3"), true, false, null),
                "b",
                Map.of("c", "é\n\"/"),
                "d",
                List.of(),
                "e",
                Map.of()));
  }

  @Test
  void keepsOrderOfFields() {
    assertThat(Json.readObject("{\"z\":1,\"a\":2,\"m\":3}").keySet())
        .containsExactly("z", "a", "m");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|line 1, column 2: unexpected end",
        "{\"a\":1}x|line 1, column 8: expected nothing more",
        "{\"a\" 1}|line 1, column 6: expected ':'",
        "{\"a\":1,}|line 1, column 8: expected the name of a field in quotes",
        "{\"a\":1,\"a\":2}|line 1, column 12: duplicate field 'a'",
        "{\"a\":01}|line 1, column 6: expected a value",
        "{\"a\":tru}|line 1, column 6: expected true",
        "{\"a\":\"\\x\"}|line 1, column 9: unknown escape '\\x'",
        "{\"a\":\"\\u12g4\"}|line 1, column 11: expected four hexadecimal digits after \\u",
        "{\"a\":[1 2]}|line 1, column 9: expected ']'",
        "[]|expected a JSON object, which begins with '{'",
      })
  void refusesWhatIsNotJson(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.readObject(text))
        .withMessage(message);
  }

  @Test
  void refusesControlCharacterInString() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.read("\"a\nb\""))
        .withMessageContaining("line break or control character");
  }

  @Test
  void refusesDeepTextBeforeItFillsTheStack() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.read("[".repeat(1_000_000)))
        .withMessageContaining("nested deeper than 100 levels");
  }

  @Test
  void refusesLongNumber() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.read("1".repeat(1_000_000)))
        .withMessageContaining("more than 1000 characters");
  }

  @Test
  void writesEveryKindOfValue() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("text", "é \" \\ \n\t\u0001 \uD83D\uDE00");
    value.put("list", Arrays.asList(1, 2.5, true, null));
    value.put("at", Instant.parse("2027-01-01T00:00:00Z"));
    value.put("timeout", Duration.ofMinutes(90));
    value.put("map", Map.of("a", Map.of()));

    assertThat(Json.write(value))
        .isEqualTo(
            "{\"text\":\"é \\\" \\\\ \\n\\t\\u0001 \\ud83d\\ude00\",\"list\":[1,2.5,true,null],"
                + "\"at\":\"2027-01-01T00:00:00Z\",\"timeout\":\"PT1H30M\",\"map\":{\"a\":{}}}");
    assertThat(Json.readObject(Json.write(value))).containsEntry("text", value.get("text"));
  }

  @Test
  void namesThePlaceOfWhatCannotBeWritten() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.write(Map.of("a", List.of(1, new Thread()))))
        .withMessageStartingWith("The value of 'a[1]' is a java.lang.Thread;");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.write(Map.of("a", Map.of(1, 2))))
        .withMessage("A key of 'a' is not a string: 1");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void refusesNumberThatJsonLacks(double number) {
    assertThatIllegalArgumentException().isThrownBy(() -> Json.write(Map.of("a", number)));
  }

  @Test
  void refusesObjectThatContainsItself() {
    Map<String, Object> self = new LinkedHashMap<>();
    self.put("self", self);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.write(self))
        .withMessageContaining("nested deeper than 100 levels");
  }
}
