package dev.orrery.protocol.startup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The class archive that a JVM option names. A JVM that cannot use its archive starts slowly, and
 * logs nothing that names the fix.
 *
 * @param option the option that names the file
 */
public record ClassArchiveOption(String option, Path file) {
  private static final List<String> OPTIONS = List.of("-XX:SharedArchiveFile", "-XX:AOTCache");
  private static final Path MAPPED_FILES = Path.of("/proc/self/maps");
  private static final Pattern MAKER = Pattern.compile("JRE \\(([^)]+)\\)");
  private static final int HEADER_BYTES = 4096;

  /**
   * Returns a warning with the reason and the fix if the archive is not in use. Empty if it is in
   * use, if no archive was requested, or if the operating system does not show mapped files. Never
   * prevents a start.
   */
  public static Optional<String> warning() {
    Optional<ClassArchiveOption> asked =
        asked(ManagementFactory.getRuntimeMXBean().getInputArguments());
    if (asked.isEmpty() || !Files.isReadable(MAPPED_FILES)) {
      return Optional.empty();
    }
    List<String> mappedFiles;
    try {
      mappedFiles = Files.readAllLines(MAPPED_FILES, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return Optional.empty();
    }
    return asked
        .get()
        .warning(
            mappedFiles,
            Path.of(System.getProperty("java.class.path")),
            System.getProperty("java.runtime.version"));
  }

  /** Returns the archive of the last option; the JVM ignores earlier ones. */
  static Optional<ClassArchiveOption> asked(List<String> jvmArguments) {
    ClassArchiveOption last = null;
    for (String argument : jvmArguments) {
      for (String option : OPTIONS) {
        if (argument.startsWith(option + "=")) {
          last = new ClassArchiveOption(option, Path.of(argument.substring(option.length() + 1)));
        }
      }
    }
    return Optional.ofNullable(last);
  }

  /**
   * @param mappedFiles lines of {@code /proc/self/maps}
   * @param application the jar that was started; the others are below its directory
   * @param java the version of this runtime
   */
  Optional<String> warning(List<String> mappedFiles, Path application, String java) {
    Optional<String> reason;
    try {
      reason = reason(mappedFiles, application, java);
    } catch (IOException | UncheckedIOException e) {
      reason = Optional.of("it or a jar beside it cannot be read: " + e);
    }
    return reason.map(
        why ->
            "The class archive "
                + file
                + " ("
                + option
                + ") is not in use, so this start was slow: "
                + why
                + ". Recreate it with './orrery archive', see \"Class archives\" in"
                + " docs/standalone.md, or leave the option out.");
  }

  /** Returns the reason why the archive is not in use; empty if it is. */
  private Optional<String> reason(List<String> mappedFiles, Path application, String java)
      throws IOException {
    if (!Files.exists(file)) {
      return Optional.of("there is no such file");
    }
    String mapped = " " + file.toRealPath();
    if (mappedFiles.stream().anyMatch(line -> line.endsWith(mapped))) {
      return Optional.empty();
    }
    Optional<String> maker = maker();
    if (maker.isEmpty()) {
      return Optional.of("it is not a class archive");
    }
    if (!maker.get().equals(java)) {
      return Optional.of("it was created by Java " + maker.get() + ", and this is Java " + java);
    }
    List<Path> newer = jarsNewerThan(Files.getLastModifiedTime(file), application);
    if (!newer.isEmpty()) {
      return Optional.of(newer.get(0) + " is newer");
    }
    return Optional.of(
        "it was created from jars of another path, size or time, or with other JVM options");
  }

  private Optional<String> maker() throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      String header = new String(content.readNBytes(HEADER_BYTES), StandardCharsets.ISO_8859_1);
      Matcher maker = MAKER.matcher(header);
      return maker.find() ? Optional.of(maker.group(1)) : Optional.empty();
    }
  }

  private static List<Path> jarsNewerThan(FileTime time, Path application) throws IOException {
    Path directory = application.toAbsolutePath().getParent();
    List<Path> newer = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
        if (Files.getLastModifiedTime(jar).compareTo(time) > 0) {
          newer.add(jar);
        }
      }
    }
    return newer;
  }
}
