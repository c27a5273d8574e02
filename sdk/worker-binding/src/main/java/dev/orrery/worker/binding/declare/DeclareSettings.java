package dev.orrery.worker.binding.declare;

import dev.orrery.client.ClientSettings;
import dev.orrery.client.OrreryClient;
import dev.orrery.protocol.json.JsonMap;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * The settings with which an application declares its jobs to the scheduler.
 *
 * @param settingPrefix before the names of the worker's settings, such as {@code orrery.worker.}
 * @param apis addresses of the scheduler's API, such as {@code http://localhost:7700}; at least one
 * @param token of the app with the role {@code declare}, asked for at each call
 * @param ssl for https; empty for that of the JVM
 * @param owner of the jobs, the same for all versions and processes of the application
 * @param version of the jobs, a whole number or an instant; an older one changes nothing while
 *     processes of a newer one run
 * @param prune whether jobs of the owner that are not declared are deleted
 * @param dryRun whether the plan is only logged
 * @param code the classes of the methods of the process, by the processors that they are; those of
 *     other workers, whose names have a slash, tell only which classes there are
 */
public record DeclareSettings(
    String settingPrefix,
    List<URI> apis,
    String app,
    Supplier<String> token,
    Optional<SSLContext> ssl,
    String owner,
    String version,
    boolean prune,
    boolean dryRun,
    List<JobDeclaration> jobs,
    Map<String, String> code) {
  public DeclareSettings {
    apis = List.copyOf(apis);
    jobs = List.copyOf(jobs);
    code = Map.copyOf(code);
  }

  /** Opens a client of one address, which leaves all repetitions to its caller. */
  OrreryClient client(URI api, Duration timeout) {
    ClientSettings client =
        ClientSettings.ofTokenSource(app, token)
            .server(api.toString())
            .callTimeout(timeout)
            .retryTimeout(Duration.ZERO)
            .settingNames(name -> settingPrefix + "declare-" + name);
    ssl.ifPresent(client::sslContext);
    return client.open();
  }

  String path() {
    return "/apps/" + app + "/jobs:apply" + (dryRun ? "?dryRun=true" : "");
  }

  /**
   * Returns the body of the call.
   *
   * @param renew whether nothing is to be changed if this version is in force
   * @param wrong names of jobs whose documents the scheduler refuses, and which stay as they are
   * @param namesCode false for a scheduler that does not know the field
   */
  String body(boolean renew, Set<String> wrong, boolean namesCode) {
    Map<String, Object> declaration = new LinkedHashMap<>();
    declaration.put("version", version);
    declaration.put("renew", renew);
    if (!wrong.isEmpty()) {
      declaration.put("keep", wrong);
    }
    if (namesCode) {
      declaration.put("code", new TreeMap<>(code));
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("owner", owner);
    body.put("prune", prune);
    body.put("declaration", declaration);
    body.put("jobs", without(wrong).stream().map(JobDeclaration::fields).toList());
    return JsonMap.write(body);
  }

  List<JobDeclaration> without(Set<String> wrong) {
    return jobs.stream().filter(job -> !wrong.contains(job.name())).toList();
  }

  @Override
  public String toString() {
    return "DeclareSettings[apis="
        + apis
        + ", app="
        + app
        + ", owner="
        + owner
        + ", version="
        + version
        + "]";
  }
}
