package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.port.PortPlan.Numbers;
import dev.orrery.protocol.port.PortPlan.PlannedPort;
import dev.orrery.protocol.port.PortPlan.PowerJobGateway;
import dev.orrery.protocol.port.PortPlan.Situation;
import dev.orrery.testing.TextFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks that docs/ports.md, and all port numbers and port settings elsewhere, match the port plan.
 */
class PortsPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9.}-]:(\\d{4,5})\\b");
  private static final Pattern PORT_KEY = Pattern.compile("`((?:orrery|quarkus)[a-z.-]*\\.port)`");

  /** The setting of a port that is any free one on the loopback interface. */
  private static final String EMBEDDED = "orrery.database.port";

  /** The setting of a port of the mail server. */
  private static final String MAIL = "orrery.notifications.mail.port";

  /** Every situation that the plan distinguishes, by its description. */
  private static final Map<String, Situation> SITUATIONS = situations();

  private static Map<String, Situation> situations() {
    Map<String, Situation> situations = new LinkedHashMap<>();
    for (boolean cluster : List.of(false, true)) {
      for (String active : List.of("http", "akka", "http,akka")) {
        situations.put(
            "`" + active + "`" + (cluster ? ", cluster mode" : ""),
            new Situation(new HashSet<>(Protocol.parseList(active)), cluster, Map.of()));
      }
    }
    return situations;
  }

  @Test
  void listsEveryPlannedPort() {
    StringBuilder table =
        new StringBuilder(
            """
            | port | name | of the | open when | who dials it | carries | setting |
            |---|---|---|---|---|---|---|
            """);
    for (PlannedPort port : plan(SITUATIONS.values().iterator().next())) {
      table.append(
          "| %d | %s | %s | %s | %s | %s | `%s` |\n"
              .formatted(
                  port.number(),
                  port.name(),
                  port.side(),
                  openWhen(port.name()),
                  port.dialedBy(),
                  port.carries(),
                  PortPlan.setting(port.name())));
    }
    new Page(ROOT, "ports.md").check("ports", table.toString());
  }

  @Test
  void listsOpenPortsForEverySituation() {
    StringBuilder table =
        new StringBuilder("| active | scheduler listens on | agent listens on |\n|---|---|---|\n");
    SITUATIONS.forEach(
        (name, situation) ->
            table.append(
                "| %s | %s | %s |\n"
                    .formatted(name, open(situation, "scheduler"), open(situation, "agent"))));
    new Page(ROOT, "ports.md").check("situations", table.toString());
  }

  @Test
  void usesOnlyPlannedPortsInPagesAndExamples() {
    Set<Integer> planned =
        plan(SITUATIONS.values().iterator().next()).stream()
            .map(PlannedPort::number)
            .collect(Collectors.toSet());
    for (Path page : pages()) {
      Matcher address = ADDRESS.matcher(TextFile.read(page));
      while (address.find()) {
        assertThat(planned)
            .as("%s: %s", page.getFileName(), address.group())
            .contains(Integer.parseInt(address.group(1)));
      }
    }
  }

  @Test
  void matchesPortSettingsOfTheConfigurationPage() {
    Set<String> documented = new TreeSet<>();
    Matcher key = PORT_KEY.matcher(TextFile.read(ROOT.resolve("docs/configuration.md")));
    while (key.find()) {
      documented.add(key.group(1));
    }
    documented.removeAll(Set.of(EMBEDDED, MAIL));
    Set<String> planned =
        plan(SITUATIONS.values().iterator().next()).stream()
            .map(port -> PortPlan.setting(port.name()))
            .filter(PortsPageTest::isOfThisBuild)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented).isEqualTo(planned);
  }

  /** Ignores features that cannot be enabled, because they open no port. */
  private static boolean isOfThisBuild(String key) {
    String feature =
        switch (key) {
          case "orrery.worker.akka.port" -> "orrery.worker.akka.";
          case "orrery.protocols.akka.port" -> "orrery.protocols.akka.";
          case "orrery.powerjob.akka.port" -> "orrery.powerjob.akka.";
          case "orrery.cluster.port" -> "orrery.cluster.";
          default -> key;
        };
    return TextFile.read(ROOT.resolve("docs/configuration.md")).contains("`" + feature);
  }

  private static String openWhen(String name) {
    return openWhenWithout(name)
        + (isOpenForPowerJobOnly(name) ? "; `orrery.powerjob.enabled`, on PowerJob workers" : "");
  }

  private static boolean isOpenForPowerJobOnly(String name) {
    Set<Protocol> http = Set.of(Protocol.HTTP);
    return named(new Situation(http, false, new PowerJobGateway(http, Map.of()), Map.of()), name)
            .open()
        && !named(new Situation(http, false, Map.of()), name).open();
  }

  private static String openWhenWithout(String name) {
    List<Situation> open =
        SITUATIONS.values().stream().filter(situation -> named(situation, name).open()).toList();
    if (open.size() == SITUATIONS.size()) {
      return "always";
    }
    if (open.isEmpty()) {
      return "`orrery.powerjob.protocols` has `" + name.substring("powerjob-".length()) + "`";
    }
    for (Protocol protocol : Dialect.ORRERY.protocols()) {
      if (open.equals(where(situation -> situation.active().contains(protocol)))) {
        return "`" + protocol.canonicalName() + "` is active";
      }
    }
    assertThat(open).as(name).isEqualTo(where(Situation::clusterEnabled));
    return "cluster mode is on";
  }

  private static List<Situation> where(java.util.function.Predicate<Situation> condition) {
    return SITUATIONS.values().stream().filter(condition).toList();
  }

  private static String open(Situation situation, String side) {
    return plan(situation).stream()
        .filter(port -> port.open() && port.side().equals(side))
        .map(port -> Integer.toString(port.number()))
        .collect(Collectors.joining(", "));
  }

  private static PlannedPort named(Situation situation, String name) {
    return plan(situation).stream()
        .filter(port -> port.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<PlannedPort> plan(Situation situation) {
    return PortPlan.of(Numbers.DEFAULTS, situation);
  }

  private static List<Path> pages() {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(
              docs.filter(file -> file.toString().endsWith(".md")),
              Stream.of(ROOT.resolve("README.md")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
