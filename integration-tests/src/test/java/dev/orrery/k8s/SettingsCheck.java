package dev.orrery.k8s;

import dev.orrery.k8s.Check.Findings;
import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks that docs/configuration.md lists every setting of a pod, and that its value matches the
 * overlay.
 */
final class SettingsCheck {
  private static final Pattern KEY = Pattern.compile("`((?:orrery|quarkus)\\.[a-z.-]+)`");

  /** A variable of the JVM's launcher. */
  private static final String JAVA_OPTIONS = "JDK_JAVA_OPTIONS";

  /** Other entries refer to it. */
  private static final String NAMESPACE = "POD_NAMESPACE";

  private static final Set<String> OF_POSTGRES =
      Set.of("POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD_FILE", "PGDATA");

  private SettingsCheck() {}

  static void of(Overlay overlay, Findings findings) {
    Set<String> known = documented();
    for (Workload workload : overlay.workloads()) {
      for (String name : given(overlay, workload)) {
        findings.require(
            workload.isDatabase() ? OF_POSTGRES.contains(name) : known.contains(name),
            workload.name() + " sets " + name + ", which docs/configuration.md does not have");
      }
      findings.require(
          Boolean.FALSE.equals(workload.pod().getEnableServiceLinks()),
          workload.name() + " lets Kubernetes put variables of Services among its settings");
      if (workload.isScheduler()) {
        scheduler(overlay, workload, findings);
      }
      if (workload.isAgent()) {
        agent(overlay, workload, findings);
      }
    }
  }

  private static void scheduler(Overlay overlay, Workload workload, Findings findings) {
    String active = overlay.setting(workload, "ORRERY_PROTOCOLS_ACTIVE").orElse("http");
    findings.require(
        new HashSet<>(Protocol.parseList(active)).equals(overlay.protocols()),
        workload.name() + " has the active protocols " + active + " in overlay " + overlay.name());
    findings.require(
        overlay.setting(workload, "ORRERY_DATABASE_EMBEDDED").orElse("true").equals("false"),
        workload.name() + " may start a database of its own");
    findings.require(
        overlay.setting(workload, "ORRERY_CLUSTER_ENABLED").orElse("false").equals("true"),
        workload.name() + " is not in cluster mode");
    Set<Protocol> ofPowerJob = overlay.powerJob().protocols();
    findings.require(
        overlay.setting(workload, "ORRERY_POWERJOB_ENABLED").orElse("false").equals("true")
            == overlay.powerJob().isServed(),
        workload.name() + " serves PowerJob workers without components/powerjob, or not with it");
    findings.require(
        ofPowerJob.isEmpty()
            || ofPowerJob.equals(
                Set.copyOf(
                    Protocol.parseList(
                        Dialect.POWERJOB,
                        overlay.setting(workload, "ORRERY_POWERJOB_PROTOCOLS").orElse("http")))),
        workload.name() + " serves PowerJob workers over other protocols than its components say");
  }

  private static void agent(Overlay overlay, Workload workload, Findings findings) {
    String protocol = overlay.setting(workload, "ORRERY_WORKER_PROTOCOL").orElse("http");
    findings.require(
        protocol.equals(workload.protocol()),
        workload.name() + " speaks " + protocol + ", and its label says " + workload.protocol());
    String server = overlay.setting(workload, "ORRERY_WORKER_SERVER").orElse("");
    String expected =
        (protocol.equals("http") ? "http://orrery-http:10010," : "")
            + (TlsCheck.isOn(overlay) ? "https" : "http")
            + "://orrery-api:7700";
    findings.require(
        server.equals(expected), workload.name() + " dials " + server + ", not " + expected);
  }

  private static Set<String> given(Overlay overlay, Workload workload) {
    Set<String> names = new TreeSet<>();
    workload.container().getEnv().stream().map(EnvVar::getName).forEach(names::add);
    workload
        .container()
        .getEnvFrom()
        .forEach(
            from ->
                overlay
                    .find(ConfigMap.class, from.getConfigMapRef().getName())
                    .ifPresent(map -> names.addAll(map.getData().keySet())));
    return names;
  }

  private static Set<String> documented() {
    Set<String> names = new HashSet<>();
    names.add(JAVA_OPTIONS);
    names.add(NAMESPACE);
    Matcher key = KEY.matcher(configurationPage());
    while (key.find()) {
      names.add(variable(key.group(1)));
    }
    // The page writes these of the data source as one.
    for (String setting : List.of("JDBC_URL", "USERNAME", "PASSWORD")) {
      names.add("QUARKUS_DATASOURCE_" + setting);
      names.add("QUARKUS_DATASOURCE_" + setting + "_FILE");
    }
    return names;
  }

  private static String variable(String key) {
    return key.replaceAll("[^a-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  private static String configurationPage() {
    try {
      return Files.readString(Overlay.ROOT.resolveSibling("docs/configuration.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
