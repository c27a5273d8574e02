package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.testing.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that every overlay satisfies the port plan, the settings and the rules of Kubernetes. */
class ManifestsTest {
  /** Components that users add. */
  private static final List<String> IN_NO_OVERLAY =
      List.of("cloudnative-pg", "native", "powerjob-akka", "powerjob-akka-only", "powerjob-mu");

  static Stream<Arguments> overlaysAndChecks() {
    return Overlay.NAMES.stream()
        .flatMap(name -> Stream.of(Check.values()).map(check -> Arguments.of(name, check)));
  }

  @ParameterizedTest
  @MethodSource("overlaysAndChecks")
  void passesEveryCheckInEveryOverlay(String overlay, Check check) {
    List<String> findings = check.findings(Overlay.rendered(overlay));

    assertThat(findings).isEmpty();
  }

  @Test
  void usesEveryFileOfTheDirectory() throws IOException {
    Set<Path> used =
        Stream.concat(
                Overlay.NAMES.stream().map(Overlay::directory),
                IN_NO_OVERLAY.stream().map(Overlay.ROOT.resolve("components")::resolve))
            .flatMap(ManifestsTest::files)
            .collect(Collectors.toSet());

    try (Stream<Path> files = Files.walk(Overlay.ROOT)) {
      assertThat(files.filter(Files::isRegularFile)).isNotEmpty().allMatch(used::contains);
    }
  }

  /** Returns the files to which a kustomization leads. */
  private static Stream<Path> files(Path directory) {
    Path own = directory.resolve("kustomization.yaml");
    JsonNode kustomization = Yaml.documents(TextFile.read(own)).get(0);
    List<JsonNode> named = new ArrayList<>();
    for (String field : List.of("resources", "components", "transformers")) {
      kustomization.path(field).forEach(named::add);
    }
    kustomization.path("patches").forEach(patch -> named.addAll(patch.findValues("path")));
    kustomization.path("configMapGenerator").forEach(map -> map.path("files").forEach(named::add));
    return Stream.concat(
        Stream.of(own),
        named.stream()
            .map(entry -> directory.resolve(entry.asText()).normalize())
            .flatMap(path -> Files.isDirectory(path) ? files(path) : Stream.of(path)));
  }
}
