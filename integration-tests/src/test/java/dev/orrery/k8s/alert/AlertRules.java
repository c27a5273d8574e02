package dev.orrery.k8s.alert;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.k8s.Overlay;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRuleSpec;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRuleSpecBuilder;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import io.fabric8.openshift.api.model.monitoring.v1.RuleBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The alerts of the manifests, in a file that Prometheus reads. */
record AlertRules(PrometheusRuleSpec spec) {
  /** Brings Prometheus and promtool. */
  static final String INSTALL = "apt-get install prometheus";

  static AlertRules of(Overlay overlay) {
    return new AlertRules(overlay.all(PrometheusRule.class).get(0).getSpec());
  }

  List<Rule> all() {
    return spec.getGroups().stream().flatMap(group -> group.getRules().stream()).toList();
  }

  /** Returns alerts that fire as soon as their expressions are true. */
  AlertRules withoutFor() {
    return new AlertRules(
        new PrometheusRuleSpecBuilder(spec)
            .accept(RuleBuilder.class, rule -> rule.withFor(null))
            .build());
  }

  /** Writes JSON, which is YAML, too. */
  void write(Path file) throws IOException {
    new ObjectMapper().writeValue(file.toFile(), spec);
  }
}
