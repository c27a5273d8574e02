package dev.orrery.docs;

import dev.orrery.testing.TextFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Checks that docs/architecture.md describes each area of the service as its package-info.java
 * does, with its packages and the class to read first.
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
