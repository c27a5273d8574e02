package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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
    Workload schedulers =
        withoutTheCluster().workloads().stream()
            .filter(Workload::isScheduler)
            .findFirst()
            .orElseThrow();

    List<EnvVar> urls =
        schedulers.container().getEnv().stream()
            .filter(one -> one.getName().startsWith("QUARKUS_DATASOURCE_JDBC_URL"))
            .toList();
    assertThat(urls).hasSize(1);
    EnvVar url = urls.get(0);
    assertThat(url.getName()).isEqualTo("QUARKUS_DATASOURCE_JDBC_URL");
    assertThat(url.getValue())
        .isEqualTo(
            "jdbc:postgresql://%s-rw:5432/%s?sslmode=require",
            CLUSTER, cluster().at("/spec/bootstrap/initdb/database").textValue());
    assertThat(url.getValueFrom()).isNull();
    SecretVolumeSource credentials =
        schedulers.pod().getVolumes().stream()
            .filter(volume -> volume.getName().equals("database"))
            .findFirst()
            .orElseThrow()
            .getSecret();
    assertThat(credentials.getSecretName()).isEqualTo(SECRET);
    assertThat(credentials.getItems())
        .extracting(KeyToPath::getKey, KeyToPath::getPath)
        .containsExactly(tuple("username", "username"), tuple("password", "password"));
    assertThat(cluster().at("/metadata/name").textValue()).isEqualTo(CLUSTER);
  }

  /** There is no external-database, so no other PostgreSQL is reachable. */
  @Test
  void allowsSchedulersToReachOnlyTheClusterInstances() {
    Overlay overlay =
        new Overlay("own", Set.of("http", "cloudnative-pg"), withoutTheCluster().objects());

    assertThat(Check.CONNECTIONS.findings(overlay)).isEmpty();
    assertThat(Check.CONNECTIONS.findings(overlay.with("external-database"))).hasSize(2);
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
