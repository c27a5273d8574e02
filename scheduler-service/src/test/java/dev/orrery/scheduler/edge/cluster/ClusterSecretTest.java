package dev.orrery.scheduler.edge.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterSecretTest {
  private static final byte[] BODY = "{}".getBytes(UTF_8);

  private final ClusterSecret secret = new ClusterSecret("0123456789abcdef");

  @Test
  void bindsSignatureToOperationNonceBodyDirectionAndSecret() {
    Set<String> signatures = new HashSet<>();
    signatures.add(secret.ofRequest(ClusterOperation.HINT, "n", BODY));
    signatures.add(secret.ofRequest(ClusterOperation.CANCEL, "n", BODY));
    signatures.add(secret.ofRequest(ClusterOperation.HINT, "m", BODY));
    signatures.add(secret.ofRequest(ClusterOperation.HINT, "n", "[]".getBytes(UTF_8)));
    signatures.add(secret.ofResponse(ClusterOperation.HINT, "n", BODY));
    signatures.add(
        new ClusterSecret("0123456789abcdeF").ofRequest(ClusterOperation.HINT, "n", BODY));

    assertThat(signatures).hasSize(6);
  }

  @Test
  void ignoresWhitespaceAroundSecret() {
    assertThat(new ClusterSecret(" 0123456789abcdef\n").ofRequest(ClusterOperation.HINT, "n", BODY))
        .isEqualTo(secret.ofRequest(ClusterOperation.HINT, "n", BODY))
        .matches("[0-9a-f]{64}");
  }

  @Test
  void matchesOnlyTheCorrectSignature() {
    String right = secret.ofRequest(ClusterOperation.HELLO, "n", BODY);

    assertThat(ClusterSecret.matches(right, right)).isTrue();
    assertThat(ClusterSecret.matches(right, null)).isFalse();
    assertThat(ClusterSecret.matches(right, "")).isFalse();
    assertThat(ClusterSecret.matches(right, right.substring(1))).isFalse();
  }

  @Test
  void createsDistinctNonces() {
    assertThat(ClusterSecret.newNonce())
        .matches("[0-9a-f]{32}")
        .isNotEqualTo(ClusterSecret.newNonce());
  }
}
