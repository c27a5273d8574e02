package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the component in an overlay as users write it, because no overlay of ours includes it. */
class NativeComponentTest {
  @TempDir private Path directory;

  @BeforeAll
  static void findKubectl() {
    Kubectl.orSkip();
  }

  private Overlay natively(String overlay) {
    return Overlay.of(overlay, rendered(overlay));
  }

  private List<ObjectNode> rendered(String overlay) {
    return Overlay.own(directory, "orrery", Overlay.directory(overlay), "native");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "example"})
  void passesEveryCheckInOverlaysOverHttp(String overlay) {
    Overlay natively = natively(overlay);

    for (Check check : Check.values()) {
      assertThat(check.findings(natively)).as(check.name()).isEmpty();
    }
  }

  @Test
  void usesNativeImagesWithOptionsAsArguments() {
    List<Workload> workloads = natively("http").workloads();

    assertThat(workloads)
        .extracting(workload -> workload.container().getImage())
        .containsExactlyInAnyOrder("orrery-scheduler:0.1.0-native", "orrery-agent:0.1.0-native");
    assertThat(workloads)
        .allMatch(
            workload -> workload.container().getArgs().contains("-XX:+ExitOnOutOfMemoryError"));
  }

  @Test
  void removesJvmOptionsFromEveryOverlay() {
    assertThat(text("http")).contains("JDK_JAVA_OPTIONS");
    assertThat(rendered("http").toString()).doesNotContain("JDK_JAVA_OPTIONS");
  }

  @Test
  void requestsLessMemoryButAllowsSameStartupTime() {
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

  private static Map<String, Container> byName(Overlay overlay) {
    return overlay.workloads().stream()
        .map(Workload::container)
        .collect(Collectors.toMap(Container::getName, Function.identity()));
  }

  private static long memory(Quantity quantity) {
    return quantity.getNumericalAmount().longValueExact();
  }

  private static String text(String overlay) {
    return Kubectl.kustomize(Overlay.directory(overlay)).toString();
  }
}
