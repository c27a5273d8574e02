package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orrery.k8s.kustomize.Kustomization;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the component in an overlay as users write it, because no overlay of ours includes it. */
class NativeComponentTest {
  static final Path COMPONENT = Overlay.ROOT.resolve("components/native");

  @TempDir private Path temporary;
  private Path directory;

  @BeforeEach
  void realPath() throws IOException {
    // kustomize follows links before it follows "..".
    directory = temporary.toRealPath();
  }

  private Overlay natively(String overlay) throws IOException {
    Files.writeString(
        directory.resolve("kustomization.yaml"),
        """
        kind: Kustomization
        namespace: orrery
        resources:
          - %s
        components:
          - %s
        """
            .formatted(
                directory.relativize(Overlay.directory(overlay).toRealPath()),
                directory.relativize(COMPONENT.toRealPath())));
    return Overlay.of(overlay, Kustomization.render(directory));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "quickstart", "example"})
  void overlaysOverHttpPassEveryCheckWithIt(String overlay) throws IOException {
    Overlay natively = natively(overlay);

    for (Check check : Check.values()) {
      assertThat(check.findings(natively)).as(check.name()).isEmpty();
    }
  }

  @Test
  void itIsRenderedAsByKubectl() throws Exception {
    assumeTrue(Kubectl.isThere(), "kubectl is not installed");
    natively("http");

    RenderTest.isRenderedAsByKubectl(directory);
  }

  @Test
  void bothProgramsAreNativeAndTakeTheirOptionsAsArguments() throws IOException {
    List<Workload> workloads = natively("http").workloads();

    assertThat(workloads)
        .extracting(workload -> workload.container().getImage())
        .containsExactlyInAnyOrder("orrery-scheduler:0.1.0-native", "orrery-agent:0.1.0-native");
    assertThat(workloads)
        .allMatch(
            workload -> workload.container().getArgs().contains("-XX:+ExitOnOutOfMemoryError"));
  }

  @Test
  void noOptionForAJvmIsLeft() throws IOException {
    natively("http");

    assertThat(text("http")).contains("JDK_JAVA_OPTIONS");
    assertThat(Kustomization.render(directory).toString()).doesNotContain("JDK_JAVA_OPTIONS");
  }

  @Test
  void bothNeedLessMemoryAndMayStartAsLong() throws IOException {
    var jvm = byName(Overlay.rendered("http"));
    var natively = byName(natively("http"));

    natively.forEach(
        (name, container) -> {
          Container before = jvm.get(name);
          assertThat(memory(container.getResources().getRequests().get("memory")))
              .isLessThan(memory(before.getResources().getRequests().get("memory")));
          assertThat(memory(container.getResources().getLimits().get("memory")))
              .isLessThan(memory(before.getResources().getLimits().get("memory")));
          assertThat(container.getResources().getLimits().get("cpu"))
              .isEqualTo(before.getResources().getLimits().get("cpu"));
          assertThat(container.getStartupProbe().getPeriodSeconds()).isEqualTo(1);
          assertThat(container.getStartupProbe().getFailureThreshold())
              .isEqualTo(
                  before.getStartupProbe().getPeriodSeconds()
                      * before.getStartupProbe().getFailureThreshold());
        });
  }

  @Test
  void anOverlayOverAkkaIsRefused() {
    assertThatThrownBy(() -> natively("akka"))
        .hasMessageContaining("There is no Deployment orrery-agent-http");
  }

  private static Map<String, Container> byName(Overlay overlay) {
    return overlay.workloads().stream()
        .map(Workload::container)
        .collect(Collectors.toMap(Container::getName, Function.identity()));
  }

  private static long memory(Quantity quantity) {
    return quantity.getNumericalAmount().longValueExact();
  }

  private static String text(String overlay) {
    return Kustomization.render(Overlay.directory(overlay)).toString();
  }
}
