package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.MainSources;
import dev.orrery.testing.TextFile;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that docs/architecture.md describes each area of the service as its package-info.java
 * does, with its packages and the class to read first, and that each module has a page.
 */
class AreaPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Path SERVICE = ROOT.resolve("scheduler-service");
  private static final String TOP = "/src/main/java/dev/orrery/scheduler/";

  /** From the ground up, as ArchitectureTest enforces it. */
  private static final List<String> AREAS =
      List.of("base", "http", "model", "engine", "flow", "extras", "edge", "powerjob");

  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*\\*(.*?)\\*/");
  private static final Pattern TAG = Pattern.compile("\\{@(?:link|code) (?:[\\w.]*\\.)?([^}]*)}");
  private static final Pattern CLASS = Pattern.compile("\\{@link [\\w.]*\\.([A-Z]\\w*)");

  private static final Pattern FIRST_CLASS =
      Pattern.compile("Begin with \\{@link [\\w.]*\\.([A-Z]\\w*)}");
  private static final Pattern MODULE = Pattern.compile("\\{@code ([^}]*)}");

  /** A module of this project that main code depends on, without the prefix of its name. */
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<artifactId>orrery-(?:scheduler-)?([\\w-]+)</artifactId>\\s*"
              + "(?:<scope>(?!test)[^<]*</scope>\\s*)?</dependency>");

  @Test
  void describesAreasAsTheirPackageInfoDoes() {
    Map<String, Path> packages =
        Sources.find(SERVICE, "package-info.java").stream()
            .collect(Collectors.toMap(AreaPageTest::name, file -> file, (a, b) -> a, TreeMap::new));

    new Page(ROOT, "architecture.md")
        .check(
            "areas",
            AREAS.stream()
                .map(area -> paragraph(area, packages))
                .collect(Collectors.joining("\n")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "flow", "notification", "statistics", "gateway", "."})
  void saysAtRootOfModuleWhereToBeginAndWhatItMayUse(String module) {
    Path folder = SERVICE.resolve(module).normalize();
    List<Path> sources =
        MainSources.of(SERVICE).stream()
            .filter(file -> file.startsWith(folder.resolve("src/main/java")))
            .toList();
    String page =
        sources.stream()
            .filter(file -> file.endsWith("package-info.java"))
            .min(Comparator.comparing(Path::getNameCount))
            .map(AreaPageTest::comment)
            .orElseThrow();

    assertThat(page).contains("module {@code " + folder.getFileName() + "}");
    assertThat(FIRST_CLASS.matcher(page).results().map(first -> first.group(1) + ".java"))
        .singleElement()
        .matches(name -> sources.stream().anyMatch(file -> file.endsWith(name)));
    assertThat(names(MODULE, page.substring(page.indexOf("It may use "))))
        .isEqualTo(names(DEPENDENCY, TextFile.read(folder.resolve("pom.xml"))));
  }

  private static Set<String> names(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(name -> name.group(1)).collect(Collectors.toSet());
  }

  private static String name(Path file) {
    String directory = file.getParent() + "/";
    String below = directory.substring(directory.indexOf(TOP) + TOP.length());
    return below.replaceFirst("/$", "").replace('/', '.');
  }

  private static String paragraph(String area, Map<String, Path> packages) {
    String rooms =
        packages.entrySet().stream()
            .filter(one -> one.getKey().startsWith(area + "."))
            .map(one -> room(one.getKey().substring(area.length() + 1), comment(one.getValue())))
            .collect(Collectors.joining(", "));
    String purpose = comment(packages.get(area)).replaceFirst(" *<p>.*", "");
    return "**`%s`**: %s%s\n"
        .formatted(
            area,
            TAG.matcher(purpose).replaceAll("`$1`"),
            rooms.isEmpty() ? "" : " *Packages:* " + rooms + ".");
  }

  private static String room(String name, String comment) {
    Matcher begin = CLASS.matcher(comment);
    return begin.find() ? "`%s` (`%s`)".formatted(name, begin.group(1)) : "`%s`".formatted(name);
  }

  private static String comment(Path file) {
    Matcher comment = COMMENT.matcher(TextFile.read(file));
    return comment.find() ? comment.group(1).replaceAll("\\s*\\n\\s*\\*? ?", " ").strip() : "";
  }
}
