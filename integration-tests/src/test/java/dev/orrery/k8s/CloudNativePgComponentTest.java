package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.orrery.k8s.policy.Peer;
import dev.orrery.k8s.policy.Policies;
import dev.orrery.k8s.policy.Socket;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the component in the overlay that docs/kubernetes.md shows. The operator's objects have the
 * names and labels of its documentation; no operator runs here.
 */
class CloudNativePgComponentTest {

  private static final String CLUSTER = "orrery-db";

  /** Created by the operator, with the credentials of the database owner. */
  private static final String SECRET = CLUSTER + "-app";

  private static final Map<String, String> NAMESPACE = Map.of(Neighbours.NAMESPACE_NAME, "orrery");
  private static final Socket POSTGRESQL = Socket.tcp(5432);
  private static final Socket STATUS = Socket.tcp(8000);
  private static final Socket METRICS = Socket.tcp(9187);

  private static final Peer SCHEDULER =
      pod("scheduler", Neighbours.APP, "orrery", "app.kubernetes.io/component", "scheduler");
  private static final Peer INSTANCE =
      pod("instance", "cnpg.io/cluster", CLUSTER, "cnpg.io/podRole", "instance");
  private static final Peer JOIN_JOB =
      pod("job of a new instance", "cnpg.io/cluster", CLUSTER, "cnpg.io/jobRole", "join");
  private static final Peer OPERATOR =
      Peer.pod(
          "operator",
          Map.of(Neighbours.NAMESPACE_NAME, "cnpg-system"),
          Map.of(Neighbours.APP, "cloudnative-pg"));

  @TempDir private Path temporary;
  private List<ObjectNode> objects;

  @BeforeEach
  void render() throws IOException {
    // kustomize follows links before it follows "..".
    Path directory = temporary.toRealPath();
    Matcher overlay =
        Pattern.compile("```yaml\n(apiVersion: kustomize[^`]*/cloudnative-pg[^`]*)```")
            .matcher(operations());
    assertThat(overlay.find()).as("the overlay of docs/kubernetes.md").isTrue();
    Path k8s = directory.relativize(Overlay.ROOT.toRealPath());
    Files.writeString(
        directory.resolve("kustomization.yaml"), overlay.group(1).replace("../..", k8s.toString()));
    objects = Kubectl.kustomize(directory);
  }

  private static Peer pod(String name, String... labels) {
    return Peer.pod(name, NAMESPACE, Map.of(labels[0], labels[1], labels[2], labels[3]));
  }

  @Test
  void usesOnlyClusterFieldsKnownToTheOperator() throws IOException {
    assertThat(mistakes(cluster())).isEmpty();
  }

  @Test
  void findsMisspelledFieldAndUnknownMethod() throws IOException {
    ObjectNode mistaken = cluster().deepCopy();
    mistaken.withObject("/spec").put("instance", 3);
    mistaken.withObject("/spec/postgresql/synchronous").put("method", "quorum");

    assertThat(mistakes(mistaken))
        .hasSize(2)
        .anyMatch(mistake -> mistake.contains("'instance'"))
        .anyMatch(mistake -> mistake.contains("method"));
  }

  /** With two instances, no commit would end while one of them is down. */
  @Test
  void requiresCommitOnTwoOfThreeInstances() {
    assertThat(cluster().at("/spec/instances").intValue()).isEqualTo(3);
    assertThat(cluster().at("/spec/postgresql/synchronous/number").intValue()).isEqualTo(1);
    assertThat(cluster().at("/spec/postgresql/synchronous/dataDurability").textValue())
        .isEqualTo("required");
  }

  @Test
  void connectsSchedulersToPrimaryAsDatabaseOwner() {
    List<EnvVar> environment =
        withoutTheCluster().workloads().stream()
            .filter(Workload::isScheduler)
            .findFirst()
            .orElseThrow()
            .container()
            .getEnv();

    EnvVar url = entry(environment, "QUARKUS_DATASOURCE_JDBC_URL");
    assertThat(url.getValue())
        .isEqualTo(
            "jdbc:postgresql://%s-rw:5432/%s?sslmode=require",
            CLUSTER, cluster().at("/spec/bootstrap/initdb/database").textValue());
    assertThat(url.getValueFrom()).isNull();
    for (String key : List.of("username", "password")) {
      EnvVar credential = entry(environment, "QUARKUS_DATASOURCE_" + key.toUpperCase(Locale.ROOT));
      assertThat(credential.getValueFrom().getSecretKeyRef().getName()).isEqualTo(SECRET);
      assertThat(credential.getValueFrom().getSecretKeyRef().getKey()).isEqualTo(key);
    }
    assertThat(cluster().at("/metadata/name").textValue()).isEqualTo(CLUSTER);
  }

  @Test
  void restrictsAccessToInstancesByNetworkPolicy() {
    Set<String> open = new TreeSet<>();
    Policies policies = policies();
    List<Peer> peers = new ArrayList<>(Neighbours.of(NAMESPACE));
    peers.addAll(List.of(SCHEDULER, INSTANCE, JOIN_JOB, OPERATOR));
    List<Socket> sockets = new ArrayList<>(Connections.sockets());
    sockets.addAll(List.of(STATUS, METRICS));
    for (Peer peer : peers) {
      for (Socket socket : sockets) {
        if (policies.letIn(INSTANCE, peer, socket)) {
          open.add(peer.name() + " " + socket);
        }
      }
    }

    assertThat(open)
        .containsExactlyInAnyOrder(
            "scheduler " + POSTGRESQL,
            "instance " + POSTGRESQL,
            "instance " + STATUS,
            "job of a new instance " + POSTGRESQL,
            "job of a new instance " + STATUS,
            "operator " + POSTGRESQL,
            "operator " + STATUS,
            "Prometheus " + METRICS);
  }

  /** There is no external-database, so no other PostgreSQL is reachable. */
  @Test
  void allowsSchedulersToReachOnlyTheClusterInstances() {
    Policies policies = policies();

    assertThat(policies.letOut(SCHEDULER, INSTANCE, POSTGRESQL)).isTrue();
    assertThat(policies.letOut(SCHEDULER, INSTANCE, STATUS)).isFalse();
    assertThat(policies.letOut(SCHEDULER, Neighbours.DATABASE, POSTGRESQL)).isFalse();
    assertThat(policies.letOut(SCHEDULER, Neighbours.PRIVATE_ADDRESS, POSTGRESQL)).isFalse();
    assertThat(policies.letOut(INSTANCE, Neighbours.PUBLIC_ADDRESS, Socket.tcp(443))).isTrue();
  }

  private Policies policies() {
    return new Policies(NAMESPACE, withoutTheCluster().all(NetworkPolicy.class));
  }

  private Overlay withoutTheCluster() {
    return Overlay.of(
        "http",
        objects.stream()
            .filter(object -> !object.path("kind").asText().equals("Cluster"))
            .toList());
  }

  private ObjectNode cluster() {
    return objects.stream()
        .filter(object -> object.path("kind").asText().equals("Cluster"))
        .findFirst()
        .orElseThrow();
  }

  private static EnvVar entry(List<EnvVar> environment, String name) {
    return environment.stream().filter(one -> one.getName().equals(name)).findFirst().orElseThrow();
  }

  private static List<String> mistakes(ObjectNode cluster) throws IOException {
    try (InputStream file =
        CloudNativePgComponentTest.class.getResourceAsStream(
            "/cloudnative-pg/cluster-schema.json")) {
      Schema schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(file);
      return schema.validate(cluster).stream().map(Error::toString).toList();
    }
  }

  private static String operations() throws IOException {
    return Files.readString(Overlay.ROOT.resolveSibling("docs/kubernetes.md"));
  }
}
