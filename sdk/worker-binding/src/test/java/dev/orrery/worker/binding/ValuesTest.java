package dev.orrery.worker.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.json.JsonObject;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.Param;
import dev.orrery.worker.test.ProcessorTester;
import dev.orrery.worker.test.TestedRun;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the table of docs/values.md, and what it says about other texts. */
class ValuesTest {
  private static final Path PAGE = Path.of("../../docs/values.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  enum Color {
    RED,
    DARK_BLUE
  }

  record Order(String id, int rows) {}

  public record Money(int cents) {
    public static Money parse(String text) {
      return new Money(Integer.parseInt(text));
    }
  }

  public static class Email {
    private final String address;

    public Email(String address) {
      this.address = address;
    }

    @Override
    public String toString() {
      return address;
    }
  }

  /** Types that are not in the table of the code. */
  interface Types {
    void of(
        DayOfWeek day,
        Color color,
        List<Integer> list,
        Collection<Integer> collection,
        Iterable<Integer> iterable,
        Set<Integer> set,
        int[] array,
        List<List<Integer>> nested,
        List<String> texts,
        Map<DayOfWeek, Integer> map,
        Order order,
        List<Order> orders,
        Money money,
        Email email);
  }

  /** Enough of JSON for {@link Order}. */
  private static final JsonFormat JSON =
      new JsonFormat() {
        @Override
        public String write(Object result) {
          return "json " + result;
        }

        @Override
        public Object read(String json, Type type) throws JsonException {
          if (json.equals("null")) {
            return null;
          }
          JsonObject order = JsonObject.parse(json);
          return new Order(order.text("id"), order.integer("rows"));
        }
      };

  private static final Map<String, Type> TYPES =
      Stream.concat(
              SimpleTypes.types().stream(),
              Arrays.stream(Types.class.getDeclaredMethods()[0].getGenericParameterTypes()))
          .collect(Collectors.toMap(ValuesTest::name, type -> type));

  private static String name(Type type) {
    return type.getTypeName().replaceAll("[\\w.$]*[.$](?=\\w)", "");
  }

  private static ValueReader reader(String type) {
    return new ValueReaders(BindingPlatform.plain().withResults(JSON))
        .of(TYPES.get(type))
        .orElseThrow();
  }

  private record Row(List<String> types, List<String> texts, List<String> refused) {}

  private static List<Row> rows() throws IOException {
    String text = Files.readString(PAGE);
    List<Row> rows = new ArrayList<>();
    String table = text.substring(text.indexOf("|---"), text.indexOf("\n\n", text.indexOf("|---")));
    for (String line : table.lines().skip(1).toList()) {
      String[] cells = line.split(" \\| ?|\\| ", -1);
      List<String> types = codes(cells[1]).stream().filter(TYPES::containsKey).toList();
      rows.add(
          new Row(
              types.isEmpty() ? List.of("Order") : types,
              codes(cells[2].replaceAll("; for `DARK_BLUE`.*", "")),
              codes(cells[3])));
    }
    return rows;
  }

  private static List<String> codes(String cell) {
    return CODE.matcher(cell).results().map(code -> code.group(1)).toList();
  }

  static Stream<Arguments> texts() throws IOException {
    return rows().stream()
        .flatMap(
            row ->
                row.types().stream()
                    .flatMap(
                        type ->
                            Stream.concat(
                                row.texts().stream().map(text -> Arguments.of(type, text, true)),
                                row.refused().stream()
                                    .map(text -> Arguments.of(type, text, false)))));
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("texts")
  void acceptsOrRefusesEachTextAsDocumented(String type, String text, boolean accepted)
      throws Exception {
    ValueReader reader = reader(type);
    if (accepted) {
      assertThat(reader.ofText(text)).isNotNull();
    } else {
      assertThatThrownBy(() -> reader.ofText(text))
          .as(type + " " + text)
          .hasMessageMatching("(?s).{10,}");
    }
  }

  @Test
  void documentsEveryType() throws IOException {
    Set<String> listed = new HashSet<>();
    rows().forEach(row -> listed.addAll(row.types()));

    assertThat(listed)
        .containsAll(SimpleTypes.types().stream().map(ValuesTest::name).toList())
        .contains("DayOfWeek", "List<Integer>", "int[]", "Map<DayOfWeek, Integer>", "Order");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '%',
      value = {
        "Duration; 1h30m; PT1H30M",
        "Color; dark-blue; DARK_BLUE",
        "int; +5; 5",
        "double; 1e2; 100.0",
        "Instant; 2026-11-26T03:30:00+01:00; 2026-11-26T02:30:00Z",
        "List<String>; a,b, c; [a, b, c]",
        "List<String>; [\"a,b\", \"\", 1, true]; [a,b, , 1, true]",
        "Set<Integer>; 2,1,2; [2, 1]",
        "List<List<Integer>>; [[1, 2], []]; [[1, 2], []]",
        "Map<DayOfWeek, Integer>; {\"monday\": 1}; {MONDAY=1}",
        "Order; {\"id\": \"a\", \"rows\": 3}; Order[id=a, rows=3]",
        "Money; 7; Money[cents=7]",
        "Email; a@b.c; a@b.c",
      })
  void convertsTextToValue(String type, String text, String value) throws Exception {
    assertThat(reader(type).ofText(text)).hasToString(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '%',
      value = {
        "Color; green; must be one of RED, DARK_BLUE",
        "byte; 128; must be a whole number from -128 to 127",
        "Boolean; yes; must be true or false",
        "List<Integer>; 1,x; item 2 must be a whole number from",
        "List<Integer>; [1, [2]]; item 2 must be a text, a number, true or false",
        "Map<DayOfWeek, Integer>; {\"MONDAY\": \"x\"}; entry 'MONDAY' must be a whole number from",
        "Order; null; must not be null",
      })
  void explainsWhyTextIsInvalid(String type, String text, String message) {
    assertThatThrownBy(() -> reader(type).ofText(text)).hasMessageStartingWith(message);
  }

  static class Empties {
    @OrreryJob("empties")
    String run(
        @Param(defaultValue = "7") int number,
        @Param(defaultValue = "") List<String> names,
        Optional<LocalDate> day,
        Optional<List<LocalDate>> days,
        String text,
        List<Integer> list,
        Map<String, Integer> map,
        int[] array,
        @Param("entries") Map<String, String> entries) {
      return String.join(
          " ",
          List.of(
              number + "",
              names + "",
              day + "",
              days + "",
              "<" + text + ">",
              list + "",
              map + "",
              array.length + "",
              entries + ""));
    }
  }

  @Test
  void readsEmptyTextAsDefaultOrEmptyValue() {
    Map<String, String> texts =
        Stream.of("number", "names", "day", "days", "text", "list", "map", "array", "entries")
            .collect(Collectors.toMap(name -> name, name -> ""));

    assertThat(run(new Empties(), texts).result())
        .hasValue("7 [] Optional.empty Optional.empty <> [] {} 0 {}");
  }

  static class Required {
    @OrreryJob("required")
    void run(LocalDate day) {}
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void refusesEmptyTextForParameterWithoutEmptyValue(String text) {
    assertThat(run(new Required(), Map.of("day", text)).error())
        .hasValue(
            "The parameter 'day' is empty and must be of the type LocalDate. Give it a value, or"
                + " give the method a default or an Optional.");
  }

  static class Lengthy {
    @OrreryJob("long")
    Object run(int bytes, boolean json) {
      return json ? List.of("é".repeat(bytes / 2)) : "é".repeat(bytes / 2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "16384, false, true",
    "16386, false, false",
    "16376, true, true",
    "16380, true, false"
  })
  void failsRunWhoseResultWouldBeTruncated(int bytes, boolean json, boolean succeeds) {
    TestedRun run = run(new Lengthy(), Map.of("bytes", bytes + "", "json", json + ""));

    assertThat(run.succeeded()).isEqualTo(succeeds);
    assertThat(run.nonRetryable()).isNotEqualTo(succeeds);
    assertThat(run.error().orElse("its result has and a run keeps at most 16384"))
        .contains("its result has ", "and a run keeps at most 16384");
  }

  private static TestedRun run(Object job, Map<String, String> parameters) {
    return ProcessorTester.of(
            new JobCollector(BindingPlatform.plain().withResults(JSON))
                .add(job)
                .finish()
                .get(0)
                .processor())
        .run(parameters);
  }
}
