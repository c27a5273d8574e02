package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricIdentifier;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that the monitoring objects use metrics that docs/metrics.md lists. */
class MonitoringTest {
  private static final Pattern METRIC = Pattern.compile("\\borrery_[a-z_]+");
  private static final Pattern AGGREGATION =
      Pattern.compile("\\b(sum|max|count)\\b(?: by \\(([a-z, ]+)\\))?");
  private static final Pattern DOCUMENTED =
      Pattern.compile("\\| `(orrery_[a-z_]+)` \\| (\\w+) \\|");

  private final Overlay overlay = Overlay.rendered("example");

  @Test
  void queriesOnlyDocumentedMetricsInAlerts() throws IOException {
    List<Rule> rules =
        overlay.all(PrometheusRule.class).get(0).getSpec().getGroups().get(0).getRules();
    Set<String> asked = new TreeSet<>();
    rules.forEach(rule -> asked.addAll(metrics(rule.getExpr().getStrVal())));

    assertThat(asked).isNotEmpty();
    assertThat(documented()).containsAll(asked);
  }

  @Test
  void documentsEveryAlert() throws IOException {
    String page = Files.readString(Overlay.ROOT.resolveSibling("docs/kubernetes-monitoring.md"));

    for (Rule rule :
        overlay.all(PrometheusRule.class).get(0).getSpec().getGroups().get(0).getRules()) {
      assertThat(page).contains("| `" + rule.getAlert() + "` |");
      assertThat(rule.getLabels()).containsKey("severity");
      assertThat(rule.getAnnotations()).containsKey("summary");
    }
  }

  @Test
  void queriesOnlyDocumentedMetricsInDashboard() throws IOException {
    Set<String> asked = new TreeSet<>();
    queries(dashboard()).forEach(expression -> asked.addAll(metrics(expression)));

    assertThat(asked).isNotEmpty();
    assertThat(documented()).containsAll(asked);
  }

  @Test
  void selectsNamespaceInEveryDashboardQuery() throws IOException {
    for (String expression : queries(dashboard())) {
      assertThat(METRIC.matcher(expression).results())
          .as(expression)
          .isNotEmpty()
          .allMatch(metric -> expression.startsWith("{namespace=\"$namespace\"", metric.end()));
    }
  }

  @Test
  void readsDashboardNamespacesFromOrreryMetrics() throws IOException {
    JsonNode variable = null;
    for (JsonNode each : dashboard().at("/templating/list")) {
      if (each.get("name").asText().equals("namespace")) {
        variable = each;
      }
    }

    assertThat(variable).isNotNull();
    String query = variable.at("/query/query").asText();
    assertThat(query).matches("label_values\\(orrery_[a-z_]+, namespace\\)");
    assertThat(documented()).containsAll(metrics(query));
    assertThat(variable.get("multi").asBoolean()).isFalse();
    assertThat(variable.get("includeAll").asBoolean()).isFalse();
  }

  private JsonNode dashboard() throws IOException {
    return new ObjectMapper()
        .readTree(
            overlay
                .find(ConfigMap.class, "orrery-dashboard")
                .orElseThrow()
                .getData()
                .get("orrery.json"));
  }

  private static List<String> queries(JsonNode dashboard) {
    return dashboard.findValuesAsText("expr");
  }

  @Test
  void scalesByDocumentedMetricAndOmitsReplicasFromDeployment() throws IOException {
    HorizontalPodAutoscaler autoscaler = overlay.all(HorizontalPodAutoscaler.class).get(0);

    MetricIdentifier metric = autoscaler.getSpec().getMetrics().get(0).getExternal().getMetric();
    assertThat(documented()).contains(metric.getName());
    assertThat(labels(metric.getName()))
        .containsExactlyElementsOf(metric.getSelector().getMatchLabels().keySet());
    assertThat(overlay.all(Deployment.class))
        .filteredOn(
            one ->
                one.getMetadata()
                    .getName()
                    .equals(autoscaler.getSpec().getScaleTargetRef().getName()))
        .singleElement()
        .matches(one -> one.getSpec().getReplicas() == null);
  }

  @Test
  void scrapesEveryManagementPort() {
    ServiceMonitor monitor = overlay.all(ServiceMonitor.class).get(0);
    List<String> scraped =
        overlay.all(Service.class).stream()
            .filter(
                service ->
                    service
                        .getMetadata()
                        .getLabels()
                        .entrySet()
                        .containsAll(monitor.getSpec().getSelector().getMatchLabels().entrySet()))
            .map(service -> service.getMetadata().getName())
            .toList();

    assertThat(scraped)
        .containsExactlyInAnyOrder("orrery-scheduler-management", "orrery-agent-management");
    assertThat(monitor.getSpec().getEndpoints().get(0).getPort()).isEqualTo("management");
    assertThat(monitor.getSpec().getEndpoints().get(0).getPath()).isEqualTo("/q/metrics");
  }

  /** A Prometheus that scrapes two installations reports on each separately. */
  @Test
  void aggregatesEveryAlertByNamespace() {
    for (Rule rule : rules()) {
      String expression = rule.getExpr().getStrVal();
      assertThat(expression).as(rule.getAlert()).doesNotContain("absent(");
      assertThat(AGGREGATION.matcher(expression).results().map(found -> found.group(2)))
          .as(rule.getAlert())
          .allMatch(by -> by != null && Set.of(by.split(", *")).contains("namespace"));
      assertThat(rule.getAnnotations().get("summary"))
          .as(rule.getAlert())
          .contains("{{ $labels.namespace }}");
    }
  }

  /** The adapter's rule names no installation, and mixes none. */
  @Test
  void documentsAdapterRuleForAutoscalerMetricByNamespace() throws IOException {
    String page = Files.readString(Overlay.ROOT.resolveSibling("docs/kubernetes-scale.md"));
    String rule = page.substring(page.indexOf("externalRules:"));
    rule = rule.substring(0, rule.indexOf("```"));

    assertThat(metrics(rule)).containsExactly("orrery_app_work");
    assertThat(rule)
        .contains("resources: {overrides: {namespace: {resource: namespace}}}")
        .doesNotContain("namespaced: false");
  }

  private List<Rule> rules() {
    return overlay.all(PrometheusRule.class).get(0).getSpec().getGroups().get(0).getRules();
  }

  private static Set<String> labels(String metric) throws IOException {
    Matcher row =
        Pattern.compile("\\| `" + metric + "` \\| \\w+ \\| ([^|]+) \\|")
            .matcher(Files.readString(Overlay.ROOT.resolveSibling("docs/metrics.md")));
    assertThat(row.find()).isTrue();
    return new TreeSet<>(List.of(row.group(1).split(", ")));
  }

  private static Set<String> metrics(String expression) {
    Set<String> found = new TreeSet<>();
    Matcher metric = METRIC.matcher(expression);
    while (metric.find()) {
      found.add(metric.group());
    }
    return found;
  }

  /** Returns metric names; a histogram is queried by its buckets. */
  private static Set<String> documented() throws IOException {
    Set<String> found = new TreeSet<>();
    Matcher row =
        DOCUMENTED.matcher(Files.readString(Overlay.ROOT.resolveSibling("docs/metrics.md")));
    while (row.find()) {
      found.add(row.group(2).equals("histogram") ? row.group(1) + "_bucket" : row.group(1));
    }
    return found;
  }
}
