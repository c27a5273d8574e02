package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.port.PortPlan.Numbers;
import dev.orrery.protocol.port.PortPlan.PlannedPort;
import dev.orrery.protocol.port.PortPlan.Situation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** README names the classes, packages, commands and ports that there are. */
class ReadmePageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final String SCHEDULER = "dev/orrery/scheduler/";
  private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)`");
  private static final Pattern PACKAGE = Pattern.compile("`([a-z.]+)`");
  private static final Pattern COMMAND = Pattern.compile("(?m)^### ([a-z]+)$");
  private static final Pattern CREATION = Pattern.compile("create database [^;`]*");

  private final String readme = read("README.md");
  private final String map = between("## Where the code is", "The last word of a class name");

  /** The directories of main sources that have a class of this name. */
  private final Map<String, Set<String>> packages = packages();

  @Test
  void classesOfTheCodeMapAreInMainSources() {
    assertThat(found(CLASS, map)).isNotEmpty().isSubsetOf(packages.keySet());
  }

  @Test
  void mainClassesOfTheCodeMapAreInThePackagesOfTheirRow() {
    for (String row : map.lines().filter(line -> line.startsWith("| `")).toList()) {
      List<String> cells = List.of(row.split(" \\| "));
      if (cells.size() == 3) {
        Set<String> here =
            found(PACKAGE, cells.get(0)).stream()
                .map(name -> SCHEDULER + name.replace('.', '/'))
                .collect(Collectors.toSet());
        for (String name : found(CLASS, cells.get(2))) {
          assertThat(packages.get(name))
              .as(name)
              .anyMatch(place -> here.contains(place) || place.startsWith("dev/orrery/protocol/"));
        }
      }
    }
  }

  @Test
  void codeMapHasEveryPackageOfTheScheduler() {
    Set<String> there =
        packages.values().stream()
            .flatMap(Set::stream)
            .filter(place -> place.startsWith(SCHEDULER))
            .map(place -> place.substring(SCHEDULER.length()).replace('/', '.'))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(found(PACKAGE, map)).containsAll(there);
  }

  @Test
  void everyCommandIsNamed() {
    String commands = between("## The command line", "## A job");

    assertThat(found(PACKAGE, commands)).containsAll(found(COMMAND, read("docs/cli.md")));
  }

  @Test
  void portsCarryWhatThePlanSays() {
    String ports = between("| port | carries | open |", "`GET /api/v1/protocol`");
    List<PlannedPort> plan =
        PortPlan.of(Numbers.DEFAULTS, new Situation(Set.of(), false, Map.of()));

    assertThat(plan).allMatch(port -> ports.contains(Integer.toString(port.number())));
    assertThat(ports)
        .contains("| %d | %s | always |".formatted(plan.get(0).number(), plan.get(0).carries()));
  }

  @Test
  void databasesAreCreatedWithTheEncodingThatTheStartRequires() {
    for (String page : List.of("README.md", "docs/database.md", "docs/standalone.md")) {
      assertThat(found(CREATION, read(page)))
          .as(page)
          .isNotEmpty()
          .allMatch(call -> call.contains("encoding 'UTF8' locale 'C' template template0"));
    }
  }

  private String between(String begin, String end) {
    int from = readme.indexOf(begin);
    int to = readme.indexOf(end, from);
    assertThat(from).as(begin).isNotNegative();
    assertThat(to).as(end).isGreaterThan(from);
    return readme.substring(from, to);
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(ReadmePageTest::last)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String last(MatchResult match) {
    return match.group(match.groupCount());
  }

  private static Map<String, Set<String>> packages() {
    Map<String, Set<String>> packages = new HashMap<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path sources : modules.map(module -> module.resolve("src/main/java")).toList()) {
        if (Files.isDirectory(sources)) {
          collect(sources, packages);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packages;
  }

  private static void collect(Path sources, Map<String, Set<String>> packages) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".java")).toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        if (!name.equals("package-info")) {
          packages
              .computeIfAbsent(name, key -> new HashSet<>())
              .add(sources.relativize(file).getParent().toString());
        }
      }
    }
  }

  private static String read(String file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
