package dev.orrery.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.MainSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A packaged application with replaced texts in the source of one class. */
public final class PatchedPackage {
  /** Created once per test run. */
  private static final Map<Path, Path> COPIES = new ConcurrentHashMap<>();

  private static final Pattern UNSET_FIELD = Pattern.compile("private final (?=[^=;(]+;)");

  private PatchedPackage() {}

  /**
   * The replaced texts. Creating one fails unless they fit the source, so that a source which has
   * changed is noticed even if the test with the patch is skipped.
   *
   * @param name of the copy
   * @param module of the source or above it, such as {@code protocol}
   * @param type the class, with its package
   * @param replacements of texts that must occur exactly once in the source, so that the patch
   *     stays effective when the source changes
   */
  public record Patch(String name, String module, String type, Map<String, String> replacements) {
    public Patch(String name, String module, String type, Map<String, String> replacements) {
      this.name = name;
      this.module = module;
      this.type = type;
      this.replacements = replacements;
      source();
    }

    /** Returns the source with the replacements. */
    String source() {
      String source = read(file());
      for (Map.Entry<String, String> replacement : replacements.entrySet()) {
        assertThat(source.split(Pattern.quote(replacement.getKey()), -1))
            .as("in %s stands once: %s", type, replacement.getKey())
            .hasSize(2);
        source = source.replace(replacement.getKey(), replacement.getValue());
      }
      return source;
    }

    private Path file() {
      return MainSources.of(Stack.root().resolve(module)).stream()
          .filter(file -> file.endsWith(path() + ".java"))
          .findFirst()
          .orElseThrow();
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String path() {
      return type.replace('.', '/');
    }
  }

  /**
   * Creates a copy.
   *
   * @param application a directory {@code quarkus-app}
   * @return the copy, another such directory
   */
  public static Path of(Path application, Patch patch) {
    String module = application.getParent().getParent().getFileName().toString();
    return COPIES.computeIfAbsent(
        Stack.work().resolve("patched").resolve(module + "-" + patch.name()),
        copy -> copy(application, copy, patch));
  }

  private static Path copy(Path application, Path copy, Patch patch) {
    try {
      List<Path> jars = jars(application);
      List<Path> holders = new ArrayList<>();
      for (Path jar : jars) {
        // Quarkus keeps a class that it has changed in a jar before the one of the application.
        if (holds(jar, patch.path() + ".class")) {
          holders.add(jar);
        }
      }
      assertThat(holders).as("jars that hold " + patch.type()).isNotEmpty();
      PackageCopy made = new PackageCopy(application, holders);
      made.putClass(patch.path(), source(patch), copy.resolve("patched"), jars);
      made.write(copy);
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String source(Patch patch) {
    return asPackaged(patch.source(), patch.type().substring(patch.type().lastIndexOf('.') + 1));
  }

  /**
   * Adds what Quarkus adds when it packages a bean: a constructor without parameters, for its
   * proxy, which sets no field.
   */
  private static String asPackaged(String source, String bean) {
    if (!source.contains("\n@ApplicationScoped\n")) {
      return source;
    }
    Matcher declaration =
        Pattern.compile("^(public )?class " + bean + " [^{]*\\{", Pattern.MULTILINE)
            .matcher(UNSET_FIELD.matcher(source).replaceAll("private "));
    assertThat(declaration.find()).as("declaration of " + bean).isTrue();
    return declaration.replaceFirst("$0 " + bean + "() {}");
  }

  private static List<Path> jars(Path application) throws IOException {
    try (Stream<Path> files = Files.walk(application)) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
  }

  private static boolean holds(Path jar, String entry) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getEntry(entry) != null;
    }
  }
}
