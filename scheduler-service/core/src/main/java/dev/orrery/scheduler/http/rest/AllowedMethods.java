package dev.orrery.scheduler.http.rest;

import jakarta.ws.rs.HttpMethod;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the HTTP methods of a path, for the {@code Allow} header. JAX-RS cannot find them, because
 * all resources share one root path.
 */
final class AllowedMethods {
  /**
   * Matches a path or a method in the file. Lines suffice, and a YAML parser would occupy the event
   * loop of the first refused call for a tenth of a second.
   */
  private static final Pattern LINE =
      Pattern.compile(
          "^(?: {2}(?<path>/\\S*)| {4}(?<method>get|put|post|delete)|(?<section>\\S+)):.*$",
          Pattern.MULTILINE);

  private static final Pattern PARAMETER = Pattern.compile("\\{\\w+}");

  private final Map<Pattern, Set<String>> byPath;

  private AllowedMethods(Map<Pattern, Set<String>> byPath) {
    this.byPath = byPath;
  }

  /** Returns the methods of a path, sorted; empty for a path that is not in the document. */
  Optional<Set<String>> of(String path) {
    return byPath.entrySet().stream()
        .filter(entry -> entry.getKey().matcher(path).matches())
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /**
   * Reads the methods from the document.
   *
   * @param yaml in the generator's format, with a line for each path and each method
   */
  static AllowedMethods read(String yaml) {
    Map<String, Set<String>> found = new LinkedHashMap<>();
    Set<String> methods = new TreeSet<>();
    Matcher line = LINE.matcher(yaml);
    while (line.find()) {
      if (line.group("path") != null) {
        methods = found.computeIfAbsent(line.group("path"), path -> new TreeSet<>());
      } else if (line.group("method") != null) {
        methods.add(line.group("method").toUpperCase(Locale.ROOT));
      } else {
        methods = new TreeSet<>();
      }
    }
    Map<Pattern, Set<String>> patterns = new LinkedHashMap<>();
    found.forEach(
        (path, ofPath) -> {
          ofPath.add(HttpMethod.OPTIONS);
          if (ofPath.contains(HttpMethod.GET)) {
            ofPath.add(HttpMethod.HEAD);
          }
          patterns.put(pattern(path), ofPath);
        });
    return new AllowedMethods(patterns);
  }

  private static Pattern pattern(String template) {
    StringBuilder pattern = new StringBuilder();
    Matcher parameter = PARAMETER.matcher(template);
    int at = 0;
    while (parameter.find()) {
      pattern.append(Pattern.quote(template.substring(at, parameter.start()))).append("[^/]+");
      at = parameter.end();
    }
    // Resources also match with a trailing slash.
    return Pattern.compile(pattern + Pattern.quote(template.substring(at)) + "/?");
  }
}
