package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that every overlay satisfies the port plan, the settings and the rules of Kubernetes. */
class ManifestsTest {
  static Stream<Arguments> overlaysAndChecks() {
    return Overlay.NAMES.stream()
        .flatMap(name -> Stream.of(Check.values()).map(check -> Arguments.of(name, check)));
  }

  @ParameterizedTest
  @MethodSource("overlaysAndChecks")
  void everyOverlayPassesEveryCheck(String overlay, Check check) {
    List<String> findings = check.findings(Overlay.rendered(overlay));

    assertThat(findings).isEmpty();
  }
}
