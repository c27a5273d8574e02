package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the checks: seeds a mistake into a rendered overlay, which the named check must find. */
@Tag("thorough")
class SeededMistakesTest {
  private static final String POD = "/spec/template/spec";
  private static final String CONTAINER = POD + "/containers/0";

  /** An unknown field or kind, which parsing must reject. */
  record Misspelled(String name, String overlay, Consumer<Manifests> mistake, String found) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * @param found text that a finding of the check must contain
   */
  record Mistake(
      String name, String overlay, Check check, Consumer<Manifests> mistake, String found) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Misspelled> misspelled() {
    return Stream.of(
        new Misspelled(
            "a field of a pod",
            "http",
            all -> all.object("Deployment", "orrery-scheduler", POD).put("hostnetwork", true),
            "hostnetwork"),
        new Misspelled(
            "a field of a container's security context",
            "http",
            all ->
                all.object("Deployment", "orrery-agent-http", CONTAINER + "/securityContext")
                    .put("readOnlyRootFileSystem", true),
            "readOnlyRootFileSystem"),
        new Misspelled(
            "a field of a policy's peer",
            "akka",
            all ->
                ((ObjectNode) all.array("NetworkPolicy", "agent-akka", "/spec/egress/0/to").get(0))
                    .putObject("podselector"),
            "podselector"),
        new Misspelled(
            "a kind",
            "quickstart",
            all -> all.object("StatefulSet", "orrery-postgres", "").put("kind", "Statefulset"),
            "Statefulset"));
  }

  @ParameterizedTest
  @MethodSource("misspelled")
  void findsMisspelledFieldWhenReadingManifests(Misspelled mistake) {
    Manifests manifests = new Manifests(mistake.overlay());
    mistake.mistake().accept(manifests);

    assertThatThrownBy(() -> Overlay.of(mistake.overlay(), manifests.objects))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(mistake.found());
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "a pod to which no policy applies",
            "http",
            Check.CONNECTIONS,
            all ->
                all.object("Deployment", "orrery-agent-http", "/spec/template/metadata/labels")
                    .put("app.kubernetes.io/name", "agent"),
            "orrery-agent-http lacks the label of Orrery"),
        // Selectors.
        new Mistake(
            "a policy's selector is misspelled",
            "http",
            Check.SELECTORS,
            all ->
                all.object("NetworkPolicy", "scheduler-http", "/spec/podSelector/matchLabels")
                    .put("app.kubernetes.io/component", "schedular"),
            "NetworkPolicy scheduler-http selects no pod"),
        new Mistake(
            "a peer's selector is misspelled",
            "akka",
            Check.SELECTORS,
            all ->
                all.object(
                        "NetworkPolicy",
                        "scheduler-akka",
                        "/spec/egress/0/to/0/podSelector/matchLabels")
                    .put("orrery.dev/protocol", "http"),
            "NetworkPolicy scheduler-akka, a peer selects no pod"),
        new Mistake(
            "a Service's selector is misspelled",
            "http",
            Check.SELECTORS,
            all ->
                all.object("Service", "orrery-http", "/spec/selector")
                    .put("app.kubernetes.io/name", "orery"),
            "Service orrery-http selects no pod"),
        new Mistake(
            "agents of both protocols are one to their Deployment",
            "both",
            Check.SELECTORS,
            all ->
                all.object("Deployment", "orrery-agent-akka", "/spec/selector/matchLabels")
                    .remove("orrery.dev/protocol"),
            "orrery-agent-akka selects pods of orrery-agent-http"),
        // Ports.
        new Mistake(
            "a container's port is not in the plan",
            "http",
            Check.PORTS,
            all ->
                all.object("Deployment", "orrery-scheduler", CONTAINER + "/ports/0")
                    .put("containerPort", 10011),
            "orrery-scheduler has ports {api=7700, cluster=10020, http=10011"),
        new Mistake(
            "an agent over http declares the port of akka's",
            "both",
            Check.PORTS,
            all ->
                all.array("Deployment", "orrery-agent-http", CONTAINER + "/ports")
                    .addObject()
                    .put("name", "worker")
                    .put("containerPort", 27777),
            "orrery-agent-http has ports {management=9100, worker=27777}"),
        new Mistake(
            "a Service has the number of another port",
            "http",
            Check.PORTS,
            all -> all.object("Service", "orrery-api", "/spec/ports/0").put("port", 80),
            "Service orrery-api port 80 leads to api"),
        new Mistake(
            "a Service leads elsewhere",
            "http",
            Check.PORTS,
            all -> all.object("Service", "orrery-http", "/spec/ports/0").put("targetPort", "api"),
            "Service orrery-http port 10010 leads to api"),
        new Mistake(
            "a Service is missing",
            "http",
            Check.PORTS,
            all -> all.remove("Service", "orrery-http"),
            "and should to [api, http, management]"),
        new Mistake(
            "a probe asks the port of the API",
            "akka",
            Check.PORTS,
            all ->
                all.object("Deployment", "orrery-scheduler", CONTAINER + "/readinessProbe/httpGet")
                    .put("port", "api"),
            "the readiness probe asks another port"),
        new Mistake(
            "liveness asks what readiness should",
            "http",
            Check.PORTS,
            all ->
                all.object("Deployment", "orrery-agent-http", CONTAINER + "/livenessProbe/httpGet")
                    .put("path", "/q/health/ready"),
            "the liveness probe asks /q/health/ready"),
        // Security of pods.
        new Mistake(
            "capabilities are not dropped",
            "http",
            Check.POD_SECURITY,
            all ->
                all.object("Deployment", "orrery-scheduler", CONTAINER + "/securityContext")
                    .remove("capabilities"),
            "orrery-scheduler does not drop all capabilities"),
        new Mistake(
            "the root file system can be written",
            "quickstart",
            Check.POD_SECURITY,
            all ->
                all.object("StatefulSet", "orrery-postgres", CONTAINER + "/securityContext")
                    .put("readOnlyRootFilesystem", false),
            "orrery-postgres can write to its root file system"),
        new Mistake(
            "the container is root after all",
            "http",
            Check.POD_SECURITY,
            all ->
                all.object("Deployment", "orrery-agent-http", CONTAINER + "/securityContext")
                    .put("runAsUser", 0),
            "orrery-agent-http takes back in its container"),
        new Mistake(
            "a secret in a variable",
            "quickstart",
            Check.POD_SECURITY,
            all ->
                all.object(
                        "Deployment",
                        "orrery-agent-http",
                        CONTAINER + "/env/0/valueFrom/secretKeyRef")
                    .put("key", "token"),
            "orrery-agent-http has a secret in the variable ORRERY_WORKER_APP"),
        new Mistake(
            "a Secret that every user of the pod reads",
            "http",
            Check.POD_SECURITY,
            all ->
                all.object("Deployment", "orrery-scheduler", POD + "/volumes/1/secret")
                    .put("defaultMode", 0644),
            "lets every user read the Secret of the volume secrets"),
        new Mistake(
            "no group for the files of a Secret",
            "http",
            Check.POD_SECURITY,
            all ->
                all.object("Deployment", "orrery-scheduler", POD + "/securityContext")
                    .remove("fsGroup"),
            "has no group that may read the volume database"),
        // Labels.
        new Mistake(
            "a release in a selector",
            "http",
            Check.LABELS,
            all ->
                all.object("Service", "orrery-api", "/spec/selector")
                    .put("app.kubernetes.io/version", "0.1.0"),
            "Service orrery-api has version in selector"),
        new Mistake(
            "a release in what makes volumes",
            "quickstart",
            Check.LABELS,
            all ->
                all.object(
                        "StatefulSet",
                        "orrery-postgres",
                        "/spec/volumeClaimTemplates/0/metadata/labels")
                    .put("app.kubernetes.io/version", "0.1.0"),
            "StatefulSet orrery-postgres has version in volumeClaimTemplates"),
        new Mistake(
            "pods of another release than their image",
            "http",
            Check.LABELS,
            all -> all.object("Deployment", "orrery-scheduler", CONTAINER).put("image", "o:0.0.9"),
            "orrery-scheduler has the image o:0.0.9"),
        new Mistake(
            "an object that belongs to nothing",
            "http",
            Check.LABELS,
            all ->
                all.object("NetworkPolicy", "orrery-dns", "/metadata/labels")
                    .remove("app.kubernetes.io/component"),
            "NetworkPolicy orrery-dns has no component"),
        // References.
        new Mistake(
            "a token is mounted by the pod",
            "http",
            Check.REFERENCES,
            all ->
                all.object("Deployment", "orrery-scheduler", POD)
                    .put("automountServiceAccountToken", true),
            "orrery-scheduler mounts a token"),
        new Mistake(
            "a token is mounted by the account",
            "http",
            Check.REFERENCES,
            all ->
                all.object("ServiceAccount", "orrery-agent-http", "")
                    .remove("automountServiceAccountToken"),
            "no ServiceAccount orrery-agent-http that mounts no token"),
        new Mistake(
            "a ConfigMap is named that is not there",
            "http",
            Check.REFERENCES,
            all ->
                all.object("Deployment", "orrery-scheduler", CONTAINER + "/envFrom/0/configMapRef")
                    .put("name", "orrery-scheduler"),
            "no ConfigMap orrery-scheduler"),
        new Mistake(
            "a key of a Secret that nobody is told to make",
            "http",
            Check.REFERENCES,
            all ->
                all.object("Deployment", "orrery-scheduler", POD + "/volumes/2/secret/items/0")
                    .put("key", "url"),
            "key url of the Secret orrery-database"),
        new Mistake(
            "an object is in another namespace",
            "http",
            Check.REFERENCES,
            all -> all.object("Service", "orrery-api", "/metadata").put("namespace", "default"),
            "Service orrery-api is in another namespace"),
        // Settings.
        new Mistake(
            "a setting that does not exist",
            "http",
            Check.SETTINGS,
            all -> all.settings("orrery-scheduler").put("ORRERY_PROTOCOL_ACTIVE", "http"),
            "orrery-scheduler sets ORRERY_PROTOCOL_ACTIVE"),
        new Mistake(
            "another protocol than the overlay's",
            "both",
            Check.SETTINGS,
            all -> all.settings("orrery-scheduler").put("ORRERY_PROTOCOLS_ACTIVE", "akka"),
            "active protocols akka in overlay both"),
        new Mistake(
            "a gateway without its component",
            "http",
            Check.SETTINGS,
            all -> all.settings("orrery-scheduler").put("ORRERY_POWERJOB_ENABLED", "true"),
            "serves PowerJob workers without components/powerjob"),
        new Mistake(
            "a port of the gateway without its component",
            "example",
            Check.SETTINGS,
            all -> all.settings("orrery-scheduler").put("ORRERY_POWERJOB_PROTOCOLS", "http,akka"),
            "serves AKKA without components/powerjob-akka"),
        new Mistake(
            "a database inside of the pod",
            "http",
            Check.SETTINGS,
            all -> all.settings("orrery-scheduler").remove("ORRERY_DATABASE_EMBEDDED"),
            "may start a database of its own"),
        new Mistake(
            "variables of Services among the settings",
            "http",
            Check.SETTINGS,
            all -> all.object("Deployment", "orrery-scheduler", POD).remove("enableServiceLinks"),
            "variables of Services"),
        // TLS.
        new Mistake(
            "plain HTTP beside TLS",
            "example",
            Check.TLS,
            all -> all.settings("orrery-scheduler").remove("QUARKUS_HTTP_INSECURE_REQUESTS"),
            "orrery-scheduler serves plain HTTP beside TLS"),
        new Mistake(
            "TLS at a port that no Service leads to",
            "example",
            Check.TLS,
            all -> all.settings("orrery-scheduler").remove("QUARKUS_HTTP_SSL_PORT"),
            "orrery-scheduler speaks TLS at 8443, and its API is at 7700"),
        new Mistake(
            "a certificate that is not where the Secret is",
            "example",
            Check.TLS,
            all ->
                all.settings("orrery-scheduler")
                    .put("QUARKUS_TLS_API_KEY_STORE_PEM_TLS_CERT", "/etc/tls/tls.crt"),
            "no Secret is mounted at /etc/tls/tls.crt"),
        new Mistake(
            "a certificate that is read once",
            "example",
            Check.TLS,
            all -> all.settings("orrery-scheduler").remove("QUARKUS_TLS_API_RELOAD_PERIOD"),
            "orrery-scheduler never reads its certificate again"),
        new Mistake(
            "a Service that does not say TLS",
            "example",
            Check.TLS,
            all -> all.object("Service", "orrery-api", "/spec/ports/0").put("appProtocol", "http"),
            "Service orrery-api has the appProtocol http, not https"),
        new Mistake(
            "a Secret that nobody is told to make",
            "example",
            Check.REFERENCES,
            all ->
                ((ObjectNode) all.array("Deployment", "orrery-scheduler", POD + "/volumes").get(0))
                    .putObject("secret")
                    .put("secretName", "api-tls"),
            "how to make the Secret of the volume tls"),
        new Mistake(
            "agents over akka that ask an API with TLS in plain HTTP",
            "both",
            Check.SETTINGS,
            all -> all.settings("orrery-scheduler").put("QUARKUS_HTTP_TLS_CONFIGURATION_NAME", "a"),
            "orrery-agent-akka dials http://orrery-api:7700, not https://orrery-api:7700"),
        // Life.
        new Mistake(
            "killed before what runs may end",
            "http",
            Check.LIFE,
            all ->
                all.object("Deployment", "orrery-agent-http", POD)
                    .put("terminationGracePeriodSeconds", 30),
            "orrery-agent-http is killed after PT30S"),
        new Mistake(
            "a longer drain than the grace period",
            "akka",
            Check.LIFE,
            all -> all.settings("orrery-agent-akka").put("ORRERY_WORKER_DRAIN_TIMEOUT", "10m"),
            "orrery-agent-akka is killed after"),
        new Mistake(
            "no limit of memory",
            "http",
            Check.LIFE,
            all ->
                all.object("Deployment", "orrery-scheduler", CONTAINER + "/resources/limits")
                    .remove("memory"),
            "does not say what it needs"),
        new Mistake(
            "pods go before their successors are ready",
            "http",
            Check.LIFE,
            all ->
                all.object("Deployment", "orrery-scheduler", "/spec/strategy/rollingUpdate")
                    .put("maxUnavailable", 1),
            "before their successors are ready"),
        // The second day.
        new Mistake(
            "a Namespace that a delete takes away",
            "http",
            Check.SECOND_DAY,
            all ->
                all.add(
                    Yaml.documents("{apiVersion: v1, kind: Namespace, metadata: {name: orrery}}")
                        .get(0)),
            "Namespace orrery is deleted with the overlay"),
        new Mistake(
            "a heap that leaves too little of the pod",
            "http",
            Check.MEMORY,
            all -> all.replaceOption("orrery-scheduler", "Percentage=55", "Percentage=60"),
            "orrery-scheduler may take 1032 MiB of memory and has a limit of 1024 MiB"),
        new Mistake(
            "direct memory as large as the heap",
            "akka",
            Check.MEMORY,
            all -> all.replaceOption("orrery-agent-akka", "-XX:MaxDirectMemorySize=96m ", ""),
            "orrery-agent-akka has no bound of its direct memory"),
        new Mistake(
            "an address that names the namespace",
            "both",
            Check.SECOND_DAY,
            all ->
                all.settings("orrery-scheduler")
                    .put(
                        "ORRERY_PROTOCOLS_HTTP_ADVERTISED_ADDRESS",
                        "http://orrery-http.orrery:10010"),
            "names the namespace in an address"),
        new Mistake(
            "a new label in a selector",
            "akka",
            Check.SECOND_DAY,
            all ->
                all.object("Deployment", "orrery-scheduler", "/spec/selector/matchLabels")
                    .put("app.kubernetes.io/instance", "prod"),
            "orrery-scheduler has another selector than in the release before"),
        new Mistake(
            "a Deployment without a number",
            "http",
            Check.SECOND_DAY,
            all -> all.object("Deployment", "orrery-scheduler", "/spec").remove("replicas"),
            "orrery-scheduler has no number of replicas"),
        new Mistake(
            "a name that others may have",
            "http",
            Check.SECOND_DAY,
            all -> all.object("NetworkPolicy", "orrery-dns", "/metadata").put("name", "dns"),
            "NetworkPolicy dns has a general name"),
        new Mistake(
            "the setup may read every Secret",
            "quickstart",
            Check.REFERENCES,
            all -> all.object("Role", "orrery-setup", "/rules/0").remove("resourceNames"),
            "Role orrery-setup is for []"),
        new Mistake(
            "the setup may delete",
            "quickstart",
            Check.REFERENCES,
            all -> all.array("Role", "orrery-setup", "/rules/0/verbs").add("delete"),
            "Role orrery-setup allows"),
        new Mistake(
            "the setup's rights are somebody else's, too",
            "quickstart",
            Check.REFERENCES,
            all ->
                ((ObjectNode) all.array("RoleBinding", "orrery-setup", "/subjects").get(0))
                    .put("name", "default"),
            "RoleBinding orrery-setup is for others than the setup"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void findsSeededErrorByItsCheck(Mistake mistake) {
    Manifests manifests = new Manifests(mistake.overlay());
    mistake.mistake().accept(manifests);

    assertThat(mistake.check().findings(Overlay.of(mistake.overlay(), manifests.objects)))
        .anyMatch(finding -> finding.contains(mistake.found()));
  }

  /** The mutable objects of an overlay. */
  private static final class Manifests {
    private final List<ObjectNode> objects;

    Manifests(String overlay) {
      objects = Kubectl.kustomize(Overlay.directory(overlay));
    }

    ObjectNode find(String kind, String name) {
      return objects.stream()
          .filter(object -> object.get("kind").asText().equals(kind))
          .filter(object -> object.at("/metadata/name").asText().equals(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError("There is no " + kind + " " + name));
    }

    ObjectNode object(String kind, String name, String pointer) {
      return (ObjectNode) at(kind, name, pointer);
    }

    ArrayNode array(String kind, String name, String pointer) {
      return (ArrayNode) at(kind, name, pointer);
    }

    private JsonNode at(String kind, String name, String pointer) {
      JsonNode found = find(kind, name).at(JsonPointer.compile(pointer));
      assertThat(found.isMissingNode()).as("%s of %s %s", pointer, kind, name).isFalse();
      return found;
    }

    /** Returns the entries of a ConfigMap, whose name ends with a hash. */
    ObjectNode settings(String name) {
      return objects.stream()
          .filter(object -> object.get("kind").asText().equals("ConfigMap"))
          .filter(object -> object.at("/metadata/name").asText().matches(name + "-[a-z0-9]{10}"))
          .map(object -> (ObjectNode) object.get("data"))
          .findFirst()
          .orElseThrow();
    }

    void replaceOption(String settings, String option, String by) {
      ObjectNode data = settings(settings);
      String options = data.get("JDK_JAVA_OPTIONS").asText();
      assertThat(options).contains(option);
      data.put("JDK_JAVA_OPTIONS", options.replace(option, by));
    }

    void add(ObjectNode object) {
      objects.add(object);
    }

    void remove(String kind, String name) {
      objects.remove(find(kind, name));
    }
  }
}
