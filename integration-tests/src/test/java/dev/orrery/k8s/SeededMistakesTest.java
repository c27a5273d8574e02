package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the checks: seeds a mistake into a rendered overlay, which the named check must find. */
@Tag("thorough")
class SeededMistakesTest {
  private static final String POD = "/spec/template/spec";
  private static final String CONTAINER = POD + "/containers/0";
  private static final ObjectMapper JSON = new ObjectMapper();

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

  /**
   * Sets a field of an object, or removes it.
   *
   * @param change {@code name=value}, or {@code -name}
   * @param found text that a finding of the check must contain
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a pod to which no policy applies | http | CONNECTIONS | \
              Deployment orrery-agent-http /spec/template/metadata/labels | app.kubernetes.io/name=agent | orrery-agent-http lacks the label of Orrery
          a policy's selector is misspelled | http | SELECTORS | \
              NetworkPolicy scheduler-http /spec/podSelector/matchLabels | app.kubernetes.io/component=schedular | NetworkPolicy scheduler-http selects no pod
          a peer's selector is misspelled | akka | SELECTORS | \
              NetworkPolicy scheduler-akka /spec/egress/0/to/0/podSelector/matchLabels | orrery.dev/protocol=http | NetworkPolicy scheduler-akka, a peer selects no pod
          a Service's selector is misspelled | http | SELECTORS | \
              Service orrery-http /spec/selector | app.kubernetes.io/name=orery | Service orrery-http selects no pod
          agents of both protocols are one to their Deployment | both | SELECTORS | \
              Deployment orrery-agent-akka /spec/selector/matchLabels | -orrery.dev/protocol | orrery-agent-akka selects pods of orrery-agent-http
          a container's port is not in the plan | http | PORTS | \
              Deployment orrery-scheduler CONTAINER/ports/0 | containerPort=10011 | orrery-scheduler has ports {api=7700, cluster=10020, http=10011
          a Service has the number of another port | http | PORTS | \
              Service orrery-api /spec/ports/0 | port=80 | Service orrery-api port 80 leads to api
          a Service leads elsewhere | http | PORTS | \
              Service orrery-http /spec/ports/0 | targetPort=api | Service orrery-http port 10010 leads to api
          a probe asks the port of the API | akka | PORTS | \
              Deployment orrery-scheduler CONTAINER/readinessProbe/httpGet | port=api | the readiness probe asks another port
          liveness asks what readiness should | http | PORTS | \
              Deployment orrery-agent-http CONTAINER/livenessProbe/httpGet | path=/q/health/ready | the liveness probe asks /q/health/ready
          capabilities are not dropped | http | POD_SECURITY | \
              Deployment orrery-scheduler CONTAINER/securityContext | -capabilities | orrery-scheduler does not drop all capabilities
          the root file system can be written | quickstart | POD_SECURITY | \
              StatefulSet orrery-postgres CONTAINER/securityContext | readOnlyRootFilesystem=false | orrery-postgres can write to its root file system
          the container is root after all | http | POD_SECURITY | \
              Deployment orrery-agent-http CONTAINER/securityContext | runAsUser=0 | orrery-agent-http takes back in its container
          a secret in a variable | quickstart | POD_SECURITY | \
              Deployment orrery-agent-http CONTAINER/env/0/valueFrom/secretKeyRef | key=token | orrery-agent-http has a secret in the variable ORRERY_WORKER_APP
          a Secret that every user of the pod reads | http | POD_SECURITY | \
              Deployment orrery-scheduler POD/volumes/1/secret | defaultMode=420 | lets every user read the Secret of the volume secrets
          no group for the files of a Secret | http | POD_SECURITY | \
              Deployment orrery-scheduler POD/securityContext | -fsGroup | has no group that may read the volume database
          a release in a selector | http | LABELS | \
              Service orrery-api /spec/selector | app.kubernetes.io/version=0.1.0 | Service orrery-api has version in selector
          a release in what makes volumes | quickstart | LABELS | \
              StatefulSet orrery-postgres /spec/volumeClaimTemplates/0/metadata/labels | app.kubernetes.io/version=0.1.0 | StatefulSet orrery-postgres has version in volumeClaimTemplates
          pods of another release than their image | http | LABELS | \
              Deployment orrery-scheduler CONTAINER | image=o:0.0.9 | orrery-scheduler has the image o:0.0.9
          an object that belongs to nothing | http | LABELS | \
              NetworkPolicy orrery-dns /metadata/labels | -app.kubernetes.io/component | NetworkPolicy orrery-dns has no component
          a token is mounted by the pod | http | REFERENCES | \
              Deployment orrery-scheduler POD | automountServiceAccountToken=true | orrery-scheduler mounts a token
          a token is mounted by the account | http | REFERENCES | \
              ServiceAccount orrery-agent-http | -automountServiceAccountToken | no ServiceAccount orrery-agent-http that mounts no token
          a ConfigMap is named that is not there | http | REFERENCES | \
              Deployment orrery-scheduler CONTAINER/envFrom/0/configMapRef | name=orrery-scheduler | no ConfigMap orrery-scheduler
          a key of a Secret that no page says to create | http | REFERENCES | \
              Deployment orrery-scheduler POD/volumes/2/secret/items/0 | key=url | key url of the Secret orrery-database
          an object is in another namespace | http | REFERENCES | \
              Service orrery-api /metadata | namespace=default | Service orrery-api is in another namespace
          the setup may read every Secret | quickstart | REFERENCES | \
              Role orrery-setup /rules/0 | -resourceNames | Role orrery-setup is for []
          another account also has the rights of the setup | quickstart | REFERENCES | \
              RoleBinding orrery-setup /subjects/0 | name=default | RoleBinding orrery-setup is for others than the setup
          a setting that does not exist | http | SETTINGS | \
              settings orrery-scheduler | ORRERY_PROTOCOL_ACTIVE=http | orrery-scheduler sets ORRERY_PROTOCOL_ACTIVE
          another protocol than the overlay's | both | SETTINGS | \
              settings orrery-scheduler | ORRERY_PROTOCOLS_ACTIVE=akka | active protocols akka in overlay both
          a gateway without its component | http | SETTINGS | \
              settings orrery-scheduler | ORRERY_POWERJOB_ENABLED=true | serves PowerJob workers without components/powerjob
          a port of the gateway without its component | example | SETTINGS | \
              settings orrery-scheduler | ORRERY_POWERJOB_PROTOCOLS=http,akka | serves PowerJob workers over other protocols than its components say
          a database inside of the pod | http | SETTINGS | \
              settings orrery-scheduler | -ORRERY_DATABASE_EMBEDDED | may start a database of its own
          variables of Services among the settings | http | SETTINGS | \
              Deployment orrery-scheduler POD | -enableServiceLinks | variables of Services
          agents over akka that ask an API with TLS in plain HTTP | both | SETTINGS | \
              settings orrery-scheduler | QUARKUS_HTTP_TLS_CONFIGURATION_NAME=a | orrery-agent-akka dials http://orrery-api:7700, not https://orrery-api:7700
          plain HTTP beside TLS | example | TLS | \
              settings orrery-scheduler | -QUARKUS_HTTP_INSECURE_REQUESTS | orrery-scheduler serves plain HTTP beside TLS
          TLS at a port that no Service leads to | example | TLS | \
              settings orrery-scheduler | -QUARKUS_HTTP_SSL_PORT | orrery-scheduler speaks TLS at 8443, and its API is at 7700
          a certificate that is not where the Secret is | example | TLS | \
              settings orrery-scheduler | QUARKUS_TLS_API_KEY_STORE_PEM_TLS_CERT=/etc/tls/tls.crt | no Secret is mounted at /etc/tls/tls.crt
          a certificate that is read once | example | TLS | \
              settings orrery-scheduler | -QUARKUS_TLS_API_RELOAD_PERIOD | orrery-scheduler never reads its certificate again
          a Service that does not say TLS | example | TLS | \
              Service orrery-api /spec/ports/0 | appProtocol=http | Service orrery-api has the appProtocol http, not https
          killed before what runs may end | http | LIFE | \
              Deployment orrery-agent-http POD | terminationGracePeriodSeconds=30 | orrery-agent-http is killed after PT30S
          a longer drain than the grace period | akka | LIFE | \
              settings orrery-agent-akka | ORRERY_WORKER_DRAIN_TIMEOUT=10m | orrery-agent-akka is killed after
          no limit of memory | http | LIFE | \
              Deployment orrery-scheduler CONTAINER/resources/limits | -memory | does not say what it needs
          pods go before their successors are ready | http | LIFE | \
              Deployment orrery-scheduler /spec/strategy/rollingUpdate | maxUnavailable=1 | before their successors are ready
          a new label in a selector | akka | SECOND_DAY | \
              Deployment orrery-scheduler /spec/selector/matchLabels | app.kubernetes.io/instance=prod | orrery-scheduler has another selector than in the release before
          a Deployment without a number | http | SECOND_DAY | \
              Deployment orrery-scheduler /spec | -replicas | orrery-scheduler has no number of replicas
          a name that others may have | http | SECOND_DAY | \
              NetworkPolicy orrery-dns /metadata | name=dns | NetworkPolicy dns has a general name
          an address that names the namespace | both | SECOND_DAY | \
              settings orrery-scheduler | ORRERY_PROTOCOLS_HTTP_ADVERTISED_ADDRESS=http://orrery-http.orrery:10010 | names the namespace in an address
          """)
  void findsSeededFieldByItsCheck(
      String mistake, String overlay, Check check, String object, String change, String found) {
    Manifests manifests = new Manifests(overlay);
    manifests.change(object.split(" ", 3), change);

    assertFound(found, check, overlay, manifests);
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
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
            "a Service is missing",
            "http",
            Check.PORTS,
            all -> all.remove("Service", "orrery-http"),
            "and should to [api, http, management]"),
        new Mistake(
            "a Secret that no page says to create",
            "example",
            Check.REFERENCES,
            all ->
                all.object("Deployment", "orrery-scheduler", POD + "/volumes/0")
                    .putObject("secret")
                    .put("secretName", "api-tls"),
            "how to make the Secret of the volume tls"),
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
            "the setup may delete",
            "quickstart",
            Check.REFERENCES,
            all -> all.array("Role", "orrery-setup", "/rules/0/verbs").add("delete"),
            "Role orrery-setup allows"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void findsSeededErrorByItsCheck(Mistake mistake) {
    Manifests manifests = new Manifests(mistake.overlay());
    mistake.mistake().accept(manifests);

    assertFound(mistake.found(), mistake.check(), mistake.overlay(), manifests);
  }

  private static void assertFound(String found, Check check, String overlay, Manifests manifests) {
    assertThat(check.findings(Overlay.of(overlay, manifests.objects)))
        .anyMatch(finding -> finding.contains(found));
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

    /**
     * @param at a kind, a name and a pointer, or the settings of a program
     */
    void change(String[] at, String change) {
      boolean isSetting = at[0].equals("settings");
      String pointer =
          at.length < 3 ? "" : at[2].replace("CONTAINER", CONTAINER).replace("POD", POD);
      ObjectNode object = isSetting ? settings(at[1]) : object(at[0], at[1], pointer);
      if (change.startsWith("-")) {
        assertThat(object.remove(change.substring(1))).as(change).isNotNull();
        return;
      }
      String[] field = change.split("=", 2);
      boolean isText = isSetting || !field[1].matches("\\d+|true|false");
      object.set(field[0], isText ? new TextNode(field[1]) : JSON.valueToTree(value(field[1])));
    }

    private static Object value(String text) {
      return text.matches("\\d+") ? (Object) Integer.valueOf(text) : Boolean.valueOf(text);
    }

    void add(ObjectNode object) {
      objects.add(object);
    }

    void remove(String kind, String name) {
      objects.remove(find(kind, name));
    }
  }
}
