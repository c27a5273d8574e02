package dev.orrery.k8s.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that a real API server accepts each overlay, with strict validation. */
@Tag("thorough")
class ApiServerIT {
  @AutoClose private static ControlPlane plane;

  @BeforeAll
  static void start() {
    plane = ControlPlane.start(Assets.orSkip(ApiServerIT.class), "api-server");
    OperatorKinds.install(plane.kubectl());
  }

  static Stream<String> overlays() {
    return OwnOverlay.all().stream();
  }

  static Stream<Arguments> overlaysAndModes() {
    return OwnOverlay.all().stream()
        .flatMap(overlay -> Stream.of(ApplyMode.values()).map(mode -> arguments(overlay, mode)));
  }

  @ParameterizedTest
  @MethodSource("overlaysAndModes")
  void acceptsOverlayWithoutWarningsAndRepeatedApplyWithoutChanges(String overlay, ApplyMode mode) {
    Installation installation =
        Installation.prepare(
            plane, mode, "first-" + overlay + mode.suffix(), OwnOverlay.of(overlay));

    installation.apply();
    Map<String, String> versions = installation.versions();
    assertThat(installation.objects().keySet()).containsAll(installation.rendered().keySet());
    assertThat(installation.diff()).isEmpty();

    installation.apply();
    assertThat(installation.versions()).isEqualTo(versions);
    assertThat(installation.diff()).isEmpty();
  }

  /** Applies the repository's overlay in its own namespace. */
  @ParameterizedTest
  @MethodSource("overlaysAndModes")
  void acceptsOverlayInItsOwnNamespace(String overlay, ApplyMode mode) {
    Kubectl kubectl = plane.kubectl();
    if (!kubectl.run("get", "namespaces", "-o", "name").out().contains("namespace/orrery\n")) {
      kubectl.run("create", "namespace", "orrery");
    }
    String directory = OwnOverlay.directory(overlay).toString();

    List<String> dryRun =
        Stream.concat(mode.apply(directory).stream(), Stream.of("--dry-run=server")).toList();

    assertThat(kubectl.run(dryRun).err()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void acceptsAlternatingClientSideAndServerSideApply(String overlay) {
    Installation byClient =
        Installation.prepare(
            plane, ApplyMode.CLIENT_SIDE, "both-ways-" + overlay, OwnOverlay.of(overlay));
    Installation byServer = byClient.as(ApplyMode.SERVER_SIDE);

    byClient.apply();
    if (byClient.rendered().keySet().stream().anyMatch(name -> name.startsWith("StatefulSet "))) {
      // Kubernetes compares the templates of claims as a whole, with what the server has added.
      assertThat(byServer.attemptApply().err())
          .contains("Apply failed with 1 conflict: ")
          .contains(".spec.volumeClaimTemplates");
      plane
          .kubectl()
          .run("apply", "-k", byServer.directory(), "--server-side", "--force-conflicts");
    }
    byServer.apply();
    assertThat(byServer.diff()).isEmpty();
    byClient.apply();
    assertThat(byClient.diff()).isEmpty();
    byServer.apply();
  }

  @ParameterizedTest
  @EnumSource
  void refusesUnknownKubernetesField(ApplyMode mode) throws IOException {
    Installation installation =
        Installation.prepare(plane, mode, "misspelt" + mode.suffix(), OwnOverlay.of("http"));
    installation.edit(installation.overlay());
    Path file = Path.of(installation.directory(), "kustomization.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            + """
            patches:
              - patch: |
                  apiVersion: apps/v1
                  kind: Deployment
                  metadata: {name: orrery-scheduler}
                  spec: {replica: 3}
            """);

    Kubectl.Result applied =
        plane.kubectl().attempt(mode.apply(installation.directory()).toArray(String[]::new));

    assertThat(applied.exitCode()).isNotZero();
    assertThat(applied.err()).contains("spec.replica");
    assertThat(installation.attemptIn("get", "deployment", "orrery-scheduler").err())
        .contains("NotFound");
  }
}
