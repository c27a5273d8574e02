package dev.orrery.docs;

import dev.orrery.testing.TextFile;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Checks that docs/architecture.md lists the packages of the service with the descriptions of their
 * package-info.java.
 */
class PackageMapPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Path SERVICE = ROOT.resolve("scheduler-service");
  private static final Path TOP = Path.of("src/main/java/dev/orrery/scheduler");

  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*\\*(.*?)\\*/");
  private static final Pattern TAG = Pattern.compile("\\{@(?:link|code) (?:[\\w.]*\\.)?([^}]*)}");
  private static final Pattern CLASS = Pattern.compile("\\{@link [\\w.]*\\.([A-Z]\\w*)");
  private static final Pattern SENTENCE = Pattern.compile("^.*?[.](?= |$)");

  @Test
  void listsEveryPackage() {
    String rows =
        Sources.find(SERVICE, "package-info.java").stream()
            .sorted(Comparator.comparing(PackageMapPageTest::name))
            .map(file -> row(name(file), comment(file)))
            .collect(Collectors.joining());

    new Page(ROOT, "architecture.md")
        .check("packages", "| package | content | begin with |\n|---|---|---|\n" + rows);
  }

  private static String name(Path file) {
    return SERVICE.resolve(TOP).relativize(file.getParent()).toString().replace('/', '.');
  }

  private static String row(String name, String comment) {
    Matcher sentence = SENTENCE.matcher(TAG.matcher(comment).replaceAll("`$1`"));
    return sentence.find()
        ? "| `%s` | %s | %s |\n".formatted(name, sentence.group(), firstClass(comment))
        : "| `%s` | | |\n".formatted(name);
  }

  private static String firstClass(String comment) {
    return CLASS
        .matcher(comment)
        .results()
        .findFirst()
        .map((MatchResult found) -> "`" + found.group(1) + "`")
        .orElse("");
  }

  private static String comment(Path file) {
    Matcher comment = COMMENT.matcher(TextFile.read(file));
    return comment.find() ? comment.group(1).replaceAll("\\s*\\n\\s*\\*? ?", " ").strip() : "";
  }
}
