package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.it.harness.Machine;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
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
      List.of("ORRERY_RETENTION_HISTORY", "ORRERY_WORKER_CAPACITY", "ORRERY_PUBLIC_URL");

  /** Some for each value of the chart, without those of another release, which labels name. */
  private static final List<String> VALUES =
      List.of(
          "images.registry=registry.example.com/team",
          "images.tag=" + LabelsCheck.VERSION,
          "images.pullSecrets={login}",
          "images.postgres=registry.example.com/postgres:17",
          "publicUrl=https://orrery.example.org",
          "storage.size=9Gi",
          "pods.agent.priorityClassName=batch",
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
            "publicUrl=https://orrery.example.org",
            "pods.agent.tolerations[0].key=batch",
            "pods.agent.annotations.team=north",
            "pods.agent.volumes[0].name=authority",
            "pods.agent.volumes[0].configMap.name=authority",
            "pods.agent.volumeMounts[0].name=authority",
            "pods.agent.volumeMounts[0].mountPath=/etc/authority");
    Overlay overlay = Overlay.of("http", made);

    assertThat(overlay.namespace()).isEqualTo("team");
    assertThat(overlay.workloads())
        .extracting(workload -> workload.container().getImage())
        .containsExactlyInAnyOrder(
            "registry.example.com/team/orrery-scheduler:0.1.7",
            "registry.example.com/team/orrery-agent:0.1.7");
    assertThat(overlay.workloads())
        .allMatch(each -> each.labels().get("app.kubernetes.io/version").equals("0.1.7"));
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
    assertThat(agents.pod().getVolumes()).extracting("name").contains("tmp", "authority");
    assertThat(agents.container().getVolumeMounts())
        .extracting("mountPath")
        .contains("/tmp", "/etc/authority");
    assertThat(
            overlay
                .find(Deployment.class, "orrery-agent-http")
                .orElseThrow()
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations())
        .containsExactly(Map.entry("team", "north"));
    Workload schedulers =
        overlay.workloads().stream().filter(Workload::isScheduler).findFirst().orElseThrow();
    assertThat(overlay.setting(schedulers, "ORRERY_PUBLIC_URL"))
        .contains("https://orrery.example.org");
    assertThat(overlay.setting(agents, "ORRERY_WORKER_WORK_DIR")).contains("/work");
    assertThat(Check.REFERENCES.findings(overlay)).isEmpty();
  }

  @Test
  void appliesValuesOfQuickstart() {
    Overlay overlay =
        Overlay.of(
            "quickstart",
            template(
                "default",
                "overlay=quickstart",
                "images.postgres=registry.example.com/postgres:17",
                "storage.size=9Gi",
                "storage.className=fast",
                "pods.database.tolerations[0].key=batch",
                "pods.setup.tolerations[0].key=batch"));

    assertThat(overlay.workloads())
        .filteredOn(workload -> !workload.isScheduler() && !workload.isAgent())
        .hasSize(2)
        .allMatch(workload -> workload.pod().getTolerations().get(0).getKey().equals("batch"));
    StatefulSet database = overlay.all(StatefulSet.class).get(0);
    assertThat(database.getSpec().getTemplate().getSpec().getContainers().get(0).getImage())
        .isEqualTo("registry.example.com/postgres:17");
    PersistentVolumeClaimSpec claim = database.getSpec().getVolumeClaimTemplates().get(0).getSpec();
    assertThat(claim.getStorageClassName()).isEqualTo("fast");
    assertThat(claim.getResources().getRequests().get("storage")).hasToString("9Gi");
  }

  /** Helm takes a value away that is null. */
  @Test
  void rendersSameObjectsWithoutValues() {
    List<String> names =
        List.of("components", "powerjob", "tls", "publicUrl", "images", "storage", "replicas");
    List<String> absent = new ArrayList<>(List.of("resources=null", "pods=null", "settings=null"));
    names.forEach(name -> absent.add(name + "=null"));

    assertThat(byName(template(chart, "orrery", absent))).isEqualTo(byName(template("orrery")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http       | powerjob={http}               | powerjob
          both       | powerjob={http}               | powerjob
          quickstart | powerjob={http}               | powerjob
          http       | powerjob={akka,http}          | powerjob,powerjob-akka
          quickstart | powerjob={http,akka}          | powerjob,powerjob-akka
          akka       | powerjob={akka}               | powerjob-akka-only
          http       | powerjob={mu}                 | powerjob-mu
          akka       | powerjob={mu}                 | powerjob-mu
          both       | powerjob={mu}                 | powerjob-mu
          quickstart | powerjob={mu}                 | powerjob-mu
          http       | tls=true                      | tls
          akka       | tls=true                      | tls
          both       | tls=true                      | tls
          http       | tls=true,powerjob={http}      | powerjob,tls
          both       | tls=true,powerjob={http}      | powerjob,tls
          http       | tls=true,powerjob={http,akka} | powerjob,powerjob-akka,tls
          akka       | tls=true,powerjob={akka}      | powerjob-akka-only,tls
          """)
  void rendersAsOverlayOfOnesOwn(
      String overlay, String values, String components, @TempDir Path own) {
    String namespace = Overlay.rendered(overlay).namespace();

    List<ObjectNode> made = template(namespace, "overlay=" + overlay, values);

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
          .Values.publicUrl            | Service    | set $object.spec "type" "LoadBalancer"
          .Values.pods.agent           | Deployment | set $object.spec.template.spec "hostNetwork" true
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
        removeFields(made, "priorityClassName");
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

  private static void removeFields(Iterable<ObjectNode> objects, String field) {
    for (ObjectNode object : objects) {
      object.findParents(field).forEach(parent -> ((ObjectNode) parent).remove(field));
    }
  }

  /** Removes what the values are for: numbers, images, their Secrets, settings, and storage. */
  private static Set<ObjectNode> withoutValues(List<ObjectNode> objects) {
    Set<ObjectNode> reduced = new HashSet<>();
    for (ObjectNode object : byName(objects).values()) {
      ObjectNode copy = object.deepCopy();
      copy.remove("imagePullSecrets");
      if (copy.path("kind").asText().equals("Deployment")) {
        ((ObjectNode) copy.get("spec")).remove("replicas");
      }
      copy.findValues("limits").forEach(limits -> ((ObjectNode) limits).remove("memory"));
      List.of("image", "configMapRef", "storage")
          .forEach(field -> removeFields(List.of(copy), field));
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
          powerjob={tcp}               | value must be one of 'http', 'akka', 'mu'
          powerjob={http,mu}           | powerjob: [http, mu] does not go with overlay: http
          overlay=akka,powerjob={http} | powerjob: [http] does not go with overlay: akka
          resources.agent.cpu=1        | additional properties 'cpu' not allowed
          pods.agent.hostNetwork=true  | additional properties 'hostNetwork' not allowed
          pods.agent.volumes[0].hostPath.path=/ | additional properties 'hostPath' not allowed
          overlay=quickstart,tls=true  | tls does not go with overlay: quickstart
          publicUrl=orrery.example.org | does not match pattern
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
