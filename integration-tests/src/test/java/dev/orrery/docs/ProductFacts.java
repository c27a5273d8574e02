package dev.orrery.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.VariableTree;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.port.PortPlan.Numbers;
import dev.orrery.protocol.port.PortPlan.PlannedPort;
import dev.orrery.protocol.port.PortPlan.Situation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The features of the product, read from the code: enums, settings, dependencies, and the schemas
 * of the API and of job files, which other tests compare with the code.
 */
final class ProductFacts {
  private static final String SCHEDULER = "scheduler-service/src/main/java/dev/orrery/scheduler/";
  private static final String CONSOLE =
      "scheduler-service/console/src/main/resources/META-INF/orrery-console/";
  private static final Pattern POOL =
      Pattern.compile("(?m)^quarkus\\.datasource\\.(\\w+\\.)?jdbc\\.max-size=");
  private static final Pattern DRIVER = Pattern.compile("<artifactId>quarkus-jdbc-(\\w+)<");
  private static final Pattern LOGIN =
      Pattern.compile("<artifactId>quarkus-(oidc|security-webauthn|elytron-security)");
  private static final Pattern SDK = Pattern.compile("<module>([\\w-]*sdk)</module>");
  private static final Pattern STARTER =
      Pattern.compile("<module>((?:spring-boot|quarkus)[^<]*)</module>");
  private static final Pattern CLIENT = Pattern.compile("<module>([^<]*-client)</module>");
  private static final Pattern WORD = Pattern.compile("[A-Z]?[a-z]+");

  private final Path root;
  private final JsonNode api;
  private final JsonNode jobFile;

  ProductFacts(Path root) {
    this.root = root;
    try {
      api = new ObjectMapper(new YAMLFactory()).readTree(read("docs/openapi.yaml"));
      jobFile = new ObjectMapper().readTree(read("docs/job-file.schema.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<ProductFact> all() {
    return List.of(
        counted("protocols", protocols(), "protocols"),
        counted("ports of the [plan](ports.md)", ports(), "ports of the plan"),
        counted("operations of the worker API", operations(), "operations of the worker API"),
        counted("roles of tokens", constants(SCHEDULER + "security/Role.java"), "roles"),
        counted("pools of database connections", pools(), "(?:connection )?pools?"),
        counted("processors of a job", processors(), "(?:kinds of|types of) processors?"),
        counted("triggers of a job", triggers(), "(?:kinds of )?triggers"),
        counted("dialects of cron", choices("Trigger", "dialect"), "dialects of cron"),
        counted("overlap policies", choices("JobInFile", "overlap"), "overlap policies")
            .named("overlap"),
        counted("misfire policies", choices("JobInFile", "misfire"), "misfire policies")
            .named("misfires?"),
        counted("final states", finalStates(), "(?:final|terminal) states"),
        counted("languages of the web console", languages(), "languages of the console")
            .named("(?:web )?consoles?|dashboards? in the browser"),
        named("retries of a job", properties("Retry"), "retries"),
        named("sharding of an instance", fanOut("shards"::equals), "sharding"),
        named("broadcast to all workers", fanOut("broadcast"::equals), "broadcasts?"),
        named("calls for backfills", operationsOn("backfills"), "backfills?"),
        named("calls for webhooks", operationsOn("webhooks"), "webhooks?"),
        named("databases", drivers("postgresql"::equals), "PostgreSQL"),
        counted("SDKs for workers", modules("pom.xml", SDK), "SDKs"),
        named("starters of frameworks", modules("starters/pom.xml", STARTER), ""),
        named("clients of the API", modules("starters/pom.xml", CLIENT), ""),
        named(
            "other databases",
            drivers(driver -> !driver.equals("postgresql")),
            "MySQL|Oracle|many databases|several kinds of storage"),
        named(
            "workflows, dependencies between jobs",
            words("workflow", "workflows", "flow", "flows", "dag", "depends", "needs"),
            "workflows?|dependencies between jobs|child jobs?|job chains?"),
        named("map-reduce", fanOut("map"::equals), "map-reduce"),
        named(
            "calendars that exclude days",
            words("calendar", "calendars", "exclude", "excluded", "holidays"),
            "calendars"),
        named("user accounts, single sign-on", logins(), "user accounts?|single sign-on|LDAP"));
  }

  private static ProductFact counted(String kind, List<String> names, String nouns) {
    return new ProductFact(kind, names, nouns, "");
  }

  private static ProductFact named(String kind, List<String> names, String feature) {
    return new ProductFact(kind, names, "", feature);
  }

  private static List<String> protocols() {
    return Arrays.stream(Protocol.values()).map(Protocol::canonicalName).toList();
  }

  private static List<String> ports() {
    return PortPlan.of(Numbers.DEFAULTS, new Situation(Set.of(), false, Map.of())).stream()
        .map(PlannedPort::name)
        .toList();
  }

  private static List<String> operations() {
    return WorkerOperation.ALL.stream()
        .map(operation -> operation.path().replaceAll("/v1|/worker|/", ""))
        .toList();
  }

  /** Returns the constants of an enum, in lower case. */
  private List<String> constants(String source) {
    ClassTree type = Sources.parse(root.resolve(source)).type();
    return type.getMembers().stream()
        .filter(VariableTree.class::isInstance)
        .map(VariableTree.class::cast)
        .filter(field -> String.valueOf(field.getType()).contentEquals(type.getSimpleName()))
        .map(field -> field.getName().toString().toLowerCase(Locale.ROOT))
        .toList();
  }

  private List<String> pools() {
    return POOL.matcher(read("scheduler-service/src/main/resources/application.properties"))
        .results()
        .map(found -> found.group(1) == null ? "default" : found.group(1).replace(".", ""))
        .toList();
  }

  private List<String> processors() {
    return definitions()
        .filter(name -> name.endsWith("Processor"))
        .map(name -> jobFile.at("/$defs/" + name + "/properties/type/enum/0"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .sorted()
        .toList();
  }

  private Stream<String> definitions() {
    return stream(jobFile.path("$defs").fieldNames());
  }

  /** Returns the alternative fields of a trigger. */
  private List<String> triggers() {
    return StreamSupport.stream(
            jobFile.at("/$defs/Trigger/allOf/0/then/oneOf").spliterator(), false)
        .map(choice -> choice.path("required").path(0).asText())
        .toList();
  }

  private List<String> choices(String definition, String field) {
    return StreamSupport.stream(
            jobFile.at("/$defs/" + definition + "/properties/" + field + "/enum").spliterator(),
            false)
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .toList();
  }

  private List<String> fanOut(Predicate<String> type) {
    return choices("FanOut", "type").stream().filter(type).toList();
  }

  private List<String> properties(String definition) {
    return stream(jobFile.at("/$defs/" + definition + "/properties").fieldNames()).toList();
  }

  private List<String> finalStates() {
    return StreamSupport.stream(
            api.at("/components/schemas/InstanceState/enum").spliterator(), false)
        .map(JsonNode::asText)
        .filter(state -> !Set.of("WAITING", "RUNNING").contains(state))
        .toList();
  }

  private List<String> languages() {
    try (Stream<Path> files = Files.list(root.resolve(CONSOLE + "js/messages"))) {
      return files
          .map(file -> file.getFileName().toString().replace(".js", ""))
          .filter(name -> !name.endsWith("-runs"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> operationsOn(String resource) {
    return api.path("paths").properties().stream()
        .filter(path -> path.getKey().contains("/" + resource))
        .flatMap(path -> path.getValue().properties().stream())
        .map(operation -> operation.getValue().path("operationId").asText())
        .filter(id -> !id.isEmpty())
        .sorted()
        .toList();
  }

  private List<String> drivers(Predicate<String> wanted) {
    return DRIVER
        .matcher(read("scheduler-service/pom.xml"))
        .results()
        .map(found -> found.group(1))
        .filter(wanted)
        .toList();
  }

  private List<String> modules(String pom, Pattern module) {
    return module.matcher(read(pom)).results().map(found -> found.group(1)).toList();
  }

  private List<String> logins() {
    return LOGIN
        .matcher(read("scheduler-service/pom.xml"))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  /** Returns the words that are part of a name in the API or in a job file. */
  private List<String> words(String... wanted) {
    Set<String> names = new TreeSet<>();
    collectNames(api, names);
    collectNames(jobFile, names);
    definitions().forEach(names::add);
    api.path("paths").fieldNames().forEachRemaining(names::add);
    api.at("/components/schemas").fieldNames().forEachRemaining(names::add);
    Set<String> used = new TreeSet<>();
    for (String name : names) {
      WORD.matcher(name).results().forEach(word -> used.add(word.group().toLowerCase(Locale.ROOT)));
    }
    return Arrays.stream(wanted).filter(used::contains).toList();
  }

  private static void collectNames(JsonNode node, Set<String> names) {
    node.path("properties").fieldNames().forEachRemaining(names::add);
    node.forEach(child -> collectNames(child, names));
  }

  private static <T> Stream<T> stream(Iterator<T> items) {
    Iterable<T> iterable = () -> items;
    return StreamSupport.stream(iterable.spliterator(), false);
  }

  private String read(String file) {
    try {
      return Files.readString(root.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
