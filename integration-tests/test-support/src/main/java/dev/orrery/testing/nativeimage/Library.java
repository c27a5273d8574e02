package dev.orrery.testing.nativeimage;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A library of the class path.
 *
 * @param name the artifactId of Maven
 * @param path a jar, or a directory of classes
 */
record Library(String name, Path path) {
  private static final String SUFFIX = ".class";
  private static final Pattern INITIALIZED_LATER =
      Pattern.compile("--initialize-at-run-time=(\\S+)");

  static Library at(Path path) {
    return new Library(Pom.of(path).artifact(), path);
  }

  /** Returns the module of a class. */
  static Library of(Class<?> member) {
    try {
      Path directory = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (!Files.isDirectory(directory)) {
        throw new IllegalArgumentException(member + " is not from a directory: " + directory);
      }
      return at(directory);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  URL url() {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isExtension() {
    return read(root -> Files.exists(root.resolve("META-INF/quarkus-extension.properties")));
  }

  /** Returns the binary names ({@link Class#getName}). */
  List<String> classes() {
    return files(file -> file.endsWith(SUFFIX) && !file.startsWith("META-INF/"))
        .filter(file -> !file.endsWith("-info.class"))
        .map(file -> file.substring(0, file.length() - SUFFIX.length()).replace('/', '.'))
        .toList();
  }

  /** Returns the classes and packages that the library's arguments for the compiler name. */
  Predicate<String> initializedLater() {
    Set<String> names = new TreeSet<>();
    for (String file :
        files(name -> name.matches("META-INF/native-image/.*\\.properties")).toList()) {
      Matcher option = INITIALIZED_LATER.matcher(arguments(file));
      while (option.find()) {
        names.addAll(List.of(option.group(1).split(",")));
      }
    }
    return type -> names.stream().anyMatch(name -> (type + ".").startsWith(name + "."));
  }

  private String arguments(String file) {
    return read(
        root -> {
          Properties properties = new Properties();
          try (Reader text = Files.newBufferedReader(root.resolve(file), StandardCharsets.UTF_8)) {
            properties.load(text);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return properties.getProperty("Args", "");
        });
  }

  private Stream<String> files(Predicate<String> wanted) {
    return read(
        root -> {
          try (Stream<Path> files = Files.walk(root)) {
            return files
                .map(file -> root.relativize(file).toString().replace('\\', '/'))
                .filter(wanted)
                .sorted()
                .toList();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        })
        .stream();
  }

  private <T> T read(Function<Path, T> reader) {
    if (Files.isDirectory(path)) {
      return reader.apply(path);
    }
    try (FileSystem jar = FileSystems.newFileSystem(path)) {
      return reader.apply(jar.getPath("/"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
