package dev.orrery.k8s.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests the Job of the quickstart: its program creates the missing Secrets with exactly the rights
 * of the manifests.
 */
@Tag("thorough")
class QuickstartIT {
  private static final String JOB = "orrery-setup";
  private static final int MAX_SECONDS = 60;

  @AutoClose private static ControlPlane plane;

  @BeforeAll
  static void start() {
    plane = ControlPlane.start(Assets.orSkip(QuickstartIT.class), "quickstart");
  }

  @ParameterizedTest
  @EnumSource
  void keepsCreatedSecretsOnSecondApply(ApplyMode mode) throws Exception {
    Installation installation = quickstart("secrets" + mode.suffix(), mode).apply();
    addAgentSecret(installation);

    runJob(installation);
    Map<String, JsonNode> made = secrets(installation);
    installation
        .secretKeys()
        .forEach(
            (secret, keys) ->
                assertThat(made.get(secret).properties())
                    .extracting(Map.Entry::getKey)
                    .containsAll(keys));

    installation.apply();
    runJob(installation);
    assertThat(secrets(installation)).isEqualTo(made);
    assertThat(installation.diff()).isEmpty();
  }

  @Test
  void createsDistinctSecretsForEachInstallation() throws Exception {
    Installation one = quickstart("own-one", ApplyMode.CLIENT_SIDE).apply();
    Installation two = quickstart("own-two", ApplyMode.CLIENT_SIDE).apply();
    for (Installation each : List.of(one, two)) {
      addAgentSecret(each);
      runJob(each);
    }

    assertThat(value(one, "admin-token")).isNotEqualTo(value(two, "admin-token"));
    assertThat(value(one, "password")).isNotEqualTo(value(two, "password"));
  }

  /** A lost key is created again; the others stay. */
  @Test
  void restoresMissingSecretKeyAndKeepsExistingKeys() throws Exception {
    Installation installation = quickstart("completed", ApplyMode.CLIENT_SIDE).apply();
    addAgentSecret(installation);
    runJob(installation);
    String secret = nameOf(installation, "admin-token");
    JsonNode before = installation.secret(secret);

    installation.in(
        "patch",
        "secret",
        secret,
        "--type=json",
        "-p",
        "[{\"op\":\"remove\",\"path\":\"/data/cluster-secret\"}]");
    runJob(installation);

    JsonNode after = installation.secret(secret);
    assertThat(after.get("admin-token")).isEqualTo(before.get("admin-token"));
    assertThat(after.get("cluster-secret")).isNotNull().isNotEqualTo(before.get("cluster-secret"));
  }

  @Test
  void grantsTheJobNoPermissionsBeyondItsSecrets() {
    Installation installation = quickstart("rights", ApplyMode.CLIENT_SIDE).apply();
    installation.in("create", "secret", "generic", "of-a-stranger", "--from-literal=key=value");

    for (String secret : installation.secretKeys().keySet()) {
      assertThat(may(installation, "get", "secret/" + secret)).isTrue();
      assertThat(may(installation, "delete", "secret/" + secret)).isFalse();
    }
    assertThat(may(installation, "get", "secret/of-a-stranger")).isFalse();
    assertThat(may(installation, "patch", "secret/of-a-stranger")).isFalse();
    assertThat(may(installation, "list", "secrets")).isFalse();
    assertThat(may(installation, "create", "secrets")).isFalse();
    assertThat(may(installation, "get", "pods")).isFalse();
    assertThat(may(installation, "create", "pods")).isFalse();
    assertThat(may(installation, "get", "configmaps")).isFalse();
  }

  private static boolean may(Installation installation, String verb, String what) {
    String account = "system:serviceaccount:" + installation.namespace() + ":" + JOB;
    String answer =
        installation.attemptIn("auth", "can-i", verb, what, "--as=" + account).out().strip();
    assertThat(answer).isIn("yes", "no");
    return answer.equals("yes");
  }

  private static Installation quickstart(String namespace, ApplyMode mode) {
    OwnOverlay overlay = OwnOverlay.of("quickstart");
    return Installation.prepare(plane, mode, namespace, overlay).edit(overlay);
  }

  /** Adds the Secret that it would request from the scheduler, so that the Job needs none. */
  private static void addAgentSecret(Installation installation) {
    installation.in(
        "create",
        "secret",
        "generic",
        nameOf(installation, "token"),
        "--from-literal=app=demo",
        "--from-literal=token=of-a-test");
  }

  private static String nameOf(Installation installation, String key) {
    return installation.secretKeys().entrySet().stream()
        .filter(entry -> entry.getValue().contains(key))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode value(Installation installation, String key) {
    return installation.secret(nameOf(installation, key)).get(key);
  }

  private static Map<String, JsonNode> secrets(Installation installation) {
    Map<String, JsonNode> secrets = new TreeMap<>();
    installation
        .secretKeys()
        .keySet()
        .forEach(name -> secrets.put(name, installation.secret(name)));
    return secrets;
  }

  /** Runs the command of its container with the files that a kubelet would mount. */
  private static void runJob(Installation installation) throws IOException, InterruptedException {
    JsonNode container = installation.get("job", JOB).at("/spec/template/spec/containers/0");
    List<String> command = new ArrayList<>(List.of("unshare", "--user", "--map-root-user"));
    command.addAll(List.of("--mount", "sh", "-euc"));
    command.add(
        """
        mount -t tmpfs tmpfs /run
        mkdir -p /run/secrets/kubernetes.io/serviceaccount
        cd /run/secrets/kubernetes.io/serviceaccount
        printf %s "$TOKEN" > token
        printf %s "$NAMESPACE" > namespace
        cp "$AUTHORITY" ca.crt
        exec "$@"
        """);
    command.add("sh");
    for (JsonNode word : container.get("command")) {
      command.add(
          word.asText()
              .replaceFirst("^java$", System.getProperty("java.home") + "/bin/java")
              .replaceFirst("^/app/cli/", Stack.root().toRealPath() + "/cli/target/"));
    }
    Path log = Files.createTempFile(plane.directory(), "job-", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("TOKEN", installation.in("create", "token", JOB).out().strip());
    builder.environment().put("NAMESPACE", installation.namespace());
    builder.environment().put("AUTHORITY", plane.authority().toString());
    builder.environment().put("KUBERNETES_SERVICE_HOST", "127.0.0.1");
    builder.environment().put("KUBERNETES_SERVICE_PORT", Integer.toString(plane.port()));
    Process process = builder.start();
    boolean ended = process.waitFor(MAX_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as(Files.readString(log)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }
}
