package dev.orrery.protocol.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveOptionTest {
  private static final FileTime MADE = FileTime.from(Instant.parse("2026-11-21T10:00:00Z"));
  private static final FileTime BEFORE = FileTime.from(Instant.parse("2026-11-21T09:00:00Z"));
  private static final FileTime AFTER = FileTime.from(Instant.parse("2026-11-21T11:00:00Z"));

  @TempDir private Path directory;
  private Path application;
  private Path library;
  private Path file;

  @BeforeEach
  void aPackageWithAnArchive() throws IOException {
    application = jar("quarkus-run.jar");
    library = jar("lib/main/library.jar");
    file = directory.resolve("orrery.jsa");
    Files.writeString(file, "\u0001\u0000VM for linux-amd64 JRE (17.0.15+6), built on\u0000\u0002");
    Files.setLastModifiedTime(file, MADE);
  }

  @Test
  void returnsNoWarningForMappedClassArchive() throws IOException {
    assertThat(archive().warning(mapping(file.toRealPath()), application, "17.0.15+6")).isEmpty();
  }

  @Test
  void findsMappedClassArchiveByItsRealPath() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link.jsa"), file);

    assertThat(
            new ClassArchiveOption("-XX:AOTCache", link)
                .warning(mapping(file.toRealPath()), application, "17.0.15+6"))
        .isEmpty();
  }

  @Test
  void warnsOfMissingClassArchiveFile() throws IOException {
    Files.delete(file);

    assertThat(warning("17.0.15+6"))
        .contains(file + " (-XX:SharedArchiveFile) is not in use")
        .contains("there is no such file")
        .contains("./orrery archive");
  }

  @Test
  void warnsOfClassArchiveFromDifferentJava() throws IOException {
    assertThat(warning("25.0.3+9-LTS"))
        .contains("it was created by Java 17.0.15+6, and this is Java 25.0.3+9-LTS");
  }

  @Test
  void warnsOfFileThatIsNotAClassArchive() throws IOException {
    Files.writeString(file, "text");

    assertThat(warning("17.0.15+6")).contains("it is not a class archive");
  }

  @Test
  void warnsOfUnreadableClassArchive() throws IOException {
    Files.delete(file);
    Files.createDirectory(file);

    assertThat(warning("17.0.15+6")).contains("it or a jar beside it cannot be read: ");
  }

  @Test
  void warnsOfJarNewerThanClassArchive() throws IOException {
    Files.setLastModifiedTime(library, AFTER);

    assertThat(warning("17.0.15+6")).contains(": " + library + " is newer");
  }

  @Test
  void listsRemainingCausesForUnmappedClassArchive() throws IOException {
    assertThat(warning("17.0.15+6")).contains("jars of another path, size or time");
  }

  @Test
  void usesLastClassArchiveOption() {
    assertThat(
            ClassArchiveOption.asked(
                List.of("-Xmx1g", "-XX:SharedArchiveFile=a.jsa", "-XX:SharedArchiveFile=b.jsa")))
        .contains(new ClassArchiveOption("-XX:SharedArchiveFile", Path.of("b.jsa")));
    assertThat(ClassArchiveOption.asked(List.of("-XX:AOTCache=a.aot")))
        .contains(new ClassArchiveOption("-XX:AOTCache", Path.of("a.aot")));
    assertThat(ClassArchiveOption.asked(List.of("-Xmx1g", "-XX:AOTCacheOutput=a.aot"))).isEmpty();
  }

  private String warning(String java) throws IOException {
    return archive()
        .warning(mapping(Path.of("/usr/lib/jvm/classes.jsa")), application, java)
        .orElseThrow();
  }

  private ClassArchiveOption archive() {
    return new ClassArchiveOption("-XX:SharedArchiveFile", file);
  }

  private static List<String> mapping(Path mapped) {
    return List.of(
        "7f0000000000-7f0000001000 rw-p 00000000 00:00 0 ",
        "800000000-800400000 rw-p 00001000 fe:00 1234                            " + mapped);
  }

  private Path jar(String name) throws IOException {
    Path jar = directory.resolve(name);
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);
    Files.setLastModifiedTime(jar, BEFORE);
    return jar;
  }
}
