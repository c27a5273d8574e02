package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.it.harness.Machine;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Compares the objects of the Helm chart with those of the overlays of k8s/, from which it is made.
 */
@Tag("thorough")
class HelmChartTest {
  private static final String FROM_COMPONENT = "orrery.dev/from-component";

  private static final List<String> SETTINGS =
      List.of("ORRERY_RETENTION_HISTORY", "ORRERY_WORKER_CAPACITY");

  /** Some for each value of the chart, without those of another release, which labels name. */
  private static final List<String> VALUES =
      List.of(
          "images.registry=registry.example.com/team",
          "images.tag=" + LabelsCheck.VERSION,
          "images.pullSecrets={login}",
          "replicas.scheduler=3",
          "replicas.agent=5",
          "settings.scheduler." + SETTINGS.get(0) + "=90D",
          "settings.agent." + SETTINGS.get(1) + "=7",
          "resources.scheduler.limits.memory=3Gi",
          "global.region=north");

  @TempDir private static Path directory;
  private static Path helm;
  private static Path chart;

  @BeforeAll
  static void buildChart() {
    Kubectl.orSkip();
    helm =
        Machine.programOrSkip("the test of the Helm chart", "helm", "docs/development/testing.md");
    chart = directory.resolve("orrery");
    Path build = Overlay.ROOT.resolveSibling("packaging/helm/build");
    Commands.run(List.of(build.toString(), chart.toString()), "");
  }

  @ParameterizedTest
  @FieldSource("dev.orrery.k8s.Overlay#NAMES")
  void rendersSameObjectsAsOverlay(String overlay) {
    String namespace = Overlay.rendered(overlay).namespace();

    Map<String, ObjectNode> made = byName(template(namespace, "overlay=" + overlay));

    assertThat(made).isEqualTo(byName(Kubectl.kustomize(Overlay.directory(overlay))));
  }

  @Test
  void rendersObjectsOfComponents() {
    List<String> components =
        List.of("agent-internet", "webhooks", "mail", "monitoring", "dashboard");
    Map<String, ObjectNode> expected = byName(Kubectl.kustomize(Overlay.directory("http")));
    Kubectl.kustomize(Overlay.directory("example")).stream()
        .filter(
            object ->
                components.contains(object.at("/metadata/labels").path(FROM_COMPONENT).asText()))
        .forEach(object -> expected.put(name(object), object));

    List<ObjectNode> made = template("orrery", "components={" + String.join(",", components) + "}");

    assertThat(byName(made)).isEqualTo(expected).hasSize(27);
    assertThat(template("orrery", "overlay=example,components={webhooks,monitoring}"))
        .hasSameSizeAs(Kubectl.kustomize(Overlay.directory("example")));
  }

  @Test
  void appliesValues() {
    List<ObjectNode> made =
        template(
            "team",
            "images.registry=registry.example.com/team/",
            "images.tag=0.1.7",
            "images.pullSecrets={login}",
            "replicas.agent=5",
            "settings.agent.ORRERY_WORKER_CAPACITY=7",
            "resources.agent.limits.memory=900Mi",
            "pods.agent.tolerations[0].key=batch");
    Overlay overlay = Overlay.of("http", made);

    assertThat(overlay.namespace()).isEqualTo("team");
    assertThat(overlay.workloads())
        .extracting(workload -> workload.container().getImage())
        .containsExactlyInAnyOrder(
            "registry.example.com/team/orrery-scheduler:0.1.7",
            "registry.example.com/team/orrery-agent:0.1.7");
    assertThat(overlay.all(ServiceAccount.class))
        .hasSize(2)
        .allMatch(account -> account.getImagePullSecrets().get(0).getName().equals("login"));
    assertThat(
            overlay
                .find(Deployment.class, "orrery-agent-http")
                .orElseThrow()
                .getSpec()
                .getReplicas())
        .isEqualTo(5);
    Workload agents =
        overlay.workloads().stream().filter(Workload::isAgent).findFirst().orElseThrow();
    assertThat(overlay.setting(agents, "ORRERY_WORKER_CAPACITY")).contains("7");
    assertThat(agents.container().getResources().getLimits().get("memory")).hasToString("900Mi");
    assertThat(agents.pod().getTolerations()).extracting("key").containsExactly("batch");
    assertThat(overlay.setting(agents, "ORRERY_WORKER_WORK_DIR")).contains("/work");
    assertThat(Check.REFERENCES.findings(overlay)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http, http, powerjob",
    "both, http, powerjob",
    "quickstart, http, powerjob",
    "http, 'akka,http', 'powerjob,powerjob-akka'",
    "quickstart, 'http,akka', 'powerjob,powerjob-akka'",
    "akka, akka, powerjob-akka-only"
  })
  void servesPowerJobWorkersAsOverlayOfOnesOwn(
      String overlay, String protocols, String components, @TempDir Path own) {
    String namespace = Overlay.rendered(overlay).namespace();

    List<ObjectNode> made =
        template(namespace, "overlay=" + overlay, "powerjob={" + protocols + "}");

    assertThat(byName(made))
        .isEqualTo(
            byName(
                Overlay.own(
                    own, namespace, Overlay.directory(overlay), components.split(",", -1))));
  }

  @ParameterizedTest
  @FieldSource("dev.orrery.k8s.Overlay#NAMES")
  void passesEveryCheckWithValues(String overlay) {
    assertThat(findingsWithValues(chart, overlay)).isEmpty();
  }

  /** A template may open a port only if some value is set. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          .Values.settings.agent       | Deployment | set $object.spec.template.spec "hostNetwork" true
          .Values.replicas.scheduler   | Service    | set $object.spec "type" "NodePort"
          .Values.images.pullSecrets   | Service    | set $object.spec "externalIPs" (list "203.0.113.10")
          .Values.images.registry      | Deployment | set $object.spec.template.spec "shareProcessNamespace" true
          .Values.images.tag           | NetworkPolicy | set $object.spec "policyTypes" (list "Ingress")
          .Values.settings.scheduler   | NetworkPolicy | set $object.spec "podSelector" (dict)
          .Values.replicas.agent       | ServiceAccount | set $object "automountServiceAccountToken" true
          """)
  void findsOpeningBehindValue(String value, String kind, String opening) throws IOException {
    Path seeded = Files.createDirectory(directory.resolve(value)).resolve("orrery");
    Commands.run(List.of("cp", "-R", chart.toString(), seeded.toString()), "");
    Path template = seeded.resolve("templates/objects.yaml");
    String mistake =
        "{{- if and $%s (eq $object.kind \"%s\") }}{{- $_ := %s }}{{- end }}%n---"
            .formatted(value, kind, opening);
    Files.writeString(
        template, Files.readString(template).replace("\n---\n", "\n" + mistake + "\n"));

    assertThat(findingsWithValues(seeded, "http")).isNotEmpty();
  }

  /** Sets each value alone, and all of them one after the other. */
  private static List<String> findingsWithValues(Path chart, String overlay) {
    String namespace = Overlay.rendered(overlay).namespace();
    List<String> findings = new ArrayList<>();
    List<String> all = new ArrayList<>(List.of("overlay=" + overlay));
    Set<ObjectNode> plain = withoutValues(template(chart, namespace, all));
    for (String value : VALUES) {
      all.add(value);
      for (List<String> values : List.of(List.of(all.get(0), value), List.copyOf(all))) {
        List<ObjectNode> made = template(chart, namespace, values);
        if (!withoutValues(made).equals(plain)) {
          findings.add(values + " change more than they are for");
        }
        for (Check check : Check.values()) {
          findings.addAll(check.findings(Overlay.of(overlay, made)));
        }
      }
    }
    return findings;
  }

  /** Removes what the values are for: numbers, images, their Secrets, and settings. */
  private static Set<ObjectNode> withoutValues(List<ObjectNode> objects) {
    Set<ObjectNode> reduced = new HashSet<>();
    for (ObjectNode object : byName(objects).values()) {
      ObjectNode copy = object.deepCopy();
      copy.remove("imagePullSecrets");
      if (copy.path("kind").asText().equals("Deployment")) {
        ((ObjectNode) copy.get("spec")).remove("replicas");
      }
      copy.findValues("limits").forEach(limits -> ((ObjectNode) limits).remove("memory"));
      copy.findParents("image").forEach(container -> ((ObjectNode) container).remove("image"));
      copy.findParents("configMapRef").forEach(from -> ((ObjectNode) from).remove("configMapRef"));
      if (copy.path("kind").asText().equals("ConfigMap")) {
        ((ObjectNode) copy.get("metadata")).remove("name");
        ((ObjectNode) copy.get("data")).remove(SETTINGS);
      }
      reduced.add(copy);
    }
    return reduced;
  }

  /** Otherwise pods would keep the former settings. */
  @Test
  void renamesConfigMapWhenSettingChanges() {
    String capacity = "settings.agent.ORRERY_WORKER_CAPACITY=";

    assertThat(agentSettings(capacity + 7))
        .isNotEqualTo(agentSettings(capacity + 8))
        .isEqualTo(agentSettings(capacity + 7));
  }

  private static String agentSettings(String value) {
    return Overlay.of("http", template("orrery", value)).all(ConfigMap.class).stream()
        .map(map -> map.getMetadata().getName())
        .filter(name -> name.startsWith("orrery-agent-http-"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          overlay=htp                  | '/overlay': value must be one of 'http', 'akka', 'both', 'quickstart', 'example'
          components={tls}             | value must be one of 'agent-internet', 'webhooks', 'mail', 'monitoring', 'dashboard'
          registry=example.com         | additional properties 'registry' not allowed
          powerjob={mu}                | value must be one of 'http', 'akka'
          overlay=akka,powerjob={http} | powerjob: [http] does not go with overlay: akka
          resources.agent.cpu=1        | additional properties 'cpu' not allowed
          pods.agent.hostNetwork=true  | additional properties 'hostNetwork' not allowed
          replicas.agent=-1            | minimum: got -1, want 0
          images.tag=9                 | got number, want string
          settings.agent.capacity=7    | 'capacity' does not match pattern
          """)
  void refusesUnknownValues(String value, String says) {
    assertThatThrownBy(() -> template("orrery", value)).hasMessageContaining(says);
  }

  private static List<ObjectNode> template(String namespace, String... values) {
    return template(chart, namespace, List.of(values));
  }

  private static List<ObjectNode> template(Path chart, String namespace, List<String> values) {
    List<String> command =
        new ArrayList<>(List.of(helm.toString(), "template", "orrery", chart.toString()));
    command.addAll(List.of("--namespace", namespace));
    for (String value : values) {
      command.addAll(List.of("--set", value));
    }
    return Yaml.documents(Commands.run(command, ""));
  }

  /** Returns the objects by kind and name, as if kustomize managed all of them. */
  private static Map<String, ObjectNode> byName(List<ObjectNode> objects) {
    Map<String, ObjectNode> named = new TreeMap<>();
    for (ObjectNode object : objects) {
      object
          .findParents("app.kubernetes.io/managed-by")
          .forEach(
              labels -> ((ObjectNode) labels).put("app.kubernetes.io/managed-by", "kustomize"));
      assertThat(named.put(name(object), object)).as(name(object) + " twice").isNull();
    }
    return named;
  }

  private static String name(ObjectNode object) {
    return object.get("kind").asText() + " " + object.at("/metadata/name").asText();
  }
}
