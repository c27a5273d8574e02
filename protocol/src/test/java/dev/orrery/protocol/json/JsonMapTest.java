package dev.orrery.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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
import org.junit.jupiter.params.provider.ValueSource;

class JsonMapTest {
  @Test
  void preservesFieldOrder() throws JsonException {
    Map<String, Object> read = JsonMap.parse("{\"z\":1,\"a\":{\"y\":[true,null]},\"m\":\"x\"}");

    assertThat(read.keySet()).containsExactly("z", "a", "m");
    assertThat(read)
        .containsEntry("z", BigDecimal.ONE)
        .containsEntry("a", Map.of("y", Arrays.asList(true, null)));
    assertThat(JsonMap.write(read)).isEqualTo("{\"z\":1,\"a\":{\"y\":[true,null]},\"m\":\"x\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "\"a\"", "null"})
  void refusesJsonThatIsNotAnObject(String text) {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> JsonMap.parse(text))
        .withMessage("the text is not an object");
  }

  @Test
  void writesEveryKindOfValue() throws JsonException {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("text", "é \" \\ \n\t\u0001 \uD83D\uDE00");
    value.put("list", Arrays.asList(1, 2.5, new BigDecimal("1e400"), true, null));
    value.put("at", Instant.parse("2027-01-01T00:00:00Z"));
    value.put("timeout", Duration.ofMinutes(90));
    value.put("map", Map.of("a", Map.of()));

    assertThat(JsonMap.write(value))
        .isEqualTo(
            "{\"text\":\"é \\\" \\\\ \\n\\t\\u0001 \uD83D\uDE00\",\"list\":[1,2.5,1E+400,true,null],"
                + "\"at\":\"2027-01-01T00:00:00Z\",\"timeout\":\"PT1H30M\",\"map\":{\"a\":{}}}");
    assertThat(JsonMap.parse(JsonMap.write(value))).containsEntry("text", value.get("text"));
  }

  @Test
  void namesPathOfUnsupportedValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonMap.write(Map.of("a", List.of(1, new Thread()))))
        .withMessageStartingWith("The value of 'a[1]' is a java.lang.Thread; use a map");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonMap.write(Map.of("a", Map.of(1, 2))))
        .withMessage("A key of 'a' is not text: 1");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void refusesNonFiniteNumber(double number) {
    assertThatIllegalArgumentException().isThrownBy(() -> JsonMap.write(Map.of("a", number)));
  }

  @Test
  void refusesCyclicObject() {
    Map<String, Object> self = new LinkedHashMap<>();
    self.put("self", self);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonMap.write(self))
        .withMessageStartingWith("There are more than 50 levels at 'self.self");
  }
}
