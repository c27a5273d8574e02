package dev.orrery.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * Prints the slowest test classes of a Maven run, from the reports of all modules. The build calls
 * it after the last tests.
 */
public final class SlowestTests {
  private static final int SHOWN = 20;
  private static final List<String> REPORTS =
      List.of(
          "target/surefire-reports", "target/failsafe-reports", "target/failsafe-reports-fast-jar");

  private static final int DEEPEST_MODULE = 2;

  private SlowestTests() {}

  /**
   * A test class of the run.
   *
   * @param seconds by the wall clock
   */
  record Timed(String name, int tests, double seconds) {}

  /**
   * @param arguments the root of the project, and when the run began: reports of earlier runs do
   *     not count
   */
  public static void main(String[] arguments) throws IOException {
    List<Timed> all = read(Path.of(arguments[0]), Instant.parse(arguments[1]));
    if (all.isEmpty()) {
      return;
    }
    double sum = all.stream().mapToDouble(Timed::seconds).sum();
    System.out.printf("Slowest of %d test classes (%.0f s in all):%n", all.size(), sum);
    all.stream()
        .sorted(Comparator.comparingDouble(Timed::seconds).reversed())
        .limit(SHOWN)
        .forEach(
            one -> System.out.printf("%7.1f s  %3d  %s%n", one.seconds(), one.tests(), one.name()));
  }

  static List<Timed> read(Path root, Instant since) throws IOException {
    List<Timed> found = new ArrayList<>();
    try (Stream<Path> modules = Files.walk(root, DEEPEST_MODULE)) {
      for (Path module : modules.filter(Files::isDirectory).toList()) {
        for (String reports : REPORTS) {
          Path directory = module.resolve(reports);
          if (Files.isDirectory(directory)) {
            readReports(directory, since, found);
          }
        }
      }
    }
    return found;
  }

  private static void readReports(Path directory, Instant since, List<Timed> found)
      throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".xml")).toList()) {
        if (file.getFileName().toString().startsWith("TEST-")
            && !Files.getLastModifiedTime(file).toInstant().isBefore(since)) {
          found.add(read(file));
        }
      }
    }
  }

  private static Timed read(Path file) throws IOException {
    try {
      Element suite =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(file.toFile())
              .getDocumentElement();
      return new Timed(
          suite.getAttribute("name"),
          Integer.parseInt(suite.getAttribute("tests")),
          Double.parseDouble(suite.getAttribute("time").replace(",", "")));
    } catch (SAXException | ParserConfigurationException e) {
      throw new IOException(file + " is not a test report", e);
    }
  }
}
