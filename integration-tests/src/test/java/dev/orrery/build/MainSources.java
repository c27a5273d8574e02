package dev.orrery.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The main sources of all modules: {@code MODULE/src/main/java}. */
final class MainSources {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();

  /** Matches strings, characters and comments, so that none of them is found inside another. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?s)\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*+\"|'(?:\\\\.|[^'\\\\])++'"
              + "|/\\*.*?\\*/|//[^\n]*+");

  private static final Pattern JOINED = Pattern.compile("(?<!\")\"\\s*\\+\\s*\"(?!\")");
  private static final Pattern TYPE =
      Pattern.compile(
          "\\s*(?:@(?!interface)[\\w.]+(?:\\((?:[^()]|\\([^()]*\\))*+\\))?\\s*)*+"
              + "(?:(?:public|protected|private|abstract|static|final|sealed|non-sealed)\\s+)*+"
              + "(?:class|interface|record|enum|@interface)\\s.*",
          Pattern.DOTALL);

  private MainSources() {}

  /** Returns sources by path from the root of the repository, sorted. */
  static Map<String, String> read() {
    Map<String, String> sources = new TreeMap<>();
    for (Path module : modules()) {
      try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          sources.put(ROOT.relativize(file).toString().replace('\\', '/'), Files.readString(file));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return sources;
  }

  /**
   * Returns the documentation of all types of a source, including nested ones, each as one line.
   */
  static List<String> typeComments(String source) {
    List<String> comments = new ArrayList<>();
    for (MatchResult token : TOKEN.matcher(source).results().toList()) {
      if (token.group().startsWith("/**")
          && TYPE.matcher(source).region(token.end(), source.length()).matches()) {
        comments.add(text(token.group()));
      }
    }
    return comments;
  }

  /** Returns the string literals of a source; literals joined by {@code +} count as one. */
  static List<String> strings(String source) {
    return TOKEN
        .matcher(JOINED.matcher(source).replaceAll(""))
        .results()
        .map(MatchResult::group)
        .filter(token -> token.startsWith("\""))
        .toList();
  }

  /** Returns a comment as one line, without its markers. */
  static String text(String comment) {
    return comment
        .replaceAll("^/\\*\\*|\\*/$", "")
        .replaceAll("(?m)^\\s*\\*", "")
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static List<Path> modules() {
    try (Stream<Path> directories = Files.list(ROOT)) {
      return directories
          .filter(directory -> Files.isDirectory(directory.resolve("src/main/java")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
