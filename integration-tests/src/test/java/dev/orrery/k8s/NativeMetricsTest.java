package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that docs/native.md lists the JVM metrics that native programs lack. */
class NativeMetricsTest {
  private static final Pattern MISSING = Pattern.compile("(?m)^\\| `(jvm_[a-z_]+)` \\|");

  @Test
  void queriesNoMetricMissingFromNativePrograms() throws IOException {
    String page = Files.readString(Overlay.ROOT.resolveSibling("docs/native.md"));
    List<String> missing =
        MISSING.matcher(page).results().map((MatchResult row) -> row.group(1)).toList();
    String watching = Kubectl.kustomize(Overlay.directory("example")).toString();

    assertThat(missing).hasSize(11);
    assertThat(watching).contains("kind\":\"PrometheusRule", "\\\"panels\\\"");
    assertThat(missing).allSatisfy(metric -> assertThat(watching).doesNotContain(metric));
  }
}
