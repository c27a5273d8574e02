package dev.orrery.k8s;

import dev.orrery.k8s.Check.Findings;
import io.fabric8.kubernetes.api.model.Service;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Checks that an API port with TLS serves only TLS, and that its certificates can be replaced. */
final class TlsCheck {
  private static final String CONFIGURATION = "QUARKUS_HTTP_TLS_CONFIGURATION_NAME";
  private static final String KEY_STORE = "QUARKUS_TLS_API_KEY_STORE_PEM_TLS_";

  private TlsCheck() {}

  static boolean isOn(Overlay overlay) {
    return overlay.workloads().stream()
        .filter(Workload::isScheduler)
        .anyMatch(scheduler -> overlay.setting(scheduler, CONFIGURATION).isPresent());
  }

  static void of(Overlay overlay, Findings findings) {
    String spoken = isOn(overlay) ? "https" : "http";
    for (Service service : overlay.all(Service.class)) {
      if (service.getMetadata().getName().equals("orrery-api")) {
        String said = service.getSpec().getPorts().get(0).getAppProtocol();
        findings.require(
            spoken.equals(said),
            "Service orrery-api has the appProtocol " + said + ", not " + spoken);
      }
    }
    if (isOn(overlay)) {
      overlay.workloads().stream()
          .filter(Workload::isScheduler)
          .forEach(scheduler -> scheduler(overlay, scheduler, findings));
    }
  }

  private static void scheduler(Overlay overlay, Workload scheduler, Findings findings) {
    String name = scheduler.name();
    findings.require(
        overlay.setting(scheduler, CONFIGURATION).equals(Optional.of("api")),
        name + " uses another configuration of TLS than the one that it has");
    findings.require(
        overlay
            .setting(scheduler, "QUARKUS_HTTP_INSECURE_REQUESTS")
            .equals(Optional.of("disabled")),
        name + " serves plain HTTP beside TLS");
    String port = overlay.setting(scheduler, "QUARKUS_HTTP_SSL_PORT").orElse("8443");
    int planned = PlannedPorts.of(scheduler, overlay).get("api");
    findings.require(
        port.equals(Integer.toString(planned)),
        name + " speaks TLS at " + port + ", and its API is at " + planned);
    findings.require(
        overlay.setting(scheduler, "QUARKUS_TLS_API_RELOAD_PERIOD").isPresent(),
        name + " never reads its certificate again");
    file(overlay, scheduler, "CERT", "tls.crt", findings);
    file(overlay, scheduler, "KEY", "tls.key", findings);
  }

  /** Requires a Secret mounted as a directory: a single mounted file is never replaced. */
  private static void file(
      Overlay overlay, Workload scheduler, String setting, String key, Findings findings) {
    Path file = Path.of(overlay.setting(scheduler, KEY_STORE + setting).orElse("nowhere/none"));
    List<String> secrets =
        scheduler.pod().getVolumes().stream()
            .filter(volume -> volume.getSecret() != null)
            .map(volume -> volume.getName())
            .toList();
    findings.require(
        file.endsWith(key)
            && scheduler.container().getVolumeMounts().stream()
                .anyMatch(
                    mount ->
                        secrets.contains(mount.getName())
                            && mount.getSubPath() == null
                            && Path.of(mount.getMountPath()).equals(file.getParent())),
        scheduler.name() + ": no Secret is mounted at " + file);
  }
}
