package dev.orrery.slips;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.orrery.slips.ScratchBuild.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Tests the tests: breaks the programs in one place at a time and expects the tests that are named
 * for it to fail. Without a slip the same tests must pass, otherwise their failure says nothing.
 */
@Tag("slips")
class SlipsIT {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).toAbsolutePath();
  private static final Path WORK =
      ROOT.resolve("integration-tests/target/slips").normalize().toAbsolutePath();

  @TestFactory
  Stream<DynamicTest> slips() throws IOException, InterruptedException {
    List<Slip> slips = chosen(Slip.in(ROOT.resolve("integration-tests/src/test/slips")));
    Files.createDirectories(WORK);
    ScratchBuild build = ScratchBuild.of(ROOT, WORK.resolve("source"));
    Map<String, List<Slip>> byModule =
        slips.stream()
            .collect(Collectors.groupingBy(Slip::module, TreeMap::new, Collectors.toList()));
    return byModule.entrySet().stream().flatMap(one -> tests(build, one.getKey(), one.getValue()));
  }

  private static Stream<DynamicTest> tests(ScratchBuild build, String module, List<Slip> slips) {
    DynamicTest control =
        dynamicTest(module + " without a slip", () -> requireGreen(build, module, slips));
    return Stream.concat(
        Stream.of(control),
        slips.stream().map(slip -> dynamicTest(slip.toString(), () -> requireRed(build, slip))));
  }

  /** All, or those that {@code -Dorrery.slips=C1,K2} names. */
  private static List<Slip> chosen(List<Slip> all) {
    String ids = System.getProperty("orrery.slips", "");
    if (ids.isBlank()) {
      return all;
    }
    Collection<String> wanted = new TreeSet<>(Arrays.asList(ids.split("\\s*,\\s*")));
    List<Slip> chosen = all.stream().filter(slip -> wanted.contains(slip.id())).toList();
    assertThat(chosen).extracting(Slip::id).containsExactlyInAnyOrderElementsOf(wanted);
    return chosen;
  }

  private static void requireGreen(ScratchBuild build, String module, List<Slip> slips)
      throws Exception {
    Collection<String> tests = new TreeSet<>();
    for (Slip slip : slips) {
      tests.addAll(Arrays.asList(slip.tests().split("\\s*,\\s*")));
    }
    Path log = WORK.resolve("without-" + module + ".log");
    Outcome outcome = build.test(module, String.join(",", tests), log);
    assertThat(outcome.red()).as("see " + log).isEmpty();
    assertThat(outcome.green()).as("the build succeeds; see " + log).isTrue();
  }

  private static void requireRed(ScratchBuild build, Slip slip) throws Exception {
    Path log = WORK.resolve(slip.id() + ".log");
    long start = System.nanoTime();
    Outcome outcome;
    build.apply(slip);
    try {
      outcome = build.test(slip.module(), slip.tests(), log);
    } finally {
      build.restore(slip.file());
    }
    System.out.printf(
        "SLIP %s, %d s%n", slip, Duration.ofNanos(System.nanoTime() - start).toSeconds());
    outcome.red().forEach(test -> System.out.println("  red " + test));
    assertThat(outcome.results()).as("tests that ran with %s; see %s", slip, log).isNotEmpty();
    assertThat(outcome.red())
        .as("tests of %s that notice '%s'; see %s", slip.tests(), slip.what(), log)
        .anySatisfy(test -> assertThat(test.noticed()).isNotNull());
  }
}
