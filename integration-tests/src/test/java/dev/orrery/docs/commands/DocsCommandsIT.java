package dev.orrery.docs.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Machine;
import dev.orrery.it.harness.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every command block of README, docs/ and the examples verbatim, page by page from the top,
 * and compares its output with the page.
 */
@Tag("thorough")
@Order(3)
@AtNight
class DocsCommandsIT {
  static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();

  /** Build output, and files of the checkout only. */
  private static final Set<String> NOT_LINKED = Set.of("target", ".git", ".orrery", "examples");

  /** A page, such as {@code README.md}; null for all. */
  private static final String ONLY = System.getProperty("orrery.docs.page");

  /** The machine name on the pages. */
  private static final String HOST = "laptop";

  private Path directory;

  @BeforeAll
  static void requireTerminal() throws IOException, InterruptedException {
    Optional<String> missing = Terminal.missing();
    missing.ifPresent(why -> System.out.println("SKIPPED DocsCommandsIT: " + why));
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
  }

  static List<String> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"));
        Stream<Path> examples = Files.list(ROOT.resolve("examples"))) {
      return Stream.of(
              Stream.of("README.md"),
              docs.map(page -> "docs/" + page.getFileName())
                  .filter(page -> page.endsWith(".md"))
                  .sorted(),
              examples
                  .filter(example -> Files.exists(example.resolve("README.md")))
                  .map(example -> "examples/" + example.getFileName() + "/README.md")
                  .sorted())
          .flatMap(pages -> pages)
          .filter(page -> ONLY == null || page.endsWith(ONLY))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void runsCommandsOfPageWithTheDocumentedOutput(String page) throws IOException {
    List<Block> blocks = PageReader.read(Files.readString(ROOT.resolve(page)));
    if (blocks.stream().allMatch(DocsCommandsIT::needsNoTerminal)) {
      return;
    }
    Files.createDirectories(Stack.work());
    directory = Files.createTempDirectory(Stack.work(), "docs-");
    linkInstallation();
    try (Terminal terminal = new Terminal(directory)) {
      for (Block block : blocks) {
        run(block, terminal, page);
      }
    }
  }

  private static boolean needsNoTerminal(Block block) {
    return block instanceof Block.NotRun || block instanceof Block.FileContent;
  }

  private void run(Block block, Terminal terminal, String page) throws IOException {
    String where = page + ":" + block.line();
    if (block instanceof Block.Commands commands) {
      Terminal.Result result = terminal.run(commands.text());
      assertThat(result.exitCode()).as("%s%n%s", where, result.output()).isZero();
    } else if (block instanceof Block.Transcript transcript) {
      transcript.steps().forEach(step -> compare(step, transcript.anyOrder(), terminal, page));
    } else if (block instanceof Block.Background background) {
      terminal.runInBackground(background.command());
    } else if (block instanceof Block.FileContent file) {
      Path target = directory.resolve(file.name());
      Files.createDirectories(target.getParent());
      Files.writeString(target, file.content());
    }
  }

  private static void compare(
      Block.Transcript.Step step, boolean anyOrder, Terminal terminal, String page) {
    String output = terminal.run(step.command()).output();
    String shown = step.output().replace(HOST, Machine.hostName());
    boolean matches =
        anyOrder
            ? OutputShape.matchesInAnyOrder(shown, output)
            : OutputShape.matches(shown, output);
    assertThat(matches)
        .as(
            "%s:%d%n$ %s%nThe page shows:%n%s%n%nThe run printed:%n%s",
            page, step.line(), step.command(), shown, output)
        .isTrue();
  }

  private void linkInstallation() throws IOException {
    try (Stream<Path> entries = Files.list(ROOT)) {
      for (Path entry : entries.toList()) {
        if (!NOT_LINKED.contains(entry.getFileName().toString())) {
          Files.createSymbolicLink(
              directory.resolve(entry.getFileName()), entry.toAbsolutePath().normalize());
        }
      }
    }
    copyExamples();
  }

  /** Copies the examples, because a reader may change them. */
  private void copyExamples() throws IOException {
    Path examples = ROOT.resolve("examples");
    try (Stream<Path> files = Files.walk(examples)) {
      for (Path file : files.toList()) {
        Path copy = directory.resolve("examples").resolve(examples.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }
}
